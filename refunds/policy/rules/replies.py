"""Whether the contact left the pro's quote without an answer (X28)."""

from collections.abc import Iterator
from datetime import timedelta

from refunds.policy.case import Case
from refunds.policy.codes import check, proof
from refunds.policy.document import Reason
from refunds.policy.moments import instant, iso
from refunds.policy.verdict import Check

PROOF = "quote_unanswered"


def replies(case: Case, reason: Reason) -> Iterator[Check]:
    """Days of 24 hours after it was sent, to the second, a quote without a reply is unanswered."""
    quote, days = case.facts.sale.quote, case.policy.quote_unanswered_days or 0
    if quote is None:
        yield check("quote_was_answered", days=str(days))
        return
    due_at = instant(quote.sent_at) + timedelta(days=days)
    fact = {"days": str(days), "sent_at": iso(quote.sent_at), "due_at": iso(due_at)}
    if quote.replied_at is not None and instant(quote.replied_at) <= due_at:
        yield check("quote_was_answered", replied_at=iso(quote.replied_at), **fact)
    elif instant(case.facts.claim.submitted_at) < due_at:
        yield check("quote_was_answered", **fact)
    else:
        yield proof(PROOF, approves=PROOF in case.policy.machine_may_approve, **fact)
