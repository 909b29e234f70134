"""What a claim would be answered, shown before it is sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts import formats
from leads.models import LeadSale
from refunds import letters
from refunds.policy.document import Policy
from refunds.policy.engine import strictest
from refunds.policy.verdict import Outcome, Verdict

# On a form that is still empty these say nothing: the form asks for both.
NOT_FILLED_IN_YET = ("explanation_missing", "details_missing")


@dataclass(frozen=True)
class Preview:
    """A verdict in words."""

    tone: str
    headline: str
    sentences: Sequence[str]


def preview_of(verdict: Verdict, sale: LeadSale, policy: Policy) -> Preview:
    """Put a verdict on a claim that was not sent yet into words, as its policy words them."""
    checks = tuple(check for check in verdict.checks if check.code not in NOT_FILLED_IN_YET)
    outcome = strictest(checks)
    kept = [check.as_json() for check in checks if check.outcome in (outcome, None)]
    lines = letters.lines_for(kept, program=sale.lead.program, policy=policy)
    tone, headline = {
        Outcome.APPROVE: ("good", _("This would be approved at once")),
        Outcome.INVESTIGATE: ("", _("A person would look into this")),
        Outcome.DECLINE: ("bad", _("This would be declined at once")),
    }[outcome]
    return Preview(
        tone, headline, [*(line.sentence for line in lines), *_what_follows(outcome, verdict, sale)]
    )


def _what_follows(outcome: Outcome, verdict: Verdict, sale: LeadSale) -> list[str]:
    amount = {"amount": formats.money(verdict.credit_cents, sale.lead.program)}
    if outcome == Outcome.APPROVE:
        return [_("%(amount)s would be on your balance at once.") % amount]
    if outcome == Outcome.DECLINE:
        return [_("You can change your answers, or send it as it is and appeal the decision.")]
    day = formats.day(verdict.limit_on)
    return [
        _("You would have the decision by %(day)s.") % {"day": day},
        _("If it is approved, %(amount)s goes back to your balance.") % amount,
    ]
