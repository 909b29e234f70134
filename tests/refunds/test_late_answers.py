"""A seller who let the time pass answers after all: it is heard, and moves no state."""

from functools import partial

import pytest

from accounts import ledger
from accounts.models import LedgerAccount, ServicePro, Transfer, User
from leads.models import LeadSale
from refunds.models import Finding, RefundRequest, SellerCase, SellerMessage
from refunds.services import appeal, decide, investigate, reverse, sellers, withdraw
from refunds.services.audit import audit
from refunds.services.change import Stale
from tests.factories import refunds as make
from tests.factories.leads import LeadSaleFactory
from tests.refunds.test_concurrency import at_once, kinds_of, thread_count
from tests.snapshots import refused

pytestmark = pytest.mark.django_db

AGREES, REFUSES = SellerMessage.Answer.AGREES, SellerMessage.Answer.REFUSES


@pytest.fixture
def sale(pro_company: ServicePro) -> LeadSale:
    """A lead of a program that hears its sellers, sold for 50.00."""
    make.asks_sellers(pro_company.program)
    return LeadSaleFactory.create(pro=pro_company)


@pytest.fixture
def unheard(sale: LeadSale, pro: User, agent: User) -> RefundRequest:
    """A supported claim whose seller said nothing in time."""
    return make.silent(make.again(make.supported(sale, pro, agent)), agent)


def hear(request: RefundRequest, actor: User, answer: SellerMessage.Answer) -> RefundRequest:
    return sellers.answer(
        reference=request.reference,
        actor=actor,
        expected_version=make.again(request).version,
        answer=answer,
        text="We looked at it now.",
    )


def approve(request: RefundRequest, actor: User) -> RefundRequest:
    return decide.approve(
        reference=request.reference, actor=actor, expected_version=make.again(request).version
    )


def case_of(request: RefundRequest) -> SellerCase:
    return SellerCase.objects.get(request=request)


@pytest.mark.covers("A20")
@pytest.mark.parametrize(
    ("answer", "status", "result"),
    [(AGREES, "agreed", "supports"), (REFUSES, "refused", "contradicts")],
)
def test_late_answer_counts_while_nothing_is_decided(
    unheard: RefundRequest,
    agent: User,
    answer: SellerMessage.Answer,
    status: str,
    result: str,
) -> None:
    request = hear(unheard, agent, answer)

    assert (make.again(request).state, case_of(request).status) == ("investigating", status)
    assert request.version == unheard.version + 1
    finding = Finding.objects.filter(kind="seller_answer").latest("pk")
    assert (finding.result, finding.note) == (result, "We looked at it now.")
    event = request.events.latest("pk")
    assert (event.kind, event.from_state, event.to_state) == (
        "seller_answered",
        "investigating",
        "investigating",
    )
    assert event.data == {"answered": answer, "text": "We looked at it now."}
    assert not Transfer.objects.filter(kind="seller_recovery").exists()
    assert audit() == []


@pytest.mark.covers("A20", "X16")
def test_late_consent_is_recovered_when_the_claim_is_approved(
    unheard: RefundRequest, agent: User
) -> None:
    hear(unheard, agent, AGREES)

    approve(unheard, agent)

    assert case_of(unheard).recovery == Transfer.objects.get(kind="seller_recovery")
    assert audit() == []


def test_late_answer_is_heard_while_the_pro_is_asked(unheard: RefundRequest, agent: User) -> None:
    investigate.ask_pro(
        reference=unheard.reference,
        actor=agent,
        expected_version=unheard.version,
        question="Which number did you dial?",
    )

    hear(unheard, agent, AGREES)

    assert (make.again(unheard).state, case_of(unheard).status) == ("awaiting_pro", "agreed")


