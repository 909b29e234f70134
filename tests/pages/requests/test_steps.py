"""What a pro does on a request's page: answer, appeal, withdraw."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from leads.models import LeadSale
from refunds.models import OutboundMail, State
from tests.conftest import SignedIn
from tests.factories import refunds as life
from tests.factories.refunds import again
from tests.pages.browser import text_of
from tests.pages.requests.steps import Draw, SignIn
from tests.snapshots import everything


def test_answer_goes_back_to_the_team(
    sale: LeadSale, pro: User, agent: User, signed_in: SignIn, picture: SimpleUploadedFile
) -> None:
    request = life.awaiting_pro(sale, pro, agent)
    client = signed_in(pro)
    sent = client.post(
        f"/requests/{request.reference}/reply/",
        {
            "version": request.version,
            "complete": "1",
            "answer": "The one on the lead.",
            "files": [picture],
        },
    )
    assert again(request).state == State.INVESTIGATING
    assert sent["Location"] == f"/requests/{request.reference}/next/"
    page = client.get(f"/requests/{request.reference}/")
    assert "The one on the lead." in text_of(page)
    assert "call log.png" in text_of(page)
    assert f"sent by {pro.name}, " in text_of(page)
    assert "Your answer" in text_of(page)


@pytest.mark.covers("X25")
def test_appeal_is_filed_with_its_text_and_files(
    sale: LeadSale, pro: User, agent: User, signed_in: SignIn, picture: SimpleUploadedFile
) -> None:
    request = life.declined(sale, pro, agent)
    page = signed_in(pro).get(f"/requests/{request.reference}/appeal/")
    assert "what they decide is final." in text_of(page)
    signed_in(pro).post(
        f"/requests/{request.reference}/appeal/",
        {
            "version": request.version,
            "complete": "1",
            "text": "You reached the tenant.",
            "files": [picture],
        },
    )
    appealed = again(request)
    assert appealed.state == State.APPEALED
    assert appealed.appeal is not None
    assert appealed.appeal.text == "You reached the tenant."
    assert appealed.evidence.count() == 1
    assert OutboundMail.objects.filter(kind=OutboundMail.Kind.APPEAL_RECEIPT).count() == 1


@pytest.mark.covers("X36")
def test_withdrawal_is_asked_about_first(sale: LeadSale, pro: User, signed_in: SignIn) -> None:
    request = life.investigating(sale, pro)
    client = signed_in(pro)
    page = client.get(f"/requests/{request.reference}/withdraw/")
    assert "Take this request back?" in text_of(page)
    assert again(request).state == State.INVESTIGATING
    client.post(f"/requests/{request.reference}/withdraw/", {"version": request.version})
    assert again(request).state == State.WITHDRAWN


@pytest.mark.covers("X36")
@pytest.mark.parametrize(
    ("days", "before", "after"),
    [
        (0, "You may claim this lead again until", "You may claim this lead again until"),
        (30, "you can&#x27;t claim the lead again.", "The time to claim this lead has passed."),
    ],
)
def test_withdrawing_says_whether_the_lead_can_be_claimed_again(
    sale: LeadSale, pro: User, days: int, before: str, after: str
) -> None:
    request = life.investigating(sale, pro)
    with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
        client = SignedIn(pro)
        asked = text_of(client.get(f"/requests/{request.reference}/withdraw/"))
        client.post(f"/requests/{request.reference}/withdraw/", {"version": request.version})
        done = text_of(client.get(f"/requests/{request.reference}/"))
    assert before in asked
    assert after in done
    assert (f'href="/leads/{sale.uuid}/refund/"' in done) == (days == 0)


@pytest.mark.parametrize(
    ("step", "form", "sentence"),
    [
        ("reply", {"answer": "   "}, "Write your answer."),
        ("appeal", {"text": ""}, "Say what is wrong with the decision."),
        ("appeal", {"text": "That is wrong."}, "in at least 20 characters: which reason"),
        ("appeal", {"text": "x" * 5001}, "That is 5001 characters long. Keep it to 5000."),
        ("reply", {"answer": "Yes", "version": "x"}, "This page is incomplete."),
        ("appeal", {"text": "No", "version": ""}, "This page is incomplete."),
    ],
)
def test_step_that_does_not_hold_changes_nothing(
    ready_for: Draw, pro_client: Client, step: str, form: dict[str, str], sentence: str
) -> None:
    request = ready_for(step)
    before = everything()
    page = pro_client.post(
        f"/requests/{request.reference}/{step}/",
        {"version": request.version, "complete": "1"} | form,
    )
    assert page.status_code == 422
    assert sentence in text_of(page)
    assert everything() == before


def _wrong_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("page.svg", b"<svg/>")


@pytest.mark.parametrize(("step", "field"), [("reply", "answer"), ("appeal", "text")])
def test_wrong_file_keeps_what_was_written(
    ready_for: Draw, pro_client: Client, step: str, field: str
) -> None:
    request = ready_for(step)
    before = everything()
    page = pro_client.post(
        f"/requests/{request.reference}/{step}/",
        {
            "version": request.version,
            "complete": "1",
            field: "My words stay as I wrote them.",
            "files": [_wrong_file()],
        },
    )
    assert page.status_code == 422
    assert "My words stay as I wrote them." in text_of(page)
    assert everything() == before


@pytest.mark.parametrize(
    ("step", "field"), [("reply", "answer"), ("appeal", "text"), ("withdraw", "")]
)
def test_stale_page_says_so_and_changes_nothing(
    ready_for: Draw, pro_client: Client, step: str, field: str
) -> None:
    request = ready_for(step)
    before = everything()
    form = {"version": request.version - 1, "complete": "1"} | (
        {field: "My words stay as I wrote them."} if field else {}
    )
    page = pro_client.post(f"/requests/{request.reference}/{step}/", form)
    assert page.status_code == 409
    assert "This request has changed since you opened it" in text_of(page)
    assert not field or "My words stay as I wrote them." in text_of(page)
    assert f'name="version" value="{request.version}"' in text_of(page)
    assert everything() == before


def test_second_click_on_a_step_changes_nothing(
    sale: LeadSale, pro: User, agent: User, signed_in: SignIn
) -> None:
    request = life.declined(sale, pro, agent)
    client = signed_in(pro)
    form = {"version": request.version, "complete": "1", "text": "You reached the tenant."}
    client.post(f"/requests/{request.reference}/appeal/", form)
    before = everything()
    page = client.post(f"/requests/{request.reference}/appeal/", form)
    assert page.status_code == 409
    assert "This request has changed since you opened it" in text_of(page)
    assert "<textarea" not in text_of(page)
    assert "You had written:" not in text_of(page)
    other = client.post(
        f"/requests/{request.reference}/appeal/", form | {"text": "She told me so in person."}
    )
    assert "You had written:" in text_of(other)
    assert "She told me so in person." in text_of(other)
    assert everything() == before


def test_withdrawing_twice_offers_no_second_button(
    sale: LeadSale, pro: User, pro_client: Client
) -> None:
    request = life.withdrawn(sale, pro)
    page = pro_client.post(
        f"/requests/{request.reference}/withdraw/",
        {"version": request.version - 1, "complete": "1"},
    )
    assert page.status_code == 409
    assert "Take it back</button>" not in text_of(page)


def test_form_that_comes_too_late_shows_no_field_to_mend(
    sale: LeadSale, pro: User, pro_client: Client
) -> None:
    request = life.withdrawn(sale, pro)
    page = pro_client.post(
        f"/requests/{request.reference}/reply/",
        {"version": request.version, "complete": "1", "answer": ""},
    )
    assert page.status_code == 422
    assert "No question of ours waits for an answer here." in text_of(page)
    assert "Write your answer." not in text_of(page)


@pytest.mark.covers("X25")
def test_appeal_after_its_date_changes_nothing(
    sale: LeadSale, pro: User, agent: User, signed_in: SignIn
) -> None:
    request = life.declined(sale, pro, agent)
    before = everything()
    client = signed_in(pro)
    with time_machine.travel(timezone.now() + timedelta(days=14, minutes=5), tick=False):
        client.force_login(pro)
        assert client.get(f"/requests/{request.reference}/appeal/").status_code == 302
        page = client.post(
            f"/requests/{request.reference}/appeal/",
            {"version": request.version, "complete": "1", "text": "My words stay as I wrote them."},
        )
    assert page.status_code == 422
    assert "can&#x27;t be appealed any more" in text_of(page)
    assert "My words stay as I wrote them." in text_of(page)
    assert everything() == before


@pytest.mark.parametrize("step", ["reply", "appeal"])
def test_step_that_is_not_due_leads_back(
    sale: LeadSale, pro: User, signed_in: SignIn, step: str
) -> None:
    request = life.investigating(sale, pro)
    page = signed_in(pro).get(f"/requests/{request.reference}/{step}/")
    assert page.status_code == 302
    assert page["Location"] == f"/requests/{request.reference}/"


def test_reference_with_a_null_is_not_found(pro: User, signed_in: SignIn) -> None:
    assert signed_in(pro).get("/requests/RF-%00/").status_code == 404
