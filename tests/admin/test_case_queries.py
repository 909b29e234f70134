"""The case page asks at most 25 queries, whatever the case and however long its history."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from leads.models import Lead, LeadSale
from leads.services import recordings
from refunds.models import Finding, RefundEvent, RefundRequest, SellerMessage
from refunds.services import corrections, decide, investigate, rates
from tests.admin.pages import page
from tests.conftest import SignedIn
from tests.factories import refunds as make
from tests.factories.leads import (
    CallRecordingFactory,
    CategoryFactory,
    ContactAttemptFactory,
    LeadSaleFactory,
)
from tests.matrix.world import World

MOST = 25


@pytest.fixture
def world(sale: LeadSale, pro: User, agent: User, manager: User) -> World:
    """The contact was sold to the pro before, and the lead to another pro."""
    earlier = sale.sold_at - timedelta(days=60)
    LeadSaleFactory.create(pro=sale.pro, lead__contact=sale.lead.contact, sold_at=earlier)
    LeadSaleFactory.create(lead=sale.lead, pro__program=sale.pro.program)
    ContactAttemptFactory.create(sale=sale, logged_by=pro)
    rates.count_due()
    return World(sale, pro, agent, manager)


def with_everything(world: World, case: RefundRequest) -> RefundRequest:
    """The claim, with two files."""
    for name, content_type in (("a.png", "image/png"), ("b.pdf", "application/pdf")):
        make.EvidenceFactory.create(request=case, original_name=name, content_type=content_type)
    return make.again(case)


def plain(world: World) -> RefundRequest:
    return make.supported(world.sale, world.pro, world.agent)


def wrong_category(world: World) -> RefundRequest:
    case = make.investigating(world.sale, world.pro)
    return in_another_category(world, case)


def in_another_category(world: World, case: RefundRequest) -> RefundRequest:
    """The claim, as if it were that the lead is of another category."""
    CategoryFactory.create(program=world.sale.lead.program, code="solar")
    case.reason, case.details = "wrong_category", {"corrected_category": "solar"}
    case.save(update_fields=["reason", "details"])
    return case


def live_call(world: World) -> RefundRequest:
    """A live call with two recordings, both marked and one found, whose seller has answered."""
    make.asks_sellers(world.sale.lead.program, consent="required")
    Lead.objects.filter(pk=world.sale.lead_id).update(kind=Lead.Kind.LIVE_CALL)
    kept = [CallRecordingFactory.create(lead=world.sale.lead) for _ in range(2)]
    for one in kept:
        recordings.mark(recording_uuid=one.uuid, actor=world.agent, second=40, words="A voice.")
    case = make.again(make.investigating(world.sale, world.pro))
    found(world, case, kind=Finding.Kind.RECORDING, recording=kept[0].uuid)
    refuses = SellerMessage.Answer.REFUSES
    heard = make.heard_from_seller(make.again(case), world.agent, refuses)
    return in_another_category(world, heard)  # which asks for the most


def goodwill(world: World) -> RefundRequest:
    make.asks_sellers(world.sale.lead.program, consent="required")
    case = make.again(make.supported(world.sale, world.pro, world.agent))
    refused = make.heard_from_seller(case, world.agent, SellerMessage.Answer.REFUSES)
    return decide.approve_as_goodwill(
        reference=refused.reference,
        actor=world.agent,
        expected_version=refused.version,
        note="They prove it.",
    )


def appealed(world: World) -> RefundRequest:
    return make.appealed(world.sale, world.pro, world.agent)


def corrected(world: World) -> RefundRequest:
    case = make.final_approved(world.sale, world.pro, world.agent, world.manager)
    return corrections.propose(
        reference=case.reference,
        actor=world.agent,
        expected_version=case.version,
        reason="It was the other lead.",
    )


def long_history(world: World) -> RefundRequest:
    """A claim with 500 events, 30 findings and attempts, and 30 sales more on either side."""
    case = make.supported(world.sale, world.pro, world.agent)
    for number in range(30):
        at = world.sale.sold_at - timedelta(days=100 + number)
        ContactAttemptFactory.create(sale=world.sale, at=at, logged_by=world.agent)
        found(world, make.again(case), kind=Finding.Kind.HISTORY)
        own = {"pro": world.sale.pro} if number % 2 else {"pro__program": world.sale.pro.program}
        LeadSaleFactory.create(lead__contact=world.sale.lead.contact, sold_at=at, **own)
    told = {"kind": RefundEvent.Kind.FINDING, "from_state": case.state, "to_state": case.state}
    data = {"kind": "history", "result": "supports", "note": "Again."}
    RefundEvent.objects.bulk_create(
        RefundEvent(request=case, at=timezone.now(), actor=world.agent, data=data, **told)
        for _ in range(500)
    )
    return case


def found(world: World, case: RefundRequest, **data: object) -> None:
    investigate.add_finding(
        reference=case.reference,
        actor=world.agent,
        expected_version=case.version,
        result=Finding.Result.SUPPORTS,
        note="It is so.",
        **data,  # type: ignore[arg-type] # the two that differ
    )


KINDS = (plain, wrong_category, live_call, goodwill, appealed, corrected, long_history)


@pytest.mark.parametrize("make_case", KINDS, ids=lambda make_case: make_case.__name__)
def test_the_page_asks_at_most_25_queries(
    browser: SignedIn, world: World, make_case: Callable[[World], RefundRequest]
) -> None:
    case = with_everything(world, make_case(world))

    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(page(case))

    assert answer.status_code == 200
    assert len(asked) <= MOST, "\n".join(query["sql"] for query in asked.captured_queries)


def test_a_long_history_is_all_there(browser: SignedIn, world: World) -> None:
    answer = browser.get(page(long_history(world)))

    assert len(answer.context["history"]) >= 500
    assert [len(answer.context[name].rows) for name in ("sales_to_pro", "sales_to_others")] == [
        16,
        16,
    ]
