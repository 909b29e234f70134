"""Steps with a seller that are refused, and questions that nobody waits for."""

from collections.abc import Callable

import pytest

from accounts.models import Membership, ServicePro, User
from refunds.models import Finding, OutboundMail, RefundRequest
from refunds.services import investigate, outbox, sellers, withdraw
from refunds.services.audit import audit
from refunds.services.change import NotAllowed, Stale
from refunds.services.investigate import WordsMissing
from refunds.services.sellers import CaseRefused
from tests.conftest import hand_over
from tests.factories import refunds as make
from tests.factories.leads import LeadSaleFactory
from tests.refunds.sellers.steps import (
    Answer,
    Step,
    approve,
    as_goodwill,
    case_of,
    hear,
    put,
    support,
)
from tests.snapshots import refused

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "step",
    [
        put,
        lambda request, actor: put(request, actor, sellers.reappeal),
        lambda request, actor: hear(request, actor, Answer.AGREES),
        as_goodwill,
    ],
    ids=["ask", "reappeal", "answer", "goodwill"],
)
def test_only_verifiers_take_these_steps(
    request_in_review: RefundRequest,
    buyer: User,
    manager: User,
    step: Callable[[RefundRequest, User], RefundRequest],
) -> None:
    for actor in (buyer, manager):
        with refused(NotAllowed):
            step(request_in_review, actor)


@pytest.mark.parametrize("step", [sellers.ask, sellers.reappeal])
def test_case_is_not_put_by_somebody_who_is_partial(
    request_in_review: RefundRequest, agent: User, step: Step
) -> None:
    Membership.objects.create(user=agent, pro=request_in_review.pro)

    with refused(NotAllowed):
        put(request_in_review, agent, step)


def test_answer_is_not_written_by_somebody_who_is_partial(
    request_in_review: RefundRequest, other_agent: User, deciding_manager: User
) -> None:
    put(request_in_review, other_agent)
    hand_over(request_in_review.pro, deciding_manager)

    with refused(NotAllowed):
        hear(request_in_review, deciding_manager, Answer.AGREES)


@pytest.mark.parametrize("text", ["", "  \n"])
def test_nothing_is_put_or_heard_without_words(
    request_in_review: RefundRequest, agent: User, text: str
) -> None:
    for step in (sellers.ask, sellers.reappeal):
        with refused(WordsMissing):
            step(
                reference=request_in_review.reference,
                actor=agent,
                expected_version=request_in_review.version,
                text=text,
            )
    asked = put(request_in_review, agent)
    with refused(WordsMissing):
        sellers.answer(
            reference=asked.reference,
            actor=agent,
            expected_version=asked.version,
            answer=Answer.AGREES,
            text=text,
        )


def test_silence_is_no_answer_to_write_down(request_in_review: RefundRequest, agent: User) -> None:
    put(request_in_review, agent)

    with refused(CaseRefused):
        hear(request_in_review, agent, Answer.SILENT)


def test_answer_is_given_once(request_in_review: RefundRequest, agent: User) -> None:
    asked = put(request_in_review, agent)
    hear(request_in_review, agent, Answer.AGREES)

    for version in (asked.version, make.again(asked).version):
        with refused(Stale):
            sellers.answer(
                reference=asked.reference,
                actor=agent,
                expected_version=version,
                answer=Answer.REFUSES,
                text="We changed our mind.",
            )


@pytest.mark.covers("A23")
def test_case_is_put_again_by_its_own_way(request_in_review: RefundRequest, agent: User) -> None:
    with refused(CaseRefused):
        put(request_in_review, agent, sellers.reappeal)  # nobody has refused
    put(request_in_review, agent)
    hear(request_in_review, agent, Answer.REFUSES)
    with refused(CaseRefused):
        put(request_in_review, agent)
    put(request_in_review, agent, sellers.reappeal)
    hear(request_in_review, agent, Answer.AGREES)
    for step in (sellers.ask, sellers.reappeal):
        with refused(CaseRefused):
            put(request_in_review, agent, step)


@pytest.mark.covers("A19")
@pytest.mark.parametrize("meanwhile", ["withdrawn", "answered"])
def test_seller_is_not_asked_for_what_nobody_waits_for(
    request_in_review: RefundRequest, buyer: User, agent: User, meanwhile: str
) -> None:
    asked = put(request_in_review, agent)
    if meanwhile == "withdrawn":
        withdraw.withdraw(reference=asked.reference, actor=buyer, expected_version=asked.version)
    else:
        hear(asked, agent, Answer.AGREES)

    outbox.send_due()

    dropped = OutboundMail.objects.get(kind="seller_case")
    assert (dropped.status, dropped.sent_at, dropped.lease_until) == ("dropped", None, None)
    assert not OutboundMail.objects.exclude(pk=dropped.pk).exclude(status="sent").exists()
    assert outbox.send_due() == 0
    assert audit() == []


@pytest.mark.covers("A23")
def test_only_the_last_question_goes_to_the_seller(
    request_in_review: RefundRequest, agent: User
) -> None:
    put(request_in_review, agent)
    hear(request_in_review, agent, Answer.REFUSES)
    put(request_in_review, agent, sellers.reappeal)

    outbox.send_due()

    questions = OutboundMail.objects.filter(kind="seller_case").order_by("pk")
    assert list(questions.values_list("status", flat=True)) == ["dropped", "sent"]


def test_answer_is_no_finding_to_add(request_in_review: RefundRequest, agent: User) -> None:
    with refused(investigate.NotAFinding):
        investigate.add_finding(
            reference=request_in_review.reference,
            actor=agent,
            expected_version=request_in_review.version,
            kind=Finding.Kind.SELLER_ANSWER,
            result=Finding.Result.SUPPORTS,
            note="They agree.",
        )


def test_nobody_waits_for_the_seller_of_a_claim_that_was_taken_back(
    request_in_review: RefundRequest, buyer: User, agent: User
) -> None:
    asked = put(request_in_review, agent)

    withdraw.withdraw(reference=asked.reference, actor=buyer, expected_version=asked.version)

    case = case_of(asked)
    assert (case.status, case.answer_due_at, case.rounds) == ("prepared", None, 1)


@pytest.mark.covers("X16")
def test_advisory_seller_who_refuses_does_not_stand_in_the_way(
    pro_company: ServicePro, pro: User, agent: User
) -> None:
    make.asks_sellers(pro_company.program)
    request = make.investigating(LeadSaleFactory.create(pro=pro_company), pro)
    put(request, agent)
    hear(request, agent, Answer.REFUSES)
    support(request, agent)

    approved = approve(request, agent)

    assert approved.credit is not None
    assert approved.credit.kind == "refund_credit"
    assert case_of(request).recovery is None
    assert audit() == []
