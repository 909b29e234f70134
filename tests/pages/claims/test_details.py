"""Step 2: only what the reason asks; what is typed is kept, and told what would become of it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from leads.models import ContactAttempt, LeadSale
from leads.phones import written
from refunds.models import ClaimDraft, RefundRequest
from tests.conftest import SignedIn
from tests.factories import refunds as life
from tests.factories.leads import ContactAttemptFactory
from tests.factories.refunds import EXPLANATION
from tests.pages.browser import text_of
from tests.pages.claims.pages import HTMX, continue_with, typed, url
from tests.refunds import credits
from tests.snapshots import everything


def test_it_asks_what_the_reason_asks(sale: LeadSale, pro_client: Client) -> None:
    page = text_of(pro_client.get(url(sale, "details/?reason=incorrect_contact")))
    assert 'name="detail_who_answered"' in page
    assert "at least 20 characters" in page
    assert "A screenshot of your call log" in page
    assert written(sale.lead.contact.phone, country="US") in page


def test_never_refunded_reason_explains_itself_before_the_form(
    sale: LeadSale, pro_client: Client
) -> None:
    page = text_of(pro_client.get(url(sale, "details/?reason=job_not_won")))
    assert page.index("This program doesn't refund this") < page.index("<textarea")
    assert "This would be declined at once" in page


def test_without_a_reason_it_leads_to_the_reasons(sale: LeadSale, pro_client: Client) -> None:
    assert pro_client.get(url(sale, "details/"))["Location"] == url(sale)


def test_todays_date_is_the_last_to_choose(sale: LeadSale, pro_client: Client) -> None:
    # The 5th in New York still, where the program's days begin.
    with time_machine.travel(datetime(2026, 3, 6, 4, 30, tzinfo=UTC), tick=False):
        LeadSale.objects.filter(pk=sale.pk).update(sold_at=timezone.now())
        page = text_of(pro_client.get(url(sale, "details/?reason=already_hired_or_done")))
    assert 'max="2026-03-05"' in page


def test_good_answers_go_on_to_the_check(sale: LeadSale, pro_client: Client) -> None:
    page = continue_with(pro_client, sale)
    assert page["Location"] == url(sale, "check/")
    draft = ClaimDraft.objects.get()
    assert (draft.explanation, draft.details) == (EXPLANATION, {"who_answered": "stranger"})
    assert RefundRequest.objects.count() == 0


@pytest.mark.covers("A13", "A14", "X34")
@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"explanation": ""}, "explanation", "Tell us what happened in at least 20 characters"),
        (
            {"explanation": "   too short      "},
            "explanation",
            "Tell us what happened in at least 20 characters",
        ),
        (
            {"explanation": "nineteen characters"},
            "explanation",
            "Tell us what happened in at least 20 characters",
        ),
        (
            {"explanation": "\x00" + EXPLANATION},
            "explanation",
            "Null characters are not allowed.",
        ),
        (
            {"detail_who_answered": "nobody"},
            "detail_who_answered_0",
            "Choose one of the answers to: Who did you reach?",
        ),
        (
            {"reason": "wrong_category"},
            "detail_corrected_category",
            "Answer this: What category is it really?",
        ),
        (
            {"reason": "already_hired_or_done", "detail_hired_on": "soon"},
            "detail_hired_on",
            "Give a day, such as 2026-03-07, for: When was it given away or done?",
        ),
        (
            {"reason": "already_hired_or_done", "detail_hired_on": "2099-01-01"},
            "detail_hired_on",
            "That day is still to come: When was it given away or done?",
        ),
        (
            {"reason": "wrong_location", "detail_job_postal_code": "3030"},
            "detail_job_postal_code",
            "Give a ZIP code of five digits, such as 30301 or 30301-1234, for: Zip code of",
        ),
        (
            {"explanation": "x" * 5001},
            "explanation",
            "That is 5001 characters long. Keep it to 5000.",
        ),
    ],
)
def test_bad_answers_are_told_at_the_top_and_at_the_field_and_kept(
    sale: LeadSale, pro_client: Client, changes: dict[str, str], field: str, sentence: str
) -> None:
    page = continue_with(pro_client, sale, **changes)
    assert page.status_code == 422
    words = text_of(page)
    assert "<title> Error:" in words or "<title>Error:" in words
    assert f'<a href="#id_{field}">{sentence}' in words
    assert words.count(sentence) == 2
    draft = ClaimDraft.objects.get()
    expected = typed(**changes)
    assert draft.explanation == str(expected["explanation"]).replace("\x00", "")
    for name, value in draft.details.items():
        assert expected[f"detail_{name}"] == value
    assert RefundRequest.objects.count() == 0


@pytest.mark.parametrize("reason", ["nonsense", None, "quote_unread"])
def test_no_such_reason_leads_to_the_reasons(
    sale: LeadSale, pro_client: Client, reason: str | None
) -> None:
    before = everything()
    assert continue_with(pro_client, sale, reason=reason)["Location"] == url(sale)
    assert everything() == before


def test_it_can_be_saved_for_later_half_filled_in(sale: LeadSale, pro_client: Client) -> None:
    page = continue_with(pro_client, sale, explanation="He sa", later="1")
    assert page["Location"] == "/leads/"
    assert ClaimDraft.objects.get().explanation == "He sa"
    assert "He sa</textarea>" in text_of(pro_client.get(url(sale, "details/")))


def test_a_save_in_the_background_answers_with_the_preview_and_the_hour(
    sale: LeadSale, pro_client: Client
) -> None:
    # 10:32 in New York.
    with time_machine.travel(datetime(2026, 3, 5, 15, 32, tzinfo=UTC), tick=False):
        LeadSale.objects.filter(pk=sale.pk).update(sold_at=timezone.now())
        page = pro_client.post(url(sale, "save/"), typed(explanation="He said no."), headers=HTMX)
    assert page.status_code == 200
    words = text_of(page)
    assert "Saved 10:32 EST" in words
    assert "<html" not in words
    assert "What happened: 9 more characters" in words
    assert ClaimDraft.objects.get().explanation == "He said no."


def test_a_save_that_comes_late_keeps_what_is_newer(sale: LeadSale, pro_client: Client) -> None:
    edition = '<input type="hidden" name="edition" id="edition" value="%s" autocomplete="off"'
    assert edition % 0 in text_of(pro_client.get(url(sale, "details/?reason=incorrect_contact")))
    continue_with(pro_client, sale)
    before = everything()
    late = typed(explanation="He sa", edition="0")
    page = text_of(pro_client.post(url(sale, "save/"), late, headers=HTMX))
    assert "This claim was changed in another window" in page
    assert everything() == before
    assert edition % 1 in text_of(pro_client.get(url(sale, "details/")))
    newer = typed(explanation="He said no.", edition="1")
    page = text_of(pro_client.post(url(sale, "save/"), newer, headers=HTMX))
    assert edition % 2 + ' hx-swap-oob="true">' in page
    assert ClaimDraft.objects.get().explanation == "He said no."


def test_a_button_keeps_what_it_sends_whatever_was_kept_before(
    sale: LeadSale, pro_client: Client
) -> None:
    continue_with(pro_client, sale, explanation="Something else altogether.")
    continue_with(pro_client, sale, edition="0")
    assert ClaimDraft.objects.get().explanation == EXPLANATION


@pytest.mark.parametrize("step", ["save/", "files/"])
def test_in_place_of_a_part_the_whole_page_is_led_elsewhere(
    sale: LeadSale, pro_client: Client, step: str
) -> None:
    page = pro_client.post(url(sale, step), typed(reason="nonsense"), headers=HTMX)
    assert (page.status_code, page["HX-Redirect"], page.content) == (200, url(sale), b"")
    plain = pro_client.post(url(sale, step), typed(reason="nonsense"))
    assert (plain.status_code, plain["Location"]) == (302, url(sale))


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize("step", ["save/", "files/"])
def test_for_a_closed_lead_nothing_is_begun(
    sale: LeadSale,
    pro_client: Client,
    picture: SimpleUploadedFile,
    step: str,
    headers: dict[str, str],
) -> None:
    LeadSale.objects.filter(pk=sale.pk).update(sold_at=timezone.now() - timedelta(days=30))
    before = everything()
    page = pro_client.post(url(sale, step), typed(files=[picture]), headers=headers)
    assert "This lead can&#x27;t be refunded any more." in text_of(page)
    assert everything() == before


def test_a_save_in_the_background_of_a_lead_that_was_requested_names_the_request(
    sale: LeadSale, pro: User, pro_client: Client
) -> None:
    live = life.investigating(sale, pro)
    before = everything()
    page = pro_client.post(url(sale, "save/"), typed(), headers=HTMX)
    assert page.status_code == 200
    assert f'href="/requests/{live.reference}/"' in text_of(page)
    assert everything() == before


def test_a_claim_that_came_late_by_a_moment_keeps_its_words(
    sale: LeadSale, pro: User, pro_client: Client
) -> None:
    continue_with(pro_client, sale, explanation="He sa")
    life.investigating(sale, pro)
    page = continue_with(pro_client, sale)
    assert page["Location"].startswith("/requests/RF-")
    assert ClaimDraft.objects.get().explanation == "He sa"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ["A person would look into this", "If it is approved, $50.00 goes back"]),
        ({"reason": "job_not_won"}, ["This would be declined at once", "is not refunded"]),
        (
            {"reason": "wrong_location"},
            ["This would be declined at once", "30301 is one that your campaign covers"],
        ),
        (
            {"reason": "wrong_location", "detail_job_postal_code": "99999"},
            ["A person would look into this", "If it is approved, $50.00 goes back"],
        ),
        (
            {"reason": "wrong_category", "explanation": ""},
            [
                "Your answer to: What category is it really?",
                "What happened: 20 more characters",
            ],
        ),
        ({"reason": "do_not_call"}, ["the contact is not to be called any more"]),
    ],
)
def test_the_preview_says_what_would_become_of_it(
    sale: LeadSale, pro_client: Client, changes: dict[str, object], words: list[str]
) -> None:
    page = text_of(pro_client.post(url(sale, "save/"), typed(**changes), headers=HTMX))
    assert "Refundable until" in page
    for expected in words:
        assert expected in page


@time_machine.travel(datetime(2026, 3, 6, 15, 5, tzinfo=UTC), tick=False)
def test_the_preview_says_which_contact_steps_are_still_to_be_made(
    sale: LeadSale, pro_client: Client
) -> None:
    five_minutes_ago = timezone.now() - timedelta(minutes=5)
    LeadSale.objects.filter(pk=sale.pk).update(sold_at=five_minutes_ago)
    page = text_of(pro_client.post(url(sale, "save/"), typed(reason="non_contact"), headers=HTMX))
    assert "In your contact log: a first call within minutes of the delivery" in page
    assert "In your contact log: a call on day 2" in page
    assert "In your contact log: a text or an e-mail" in page


@pytest.mark.covers("L7", "L8", "L22")
def test_where_refunded_leads_leave_the_account_it_is_said_before(manager: User) -> None:
    program = credits.program_of("legalplan")
    sale = credits.sold(credits.contact_of(program), credits.pro_of(program, manager))
    page = text_of(
        SignedIn(credits.user_of(sale.pro)).get(url(sale, "details/?reason=mailbox_full"))
    )
    assert "If it is refunded, the lead leaves your account for good, with the contact." in page
    assert "Ask only when you are very sure." in page
    assert "until it is done the credit is not yours to count on" in page


@pytest.mark.covers("C1", "C35")
def test_a_draft_in_its_grace_says_until_when_it_has_to_be_sent(
    sale: LeadSale, pro_client: Client
) -> None:
    sold_at = datetime.fromisoformat("2026-03-02T09:00:00-05:00")
    closes_at = datetime.fromisoformat("2026-03-07T23:59:59-05:00")
    LeadSale.objects.filter(pk=sale.pk).update(sold_at=sold_at)
    with time_machine.travel(closes_at, tick=False):
        continue_with(pro_client, sale)
    with time_machine.travel(closes_at + timedelta(hours=24), tick=False):
        for step in ("", "details/", "check/"):
            page = text_of(pro_client.get(url(sale, step)))
            assert "Send it by Mon 9 Mar 2026, 00:59 EDT; after that it is too late." in page
            assert "Start anew" not in page
        before = everything()
        page = text_of(pro_client.post(url(sale, "anew/"), follow=True))
        assert "it is too late to begin anew. Change it instead." in page
        assert everything() == before
        listed = text_of(pro_client.get("/leads/?sold=all"))
        assert "Send it by Mon 9 Mar 2026, 00:59 EDT; after that it is too late." in listed
        assert "Closed since" not in listed
    with time_machine.travel(closes_at + timedelta(hours=24, seconds=1), tick=False):
        assert pro_client.get(url(sale, "details/"))["Location"] == url(sale)
        assert "Closed since" in text_of(pro_client.get(url(sale)))


def test_a_claim_that_nobody_answers_is_written_from_the_log(
    sale: LeadSale, pro: User, pro_client: Client
) -> None:
    sold_at = datetime.fromisoformat("2026-03-02T09:00:00-05:00")
    LeadSale.objects.filter(pk=sale.pk).update(sold_at=sold_at)
    for minutes, channel in ((10, "call"), (60, "text")):
        ContactAttemptFactory.create(
            sale=sale,
            at=sold_at + timedelta(minutes=minutes),
            channel=channel,
            by=ContactAttempt.By.PRO,
            reached=False,
        )
    with time_machine.travel(sold_at + timedelta(hours=3), tick=False):
        form = pro_client.get(url(sale, "details/?reason=non_contact")).context["form"]
    assert form.initial["explanation"].splitlines() == [
        "I tried to reach them:",
        "Mon 2 Mar 2026, 09:10 EST: Call, no answer",
        "Mon 2 Mar 2026, 10:00 EST: Text, no answer",
    ]
