"""Many at once on one seller's case: one recovery, one answer, one silence, clean books."""

from datetime import timedelta
from functools import partial

import pytest
import time_machine

from accounts import ledger
from accounts.models import LedgerAccount, Transfer, User
from refunds.models import OutboundMail, RefundEvent, RefundRequest, SellerCase, SellerMessage
from refunds.services import decide, seller_clock, sellers
from refunds.services.audit import audit
from tests.factories import refunds as make
from tests.factories.leads import LeadSaleFactory
from tests.refunds.test_concurrency import at_once, kinds_of, thread_count

pytestmark = pytest.mark.django_db(transaction=True)

AGREES, REFUSES = SellerMessage.Answer.AGREES, SellerMessage.Answer.REFUSES


@pytest.fixture
def asked(pro: User, agent: User) -> RefundRequest:
    """A supported claim that was put to a seller whose consent is needed."""
    company = pro.memberships.get().pro
    make.asks_sellers(company.program, consent="required")
    request = make.supported(LeadSaleFactory.create(pro=company), pro, agent)
    return make.put_to_seller(make.again(request), agent)


def answer(request: RefundRequest, agent: User, said: SellerMessage.Answer) -> RefundRequest:
    return sellers.answer(
        reference=request.reference,
        actor=agent,
        expected_version=request.version,
        answer=said,
        text="We looked at it.",
    )


@pytest.mark.covers("X16")
def test_many_approvals_recover_once(asked: RefundRequest, agent: User) -> None:
    answer(asked, agent, AGREES)
    request = make.again(asked)
    approve = partial(
        decide.approve, reference=request.reference, actor=agent, expected_version=request.version
    )

    outcomes = at_once(*[approve] * thread_count())

    assert kinds_of(outcomes) == {"RefundRequest": 1, "Stale": thread_count() - 1}
    assert Transfer.objects.get(kind="seller_recovery").amount_cents == 5000
    assert request.events.filter(kind="recovered").count() == 1
    assert ledger.wallet(request.pro, LedgerAccount.Kind.PAID).balance_cents == 100_000
    assert audit() == []


def test_credit_and_goodwill_at_once_have_one_outcome(asked: RefundRequest, agent: User) -> None:
    answer(asked, agent, REFUSES)
    request = make.again(asked)
    reference, version = request.reference, request.version

    outcomes = at_once(
        *[
            partial(
                decide.approve_as_goodwill,
                reference=reference,
                actor=agent,
                expected_version=version,
                note="She was clear.",
            )
        ]
        * 4,
        partial(
            sellers.reappeal,
            reference=reference,
            actor=agent,
            expected_version=version,
            text="Look again.",
        ),
    )

    assert kinds_of(outcomes) == {"RefundRequest": 1, "Stale": 4}
    gifts = [gift.amount_cents for gift in Transfer.objects.filter(kind="goodwill")]
    won = make.again(request).state
    assert (won, gifts) in [("approved", [5000]), ("with_seller", [])]
    assert audit() == []


@pytest.mark.covers("A20")
def test_two_answers_at_once_are_one(asked: RefundRequest, agent: User) -> None:
    outcomes = at_once(
        *[partial(answer, asked, agent, said) for said in (AGREES, REFUSES) for _twice in range(2)]
    )

    assert kinds_of(outcomes) == {"RefundRequest": 1, "Stale": 3}
    assert asked.findings.filter(kind="seller_answer").count() == 1
    assert SellerMessage.objects.filter(direction="from_seller").count() == 1
    assert audit() == []


@pytest.mark.covers("X17")
def test_sweeps_at_once_note_each_silence_once(
    asked: RefundRequest, pro: User, agent: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seller_clock, "BATCH", 2)
    for sale in LeadSaleFactory.create_batch(4, pro=asked.pro):
        make.put_to_seller(make.investigating(sale, pro), agent)
    SellerCase.objects.update(answer_due_at="2026-01-01T00:00:00Z")

    counts = at_once(*[seller_clock.note_silence] * 4, partial(answer, asked, agent, AGREES))

    noted = sum(count for count in counts if isinstance(count, int))
    assert noted in (4, 5)  # one less where the answer was quicker
    assert RefundEvent.objects.filter(kind="seller_silent").count() == noted
    assert SellerMessage.objects.filter(direction="from_seller").count() == 5
    assert audit() == []


def test_sweeps_at_once_remind_once(asked: RefundRequest) -> None:
    case = SellerCase.objects.get()
    assert case.answer_due_at is not None
    the_day_itself = case.answer_due_at - timedelta(hours=2)

    with time_machine.travel(the_day_itself, tick=False):
        sent = at_once(*[seller_clock.remind] * 4)

    assert sorted(count for count in sent if isinstance(count, int)) == [0, 0, 0, 1]
    assert OutboundMail.objects.filter(kind="seller_reminder").count() == 1
    assert audit() == []
