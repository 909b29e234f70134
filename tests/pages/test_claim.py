"""Claiming a refund: what is refused leaves everything as it was, what is sent is filed once."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from leads.models import LeadSale
from refunds.forms import ClaimForm
from refunds.models import Evidence, OutboundMail, RefundRequest, State
from refunds.policy.document import load_preset
from tests.factories import refunds as life
from tests.factories.leads import LeadFactory, LeadSaleFactory
from tests.pages.browser import answers, png, text_of
from tests.snapshots import everything

SignIn = Callable[[User], Client]


def test_reasons_are_grouped_and_each_has_its_hint(
    sale: LeadSale, pro: User, signed_in: SignIn
) -> None:
    page = text_of(signed_in(pro).get(f"/leads/{sale.uuid}/refund/"))
    refundable, never = page.split("Not refunded in this program")
    assert 'value="incorrect_contact"' in refundable
    assert 'value="job_not_won"' in never
    assert "winning the job is not part of what a lead promises" in never
    assert "For a lead that doesn&#x27;t answer, make every call" in refundable


def test_second_step_asks_what_the_reason_asks(
    sale: LeadSale, pro: User, signed_in: SignIn
) -> None:
    page = text_of(signed_in(pro).get(f"/leads/{sale.uuid}/refund/?reason=incorrect_contact"))
    assert 'name="detail_who_answered"' in page
    assert "at least 20 characters" in page
    assert "A screenshot of your call log" in page
    assert re.search(r'name="command_id" value="[0-9a-f-]{36}"', page)


@pytest.mark.parametrize("query", ["reason=nonsense", "reason=", "continue=1"])
def test_no_such_reason_asks_again(
    sale: LeadSale, pro: User, signed_in: SignIn, query: str
) -> None:
    page = signed_in(pro).get(f"/leads/{sale.uuid}/refund/?{query}")
    assert page.status_code == 200
    assert "Choose one of the reasons of this program." in text_of(page)


def test_never_refunded_reason_explains_itself_before_the_form(
    sale: LeadSale, pro: User, signed_in: SignIn
) -> None:
    page = text_of(signed_in(pro).get(f"/leads/{sale.uuid}/refund/?reason=job_not_won"))
    assert page.index("This program doesn't refund this") < page.index("<textarea")
    assert "This would be declined at once" in page


def test_todays_date_is_the_last_to_choose(sale: LeadSale, pro: User, signed_in: SignIn) -> None:
    url = f"/leads/{sale.uuid}/refund/?reason=already_hired_or_done"
    # The 5th in New York still, where the program's days begin.
    with time_machine.travel(datetime(2026, 3, 6, 4, 30, tzinfo=UTC), tick=False):
        LeadSale.objects.filter(pk=sale.pk).update(sold_at=timezone.now())
        page = text_of(signed_in(pro).get(url))
    assert 'max="2026-03-05"' in page


@pytest.mark.parametrize(
    ("country", "code", "is_right"),
    [
        ("US", "30301", True),
        ("US", "30301-1234", True),
        ("US", "303011234", False),
        ("US", "30301\n", True),
        ("TW", "106", True),
        ("TW", "10617", True),
        ("TW", "106409", True),
        ("TW", "1064", False),
        ("JP", "100-0001", True),
        ("JP", "1" * 17, False),
    ],
)
def test_postal_code_has_its_countrys_shape(country: str, code: str, is_right: bool) -> None:
    policy = load_preset("conxpros").model_copy(update={"country": country})
    reason = policy.reason("wrong_location")
    assert reason is not None
    form = ClaimForm(
        answers(detail_job_postal_code=code),
        policy=policy,
        reason=reason,
        categories=[],
        today=date(2026, 3, 5),
    )
    assert form.is_valid() is is_right


def test_label_with_a_percent_sign_is_said_as_it_is() -> None:
    policy = load_preset("conxpros")
    reason = policy.reason("wrong_location")
    assert reason is not None
    labelled = [one.model_copy(update={"label": "100% sure?"}) for one in reason.details]
    form = ClaimForm(
        answers(detail_job_postal_code="x"),
        policy=policy,
        reason=reason.model_copy(update={"details": tuple(labelled)}),
        categories=[],
        today=date(2026, 3, 5),
    )
    assert form.errors["detail_job_postal_code"] == [
        "Give a ZIP code of five digits, such as 30301 or 30301-1234, for: 100% sure?"
    ]


@pytest.mark.covers("L5")
def test_closed_lead_explains_itself_instead_of_the_form(
    sale: LeadSale, pro: User, manager: User, signed_in: SignIn
) -> None:
    LeadSale.objects.filter(pk=sale.pk).update(sold_at=timezone.now() - timedelta(days=30))
    for query in ("", "?reason=incorrect_contact"):
        page = text_of(signed_in(pro).get(f"/leads/{sale.uuid}/refund/{query}"))
        assert "Closed since" in page
        assert manager.email in page
        assert "<textarea" not in page
        assert 'type="radio"' not in page


def test_lead_with_a_live_request_leads_to_it(sale: LeadSale, pro: User, signed_in: SignIn) -> None:
    request = life.investigating(sale, pro)
    page = signed_in(pro).get(f"/leads/{sale.uuid}/refund/")
    assert page.status_code == 302
    assert page["Location"] == f"/requests/{request.reference}/"


@pytest.mark.parametrize("method", ["get", "post"])
def test_sale_of_somebody_else_is_not_found(
    sale: LeadSale, other_pro: User, signed_in: SignIn, method: str
) -> None:
    before = everything()
    client = signed_in(other_pro)
    page = getattr(client, method)(f"/leads/{sale.uuid}/refund/", answers())
    assert page.status_code == 404
    assert everything() == before


@pytest.mark.covers("C2", "C4")
def test_claim_is_filed_with_its_evidence_and_receipt(
    sale: LeadSale, pro: User, signed_in: SignIn, picture: SimpleUploadedFile
) -> None:
    second = SimpleUploadedFile("letter.pdf", b"%PDF-1.4 letter")
    page = signed_in(pro).post(
        f"/leads/{sale.uuid}/refund/", answers(files=[picture, second]), follow=True
    )
    filed = RefundRequest.objects.get()
    assert page.redirect_chain == [(f"/requests/{filed.reference}/", 302)]
    assert f"We have your request. Its number is {filed.reference}." in text_of(page)
    assert (filed.state, filed.reason) == (State.INVESTIGATING, "incorrect_contact")
    assert filed.details == {"who_answered": "stranger"}
    assert [one.original_name for one in filed.evidence.order_by("pk")] == [
        "call log.png",
        "letter.pdf",
    ]
    assert [mail.kind for mail in OutboundMail.objects.all()] == [OutboundMail.Kind.RECEIPT]


@pytest.mark.covers("A13", "A14", "X34")
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"explanation": ""}, "Tell us what happened in at least 20 characters"),
        ({"explanation": "   too short      "}, "Tell us what happened in at least 20 characters"),
        ({"explanation": "nineteen characters"}, "Tell us what happened in at least 20 characters"),
        ({"explanation": "\x00" + life.EXPLANATION}, "Null characters are not allowed."),
        ({"reason": "nonsense"}, "Choose one of the reasons of this program."),
        ({"reason": None}, "Choose one of the reasons of this program."),
        ({"reason": "quote_unread"}, "Choose one of the reasons of this program."),
        ({"detail_who_answered": "nobody"}, "Choose one of the answers to: Who did you reach?"),
        ({"command_id": None}, "This page is incomplete. Open it again from the lead."),
        ({"command_id": "x"}, "This page is incomplete. Open it again from the lead."),
        ({"reason": "wrong_category"}, "Answer this: What category is it really?"),
        (
            {"reason": "already_hired_or_done", "detail_hired_on": "soon"},
            "Give a day, such as 2026-03-07, for: When was it given away or done?",
        ),
        (
            {"reason": "already_hired_or_done", "detail_hired_on": "2099-01-01"},
            "That day is still to come: When was it given away or done?",
        ),
        (
            {"reason": "wrong_location", "detail_job_postal_code": "3030"},
            "Give a ZIP code of five digits, such as 30301 or 30301-1234, for: Zip code of",
        ),
        ({"explanation": "x" * 5001}, "That is 5001 characters long. Keep it to 5000."),
    ],
)
def test_form_that_does_not_hold_changes_nothing(
    sale: LeadSale, pro: User, signed_in: SignIn, changes: dict[str, object], sentence: str
) -> None:
    before = everything()
    page = signed_in(pro).post(f"/leads/{sale.uuid}/refund/", answers(**changes))
    assert page.status_code == 422
    assert sentence in text_of(page)
    assert "There is a problem" in text_of(page)
    assert everything() == before


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (("page.svg", b"<svg onload='alert(1)'/>"), "is not a picture (JPEG, PNG, WebP) or a PDF"),
        (
            ("page.html.png", b"<script>alert(1)</script>"),
            "can&#x27;t be read as what its name says",
        ),
        (("empty.png", b""), "can&#x27;t be read as what its name says"),
        (("big.pdf", b"%PDF-" + b"0" * settings.EVIDENCE_MAX_BYTES), "is larger than 10 MB"),
    ],
)
def test_wrong_file_keeps_the_form_and_changes_nothing(
    sale: LeadSale, pro: User, signed_in: SignIn, file: tuple[str, bytes], sentence: str
) -> None:
    before = everything()
    page = signed_in(pro).post(
        f"/leads/{sale.uuid}/refund/", answers(files=[SimpleUploadedFile(*file)])
    )
    assert page.status_code == 422
    assert f"“{file[0]}”" in text_of(page)
    assert sentence in text_of(page)
    assert life.EXPLANATION in text_of(page)
    assert everything() == before


def test_too_many_files_change_nothing(sale: LeadSale, pro: User, signed_in: SignIn) -> None:
    before = everything()
    files = [SimpleUploadedFile(f"{number}.png", png()) for number in range(11)]
    page = signed_in(pro).post(f"/leads/{sale.uuid}/refund/", answers(files=files))
    assert page.status_code == 422
    assert "Send at most 10 files." in text_of(page)
    assert everything() == before


def test_script_behind_a_picture_is_not_kept(sale: LeadSale, pro: User, signed_in: SignIn) -> None:
    upload = SimpleUploadedFile("log.png", png() + b"<script>alert(1)</script>")
    signed_in(pro).post(f"/leads/{sale.uuid}/refund/", answers(files=[upload]))
    with Evidence.objects.get().file.open("rb") as kept:
        content = kept.read()
    assert content.startswith(b"\x89PNG")
    assert b"script" not in content


@pytest.mark.covers("C35", "L5")
def test_late_claim_changes_nothing(sale: LeadSale, pro: User, signed_in: SignIn) -> None:
    LeadSale.objects.filter(pk=sale.pk).update(sold_at=timezone.now() - timedelta(days=30))
    before = everything()
    page = signed_in(pro).post(f"/leads/{sale.uuid}/refund/", answers())
    assert page.status_code == 422
    assert "Refunds for this lead could be asked for until" in text_of(page)
    assert life.EXPLANATION in text_of(page)
    assert everything() == before


def test_second_claim_names_the_first_and_changes_nothing(
    sale: LeadSale, pro: User, signed_in: SignIn, picture: SimpleUploadedFile
) -> None:
    first = life.investigating(sale, pro)
    before = everything()
    page = signed_in(pro).post(f"/leads/{sale.uuid}/refund/", answers(files=[picture]))
    assert page.status_code == 409
    assert f"There is a request for this lead: {first.reference}." in text_of(page)
    assert f'href="/requests/{first.reference}/"' in text_of(page)
    assert life.EXPLANATION in text_of(page)
    assert everything() == before


def test_same_form_twice_is_one_request(sale: LeadSale, pro: User, signed_in: SignIn) -> None:
    form = answers()
    client = signed_in(pro)
    first = client.post(f"/leads/{sale.uuid}/refund/", form)
    before = everything()
    second = client.post(f"/leads/{sale.uuid}/refund/", form)
    assert first["Location"] == second["Location"]
    assert RefundRequest.objects.count() == 1
    assert everything() == before


def test_same_form_with_other_answers_changes_nothing(
    sale: LeadSale, pro: User, signed_in: SignIn
) -> None:
    form = answers()
    client = signed_in(pro)
    client.post(f"/leads/{sale.uuid}/refund/", form)
    before = everything()
    page = client.post(
        f"/leads/{sale.uuid}/refund/", form | {"explanation": "Something else altogether."}
    )
    assert page.status_code == 409
    assert "This form was sent before with other answers." in text_of(page)
    assert everything() == before


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {},
            ["A person would look into this", "If it is approved, $50.00 goes back"],
        ),
        ({"reason": "job_not_won"}, ["This would be declined at once", "is not refunded"]),
        (
            {"reason": "wrong_location"},
            ["This would be declined at once", "30301 is one that your campaign covers"],
        ),
        (
            {"reason": "wrong_location", "detail_job_postal_code": "99999"},
            ["A person would look into this", "If it is approved, $50.00 goes back"],
        ),
    ],
)
def test_preview_says_the_verdict_and_changes_nothing(
    sale: LeadSale, pro: User, signed_in: SignIn, changes: dict[str, object], words: list[str]
) -> None:
    before = everything()
    page = signed_in(pro).post(f"/leads/{sale.uuid}/refund/", answers(preview="1", **changes))
    assert page.status_code == 200
    for expected in words:
        assert expected in text_of(page)
    assert life.EXPLANATION in text_of(page)
    assert everything() == before


def test_preview_says_when_the_decision_comes(sale: LeadSale, pro: User, signed_in: SignIn) -> None:
    page = signed_in(pro).post(f"/leads/{sale.uuid}/refund/", answers(preview="1"))
    assert re.search(r"You would have the decision by \w{3} \d+ \w{3} \d{4}\.", text_of(page))


def test_machine_that_proves_the_claim_credits_it_at_once(
    pro: User, signed_in: SignIn, sale: LeadSale
) -> None:
    lead = LeadFactory.create(program=sale.lead.program, postal_code="99999")
    outside = LeadSaleFactory.create(pro=sale.pro, lead=lead)
    preview = signed_in(pro).post(
        f"/leads/{outside.uuid}/refund/", answers(reason="wrong_location", preview="1")
    )
    assert "This would be approved at once" in text_of(preview)
    assert "$50.00 would be on your balance at once." in text_of(preview)
    page = signed_in(pro).post(
        f"/leads/{outside.uuid}/refund/", answers(reason="wrong_location"), follow=True
    )
    assert RefundRequest.objects.get().state == State.APPROVED
    assert "$50.00 is on your balance." in text_of(page)
