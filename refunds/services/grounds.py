"""What the machine credits by itself, and which sales the clock has brought up (P2, P3, X28).

The queries only find what is to be looked at; ``judge`` says what is credited.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Literal

from django.db.models import Exists, OuterRef, Q, QuerySet

from leads.models import LeadSale
from refunds.documents import policy_of
from refunds.models import PolicyVersion, RefundRequest
from refunds.policy.document import Policy, Reason, RuleName
from refunds.policy.moments import instant
from refunds.policy.rules.contact_obtained import PROOF as NOT_OBTAINED
from refunds.policy.rules.quotes import PROOF as UNREAD
from refunds.policy.rules.replies import PROOF as UNANSWERED

# What proves a claim by each of the rules that the clock alone decides.
PROOFS: Mapping[RuleName, str] = {
    "quotes": UNREAD,
    "replies": UNANSWERED,
    "contact_obtained": NOT_OBTAINED,
}
BY_QUOTE = ("quote__sent_at", "quote__pk")
BY_SALE = ("sold_at", "pk")

Passed = Literal["", "read_confirmed_at", "settled_at"]


@dataclass(frozen=True)
class Ground:
    """One thing that is looked at in the sales of one policy version, and those that are due.

    ``reason`` is None where the policy credits nothing by itself: its quotes are passed on all the
    same, or they would stay in everybody's way. ``passed`` is what the sweep marks on the quote of
    a sale that it does not credit; without it, sales are found by what they lack, and only a
    credit takes them out of ``due``. ``order`` is that of ``due``.
    """

    version: PolicyVersion
    policy: Policy
    reason: Reason | None
    due: QuerySet[LeadSale]
    passed: Passed
    order: tuple[str, str] = BY_QUOTE


def grounds(now: datetime) -> Iterator[Ground]:
    """Yield what may be due, for each policy version and the sales that were made under it."""
    published = PolicyVersion.objects.filter(published_at__isnull=False).select_related("program")
    versions = list(published.order_by("program", "effective_from"))
    # Who gives none back passes its quotes on last: by then all others have left the index, and a
    # sweep that finds nothing reads nothing.
    longest = max((_hours_unread(policy_of(version)) for version in versions), default=0)
    for program, group in groupby(versions, key=lambda version: version.program_id):
        own = list(group)
        sales = LeadSale.objects.filter(lead__program=program)
        for version, later in zip(own, [*own[1:], None], strict=True):
            # A program's first version also covers what was sold before it (``in_force``).
            since = None if version is own[0] else version.effective_from
            until = later.effective_from if later else None
            yield from _grounds_of(version, _sold_between(sales, since, until), longest, now)


def automatic(policy: Policy, rule: RuleName) -> Reason | None:
    """Return the reason for which the policy credits by itself under a rule, if there is one."""
    reason = _named(policy, rule)
    return reason if reason and reason.automatic else None


def _sold_between(
    sales: QuerySet[LeadSale], since: datetime | None, until: datetime | None
) -> QuerySet[LeadSale]:
    if since is not None:
        sales = sales.filter(sold_at__gte=since)
    return sales if until is None else sales.filter(sold_at__lt=until)


def _grounds_of(
    version: PolicyVersion, sales: QuerySet[LeadSale], longest: int, now: datetime
) -> Iterator[Ground]:
    policy = policy_of(version)
    unread, unanswered = automatic(policy, "quotes"), automatic(policy, "replies")
    cut = _cut(now, hours=_hours_unread(policy) if unread else longest)
    passed: Passed = "read_confirmed_at" if unanswered else "settled_at"
    yield Ground(version, policy, unread, _unread(sales, cut), passed)
    if unanswered:
        cut = _cut(now, days=policy.quote_unanswered_days)
        yield Ground(version, policy, unanswered, _unanswered(sales, cut), "settled_at")
    missing = _named(policy, "contact_obtained")
    if missing and policy.contact_due_hours is not None:
        cut = _cut(now, hours=policy.contact_due_hours)
        due = _without_contact(sales, cut, missing.code)
        yield Ground(version, policy, missing, due, "", BY_SALE)


def _hours_unread(policy: Policy) -> int:
    return (policy.quote_unread_hours or 0) if automatic(policy, "quotes") else 0


def _named(policy: Policy, rule: RuleName) -> Reason | None:
    """Return the reason that goes by a rule, where the machine may approve what proves it."""
    if PROOFS[rule] not in policy.machine_may_approve:
        return None
    named = (reason for reason in policy.reasons if reason.eligible and rule in reason.rules)
    return next(named, None)


def _cut(now: datetime, *, hours: int | None = 0, days: int | None = 0) -> datetime:
    """The instant before which lies what is due, at whole seconds as the rules count (X28)."""
    waited = timedelta(hours=hours or 0, days=days or 0)
    return instant(now) - waited + timedelta(seconds=1)


def _unread(sales: QuerySet[LeadSale], cut: datetime) -> QuerySet[LeadSale]:
    # Spelled as in the index ``quote_unread``; likewise below.
    unseen = sales.filter(
        quote__read_confirmed_at__isnull=True,
        quote__settled_at__isnull=True,
        quote__sent_at__lt=cut,
    )
    return _not_being_decided(unseen).order_by(*BY_QUOTE)


def _unanswered(sales: QuerySet[LeadSale], cut: datetime) -> QuerySet[LeadSale]:
    waiting = sales.filter(
        quote__read_confirmed_at__isnull=False,
        quote__settled_at__isnull=True,
        quote__sent_at__lt=cut,
    )
    return _not_being_decided(waiting).order_by(*BY_QUOTE)


def _not_being_decided(sales: QuerySet[LeadSale]) -> QuerySet[LeadSale]:
    # A claim may still be taken back or refused, and the fee is due then.
    claims = RefundRequest.objects.undecided().filter(sale=OuterRef("pk"))
    return sales.exclude(Exists(claims))


def _without_contact(sales: QuerySet[LeadSale], cut: datetime, reason: str) -> QuerySet[LeadSale]:
    # While a quote waits for its reply, the contact is not due yet.
    late = Q(quote__isnull=True) | Q(quote__replied_at__lt=cut)
    claims = RefundRequest.objects.standing_against(reason).filter(sale=OuterRef("pk"))
    return (
        sales.filter(late, contact_revealed_at__isnull=True, credited_cents=0, sold_at__lt=cut)
        .exclude(Exists(claims))
        .order_by(*BY_SALE)
    )
