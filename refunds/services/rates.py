"""How often pros claim, and how often what they claim is credited, counted once a night.

A case page compares a pro with the others by a few rows that lie ready: never by a count of its
own over a program's sales.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.models import Program
from leads.models import LeadSale
from refunds.models import Rate, RefundRequest, State
from refunds.services.dates import local_day

PERIOD = timedelta(days=90)
BATCH = 1000

CLAIMED = Q(origin=RefundRequest.Origin.CLAIM)
CREDITED = Q(state__in=[State.APPROVED, State.FINAL_APPROVED])

Asked = Mapping[int, tuple[int, int]]


@dataclass(frozen=True)
class Of:
    """Whose rates are counted: a column of the rate's, and the way to it from a sale."""

    column: str
    path: str


PRO, SELLER = Of("pro_id", "pro"), Of("seller_id", "lead__seller")


def count_due() -> int:
    """Count the rates of the programs whose day has begun since they were counted.

    Each program in a transaction of its own, so that a sweep which is killed goes on with the rest;
    one that is run again has nothing to do. Returns how many programs were counted.
    """
    at = timezone.now()
    counted = dict(of_programs().values_list("program", "counted_on"))
    programs = Program.objects.order_by("pk")
    due = [one for one in programs if counted.get(one.pk) != local_day(one, at)]
    for program in due:
        count(program, at=at)
    return len(due)


def count(program: Program, *, at: datetime) -> None:
    """Count a program's rates anew, in four queries whatever the number of its sales."""
    pros, sellers = _counted(PRO, program, at=at), _counted(SELLER, program, at=at)
    rates = [*pros, *sellers, _summed(program, pros)]
    for rate in rates:
        rate.counted_on = local_day(program, at)
    with transaction.atomic():
        # Two sweeps at once: the second one waits, and puts its own in the place of the first's.
        Program.objects.select_for_update(no_key=True).get(pk=program.pk)
        Rate.objects.filter(program=program).delete()
        Rate.objects.bulk_create(rates, batch_size=BATCH)


def since(day: date) -> date:
    """Return the day on which the sales begin that were counted on a day."""
    return day - PERIOD


def of_programs() -> "QuerySet[Rate]":
    """Return the rates of whole programs."""
    return Rate.objects.filter(pro=None, seller=None)


def beside(request: RefundRequest) -> "QuerySet[Rate]":
    """Return the rates that a case is seen against: its pro's, its seller's, its program's."""
    own = Q(pro=request.pro_id) | Q(seller=request.sale.lead.seller_id)
    return Rate.objects.filter(own | Q(pro=None, seller=None), program=request.program_id)


def _counted(of: Of, program: Program, *, at: datetime) -> list[Rate]:
    begins = at - PERIOD
    # The requests first: of a sale that comes in meanwhile there is none among them.
    asked = _asked(of, program, begins=begins, at=at)
    sold = (
        LeadSale.objects.filter(pro__program=program, sold_at__gt=begins, sold_at__lte=at)
        .order_by()
        .values_list(of.path)
        .annotate(sales=Count("pk"))
    )
    rates = []
    for pk, sales in sold:
        claimed, credited = asked.get(pk, (0, 0))
        told = Rate(program=program, sales=sales, claimed=claimed, credited=credited)
        setattr(told, of.column, pk)
        rates.append(told)
    return rates


def _asked(of: Of, program: Program, *, begins: datetime, at: datetime) -> Asked:
    """Return the claimed and the credited sales; a sale has one live request at most."""
    rows = (
        RefundRequest.objects.live()
        .filter(program=program, sale__sold_at__gt=begins, sale__sold_at__lte=at)
        .order_by()
        .values_list(f"sale__{of.path}")
        .annotate(claimed=Count("pk", filter=CLAIMED), credited=Count("pk", filter=CREDITED))
    )
    return {pk: (claimed, credited) for pk, claimed, credited in rows}


def _summed(program: Program, pros: Iterable[Rate]) -> Rate:
    """Return the rate of the whole program; one without sales too says when it was counted."""
    numbers = [(one.sales, one.claimed, one.credited) for one in pros]
    sales, claimed, credited = (sum(column) for column in zip((0, 0, 0), *numbers, strict=True))
    return Rate(program=program, sales=sales, claimed=claimed, credited=credited)
