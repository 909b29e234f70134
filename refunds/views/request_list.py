"""Refund status: what waits for the pro, what is open and what is decided (L17, L18, X21)."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.counting import counts
from accounts.models import User
from accounts.paging import newest_first
from accounts.standing import places
from refunds.models import RefundRequest, State
from refunds.models.request_queryset import RefundRequestQuerySet
from refunds.request_filter import RequestFilter
from refunds.services import draft_ends, drafts
from refunds.views.paging import COUNTED_UP_TO, capped, next_page
from refunds.views.person import PersonRequest, for_pros
from refunds.views.request_rows import draft_rows, request_rows

WHOLE, LIST_ALONE = "refunds/request_list.html", "refunds/_requests.html"
DRAFTS_SHOWN = 10
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
    """List the requests of one tab and of the days asked for; say what the days hide."""
    first_place = places(request.user)[0]
    asked = RequestFilter(
        request.GET,
        RefundRequest.objects.visible_to(request.user),
        zone=ZoneInfo(first_place.pro.program.time_zone),
    )
    found = counts(request.user, _counted(request.user, asked), up_to=COUNTED_UP_TO)
    request.waiting_count = found["waiting"]
    wanted = request.GET.get("tab", "")
    tab = wanted if wanted in TABS else next((name for name in TABS if found[name]), "open")
    page = newest_first(
        asked.kept().filter(state__in=TABS[tab]).with_sale().select_related("appeal"),
        "submitted_at",
        request.GET.get("after", ""),
    )
    context = _around(request.GET, asked, found, tab) | {
        "rows": request_rows(page.rows, at=timezone.now(), to_pro=True),
        "next_page": next_page(request.GET, page.next_cursor),
    }
    is_whole = not request.htmx or request.htmx.history_restore_request
    if is_whole:
        waiting = draft_ends.to_send(drafts.open_for(request.user), at=timezone.now())
        context["drafts"] = draft_rows(waiting[:DRAFTS_SHOWN])
        context["more_drafts"] = max(len(waiting) - DRAFTS_SHOWN, 0)
    answer = render(request, WHOLE if is_whole else LIST_ALONE, context)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def _counted(user: User, asked: RequestFilter) -> dict[str, RefundRequestQuerySet]:
    tabs = {name: asked.kept().filter(state__in=states) for name, states in TABS.items()}
    hidden = asked.hidden()
    waiting = RefundRequest.objects.visible_to(user).waiting_for_pro()
    return {
        **tabs,
        "hidden": hidden,
        "hidden_waiting": hidden.waiting_for_pro(),
        "waiting": waiting,
    }


def _around(
    query: QueryDict, asked: RequestFilter, found: Mapping[str, int], tab: str
) -> dict[str, object]:
    """Return the tabs, the form, and what the days hide."""
    return {
        "tab": tab,
        "tabs": [
            {
                "name": name,
                "label": label,
                "count": capped(found[name]),
                "url": _address(query, tab=name),
            }
            for name, label in TAB_LABELS.items()
        ],
        "form": asked.form,
        "is_filtered": asked.is_active,
        "hidden": found["hidden"],
        "hidden_count": capped(found["hidden"]),
        "hidden_waiting": found["hidden_waiting"],
        "hidden_waiting_count": capped(found["hidden_waiting"]),
        "is_first_page": "after" not in query,
        "first_page": _address(query, tab=tab),
    }


def _address(query: QueryDict, *, tab: str) -> str:
    """Return the address of a tab's first page with the days kept."""
    other = query.copy()
    other.pop("after", None)
    other["tab"] = tab
    return f"?{other.urlencode()}"
