"""Several leads at once on the pages: the template, the preview of each row, and sending."""

import csv
import html
import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import ServicePro, User
from leads.models import Lead, LeadSale
from refunds.models import DeclaredEvent, RefundRequest
from refunds.services import drafts
from tests.factories import refunds as make
from tests.factories.leads import LeadSaleFactory
from tests.pages.browser import text_of
from tests.snapshots import everything

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

SignIn = Callable[[User], Client]
SOLD_AT = datetime(2026, 3, 2, 14, tzinfo=UTC)  # a Monday, 09:00 in the program's zone
NOW = SOLD_AT + timedelta(hours=2)
PAGE, SEND = "/requests/csv/", "/requests/csv/send/"
HEADER = ["reference", "reason", "explanation", "who_answered"]


@pytest.fixture
def sales(pro_company: ServicePro) -> list[LeadSale]:
    """Twenty leads of the pro's, sold on Monday."""
    make.PolicyVersionFactory.create(program=pro_company.program)
    return [LeadSaleFactory.create(pro=pro_company, sold_at=SOLD_AT) for _number in range(20)]


def line(sale: LeadSale, **changes: str) -> list[str]:
    """Return a good row for a lead."""
    good = {
        "reference": sale.lead.reference,
        "reason": "incorrect_contact",
        "explanation": make.EXPLANATION,
        "who_answered": "stranger",
    }
    return list((good | changes).values())


def upload(client: Client, *rows: list[str], at: datetime = NOW) -> "Answer":
    """Choose a file of rows, and have it checked."""
    written = io.StringIO()
    csv.writer(written).writerows([HEADER, *rows])
    file = SimpleUploadedFile("claims.csv", written.getvalue().encode())
    with time_machine.travel(at, tick=False):
        return client.post(PAGE, {"file": file})


def prepared(page: "Answer") -> str:
    """Return what the button of a preview sends."""
    [found] = re.findall(r'name="prepared" value="([^"]+)"', page.content.decode())
    return html.unescape(found)


def send(client: Client, text: str, at: datetime = NOW) -> "Answer":
    with time_machine.travel(at, tick=False):
        return client.post(SEND, {"prepared": text})


def see(client: Client, address: str) -> "Answer":
    """Open a page at the moment of the others: the session began then."""
    with time_machine.travel(NOW, tick=False):
        return client.get(address)


def twenty_with_three_bad(sales: list[LeadSale]) -> list[list[str]]:
    """Return rows for all leads: one says too little, one is unknown, one has no such reason."""
    rows = [line(sale) for sale in sales]
    rows[3] = line(sales[3], explanation="Bad.")
    rows[8] = line(sales[8], reference="H-0")
    rows[12] = line(sales[12], reason="bad_mood")
    return rows


@pytest.mark.covers("L5", "X34", "X35")
def test_twenty_rows_with_three_bad(sales: list[LeadSale], pro_client: Client) -> None:
    before = everything()
    page = upload(pro_client, *twenty_with_three_bad(sales))
    words = text_of(page)
    assert page.status_code == 200
    assert everything() == before
    assert "17 rows are good. 3 rows can't be sent. Nothing is sent yet." in words
    assert "There is no lead of the number H-0 in your account." in words
    assert "Choose one of the reasons of this program." in words
    assert "Tell us what happened in at least 20 characters" in words
    assert "If all of them are approved, $850.00 comes back to you." in words
    assert "Send the 17 good rows" in words

    answer = send(pro_client, prepared(page))
    good = [sale for number, sale in enumerate(sales) if number not in (3, 8, 12)]
    filed = list(RefundRequest.objects.order_by("pk"))
    assert [one.sale for one in filed] == good
    assert {one.channel for one in filed} == {"csv"}
    assert answer.status_code == 302
    result = text_of(see(pro_client, answer.headers["Location"]))
    assert "17 requests were sent" in result
    assert [one.reference in result for one in filed] == [True] * 17


@pytest.mark.covers("X35")
def test_sending_twice_files_nothing_twice(sales: list[LeadSale], pro_client: Client) -> None:
    text = prepared(upload(pro_client, line(sales[0]), line(sales[1])))
    first = send(pro_client, text)
    before = everything()
    second = send(pro_client, text)
    assert second.headers["Location"] == first.headers["Location"]
    assert everything() == before
    assert "2 requests were sent" in text_of(see(pro_client, second.headers["Location"]))


