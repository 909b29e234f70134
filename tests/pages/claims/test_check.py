"""Step 3: what will be sent, sent once; and the page that says what happens next."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from leads.models import LeadSale
from refunds.models import ClaimDraft, OutboundMail, RefundRequest, State
from refunds.services import drafts
from tests.conftest import SignedIn
from tests.factories import refunds as life
from tests.factories.leads import LeadFactory, LeadSaleFactory
from tests.factories.refunds import EXPLANATION
from tests.pages.browser import text_of
from tests.pages.claims.pages import continue_with, send, sending, url
from tests.refunds import credits
from tests.snapshots import everything


def test_it_shows_each_answer_with_where_to_change_it(
    sale: LeadSale, pro_client: Client, picture: SimpleUploadedFile
) -> None:
    continue_with(pro_client, sale, files=[picture])
    page = text_of(pro_client.get(url(sale, "check/")))
    for told in ("Somebody who doesn&#x27;t know them", EXPLANATION, "call log.png"):
        assert told in page
    for place in ("#id_detail_who_answered_0", "#id_explanation", "#evidence"):
        assert f'href="{url(sale, "details/")}{place}"' in page
    assert "A person would look into this" in page
    assert "For a lead that doesn&#x27;t answer" not in page


def test_half_a_draft_goes_back_to_what_is_missing(sale: LeadSale, pro_client: Client) -> None:
    continue_with(pro_client, sale, explanation="He sa")
    page = pro_client.get(url(sale, "check/"), follow=True)
    assert page.redirect_chain == [(url(sale, "details/?check=1"), 302)]
    assert '<a href="#id_explanation">Tell us what happened in at least 20' in text_of(page)


@pytest.mark.covers("C9b")
def test_an_answer_that_rules_the_reason_out_is_changed_not_sent(
    sale: LeadSale, pro_client: Client
) -> None:
    continue_with(pro_client, sale, detail_who_answered="household")
    page = text_of(pro_client.get(url(sale, "check/")))
    assert "This can&#x27;t be sent as it is" in page
    assert "is not refunded where the answer is" in page
    assert "declined" not in page
    assert "Send the request" not in page
    before = everything()
    assert send(pro_client, sale).status_code == 422
    assert everything() == before


def test_no_draft_goes_to_the_reasons(sale: LeadSale, pro_client: Client) -> None:
    assert pro_client.get(url(sale, "check/"))["Location"] == url(sale)


@pytest.mark.covers("C2", "C4")
def test_it_is_filed_with_its_evidence_and_receipt(
    sale: LeadSale, pro_client: Client, picture: SimpleUploadedFile
) -> None:
    continue_with(pro_client, sale, files=[picture])
    page = send(pro_client, sale)
    filed = RefundRequest.objects.get()
    assert page["Location"] == f"/requests/{filed.reference}/sent/"
    assert (filed.state, filed.reason) == (State.INVESTIGATING, "incorrect_contact")
    assert filed.details == {"who_answered": "stranger"}
    assert [one.original_name for one in filed.evidence.all()] == ["call log.png"]
    assert [mail.kind for mail in OutboundMail.objects.all()] == [OutboundMail.Kind.RECEIPT]
    assert ClaimDraft.objects.count() == 0


def test_a_second_click_leads_to_the_same_page(sale: LeadSale, pro_client: Client) -> None:
    continue_with(pro_client, sale)
    form = sending(ClaimDraft.objects.get())
    first = pro_client.post(url(sale, "check/"), form)
    before = everything()
    second = pro_client.post(url(sale, "check/"), form)
    assert first["Location"] == second["Location"]
    assert everything() == before


def test_what_changed_since_it_was_looked_at_is_shown_and_not_sent(
    sale: LeadSale, pro: User, pro_client: Client
) -> None:
    continue_with(pro_client, sale)
    form = sending(ClaimDraft.objects.get())
    drafts.keep(sale_uuid=sale.uuid, actor=pro, explanation="Something else altogether.")
    before = everything()
    page = pro_client.post(url(sale, "check/"), form)
    assert page.status_code == 409
    assert "This claim was changed in another window" in text_of(page)
    assert "Something else altogether." in text_of(page)
    assert everything() == before


def test_a_claim_beside_another_request_leads_to_it(
    sale: LeadSale, pro: User, pro_client: Client
) -> None:
    continue_with(pro_client, sale)
    first = life.investigating(sale, pro)
    before = everything()
    page = pro_client.post(url(sale, "check/"), sending(ClaimDraft.objects.get()), follow=True)
    assert page.redirect_chain[-1] == (f"/requests/{first.reference}/", 302)
    assert f"There is a request for this lead: {first.reference}." in text_of(page)
    assert everything() == before


def test_a_form_without_its_numbers_is_shown_again(sale: LeadSale, pro_client: Client) -> None:
    continue_with(pro_client, sale)
    before = everything()
    for form in ({}, {"command_id": "x", "saved_at": "y"}):
        page = pro_client.post(url(sale, "check/"), form)
        assert page["Location"] == url(sale, "check/")
    assert everything() == before


@pytest.mark.covers("L22")
def test_a_second_click_after_the_lead_has_left_leads_to_the_request(manager: User) -> None:
    program = credits.program_of("legalplan")
    sale = credits.sold(credits.contact_of(program), credits.pro_of(program, manager))
    client = SignedIn(credits.user_of(sale.pro))
    continue_with(client, sale, reason="spam", detail_who_answered=None)
    form = sending(ClaimDraft.objects.get())
    first = client.post(url(sale, "check/"), form)
    LeadSale.objects.filter(pk=sale.pk).update(detached_at=sale.sold_at)
    assert client.post(url(sale, "check/"), form)["Location"] == first["Location"]


def test_the_page_after_it_says_the_number_and_what_happens_next(
    sale: LeadSale, pro_client: Client
) -> None:
    continue_with(pro_client, sale)
    sent = send(pro_client, sale)["Location"]
    filed = RefundRequest.objects.get()
    for _reload in range(2):
        page = text_of(pro_client.get(sent))
        assert f'<p class="reference">{filed.reference}</p>' in page
        assert re.search(r"You have the decision by \w{3} \d+ \w{3} \d{4}, 23:59 E[SD]T\.", page)
        assert f'href="/requests/{filed.reference}/"' in page
        assert 'href="/leads/"' in page


def test_what_the_machine_proves_is_credited_at_once(sale: LeadSale, pro_client: Client) -> None:
    lead = LeadFactory.create(program=sale.lead.program, postal_code="99999")
    outside = LeadSaleFactory.create(pro=sale.pro, lead=lead)
    continue_with(pro_client, outside, reason="wrong_location")
    check = text_of(pro_client.get(url(outside, "check/")))
    assert "This would be approved at once" in check
    assert "$50.00 would be on your balance at once." in check
    page = text_of(pro_client.get(send(pro_client, outside)["Location"]))
    assert RefundRequest.objects.get().state == State.APPROVED
    assert "Approved at once" in page
    assert "$50.00 is on your balance. " in page.replace("</p>", " ")
    assert re.findall(r"Your balance is now [^<]*", page) == ["Your balance is now $950.00."]


def test_what_is_never_refunded_says_why_and_that_it_can_be_appealed(
    sale: LeadSale, pro_client: Client
) -> None:
    continue_with(pro_client, sale, reason="job_not_won")
    page = text_of(pro_client.get(send(pro_client, sale)["Location"]))
    assert "Declined at once" in page
    assert "is not refunded in this program" in page
    assert "appeal once" in page
