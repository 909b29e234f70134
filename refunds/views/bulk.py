"""Several leads at once: a template to fill in, a preview of each row, and what was sent."""

import csv
from collections.abc import Sequence
from itertools import islice
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import formats
from accounts.standing import places
from leads.safe_csv import safe_cell
from leads.services.csv_rows import FileRefused
from refunds.claims_csv_form import ClaimsFileForm
from refunds.services import bulk, claims_file
from refunds.services.claims_file import COLUMNS, MOST_BYTES, MOST_ROWS
from refunds.services.refundable import open_sales
from refunds.views.bulk_rows import detail_names, guides, preview_rows, sent_rows, sums_of
from refunds.views.form_addresses import form_of
from refunds.views.money_csv import BYTE_ORDER_MARK
from refunds.views.person import PersonRequest, for_pros
from refunds.views.prepared import NotPrepared, Prepared, prepared_of, signed

PAGE = "refunds/bulk.html"


@require_http_methods(["GET", "HEAD", "POST"])
@for_pros
def claims_csv(request: PersonRequest) -> HttpResponse:
    """Say how a file of claims is made, and say of each of its rows whether it can be sent."""
    if request.method != "POST":
        return _start(request, ClaimsFileForm())
    form = ClaimsFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _start(request, form)
    pros = [place.pro for place in places(request.user)]
    try:
        read = claims_file.read(
            form.cleaned_data["file"].read(MOST_BYTES + 1),
            country=pros[0].program.country,
            details=detail_names(pros),
        )
    except FileRefused as refusal:
        form.add_error("file", str(refusal))
        return _start(request, form)
    return _preview(request, read)


@require_safe
@for_pros
def claims_csv_template(request: PersonRequest) -> HttpResponse:
    """Send a file to fill in: a row for each lead that can still be claimed, and all columns."""
    pros = [place.pro for place in places(request.user)]
    answer = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="refund-requests.csv"'},
    )
    answer.write(BYTE_ORDER_MARK)
    writer = csv.writer(answer)
    writer.writerow([*COLUMNS, *detail_names(pros), claims_file.CONTACT])
    blank = [""] * (len(COLUMNS) - 1 + len(detail_names(pros)))
    for sale in islice(open_sales(pros, timezone.now()), MOST_ROWS):
        name = sale.contact_for_pro.name
        writer.writerow([safe_cell(sale.lead.reference), *blank, safe_cell(name)])
    return answer


@form_of("claims_csv")
@for_pros
def claims_csv_send(request: PersonRequest) -> HttpResponse:
    """File the rows that were good, each by itself; the same once more files nothing twice."""
    try:
        prepared = prepared_of(request.POST.get("prepared", ""), request.user)
    except NotPrepared as refusal:
        return _start(request, ClaimsFileForm(), problem=str(refusal))
    sent = bulk.send(upload=prepared.upload, actor=request.user, claims=prepared.claims)
    refused = [[one.line, one.lead, one.refusal] for one in sent if one.refusal]
    request.session["claims_csv"] = {str(prepared.upload): refused}  # of the last upload alone
    return redirect("claims_csv_sent", prepared.upload)


@require_safe
@for_pros
def claims_csv_sent(request: PersonRequest, upload: UUID) -> HttpResponse:
    """Say what became of each row that was sent."""
    filed = sent_rows(bulk.sent_in(upload, request.user))
    refused = request.session.get("claims_csv", {}).get(str(upload), [])
    if not filed and not refused:
        raise Http404
    context = {"filed": filed, "refused": refused}
    return render(request, "refunds/bulk_sent.html", context)


def _preview(request: PersonRequest, read: claims_file.ClaimsFile) -> HttpResponse:
    checked = bulk.check(rows=read.rows, actor=request.user)
    claims = [one.claim for one in checked if one.claim]
    rows = preview_rows(checked)
    context = {
        "good": [row for row in rows if row.is_good],
        "bad": [row for row in rows if not row.is_good],
        "unused": _listed(read.unused),
        "sums": sums_of(checked),
        "prepared": signed(Prepared.of(claims), request.user) if claims else "",
        "form": ClaimsFileForm(),
    }
    return render(request, "refunds/bulk_preview.html", context)


def _start(request: PersonRequest, form: ClaimsFileForm, *, problem: str = "") -> HttpResponse:
    pros = [place.pro for place in places(request.user)]
    context = {"form": form, "problem": problem, "guides": guides(pros), "most_rows": MOST_ROWS}
    is_wrong = bool(form.errors or problem)
    return render(request, PAGE, context, status=422 if is_wrong else 200)


def _listed(names: Sequence[str]) -> str:
    return formats.listed([name[:40] for name in names[:20]])