def test_same_file_again_names_the_requests_there_are(
    sales: list[LeadSale], pro_client: Client
) -> None:
    send(pro_client, prepared(upload(pro_client, line(sales[0]))))
    reference = RefundRequest.objects.get().reference
    page = text_of(upload(pro_client, line(sales[0])))
    assert "0 rows are good. 1 row can't be sent." in page
    assert f'href="/requests/{reference}/"' in page
    assert "Send the" not in page


def test_row_that_was_begun_on_the_portal_leads_there(
    sales: list[LeadSale], pro: User, pro_client: Client
) -> None:
    with time_machine.travel(NOW, tick=False):
        drafts.keep(sale_uuid=sales[0].uuid, actor=pro, reason="incorrect_contact")

    page = text_of(upload(pro_client, line(sales[0]), line(sales[1])))

    assert "1 row is good. 1 row can't be sent." in page
    assert f'<a class="act" href="/leads/{sales[0].uuid}/refund/"> Go on with lead' in page


def test_row_that_was_overtaken_is_told_after_sending(
    sales: list[LeadSale], pro: User, pro_client: Client
) -> None:
    text = prepared(upload(pro_client, line(sales[0]), line(sales[1])))
    with time_machine.travel(NOW, tick=False):
        there = make.investigating(sales[0], pro)
    result = text_of(see(pro_client, send(pro_client, text).headers["Location"]))
    assert "1 request was sent" in result
    assert f"Line 2: There is a request for this lead: {there.reference}." in result


@pytest.mark.parametrize("cut", [slice(0, 0), slice(1, None), slice(None, -1)])
def test_rows_that_were_changed_on_the_way_are_not_sent(
    sales: list[LeadSale], pro_client: Client, cut: slice
) -> None:
    text = prepared(upload(pro_client, line(sales[0])))[cut]
    before = everything()
    page = send(pro_client, text)
    assert page.status_code == 422
    assert "Nothing was sent. Choose the file again." in text_of(page)
    assert everything() == before


def test_rows_of_a_preview_are_only_for_who_saw_it(
    sales: list[LeadSale], pro_client: Client, other_pro: User, signed_in: SignIn
) -> None:
    text = prepared(upload(pro_client, line(sales[0])))
    page = send(signed_in(other_pro), text)
    assert page.status_code == 422
    assert RefundRequest.objects.count() == 0


def test_preview_of_yesterday_is_not_sent(sales: list[LeadSale], pro_client: Client) -> None:
    text = prepared(upload(pro_client, line(sales[0])))
    page = send(pro_client, text, at=NOW + timedelta(hours=25))
    assert "This preview is more than a day old. Choose the file again." in text_of(page)
    assert RefundRequest.objects.count() == 0


def test_result_of_somebody_else_is_not_found(
    sales: list[LeadSale], pro_client: Client, other_pro: User, signed_in: SignIn
) -> None:
    address = send(pro_client, prepared(upload(pro_client, line(sales[0])))).headers["Location"]
    assert signed_in(other_pro).get(address).status_code == 404
    assert see(pro_client, f"/requests/csv/{uuid4()}/").status_code == 404


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Choose the file that you filled in."),
        ({"file": SimpleUploadedFile("a.csv", b"")}, "The file is empty."),
        ({"file": SimpleUploadedFile("a.csv", b"a,b\n")}, "these are missing: reference, reason"),
        (
            {"file": SimpleUploadedFile("a.csv", b"x" * (1024 * 1024 + 1))},
            "The file is larger than 1 MB. Send it in parts.",
        ),
    ],
)
def test_file_that_can_not_be_used_is_told_at_its_field(
    sales: list[LeadSale], pro_client: Client, data: dict[str, object], sentence: str
) -> None:
    page = pro_client.post(PAGE, data)
    assert page.status_code == 422
    assert text_of(page).count(sentence) == 2  # in the summary, and at the field
    assert '<a href="#id_file">' in text_of(page)


