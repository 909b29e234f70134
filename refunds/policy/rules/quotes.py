"""Whether the contact left the pro's quote unread (P2, X28)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from refunds.policy.case import Case
from refunds.policy.codes import check, proof
from refunds.policy.document import Reason
from refunds.policy.facts import Quote
from refunds.policy.moments import instant, iso
from refunds.policy.verdict import Check

PROOF = "quote_unread"


def quotes(case: Case, reason: Reason) -> Iterator[Check]:
    """Elapsed hours after it was sent, to the second, a quote that nobody opened is unread."""
    quote, hours = case.facts.sale.quote, case.policy.quote_unread_hours or 0
    if quote is None:
        yield check("quote_was_read", hours=str(hours))
        return
    due_at = instant(quote.sent_at) + timedelta(hours=hours)
    fact = {"hours": str(hours), "sent_at": iso(quote.sent_at), "due_at": iso(due_at)}
    opened = [at for at in _opened(quote) if instant(at) <= due_at]
    if opened:
        yield check("quote_was_read", read_at=iso(opened[0]), **fact)
    elif instant(case.facts.claim.submitted_at) < due_at:
        yield check("quote_was_read", **fact)
    else:
        yield proof(PROOF, approves=PROOF in case.policy.machine_may_approve, **fact)


def _opened(quote: Quote) -> Iterator[datetime]:
    # A reply shows that the quote was read, whatever the mark says.
    return (at for at in (quote.read_at, quote.replied_at) if at is not None)
