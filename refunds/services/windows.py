"""The windows of sales: by the policy in force when each was sold, and what was declared since."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Case, F, FilteredRelation, JSONField, Q, Subquery, Value, When

from leads.models import LeadSale
from refunds.documents import parsed, policy_of
from refunds.models import DeclaredEvent, PolicyVersion
from refunds.policy import facts as policy_facts
from refunds.policy.document import Policy
from refunds.policy.rules.service_area import is_covered
from refunds.policy.windows import Window, window

A_DAY = timedelta(days=1)  # more than any zone is away from UTC
CLOSING_SOON = timedelta(hours=48)  # what My leads warns of, and reminders are sent about
EVENT = ("name", "cause", "starts_on", "ends_on", "postal_codes")


@dataclass(frozen=True)
class Sold:
    """What the window of a sale depends on."""

    program_id: int
    sold_at: datetime
    job_date: date | None
    postal_code: str


@dataclass(frozen=True)
class DeclaredArea:
    """A declared event, and the postal codes and prefixes where it kept people from working."""

    event: policy_facts.DeclaredEvent
    postal_codes: tuple[str, ...]


@dataclass(frozen=True)
class Declared:
    """The events that were declared in some programs, by program (L6)."""

    events: Mapping[int, Sequence[DeclaredArea]]

    def where(self, program_id: int, postal_code: str) -> tuple[policy_facts.DeclaredEvent, ...]:
        """Return the events of a program whose area covers a postal code."""
        return tuple(
            area.event
            for area in self.events.get(program_id, ())
            if is_covered(postal_code, area.postal_codes)
        )


@dataclass(frozen=True)
class Term:
    """A version of a program's policy and the instants of the sales that it holds for."""

    policy: Policy
    sold_from: datetime
    sold_before: datetime


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
        version = self.version(program_id, sold_at)
        return policy_of(version) if version else None

    def version(self, program_id: int, sold_at: datetime) -> PolicyVersion | None:
        """Return the version in force at an instant; of its fields only what was loaded."""
        versions = self.versions.get(program_id, ())
        if not versions:
            return None
        index = bisect_right(versions, sold_at, key=lambda version: version.effective_from)
        return versions[max(index - 1, 0)]

    def of(self, program_id: int) -> Iterator[Term]:
        """Yield the policies of a program, each with the sales that it holds for."""
        versions = self.versions.get(program_id, ())
        starts = [datetime.min.replace(tzinfo=UTC), *(one.effective_from for one in versions[1:])]
        ends = [*starts[1:], datetime.max.replace(tzinfo=UTC)]
        for version, begins, ends_before in zip(versions, starts, ends, strict=False):
            yield Term(policy_of(version), begins, ends_before)

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
    """Load what the windows of some sales are made of, in 1 query."""
    since = min((sale.sold_at for sale in sales), default=datetime.max.replace(tzinfo=UTC))
    return terms_in({sale.program_id for sale in sales}, since=since)


def terms_in(programs: Collection[int], *, since: datetime) -> Terms:
    """Load what the windows of programs are made of that were sold at an instant or later.

    In 1 query, which brings only the documents that this process has not parsed yet.
    """
    versions: defaultdict[int, dict[int, PolicyVersion]] = defaultdict(dict)
    events: defaultdict[int, list[DeclaredArea]] = defaultdict(list)
    for pk, program_id, effective_from, published_at, document, *event in _rows(programs, since):
        if pk not in versions[program_id]:
            versions[program_id][pk] = PolicyVersion(
                pk=pk,
                program_id=program_id,
                effective_from=effective_from,
                published_at=published_at,
                document=document,
            )
        if event[0] is not None and len(versions[program_id]) == 1:  # each comes with each version
            events[program_id].append(_declared(*event))
    return Terms(
        {program: list(found.values()) for program, found in versions.items()}, Declared(events)
    )


def _rows(programs: Collection[int], since: datetime) -> Iterable[tuple[Any, ...]]:
    """Return each version of the programs with each event that ended later than an instant."""
    ended = Q(program__declared_events__ends_on__gte=since.date() - A_DAY)
    stands = Q(program__declared_events__withdrawn_at__isnull=True)
    return (
        PolicyVersion.objects.filter(program__in=programs, published_at__isnull=False)
        .annotate(
            event=FilteredRelation("program__declared_events", condition=ended & stands),
            unread=Case(
                When(pk__in=parsed(), then=Value(None, JSONField())), default=F("document")
            ),
        )
        .order_by("effective_from", "event__starts_on", "event__pk")
        .values_list(
            "pk",
            "program_id",
            "effective_from",
            "published_at",
            "unread",
            *(f"event__{name}" for name in EVENT),
        )
    )


def declared_in(
    programs: Iterable[int], *, since: datetime | None, filed_at: datetime | Subquery | None = None
) -> Declared:
    """Load the events of programs that can touch a window that began at an instant or later.

    Those that stand, and for a claim that was ``filed_at`` an instant also those that stood then:
    what made it in time isn't taken from it (L6).
    """
    events: defaultdict[int, list[DeclaredArea]] = defaultdict(list)
    if since is None:
        return Declared(events)
    stands = Q(withdrawn_at__isnull=True)
    if filed_at is not None:
        stands |= Q(withdrawn_at__gte=filed_at)
    touching = DeclaredEvent.objects.filter(
        stands, program__in=programs, ends_on__gte=since.date() - A_DAY
    )
    for program_id, *event in touching.order_by("starts_on", "pk").values_list(
        "program_id", *EVENT
    ):
        events[program_id].append(_declared(*event))
    return Declared(events)


def _declared(
    name: str, cause: str, starts_on: date, ends_on: date, postal_codes: Sequence[str]
) -> DeclaredArea:
    event = policy_facts.DeclaredEvent(name, cause, starts_on, ends_on)
    return DeclaredArea(event, tuple(postal_codes))
