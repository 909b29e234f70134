"""The request's pages: the ball, the letter, and the steps that a pro can take."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts import formats
from accounts.models import ServicePro, User
from leads.models import LeadSale
from refunds.models import OutboundMail, RefundEvent, RefundRequest, State
from tests.conftest import SignedIn
from tests.factories import refunds as life
from tests.factories.leads import LeadSaleFactory
from tests.factories.refunds import again
from tests.pages.browser import text_of
from tests.snapshots import everything

SignIn = Callable[[User], Client]
Draw = Callable[[str], RefundRequest]

STEPS = ("", "reply/", "appeal/", "withdraw/")
LIST_QUERIES = 10


# --- The list ---


@pytest.mark.covers("L17")
def test_list_counts_what_needs_the_pro(
    pro_company: ServicePro, pro: User, agent: User, signed_in: SignIn
) -> None:
    waiting = life.awaiting_pro(LeadSaleFactory.create(pro=pro_company), pro, agent)
    open_one = life.investigating(LeadSaleFactory.create(pro=pro_company), pro)
    declined = life.declined(LeadSaleFactory.create(pro=pro_company), pro, agent)
    client = signed_in(pro)
    page = client.get("/requests/")
    assert [(tab["name"], tab["count"]) for tab in page.context["tabs"]] == [
        ("needs_you", "1"),
        ("open", "1"),
        ("decided", "1"),
    ]
    assert [row.reference for row in page.context["rows"]] == [waiting.reference]
    assert open_one.reference in text_of(client.get("/requests/?tab=open"))
    decided = text_of(client.get("/requests/?tab=decided"))
    assert declined.reference in decided
    assert "Appeal until" in decided


def test_list_says_when_a_request_was_asked_for_and_decided(
    sale: LeadSale, pro: User, agent: User, pro_client: Client
) -> None:
    request = life.declined(sale, pro, agent)
    assert request.decided_at is not None
    page = text_of(pro_client.get("/requests/?tab=decided"))
    assert f"Asked for: {formats.instant(request.submitted_at, request.program)}" in page
    assert f"Decided: {formats.instant(request.decided_at, request.program)}" in page


def test_list_promises_no_appeal_that_is_too_late(
    sale: LeadSale, pro: User, agent: User, signed_in: SignIn
) -> None:
    life.declined(sale, pro, agent)
    with time_machine.travel(timezone.now() + timedelta(days=14, minutes=5), tick=False):
        page = text_of(signed_in(pro).get("/requests/?tab=decided"))
    assert "Declined" in page
    assert "Appeal until" not in page


def test_late_request_says_so_and_whom_to_write_to(
    sale: LeadSale, pro: User, manager: User, signed_in: SignIn
) -> None:
    request = life.investigating(sale, pro)
    with time_machine.travel(request.due_at + timedelta(seconds=1), tick=False):
        client = signed_in(pro)
        listed = text_of(client.get("/requests/?tab=open"))
        page = text_of(client.get(f"/requests/{request.reference}/"))
    promised = formats.day(request.limit_on)
    assert f"Late: promised by {promised}" in listed
    assert "Decision by" not in listed
    assert f"We promised a decision by {promised} and did not keep it." in page
    assert f"mailto:{manager.email}" in page


@pytest.mark.covers("X18")
def test_question_stops_the_clock_of_a_late_request(
    sale: LeadSale, pro: User, agent: User, signed_in: SignIn
) -> None:
    request = life.awaiting_pro(sale, pro, agent)
    with time_machine.travel(request.due_at + timedelta(days=1), tick=False):
        page = text_of(signed_in(pro).get("/requests/"))
    assert "Late:" not in page


def test_list_of_others_is_empty(
    sale: LeadSale, pro: User, other_pro: User, signed_in: SignIn
) -> None:
    request = life.investigating(sale, pro)
    page = text_of(signed_in(other_pro).get("/requests/"))
    assert request.reference not in page
    assert "No request is open." in page


@pytest.mark.parametrize("number", [1, 3])
def test_number_of_requests_costs_no_query(
    pro_company: ServicePro,
    pro: User,
    signed_in: SignIn,
    django_assert_num_queries: DjangoAssertNumQueries,
    number: int,
) -> None:
    for sold in LeadSaleFactory.create_batch(number, pro=pro_company):
        life.investigating(sold, pro)
    client = signed_in(pro)
    with django_assert_num_queries(LIST_QUERIES):
        page = client.get("/requests/?tab=open")
    assert len(page.context["rows"]) == number


# --- The request ---


@pytest.mark.parametrize("step", STEPS)
def test_request_of_somebody_else_is_not_found(
    ready_for: Draw, outsiders: list[User], signed_in: SignIn, step: str
) -> None:
    request = ready_for(step.strip("/"))
    before = everything()
    for user in outsiders:
        client = signed_in(user)
        url = f"/requests/{request.reference}/{step}"
        assert client.get(url).status_code == 404
        if step:
            form = {"version": request.version, "answer": "x", "text": "x"}
            assert client.post(url, form).status_code == 404
    assert everything() == before


def test_open_request_says_when_we_decide(sale: LeadSale, pro: User, signed_in: SignIn) -> None:
    request = life.investigating(sale, pro)
    page = text_of(signed_in(pro).get(f"/requests/{request.reference}/"))
    assert "It is with us</h2>" in page
    assert "We aim to decide by" in page
    assert life.EXPLANATION in page
    assert f"/requests/{request.reference}/withdraw/" in page
    assert f"/requests/{request.reference}/appeal/" not in page


def test_question_is_what_the_pro_sees_first(
    sale: LeadSale, pro: User, agent: User, signed_in: SignIn
) -> None:
    request = life.awaiting_pro(sale, pro, agent)
    page = text_of(signed_in(pro).get(f"/requests/{request.reference}/"))
    assert "It is your turn: answer our question" in page
    assert "There is no limit for your answer, but nothing goes on before it." in page
    assert "Question to you" in page
    assert "Checked automatically" in page
    assert "Which number did you dial?" in page
    assert f'href="/requests/{request.reference}/reply/"' in page


@pytest.mark.covers("C6")
def test_refusal_shows_ground_source_and_appeal(
    sale: LeadSale, pro: User, agent: User, signed_in: SignIn
) -> None:
    request = life.declined(sale, pro, agent)
    page = text_of(signed_in(pro).get(f"/requests/{request.reference}/"))
    assert "We looked into it and could not confirm it: The number rings" in page
    assert "Source: Our verification team" in page
    assert "If you disagree, appeal once until" in page
    assert f'href="/requests/{request.reference}/appeal/"' in page
    assert agent.name not in page


def test_approval_shows_the_finding_and_the_credit(
    sale: LeadSale, pro: User, agent: User, signed_in: SignIn
) -> None:
    request = life.approved(sale, pro, agent)
    page = text_of(signed_in(pro).get(f"/requests/{request.reference}/"))
    assert "Called the number: it belongs to somebody else." in page
    assert "$50.00 went back to your paid funds and is on your balance." in page
    assert "Source: What the contact told our team" in page


@pytest.mark.covers("C44")
def test_final_decision_shows_the_managers_sentence(
    sale: LeadSale, pro: User, agent: User, manager: User, signed_in: SignIn
) -> None:
    request = life.final_declined(sale, pro, agent, manager)
    page = text_of(signed_in(pro).get(f"/requests/{request.reference}/"))
    assert life.SENTENCE in page
    assert "the decision stands. This is final." in page
    assert f"/requests/{request.reference}/appeal/" not in page


@pytest.mark.covers("C42")
def test_reversal_says_why_and_shows_no_credit(
    sale: LeadSale, pro: User, agent: User, manager: User, signed_in: SignIn
) -> None:
    request = life.reversed_(sale, pro, agent)
    page = text_of(signed_in(pro).get(f"/requests/{request.reference}/"))
    assert "$50.00 was taken back from your balance: The contact hired the pro after all." in page
    assert f"mailto:{manager.email}" in page
    assert "went back to your" not in page


def test_hidden_event_is_not_in_the_timeline(sale: LeadSale, pro: User, signed_in: SignIn) -> None:
    request = life.investigating(sale, pro)
    RefundEvent.objects.create(
        request=request,
        kind=RefundEvent.Kind.TAKEN,
        at=timezone.now(),
        actor=pro,
        to_state=request.state,
        data={"note": "for the team only"},
        visible_to_pro=False,
    )
    page = text_of(signed_in(pro).get(f"/requests/{request.reference}/"))
    assert "Claim filed" in page
    assert "for the team only" not in page


# --- The steps ---


def test_answer_goes_back_to_the_team(
    sale: LeadSale, pro: User, agent: User, signed_in: SignIn, picture: SimpleUploadedFile
) -> None:
    request = life.awaiting_pro(sale, pro, agent)
    page = signed_in(pro).post(
        f"/requests/{request.reference}/reply/",
        {"version": request.version, "answer": "The one on the lead.", "files": [picture]},
        follow=True,
    )
    assert again(request).state == State.INVESTIGATING
    assert "We have your answer, and go on with your request." in text_of(page)
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
        {"version": request.version, "text": "You reached the tenant.", "files": [picture]},
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
        f"/requests/{request.reference}/{step}/", {"version": request.version} | form
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
    form = {"version": request.version - 1} | (
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
    form = {"version": request.version, "text": "You reached the tenant."}
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
        f"/requests/{request.reference}/withdraw/", {"version": request.version - 1}
    )
    assert page.status_code == 409
    assert "Take it back</button>" not in text_of(page)


def test_form_that_comes_too_late_shows_no_field_to_mend(
    sale: LeadSale, pro: User, pro_client: Client
) -> None:
    request = life.withdrawn(sale, pro)
    page = pro_client.post(
        f"/requests/{request.reference}/reply/", {"version": request.version, "answer": ""}
    )
    assert page.status_code == 422
    assert "That can&#x27;t be done with this request as it stands." in text_of(page)
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
            {"version": request.version, "text": "My words stay as I wrote them."},
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
