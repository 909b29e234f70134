"""The pro's lists: leads, requests and money."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.models import Program, User
from accounts.paging import newest_first
from leads.models import Category, LeadSale
from refunds.filters import LeadFilter
from refunds.models import RefundRequest, State
from refunds.views.lead_rows import hidden_refundable, lead_rows
from refunds.views.money_rows import balances, money_rows, page_of_money, wallets_of
from refunds.views.person import PersonRequest, for_pros
from refunds.views.request_rows import request_rows

COUNTED_UP_TO = 1000

TABS: Mapping[str, Sequence[State]] = {
    "needs_you": [State.AWAITING_PRO],
    "open": [State.SUBMITTED, State.INVESTIGATING, State.WITH_SELLER, State.APPEALED],
    "decided": [
        State.APPROVED,
        State.DECLINED,
        State.FINAL_APPROVED,
        State.FINAL_DECLINED,
        State.REVERSED,
        State.WITHDRAWN,
    ],
}
TAB_LABELS = {
    "needs_you": _("Needs you"),
    "open": _("Open"),
    "decided": _("Decided"),
}


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
        "next_page": _next_page(request.GET, page.next_cursor),
        "is_first_page": "after" not in request.GET,
    }
    return render(request, "refunds/lead_list.html", context)


@require_safe
@for_pros
def request_list(request: PersonRequest) -> HttpResponse:
    """Refund status: what waits for the pro, what is open and what is decided."""
    requests = RefundRequest.objects.visible_to(request.user)
    counts = {
        tab: requests.filter(state__in=states)[: COUNTED_UP_TO + 1].count()
        for tab, states in TABS.items()
    }
    wanted = request.GET.get("tab", "")
    tab = wanted if wanted in TABS else _first_filled(counts)
    page = newest_first(
        requests.filter(state__in=TABS[tab]).with_sale().select_related("appeal"),
        "submitted_at",
        request.GET.get("after", ""),
    )
    context = {
        "tab": tab,
        "tabs": [
            {"name": name, "label": label, "count": _capped(counts[name])}
            for name, label in TAB_LABELS.items()
        ],
        "rows": request_rows(page.rows, at=timezone.now(), to_pro=True),
        "next_page": _next_page(request.GET, page.next_cursor),
        "is_first_page": "after" not in request.GET,
    }
    return render(request, "refunds/request_list.html", context)


@require_safe
@for_pros
def transactions(request: PersonRequest) -> HttpResponse:
    """Transactions: the balance, and every amount that came or went."""
    wallets = wallets_of(request.user)
    page = page_of_money(wallets, after=request.GET.get("after", ""))
    context = {
        "own_balances": balances(wallets),
        "rows": money_rows(page.rows, wallets),
        "next_page": _next_page(request.GET, page.next_cursor),
        "is_first_page": "after" not in request.GET,
    }
    return render(request, "refunds/transactions.html", context)


def _zone_of(user: User) -> ZoneInfo:
    """Return the zone in which the user's days begin: that of their first pro's program."""
    program = Program.objects.filter(pros__memberships__user=user).order_by("pros__pk").first()
    return ZoneInfo(program.time_zone if program else "UTC")


def _categories_of(user: User) -> list[tuple[str, str]]:
    categories = Category.objects.filter(program__pros__memberships__user=user)
    return list(categories.values_list("code", "name").distinct().order_by("name", "code"))


def _first_filled(counts: Mapping[str, int]) -> str:
    return next((tab for tab, count in counts.items() if count), "open")


def _capped(count: int) -> str:
    return f"{COUNTED_UP_TO}+" if count > COUNTED_UP_TO else str(count)


def _next_page(query: QueryDict, cursor: str) -> str:
    """Return the address of the next page with the filters kept, "" on the last one."""
    if not cursor:
        return ""
    following = query.copy()
    following["after"] = cursor
    return f"?{following.urlencode()}"
