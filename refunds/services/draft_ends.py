"""Until when a draft can be sent: by its lead's window, an exception, or its own grace (L3, L6)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from leads.models import LeadSale
from refunds.models import ClaimDraft, ExceptionRequest
from refunds.policy.document import Policy
from refunds.services.windows import Terms, sold, terms_for, window_of


@dataclass(frozen=True)
class Waiting:
    """A draft that can still be sent, and the last second for it."""

    draft: ClaimDraft
    until: datetime


def to_send(drafts: QuerySet[ClaimDraft], *, at: datetime) -> list[Waiting]:
    """Return those of the drafts that can still be sent, what ends first first.

    In 2 queries whatever their number; they have to bring their leads along.
    """
    granted = ExceptionRequest.objects.granted().filter(sale=OuterRef("sale"))
    found = list(
        drafts.defer("explanation", "details").annotate(
            granted_until=Subquery(granted.values("claim_until"))  # one a sale at most
        )
    )
    if not found:
        return []
    terms = terms_for([sold(one.sale) for one in found])
    ends = [(draft, _until(draft, terms, vars(draft)["granted_until"])) for draft in found]
    waiting = [Waiting(draft, until) for draft, until in ends if until and at <= until]
    return sorted(waiting, key=lambda one: one.until)


def is_too_late(sale: LeadSale, policy: Policy, at: datetime) -> bool:
    """Return whether the window is closed for whoever has begun nothing (L5), in 2 queries."""
    if not window_of(sale, policy).is_closed(at):
        return False
    granted = ExceptionRequest.objects.granted().filter(sale=sale)
    return not any(exception.covers(at) for exception in granted)


def is_in_grace(draft: ClaimDraft, sale: LeadSale, policy: Policy, at: datetime) -> bool:
    """Return whether only the draft still makes a claim for its lead possible."""
    until = window_of(sale, policy).grace_until(
        draft.worded_at, grace_hours=policy.draft_grace_hours
    )
    return until is not None and at <= until and is_too_late(sale, policy, at)


def _until(draft: ClaimDraft, terms: Terms, granted_until: datetime | None) -> datetime | None:
    sale = sold(draft.sale)
    policy, opening = terms.policy(sale.program_id, sale.sold_at), terms.window(sale)
    if policy is None or opening is None:
        return None
    grace = opening.grace_until(draft.worded_at, grace_hours=policy.draft_grace_hours)
    ends = (opening.closes_at, grace, granted_until)
    return max(end for end in ends if end)
