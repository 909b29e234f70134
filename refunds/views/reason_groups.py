"""The reasons to choose from, grouped by what becomes of a claim that gives them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts import formats
from refunds.policy.consistency import RULE_OF_PROOF
from refunds.policy.document import Policy, Reason
from refunds.rule_words import conditions_of
from refunds.services import file
from refunds.views.opened import Opened


@dataclass(frozen=True)
class Offered:
    """One reason to choose, with its conditions and one line of what follows."""

    code: str
    label: str
    hint: str
    conditions: Sequence[str]
    consequence: str


@dataclass(frozen=True)
class ReasonGroup:
    """Some reasons that are answered alike; ``note`` says what holds for all of them."""

    title: str
    note: str
    reasons: Sequence[Offered]
    is_never: bool = False
    has_chosen: bool = False


def reason_groups(opened: Opened, chosen: str) -> list[ReasonGroup]:
    """Group a lead's reasons: refundable, if more holds, and not on their own."""
    decided = _decided_by(opened)
    policy = opened.policy
    told = [(reason, _offered(policy, reason, decided)) for reason in opened.offered]
    eligible = [one for reason, one in told if reason.eligible]
    never = [one for reason, one in told if not reason.eligible]
    seller = _("Whoever sold us the lead has to agree.") if _asks_seller(policy) else ""
    groups = (
        ReasonGroup(_("Refundable"), seller, [one for one in eligible if not one.conditions]),
        ReasonGroup(_("Sometimes"), seller, [one for one in eligible if one.conditions]),
        ReasonGroup(
            _("Not on its own"),
            _(
                "This program doesn't refund these: such a claim is declined at once, and can be "
                "appealed once. If something else was wrong, choose that."
            ),
            never,
            is_never=True,
            has_chosen=chosen in {one.code for one in never},
        ),
    )
    return [group for group in groups if group.reasons]


def _asks_seller(policy: Policy) -> bool:
    return policy.seller_consent == "required"


def _offered(policy: Policy, reason: Reason, decided: str) -> Offered:
    conditions = list(conditions_of(policy, reason)) if reason.eligible else []
    return Offered(
        reason.code, reason.label, reason.hint, conditions, _consequence(policy, reason, decided)
    )


def _consequence(policy: Policy, reason: Reason, decided: str) -> str:
    if not reason.eligible:
        return ""  # the group says it
    proofs = {RULE_OF_PROOF[code] for code in policy.machine_may_approve}
    if proofs & set(reason.rules):
        return _("Decided at once if our records prove it.")
    return decided


def _decided_by(opened: Opened) -> str:
    """Say until when a person decides on a claim that is sent now."""
    verdict = file.preview(sale=opened.sale, reason="", explanation="", details={}, at=opened.at)
    return _("A person decides by %(day)s.") % {"day": formats.day(verdict.limit_on)}
