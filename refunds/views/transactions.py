"""Transactions: the balance, and every amount that came or went."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import formats
from accounts.models import Program, ServicePro
from accounts.standing import places
from refunds.date_windows import Span
from refunds.money_filters import MoneyFilter
from refunds.services import statement
from refunds.views.money_csv import csv_lines
from refunds.views.money_rows import balance_of, money_rows
from refunds.views.month_chart import chart_of, last_months
from refunds.views.paging import next_page
from refunds.views.person import PersonRequest, for_pros

WHOLE, LIST_ALONE = "refunds/transactions.html", "refunds/_statement.html"


@require_safe
@for_pros
def transactions(request: PersonRequest) -> HttpResponse:
    """Show a company's balance, the lines of the filter with the balance after each, and months.

    A company at a time: amounts of two programs may be of two currencies.
    """
    pro, money_filter = _chosen(request)
    is_whole = not request.htmx or request.htmx.history_restore_request
    page = statement.page_of_lines(
        pro, money_filter.qs, kinds=money_filter.kinds, after=request.GET.get("after", "")
    )
    standing = statement.standing(
        pro,
        span=money_filter.span,
        top=next(iter(page.rows), None),
        months=_months(money_filter) if is_whole and "after" not in request.GET else (),
    )
    balances = statement.balances_after(page.rows, at_top=standing.at_top, wallets=standing.wallets)
    context = _context(request, pro, money_filter, standing) | {
        "rows": money_rows(page.rows, balances, wallets=standing.wallets, program=pro.program),
        "next_page": next_page(request.GET, page.next_cursor),
    }
    answer = render(request, WHOLE if is_whole else LIST_ALONE, context)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


@require_safe
@for_pros
def transactions_csv(request: PersonRequest) -> HttpResponseBase:
    """Send the lines of the filter as a file; a filter that can't be read is told on the page."""
    pro, money_filter = _chosen(request)
    if not money_filter.form.is_valid():
        return redirect(f"{reverse('transactions')}?{request.GET.urlencode()}")
    return StreamingHttpResponse(
        csv_lines(pro, money_filter),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="transactions.csv"'},
    )


def _chosen(request: PersonRequest) -> tuple[ServicePro, MoneyFilter]:
    """Return the company that the address names, else the person's first, with its filter."""
    pros, named = _pros(request), request.GET.get("company", "")
    pro = next((one for one in pros if not named or _name(one) == named), None)
    if pro is None:
        raise Http404
    return pro, MoneyFilter(request.GET, zone=ZoneInfo(pro.program.time_zone))


def _pros(request: PersonRequest) -> list[ServicePro]:
    return [place.pro for place in places(request.user)]


def _name(pro: ServicePro) -> str:
    """Call a company by its number, which is a program's own."""
    return f"{pro.program.code}:{pro.code}"


def _months(money_filter: MoneyFilter) -> list[Span]:
    return last_months(timezone.now(), money_filter.zone)


def _context(
    request: PersonRequest,
    pro: ServicePro,
    money_filter: MoneyFilter,
    standing: statement.Standing,
) -> dict[str, object]:
    pros = _pros(request)
    company = {"company": _name(pro)} if len(pros) > 1 else {}
    everything = f"{reverse('transactions')}?{urlencode(company)}"
    filtered = request.GET.copy()
    filtered.pop("after", None)
    return {
        "balance": balance_of(standing.accounts, pro.program, str(pro)),
        "companies": [
            {
                "name": str(one),
                "url": f"?{urlencode({'company': _name(one)})}",
                "current": one == pro,
            }
            for one in pros
        ],
        "company": company.get("company", ""),
        "chart": chart_of(standing.months, pro.program),
        "form": money_filter.form,
        "is_filtered": money_filter.is_active,
        "is_of_some_kinds": bool(money_filter.kinds),
        "ends": list(_ends(standing, money_filter.span, pro.program)),
        "everything": everything,
        "first_page": f"?{filtered.urlencode()}",
        "csv": f"{reverse('transactions_csv')}?{filtered.urlencode()}",
        "is_first_page": "after" not in request.GET,
    }


def _ends(standing: statement.Standing, span: Span, program: Program) -> Iterator[tuple[str, str]]:
    """Yield what was on the wallets at the beginning of a span and at its end, in words."""
    if span.since and standing.opening is not None:
        words = _("Balance when %(day)s began") % {"day": formats.day_of(span.since, program)}
        yield words, formats.money(standing.opening, program)
    if span.last_moment:
        last = formats.day_of(span.last_moment, program)
        yield (
            _("Balance at the end of %(day)s") % {"day": last},
            formats.money(standing.closing, program),
        )
    elif span.since:
        yield _("Balance now"), formats.money(standing.closing, program)
