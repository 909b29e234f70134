"""What a verifier sees without a click: what to find out, pictures, the contact's sales, rates."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from leads.models import Lead, LeadSale
from refunds.models import Finding, RefundRequest
from refunds.services import rates
from tests.admin.pages import page
from tests.conftest import SignedIn
from tests.factories import refunds
from tests.factories.accounts import ProgramFactory, ServiceProFactory
from tests.factories.leads import LeadSaleFactory, LeadSellerFactory
from tests.snapshots import everything

TO_ESTABLISH = (
    "Call and ask for the person named. A stranger supports it, a spouse or co-owner contradicts "
    "it."
)
RESULTS = ("supports", "contradicts", "inconclusive")


def sold_to_others(sale: LeadSale, days: int, **more: object) -> LeadSale:
    """Sell another lead of the contact's to another pro, days before."""
    return LeadSaleFactory.create(
        pro=ServiceProFactory.create(program=sale.pro.program),
        lead__contact=sale.lead.contact,
        sold_at=sale.sold_at - timedelta(days=days),
        **more,
    )


def sold_again(sale: LeadSale, days: int, **more: object) -> LeadSale:
    """Sell another lead of the contact's to the same pro, days before."""
    return LeadSaleFactory.create(
        pro=sale.pro,
        lead__contact=sale.lead.contact,
        sold_at=sale.sold_at - timedelta(days=days),
        **more,
    )


@pytest.mark.covers("L12")
def test_what_to_establish_stands_above_the_line_for_it(
    browser: SignedIn, case: RefundRequest
) -> None:
    text = browser.get(page(case)).text

    assert 0 < text.index(TO_ESTABLISH) < text.index(page(case, "finding"))


def test_a_decided_case_asks_to_establish_nothing(
    browser: SignedIn, approved: RefundRequest
) -> None:
    assert TO_ESTABLISH not in browser.get(page(approved)).text


def test_each_result_is_a_button_and_enter_sends_none(
    browser: SignedIn, case: RefundRequest
) -> None:
    text = " ".join(browser.get(page(case)).text.split())

    for result in RESULTS:
        assert f'<button type="submit" name="result" value="{result}"' in text
    form = text[text.index(page(case, "finding")) :]
    # Enter presses a form's first button: one that is disabled sends nothing.
    assert form.index("<button") == form.index('<button type="submit" disabled hidden>')


@pytest.mark.parametrize("result", RESULTS)
def test_a_note_and_a_click_add_a_finding(
    browser: SignedIn, case: RefundRequest, result: str
) -> None:
    form = browser.get(page(case)).context["finding_form"]
    filled_in = {name: form[name].value() for name in ("version", "kind")}

    browser.post(page(case, "finding"), {**filled_in, "note": "It is so.", "result": result})

    finding = Finding.objects.get()
    assert (finding.kind, finding.result, finding.note) == ("contact_call", result, "It is so.")


def test_a_finding_without_a_result_says_so_at_the_buttons(
    browser: SignedIn, case: RefundRequest
) -> None:
    before = everything()

    answer = browser.post(
        page(case, "finding"),
        {"version": case.version, "kind": "contact_call", "note": "It is so."},
    )

    assert answer.status_code == 422
    assert answer.text.count("Choose what it shows.") == 2
    assert f'href="#{answer.context["finding_form"]["result"].id_for_label}"' in answer.text
    assert f'id="{answer.context["finding_form"]["result"].id_for_label}"' in answer.text
    assert everything() == before


@pytest.mark.parametrize(
    ("reason", "kind"),
    [("incorrect_contact", "contact_call"), ("duplicate", "history"), ("no_such", "")],
)
def test_where_to_look_first_depends_on_the_reason(
    browser: SignedIn, case: RefundRequest, reason: str, kind: str
) -> None:
    RefundRequest.objects.filter(pk=case.pk).update(reason=reason)

    assert browser.get(page(case)).context["finding_form"]["kind"].value() == kind


@pytest.mark.covers("L14")
def test_a_call_that_its_recording_alone_proves_is_looked_for_there(
    browser: SignedIn, agent: User, pro: User
) -> None:
    company = ServiceProFactory.create(program=ProgramFactory.create(code="legalplan"))
    company.memberships.create(user=pro)
    sale = LeadSaleFactory.create(pro=company, lead__kind=Lead.Kind.LIVE_CALL)
    case = refunds.investigating(sale, pro, reason="wrong_number")

    assert browser.get(page(case)).context["finding_form"]["kind"].value() == "recording"


