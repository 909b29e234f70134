"""My leads: what was bought, until when each can be refunded, and how far the pro has come."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, retarget

from accounts.models import ServicePro
from accounts.paging import Page, newest_first, newest_of
from accounts.standing import places
from leads.models import LeadSale
from leads.services import statuses
from refunds.filters import LeadFilter
from refunds.lead_choices import offer
from refunds.services.refundable import bounds, load_terms
from refunds.services.windows import Terms
from refunds.views.lead_hidden import Hidden, hidden_by
from refunds.views.lead_html import REQUEST_REFUND, LeadTable
from refunds.views.lead_notes import note, notes_of
from refunds.views.lead_rows import Names, SoldLead, lead_rows, rows_of, sold_leads
from refunds.views.paging import next_page
from refunds.views.person import PersonRequest, for_pros

WHOLE = "lead-page"  # the element with the filter, which shows what is wrong with it


@require_safe
@for_pros
def lead_list(request: PersonRequest) -> HttpResponse:
    """My leads: what was bought, and until when each can be refunded."""
    now = timezone.now()
    pros = [place.pro for place in places(request.user)]
    programs = {pro.program_id: pro.program for pro in pros}
    choices = offer(pros)
    sales = LeadSale.objects.attached().filter(pro__in=[pro.pk for pro in pros])
    lead_filter = LeadFilter(request.GET, sales, programs=list(programs.values()), offer=choices)
    page = _page(request, lead_filter, pros)
    oldest = page.rows[-1].sold_at if page.rows else None
    terms = load_terms(pros, since=oldest, at=now)
    names = Names({pro.pk: pro for pro in pros}, choices.category_names)
    rows = rows_of(page.rows, names, terms, at=now)
    query = request.GET.urlencode()
    notes, others = notes_of(request, [row.uuid for row in rows])
    token = get_token(request)
    table = LeadTable(token=token, query=query, has_companies=len(pros) > 1, notes=notes)
    context = {
        "rows": rows,
        "drawn": table.drawn(rows),
        "messages": others,
        "form": lead_filter.form,
        "is_filtered": lead_filter.is_active,
        "hidden": _hidden(request, lead_filter, pros, terms, now),
        "next_page": next_page(request.GET, page.next_cursor),
        "first_page": _first_page(request),
        "is_first_page": "after" not in request.GET,
    }
    return _answer(request, context, has_problems=bool(lead_filter.form.errors))


@require_POST
def lead_status(request: PersonRequest, sale_uuid: UUID) -> HttpResponse:
    """Note how far the pro has come with a lead; *Request refund* leads to the claim (A12)."""
    status = request.POST.get("status", "")
    if status == REQUEST_REFUND:
        sales = LeadSale.objects.visible_to(request.user).attached()
        url = reverse("claim", args=[get_object_or_404(sales, uuid=sale_uuid).uuid])
        return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
    try:
        sale = statuses.change(sale_uuid=sale_uuid, actor=request.user, status=status)
    except LeadSale.DoesNotExist as error:
        raise Http404 from error
    except statuses.StatusRefused as refusal:
        messages.error(request, str(refusal), extra_tags=str(sale_uuid))
    else:
        note(request, sale)
    if request.htmx:
        return _row_alone(request, sale_uuid)
    return redirect(f"{reverse('lead_list')}?{request.GET.urlencode()}")


def _row_alone(request: PersonRequest, sale_uuid: UUID) -> HttpResponse:
    """Draw the lead with what is said of it, whether or not the filter would let it through now."""
    sales = LeadSale.objects.visible_to(request.user).attached().with_lead()
    sale = get_object_or_404(sales, uuid=sale_uuid)
    notes, _others = notes_of(request, [sale_uuid])
    table = LeadTable(
        token=get_token(request),
        query=request.GET.urlencode(),
        has_companies=len(places(request.user)) > 1,
        notes=notes,
        focused=sale_uuid,
    )
    return HttpResponse(table.drawn(lead_rows([sale], at=timezone.now(), person=request.user)))


def _page(
    request: PersonRequest, lead_filter: LeadFilter, pros: Sequence[ServicePro]
) -> Page[SoldLead]:
    after = request.GET.get("after", "")
    if len(pros) == 1:
        return newest_first(sold_leads(lead_filter.qs, request.user), "sold_at", after)
    # An index holds the leads of one company in their order, not those of several.
    ways = [lead_filter.qs.filter(pro=pro) for pro in pros]
    return newest_of(ways, sold_leads(LeadSale.objects.all(), request.user), "sold_at", after)


def _hidden(
    request: PersonRequest,
    lead_filter: LeadFilter,
    pros: Sequence[ServicePro],
    terms: Terms,
    now: datetime,
) -> Hidden:
    if not lead_filter.is_active:
        return Hidden()
    hidden = hidden_by(pros, terms, bounds(pros, terms, now), lead_filter.condition, at=now)
    request.waiting_count = hidden.waiting
    return hidden


def _first_page(request: PersonRequest) -> str:
    query = request.GET.copy()
    query.pop("after", None)
    return f"?{query.urlencode()}"


def _answer(
    request: PersonRequest, context: dict[str, object], *, has_problems: bool
) -> HttpResponse:
    """Return the page; for htmx only its list, or with the filter where that has to say something.

    Where the filter had something to say on the page that asks, it is drawn anew as well.
    """
    if not request.htmx or request.htmx.history_restore_request:
        response = render(request, "refunds/lead_list.html", context)
    elif has_problems or request.htmx.target == WHOLE:
        filtered = render(request, "refunds/_lead_page.html", context)
        response = retarget(filtered, f"#{WHOLE}")
    else:
        response = render(request, "refunds/_lead_results.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response