@pytest.mark.covers("A20", "X16")
def test_seller_who_agrees_after_the_approval_gives_the_credit_back(
    unheard: RefundRequest, agent: User
) -> None:
    approve(unheard, agent)
    findings = Finding.objects.count()

    request = hear(unheard, agent, AGREES)

    assert (make.again(request).state, case_of(request).status) == ("approved", "agreed")
    recovery = case_of(request).recovery
    assert recovery is not None
    assert (recovery.kind, recovery.amount_cents) == ("seller_recovery", 5000)
    assert recovery.destination.kind == "refunds"
    assert list(request.events.order_by("pk").values_list("kind", flat=True))[-2:] == [
        "seller_answered",
        "recovered",
    ]
    assert Finding.objects.count() == findings  # the policy has decided
    assert ledger.wallet(request.pro, LedgerAccount.Kind.PAID).balance_cents == 100_000
    assert audit() == []


@pytest.mark.covers("A20", "X16")
def test_seller_who_refuses_after_the_approval_is_only_noted(
    unheard: RefundRequest, agent: User
) -> None:
    approve(unheard, agent)
    transfers = Transfer.objects.count()

    request = hear(unheard, agent, REFUSES)

    assert (make.again(request).state, case_of(request).status) == ("approved", "refused")
    assert Transfer.objects.count() == transfers
    assert request.events.latest("pk").kind == "seller_answered"
    assert audit() == []


@pytest.mark.covers("X16")
def test_seller_who_agrees_after_the_appeal_gives_the_credit_back(
    unheard: RefundRequest, pro: User, agent: User, manager: User
) -> None:
    declined = decide.decline(
        reference=unheard.reference,
        actor=agent,
        expected_version=unheard.version,
        codes=["claim_not_supported"],
        note="The number rings.",
    )
    appealed = appeal.file_appeal(
        reference=unheard.reference,
        actor=pro,
        expected_version=declined.version,
        text="The person who answered you is the tenant.",
    )
    appeal.overturn(
        reference=unheard.reference,
        actor=manager,
        expected_version=appealed.version,
        sentence=make.SENTENCE,
    )

    hear(unheard, agent, AGREES)

    assert (make.again(unheard).state, case_of(unheard).status) == ("final_approved", "agreed")
    assert Transfer.objects.get(kind="seller_recovery").amount_cents == 5000
    assert audit() == []


@pytest.mark.covers("X16")
def test_nothing_is_heard_once_the_credit_was_taken_back(
    unheard: RefundRequest, agent: User
) -> None:
    approved = approve(unheard, agent)
    reverse.reverse(
        reference=approved.reference,
        actor=agent,
        expected_version=make.again(approved).version,
        reason="The customer hired the pro.",
    )

    with refused(Stale):
        hear(unheard, agent, AGREES)


def test_nothing_is_heard_of_a_claim_that_was_taken_back(
    unheard: RefundRequest, pro: User, agent: User
) -> None:
    withdraw.withdraw(reference=unheard.reference, actor=pro, expected_version=unheard.version)

    with refused(Stale):
        hear(unheard, agent, AGREES)


@pytest.mark.covers("X16")
def test_goodwill_stays_a_gift(pro_company: ServicePro, pro: User, agent: User) -> None:
    make.asks_sellers(pro_company.program, consent="required")
    request = make.supported(LeadSaleFactory.create(pro=pro_company), pro, agent)
    request = make.heard_from_seller(request, agent, REFUSES)
    sellers.reappeal(
        reference=request.reference,
        actor=agent,
        expected_version=request.version,
        text="Look again.",
    )
    request = make.unanswered(request)
    decide.approve_as_goodwill(
        reference=request.reference,
        actor=agent,
        expected_version=request.version,
        note="She was clear.",
    )
    assert audit() == []

    with refused(Stale):
        hear(request, agent, AGREES)


@pytest.mark.django_db(transaction=True)
@pytest.mark.covers("X16")
def test_many_late_answers_recover_once(unheard: RefundRequest, agent: User) -> None:
    approve(unheard, agent)
    answer = partial(
        sellers.answer,
        reference=unheard.reference,
        actor=agent,
        expected_version=make.again(unheard).version,
        answer=AGREES,
        text="We looked at it now.",
    )

    outcomes = at_once(*[answer] * thread_count())

    assert kinds_of(outcomes) == {"RefundRequest": 1, "Stale": thread_count() - 1}
    assert Transfer.objects.get(kind="seller_recovery").amount_cents == 5000
    assert audit() == []