@pytest.mark.covers("X31")
def test_template_has_the_leads_that_can_be_claimed_and_is_safe_to_open(
    sales: list[LeadSale], pro_client: Client
) -> None:
    LeadSale.objects.filter(pk__in=[sale.pk for sale in sales[3:]]).update(detached_at=NOW)
    Lead.objects.filter(pk=sales[0].lead_id).update(
        reference="=H-1", contact_name='=HYPERLINK("x")'
    )
    with time_machine.travel(NOW, tick=False):
        answer = pro_client.get("/requests/csv/template.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    written = answer.content.decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(written))
    assert header[:3] == ["reference", "reason", "explanation"]
    assert header[-1] == "contact"
    assert {"who_answered", "corrected_category"} <= set(header)
    assert [one[0] for one in rows] == ["'=H-1", *(sale.lead.reference for sale in sales[1:3])]
    assert rows[0][-1] == '\'=HYPERLINK("x")'

    filled_in = dict(zip(header, rows[0], strict=True))
    filled_in |= dict(zip(HEADER[1:], line(sales[0])[1:], strict=True))
    text = io.StringIO()
    csv.writer(text).writerows([header, list(filled_in.values()), *rows[1:]])
    file = SimpleUploadedFile("claims.csv", text.getvalue().encode("utf-8-sig"))
    with time_machine.travel(NOW, tick=False):
        page = text_of(pro_client.post(PAGE, {"file": file}))
    assert "1 row is good. Nothing is sent yet." in page


def test_template_has_the_leads_that_an_event_keeps_open(
    sales: list[LeadSale], agent: User, pro_client: Client
) -> None:
    inside, outside = sales[:2]
    LeadSale.objects.exclude(pk__in=[inside.pk, outside.pk]).update(detached_at=NOW)
    Lead.objects.filter(pk=inside.lead_id).update(postal_code="30309")
    Lead.objects.filter(pk=outside.lead_id).update(postal_code="10001")
    DeclaredEvent.objects.create(
        program=inside.pro.program,
        name="Storm",
        cause="hurricane",
        starts_on=date(2026, 3, 4),
        ends_on=date(2026, 3, 5),
        postal_codes=["303*"],
        declared_by=agent,
        declared_at=NOW,
    )

    def listed(days: int) -> list[str]:
        with time_machine.travel(NOW + timedelta(days=days), tick=False):
            pro_client.force_login(inside.pro.memberships.get().user)
            answer = pro_client.get("/requests/csv/template.csv")
        rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
        return [row[0] for row in rows][1:]

    # The window closes with Saturday by itself, and with Monday where the storm was.
    assert listed(5) == [inside.lead.reference, outside.lead.reference]
    assert [listed(6), listed(7)] == [[inside.lead.reference]] * 2
    assert listed(8) == []


def test_columns_that_are_not_read_are_named(sales: list[LeadSale], pro_client: Client) -> None:
    text = f"reference,reason,explanation,<b>notes\n{sales[0].lead.reference},duplicate,Twice,x\n"
    page = pro_client.post(PAGE, {"file": SimpleUploadedFile("a.csv", text.encode())})
    assert "These columns are not read: &lt;b&gt;notes." in text_of(page)


def test_page_names_the_reasons_and_what_each_asks(
    sales: list[LeadSale], pro_client: Client
) -> None:
    page = text_of(pro_client.get(PAGE))
    assert "<code>incorrect_contact</code>" in page
    assert "Column who_answered: " in page
    assert "<code>stranger</code>" in page


def test_page_speaks_chinese(sales: list[LeadSale], pro: User, pro_client: Client) -> None:
    User.objects.filter(pk=pro.pk).update(language="zh-hant")
    page = text_of(upload(pro_client, line(sales[0]), line(sales[1], reference="H-0")))
    assert "送出 1 筆可送出的資料" in page
    assert "您的帳號中沒有編號 H-0 的案件。" in page


def test_number_of_rows_costs_no_query(sales: list[LeadSale], pro_client: Client) -> None:
    def queries(count: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            page = upload(pro_client, *(line(sale) for sale in everyone[:count]))
        assert f"Send the {count} good rows" in text_of(page)
        return len(captured)

    more = [LeadSaleFactory.create(pro=sales[0].pro, sold_at=SOLD_AT) for _number in range(30)]
    everyone = [*sales, *more]
    queries(2)  # parses the policy
    assert queries(3) == queries(50)
