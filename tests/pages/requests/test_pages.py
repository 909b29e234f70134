"""The list of requests, and a request's page."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts import formats
from accounts.models import ServicePro, User
from leads.models import LeadSale
from refunds.models import ClaimDraft, RefundEvent
from tests.factories import refunds as life
from tests.factories.leads import LeadSaleFactory
from tests.pages.browser import text_of
from tests.pages.requests.steps import Draw, SignIn
from tests.snapshots import everything

STEPS = ("", "reply/", "appeal/", "withdraw/")


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


@pytest.mark.parametrize("number", [1, 3, 50])
@pytest.mark.parametrize(("drafts", "queries"), [(0, 7), (1, 8), (12, 8)])
def test_neither_requests_nor_drafts_cost_a_query_each(
    *,
    sale: LeadSale,
    pro: User,
    signed_in: SignIn,
    django_assert_num_queries: DjangoAssertNumQueries,
    number: int,
    drafts: int,
    queries: int,
) -> None:
    """At most 8 in all, the policies' documents included."""
    for sold in LeadSaleFactory.create_batch(number, pro=sale.pro):
        life.investigating(sold, pro)
    now = timezone.now()
    for sold in LeadSaleFactory.create_batch(drafts, pro=sale.pro):
        ClaimDraft.objects.create(sale=sold, author=pro, begun_at=now, saved_at=now)
    client = signed_in(pro)
    with django_assert_num_queries(queries):
        page = client.get("/requests/?tab=open")
    assert len(page.context["rows"]) == number
    assert len(page.context["drafts"]) == min(drafts, 10)


def test_badge_counts_what_the_days_hide_as_well(
    sale: LeadSale, pro: User, agent: User, signed_in: SignIn
) -> None:
    life.awaiting_pro(sale, pro, agent)
    page = signed_in(pro).get("/requests/?when=custom&until=2020-01-01")
    assert page.context["tabs"][0]["count"] == "0"
    assert page.context["waiting"] == "1"


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
    assert request.answer_due_at is not None
    until = formats.instant(request.answer_due_at, request.program)
    assert f"Answer by {until}: after that we decide on what we have." in page
    assert "Question to you" in page
    assert "Checked automatically" in page
    assert "Which number did you dial?" in page
    assert f'action="/requests/{request.reference}/reply/"' in page
    assert page.index("Which number did you dial?") < page.index("Your claim </h2>")


@pytest.mark.covers("C6")
def test_refusal_shows_ground_source_and_appeal(
    sale: LeadSale, pro: User, agent: User, signed_in: SignIn
) -> None:
    request = life.declined(sale, pro, agent)
    page = text_of(signed_in(pro).get(f"/requests/{request.reference}/"))
    assert "We looked into it and could not confirm it: The number rings" in page
    assert "Source: Our verification team" in page
    rule = "Something that we can check has to support the claim."
    assert f"<strong>The rule:</strong> {rule} </p> <p>We looked into it" in page
    asked_for = "Asked for: $50.00, the price of the lead. This decision credited none of it."
    assert page.index(rule) < page.index("What would have changed it") < page.index(asked_for)
    code = request.program.code
    assert f'href="/rules/#rules-{code}">All rules of this program</a>' in page
    assert f'id="rules-{code}"' in text_of(signed_in(pro).get("/rules/"))
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
    assert "The rule:" not in page
    assert "Asked for: $" not in page


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
