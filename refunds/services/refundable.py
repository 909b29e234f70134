"""Which of a pro's many sales can still be claimed, asked in a way that an index can answer."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import ServicePro
from leads.models import LeadSale
from leads.models.sale import LeadSaleQuerySet
from refunds.models import ExceptionRequest, RefundRequest
from refunds.policy.still_open import StillOpen, still_open
from refunds.services.windows import DeclaredArea, Term, Terms, sold, terms_in

A_DAY = timedelta(days=1)  # more than the clocks are ever put back
EVENTS_OF = timedelta(days=400)  # no event that ended earlier keeps a window open
FOR_EVER = datetime.max.replace(tzinfo=UTC)
NOTHING = Q(pk__in=[])


@dataclass(frozen=True)
class Bounds:
    """Conditions on sales by which they can be claimed at a moment.

    ``planned``: the window is open by itself. ``extended``: it may be open by a declared event and
    is not by itself, so that whoever asks has to look at each. ``granted``: by an exception.
    What ``planned`` and ``extended`` let through was sold at ``looked_from`` or later.
    """

    looked_from: datetime
    planned: Q
    extended: Q
    granted: Q


def claimable(pros: Sequence[ServicePro] | QuerySet[ServicePro]) -> LeadSaleQuerySet:
    """Return the sales of pros that a claim can be for, in their window or not."""
    live = RefundRequest.objects.live().filter(sale=OuterRef("pk"))
    sales = LeadSale.objects.attached().filter(pro__in=pros)
    return sales.filter(credited_cents__lt=F("price_cents")).exclude(Exists(live))


def load_terms(pros: Iterable[ServicePro], *, since: datetime | None, at: datetime) -> Terms:
    """Load the terms of the windows that are open, and of those that began at ``since``."""
    recent = at - EVENTS_OF
    oldest = min(since, recent) if since else recent
    return terms_in({pro.program_id for pro in pros}, since=oldest)


def bounds(pros: Sequence[ServicePro], terms: Terms, at: datetime) -> Bounds:
    """Return which sales of pros can be claimed at a moment."""
    planned = list(_planned(pros, terms, at))
    extended = list(_extended(pros, terms, at))
    by_itself = any_of(one.condition for one in planned)
    granted = ExceptionRequest.objects.granted().filter(
        claim_until__gte=at, sale__pro__in=[pro.pk for pro in pros]
    )
    return Bounds(
        looked_from=min((one.begins for one in [*planned, *extended]), default=at),
        planned=by_itself,
        extended=any_of(one.condition for one in extended) & ~by_itself if extended else NOTHING,
        granted=Q(pk__in=granted.values("sale")) & ~by_itself,
    )


def by_job(found: StillOpen) -> Q:
    """Return what the day of the job says besides the day of the sale."""
    if found.job_from is None:
        return Q()
    without = Q(lead__job_date__isnull=True, sold_at__gte=found.sold_from)
    return without | Q(lead__job_date__gte=found.job_from)


def longest_in(areas: Iterable[DeclaredArea]) -> timedelta:
    """Return what declared events may add to a window, if all of them meet it."""
    lengths = (area.event.ends_on - area.event.starts_on + A_DAY for area in areas)
    return sum(lengths, timedelta(0))


def any_of(conditions: Iterable[Q]) -> Q:
    """Return what lets through whatever one of the conditions does; of none: nothing."""
    return reduce(or_, conditions, NOTHING)


def open_sales(pros: Sequence[ServicePro], at: datetime) -> Iterator[LeadSale]:
    """Yield the sales of pros that can be claimed at a moment, what was sold first first (L3)."""
    terms = load_terms(pros, since=None, at=at)
    edges = bounds(pros, terms, at)
    granted = set(claimable(pros).filter(edges.granted).values_list("pk", flat=True))
    found = claimable(pros).filter(edges.planned | edges.extended | edges.granted).with_lead()
    for sale in found.order_by("sold_at", "pk").iterator():
        window = terms.window(sold(sale))
        if sale.pk in granted or (window and not window.is_closed(at)):
            yield sale


@dataclass(frozen=True)
class _Stretch:
    """Sales of a pro from an instant on, all under one version of the policy."""

    begins: datetime
    condition: Q


def _planned(pros: Sequence[ServicePro], terms: Terms, at: datetime) -> Iterator[_Stretch]:
    for pro in pros:
        for term in terms.of(pro.program_id):
            yield from _open(pro, term, at)


def _extended(pros: Sequence[ServicePro], terms: Terms, at: datetime) -> Iterator[_Stretch]:
    for pro in pros:
        areas = terms.declared.events.get(pro.program_id, ())
        longest = longest_in(areas) + A_DAY
        for term in terms.of(pro.program_id) if areas else ():
            for found in _open(pro, term, at - longest):
                yield _Stretch(found.begins, found.condition & _within(areas))


def _open(pro: ServicePro, term: Term, at: datetime) -> Iterator[_Stretch]:
    found = still_open(term.policy, at)
    begins = max(found.looked_from, term.sold_from)
    if begins >= term.sold_before:
        return
    sold = Q(pro=pro.pk, sold_at__gte=begins)
    if term.sold_before < FOR_EVER:
        sold &= Q(sold_at__lt=term.sold_before)
    yield _Stretch(begins, sold & by_job(found))


def _within(areas: Iterable[DeclaredArea]) -> Q:
    """Return what keeps the leads that may lie in an area, by how its postal codes begin."""
    starts = {re.split(r"[ *-]", code)[0] for area in areas for code in area.postal_codes}
    return any_of(Q(lead__postal_code__startswith=start) for start in starts)
