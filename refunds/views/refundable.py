"""Request refund: the leads that can be claimed now, and where each claim begins (L1 to L5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from django.db.models import DateTimeField, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, TruncDate
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from accounts.models import ServicePro
from accounts.paging import Page, earliest_day_first, oldest_first
from accounts.standing import places
from leads.models import Category, LeadSale
from leads.models.sale import LeadSaleQuerySet
from refunds.documents import worded_policy_of
from refunds.models import ExceptionRequest
from refunds.policy.document import CalendarDaysFromJob, Policy
from refunds.services.refundable import bounds, claimable, load_terms
from refunds.services.windows import Terms
from refunds.views.lead_links import address, reasons
from refunds.views.lead_rows import LeadRow, Names, SoldLead, rows_of, sold_leads
from refunds.views.paging import next_page
from refunds.views.person import PersonRequest, for_pros
from refunds.views.signed_out import author_mark


@dataclass(frozen=True)
class RefundableLead:
    """A lead that can be claimed: its row, where its claim goes, and the reasons to choose from."""

    row: LeadRow
    claim: str
    contact_log: str
    reasons: SafeString


@require_safe
@for_pros
def refundable_list(request: PersonRequest) -> HttpResponse:
    """List only what is still in its window and has no live request, what was sold first first.

    Where windows count from the job, what has its job first comes first. The bound is the length
    of the windows, so that however many leads a pro has, only those near theirs are looked at.
    """
    now = timezone.now()
    pros = [place.pro for place in places(request.user)]
    terms = load_terms(pros, since=None, at=now)
    categories, first_granted = _known(pros, now)
    edges, policies = bounds(pros, terms, now), _current(pros, terms, now)
    sales = claimable(pros).filter(
        edges.planned | edges.extended | edges.granted,
        sold_at__gte=min(edges.looked_from, first_granted or now),
    )
    job_zone = _job_zone(policies)
    page = _page(request, sales, job_zone)
    names = Names({pro.pk: pro for pro in pros}, categories)
    context = {
        "rows": _rows(page.rows, names, terms, now),
        "policies": policies,
        "is_by_job": job_zone is not None,
        "next_page": next_page(request.GET, page.next_cursor),
        "is_first_page": "after" not in request.GET,
        "author": author_mark(request.user),
    }
    return render(request, "refunds/refundable_list.html", context)


def _known(pros: Sequence[ServicePro], now: datetime) -> tuple[dict[int, str], datetime | None]:
    """Return the categories' names, and when the first lead was sold that an exception keeps open.

    In 1 query.
    """
    programs = {pro.program_id for pro in pros}
    granted = ExceptionRequest.objects.granted().filter(claim_until__gte=now, sale__pro__in=pros)
    firsts = granted.order_by("sale__sold_at").values("pk")[:1]
    never = Cast(Value(None), DateTimeField())
    categories = Category.objects.filter(program__in=programs).order_by()
    first = ExceptionRequest.objects.filter(pk__in=firsts).order_by()
    lines = categories.values_list("pk", "name", never).union(
        first.values_list(Value(0), Value(""), "sale__sold_at"), all=True
    )
    found = list(lines)
    return (
        {pk: name for pk, name, sold_at in found if sold_at is None},
        next((sold_at for _pk, _name, sold_at in found if sold_at), None),
    )


def _job_zone(policies: Sequence[Policy]) -> ZoneInfo | None:
    """Return the zone of the one program whose windows count from the job, None of any other."""
    if len(policies) == 1 and isinstance(policies[0].window, CalendarDaysFromJob):
        return policies[0].zone
    return None


def _page(
    request: PersonRequest, sales: LeadSaleQuerySet, job_zone: ZoneInfo | None
) -> Page[SoldLead]:
    """Return a page in the order in which the windows began to count, so the first closes first."""
    rows, after = sold_leads(sales, request.user), request.GET.get("after", "")
    if job_zone is None:
        return oldest_first(rows, "sold_at", after)
    begins_on = Coalesce("lead__job_date", TruncDate("sold_at", tzinfo=job_zone))
    counted = rows.annotate(begins_on=begins_on)
    days = counted.values_list(*SoldLead._fields, "begins_on", named=True)
    return earliest_day_first(cast("QuerySet[LeadSale, SoldLead]", days), "begins_on", after)


def _rows(
    found: Sequence[SoldLead], names: Names, terms: Terms, now: datetime
) -> list[RefundableLead]:
    """Put leads into words; what a declared event does not keep open after all is left out."""
    drawn: dict[tuple[int, str], SafeString] = {}
    rows = []
    for one, row in zip(found, rows_of(found, names, terms, at=now), strict=True):
        version = terms.version(one.lead__program_id, one.sold_at)
        if version is None or not row.standing.can_be_claimed:
            continue
        key = version.pk, one.lead__kind
        if key not in drawn:
            drawn[key] = reasons(worded_policy_of(version).offered_for(one.lead__kind))
        links = address("claim", row.uuid), address("contact_log", row.uuid)
        rows.append(RefundableLead(row, *links, drawn[key]))
    return rows


def _current(pros: Sequence[ServicePro], terms: Terms, now: datetime) -> list[Policy]:
    """Return the rules of each of the pro's programs as they are now, for what they caution of."""
    versions = (terms.version(program, now) for program in {pro.program_id for pro in pros})
    return [worded_policy_of(version) for version in versions if version]
