"""The windows of sales: by the policy in force when each was sold, and what was declared since."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from leads.models import LeadSale
from refunds.documents import policy_of
from refunds.models import DeclaredEvent, PolicyVersion
from refunds.policy import facts as policy_facts
from refunds.policy.document import Policy
from refunds.policy.rules.service_area import is_covered
from refunds.policy.windows import Window, window

A_DAY = timedelta(days=1)  # more than any zone is away from UTC


@dataclass(frozen=True)
class Sold:
    """What the window of a sale depends on."""

    program_id: int
    sold_at: datetime
    job_date: date | None
    postal_code: str


@dataclass(frozen=True)
class Declared:
    """The events that were declared in some programs, by program (L6)."""

    events: Mapping[int, Sequence[DeclaredEvent]]

    def where(self, program_id: int, postal_code: str) -> tuple[policy_facts.DeclaredEvent, ...]:
        """Return the events of a program whose area covers a postal code."""
        return tuple(
            policy_facts.DeclaredEvent(event.name, event.cause, event.starts_on, event.ends_on)
            for event in self.events.get(program_id, ())
            if is_covered(postal_code, tuple(event.postal_codes))
        )


@dataclass(frozen=True)
class Terms:
    """The published policies of some programs, oldest first, and their declared events."""

    versions: Mapping[int, Sequence[PolicyVersion]]
    declared: Declared

    def policy(self, program_id: int, sold_at: datetime) -> Policy | None:
        """Return the policy in force at an instant, None where the program has none.

        The same answer as ``PolicyVersionQuerySet.in_force``, for many sales at once: the first
        version also covers the time before.
        """
        versions = self.versions.get(program_id, ())
        if not versions:
            return None
        index = bisect_right(versions, sold_at, key=lambda version: version.effective_from)
        return policy_of(versions[max(index - 1, 0)])

    def window(self, sold: Sold) -> Window | None:
        """Return the window of a sale, None where its program has no policy."""
        policy = self.policy(sold.program_id, sold.sold_at)
        if policy is None:
            return None
        events = self.declared.where(sold.program_id, sold.postal_code)
        return window(policy, sold_at=sold.sold_at, job_date=sold.job_date, events=events)


def window_of(sale: LeadSale, policy: Policy) -> Window:
    """Return the window of one sale under its policy, in 1 query."""
    declared = declared_in([sale.lead.program_id], since=sale.sold_at)
    events = declared.where(sale.lead.program_id, sale.lead.postal_code)
    return window(policy, sold_at=sale.sold_at, job_date=sale.lead.job_date, events=events)


def sold(sale: LeadSale) -> Sold:
    """Return what the window of a sale depends on."""
    lead = sale.lead
    return Sold(lead.program_id, sale.sold_at, lead.job_date, lead.postal_code)


def terms_for(sales: Sequence[Sold]) -> Terms:
    """Load what the windows of some sales are made of, in 2 queries."""
    programs = {sale.program_id for sale in sales}
    since = min((sale.sold_at for sale in sales), default=None)
    published = PolicyVersion.objects.filter(program__in=programs, published_at__isnull=False)
    versions: defaultdict[int, list[PolicyVersion]] = defaultdict(list)
    for version in published.order_by("effective_from"):
        versions[version.program_id].append(version)
    return Terms(versions, declared_in(programs, since=since))


def declared_in(programs: Iterable[int], *, since: datetime | None) -> Declared:
    """Load the events of programs that can touch a window that began at an instant or later."""
    events: defaultdict[int, list[DeclaredEvent]] = defaultdict(list)
    if since is None:
        return Declared(events)
    touching = DeclaredEvent.objects.filter(
        program__in=programs, ends_on__gte=since.date() - A_DAY, withdrawn_at__isnull=True
    )
    for event in touching.order_by("starts_on", "pk"):
        events[event.program_id].append(event)
    return Declared(events)