def test_pictures_stand_beside_the_text_and_other_files_are_links(
    browser: SignedIn, case: RefundRequest
) -> None:
    kept = {
        name: refunds.EvidenceFactory.create(
            request=case, original_name=name, content_type=content_type
        )
        for name, content_type in (("log.png", "image/png"), ("letter.pdf", "application/pdf"))
    }

    answer = browser.get(page(case))

    assert answer.text.count("<img") == 1
    picture = answer.text[answer.text.index("<img") :].partition(">")[0]
    for attribute in (
        f'src="/evidence/{kept["log.png"].uuid}/"',
        'alt="log.png"',
        'width="320"',
        'height="240"',
        'loading="lazy"',
    ):
        assert attribute in picture
    assert "img-src 'self'" in answer["Content-Security-Policy"]
    assert f'href="/evidence/{kept["letter.pdf"].uuid}/"' in answer.text


def test_sales_to_the_pro_say_when_and_whether_they_are_the_same_request(
    browser: SignedIn, case: RefundRequest
) -> None:
    sale = case.sale
    sold_again(sale, 60, lead__reference="L-BEFORE", lead__fingerprint=sale.lead.fingerprint)
    sold_again(sale, -1, lead__reference="L-AFTER")

    rows = browser.get(page(case)).context["sales_to_pro"].rows

    assert [
        (row["lead"], row["when"].word, row["same"].word if row["same"] else "") for row in rows
    ] == [
        ("L-AFTER", "later", ""),
        ("L-BEFORE", "earlier", "the same request"),
    ]


def test_sales_to_others_say_whether_they_are_of_this_lead(
    browser: SignedIn, case: RefundRequest
) -> None:
    other = ServiceProFactory.create(program=case.program)
    LeadSaleFactory.create(pro=other, lead=case.sale.lead, sold_at=case.sale.sold_at)
    sold_to_others(case.sale, 10, lead__reference="L-OTHER")

    rows = browser.get(page(case)).context["sales_to_others"].rows

    assert [(row["lead"], row["same"].word) for row in rows] == [
        (case.sale.lead.reference, "this lead"),
        ("L-OTHER", "another lead"),
    ]


@pytest.mark.parametrize(
    ("count", "shown", "more"),
    [(20, 20, ""), (21, 20, "and 1 older one"), (27, 20, "and 7 older ones")],
)
def test_a_long_list_says_how_many_more_there_are(
    browser: SignedIn, case: RefundRequest, count: int, shown: int, more: str
) -> None:
    for days in range(count):
        sold_again(case.sale, days + 1)

    answer = browser.get(page(case))

    sales = answer.context["sales_to_pro"]
    assert (len(sales.rows), sales.more) == (shown, more)
    assert more in answer.text


def test_rates_stand_beside_everybody_else_s(
    browser: SignedIn, sale: LeadSale, pro: User, agent: User
) -> None:
    for _ in range(2):
        LeadSaleFactory.create(pro=sale.pro)
    seller = LeadSellerFactory.create(program=sale.pro.program)
    other = ServiceProFactory.create(program=sale.pro.program)
    LeadSaleFactory.create(pro=other, lead__seller=seller)
    case = refunds.approved(sale, pro, agent)
    rates.count_due()

    lines = browser.get(page(case)).context["rates"].lines

    assert [(line.who, line.sales, line.claimed, line.credited) for line in lines] == [
        (str(sale.pro), 3, "33% (1)", "33% (1)"),
        ("all other pros", 1, "0% (0)", "0% (0)"),
        (str(sale.lead.seller), 1, "100% (1)", "100% (1)"),
        ("all other sellers", 3, "0% (0)", "0% (0)"),
    ]


def test_a_pro_without_sales_lately_has_no_rate(browser: SignedIn, case: RefundRequest) -> None:
    LeadSale.objects.filter(pk=case.sale_id).update(sold_at=timezone.now() - timedelta(days=91))
    rates.count_due()

    lines = browser.get(page(case)).context["rates"].lines

    assert [(line.sales, line.claimed) for line in lines] == [(0, "–")] * 4


def test_rates_that_were_not_counted_yet_are_no_zeros(
    browser: SignedIn, case: RefundRequest
) -> None:
    assert "Not counted yet" in browser.get(page(case)).text
