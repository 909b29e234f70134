"""My leads: what was bought, and until when each can be refunded."""

from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Program, User
from accounts.paging import newest_first
from leads.models import Category, LeadSale
from refunds.filters import LeadFilter
from refunds.views.lead_rows import hidden_refundable, lead_rows
from refunds.views.paging import next_page
from refunds.views.person import PersonRequest, for_pros


@require_safe
@for_pros
def lead_list(request: PersonRequest) -> HttpResponse:
    """My leads: what was bought, and until when each can be refunded."""
    now = timezone.now()
    lead_filter = LeadFilter(
        request.GET,
        LeadSale.objects.visible_to(request.user)
        .attached()
        .with_lead()
        .select_related("pro__account_manager"),
        zone=_zone_of(request.user),
        categories=_categories_of(request.user),
    )
    page = newest_first(lead_filter.qs, "sold_at", request.GET.get("after", ""))
    is_filtered = lead_filter.is_active
    context = {
        "rows": lead_rows(page.rows, at=now),
        "form": lead_filter.form,
        "is_filtered": is_filtered,
        "hidden": hidden_refundable(request.user, lead_filter.qs, at=now) if is_filtered else 0,
        "next_page": next_page(request.GET, page.next_cursor),
        "is_first_page": "after" not in request.GET,
    }
    return render(request, "refunds/lead_list.html", context)


def _zone_of(user: User) -> ZoneInfo:
    """Return the zone in which the user's days begin: that of their first pro's program."""
    program = Program.objects.filter(pros__memberships__user=user).order_by("pros__pk").first()
    return ZoneInfo(program.time_zone if program else "UTC")


def _categories_of(user: User) -> list[tuple[str, str]]:
    categories = Category.objects.filter(program__pros__memberships__user=user)
    return list(categories.values_list("code", "name").distinct().order_by("name", "code"))
