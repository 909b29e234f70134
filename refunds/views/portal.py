"""The pro's list of requests."""

from collections.abc import Mapping, Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.paging import newest_first
from refunds.models import RefundRequest, State
from refunds.views.paging import COUNTED_UP_TO, capped, next_page
from refunds.views.person import PersonRequest, for_pros
from refunds.views.request_rows import request_rows

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
            {"name": name, "label": label, "count": capped(counts[name])}
            for name, label in TAB_LABELS.items()
        ],
        "rows": request_rows(page.rows, at=timezone.now(), to_pro=True),
        "next_page": next_page(request.GET, page.next_cursor),
        "is_first_page": "after" not in request.GET,
    }
    return render(request, "refunds/request_list.html", context)


def _first_filled(counts: Mapping[str, int]) -> str:
    return next((tab for tab, count in counts.items() if count), "open")
