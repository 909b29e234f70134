"""The reasons to choose from, grouped by what becomes of a claim that gives them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts import formats
from refunds.policy.consistency import RULE_OF_PROOF
from refunds.policy.document import Policy, Reason
from refunds.rule_words import conditions_of
from refunds.services import file
from refunds.views.opened import Opened
from refunds.views.previews import detached_sentence, losses_with_contact


@dataclass(frozen=True)
class Offered:
    """One reason to choose: its hint says what it takes, ``consequence`` what becomes of it.

    ``has_conditions``: more has to hold than the reason alone.
    """

    code: str
    label: str
    hint: str
    has_conditions: bool
    consequence: str


@dataclass(frozen=True)
class ReasonGroup:
    """Some reasons that are answered alike; ``notes`` hold for all of them."""

    title: str
    notes: Sequence[str]
    reasons: Sequence[Offered]
    is_never: bool = False
    has_chosen: bool = False


def reason_groups(opened: Opened, chosen: str) -> list[ReasonGroup]:
    """Group a lead's reasons: refundable, if more holds, and not on their own."""
    policy = opened.policy
    told = [(reason, _offered(policy, reason)) for reason in opened.offered]
    eligible = [one for reason, one in told if reason.eligible]
    never = [one for reason, one in told if not reason.eligible]
    decided = _decided_by(opened)
    groups = (
        ReasonGroup(_("Refundable"), decided, [one for one in eligible if not one.has_conditions]),
        ReasonGroup(_("Sometimes"), decided, [one for one in eligible if one.has_conditions]),
        ReasonGroup(
            _("Not on its own"),
            [
                _(
                    "This program doesn't refund these: such a claim is declined at once, and can "
                    "be appealed once. If something else was wrong, choose that."
                )
            ],
            never,
            is_never=True,
            has_chosen=chosen in {one.code for one in never},
        ),
    )
    return [group for group in groups if group.reasons]


def _offered(policy: Policy, reason: Reason) -> Offered:
    has_conditions = reason.eligible and any(conditions_of(policy, reason))
    said = " ".join(_consequences(policy, reason)) if reason.eligible else ""
    return Offered(reason.code, reason.label, reason.hint, has_conditions, said)


def _consequences(policy: Policy, reason: Reason) -> Iterator[str]:
    """Say what follows of this reason and not of each one in its group."""
    if _is_proved(policy, reason):
        yield _("Decided at once if our records prove it.")
    if reason.amount == "price_difference":
        yield _("If your campaign takes the right category as well, you get the difference.")
    if reason.findings_required == "own":
        yield _("Our team has to prove it itself: nobody's word alone is enough.")
    yield from losses_with_contact(reason)


def _is_proved(policy: Policy, reason: Reason) -> bool:
    proofs = {RULE_OF_PROOF[code] for code in policy.machine_may_approve}
    return reason.eligible and bool(proofs & set(reason.rules))


def _decided_by(opened: Opened) -> list[str]:
    """Say until when a person decides on a claim sent now, who has to agree, and what it costs."""
    verdict = file.preview(sale=opened.sale, reason="", explanation="", details={}, at=opened.at)
    told = [_("A person decides by %(day)s.") % {"day": formats.day(verdict.limit_on)}]
    if opened.policy.seller_consent == "required":
        told.append(_("Whoever sold us the lead has to agree."))
    if opened.policy.detaches_refunded_leads:
        told.append(detached_sentence())
    return told
