"""What a seller's silence brings, and the reminder before it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from accounts.access import machine
from accounts.models import ServicePro, User
from leads.models import LeadSeller
from refunds import mails
from refunds.models import OutboundMail, RefundRequest, SellerCase, SellerMessage
from refunds.services import decide, seller_clock, sellers, withdraw
from refunds.services.audit import audit
from tests.factories import refunds as make
from tests.factories.leads import LeadSaleFactory, LeadSellerFactory

pytestmark = pytest.mark.django_db

EASTERN = ZoneInfo("America/New_York")
MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
LAST_SECOND = datetime(2026, 3, 5, 23, 59, 59, tzinfo=EASTERN)
A_SECOND = timedelta(seconds=1)


@pytest.fixture
def seller(pro_company: ServicePro) -> LeadSeller:
    """A seller who reads mail."""
    return LeadSellerFactory.create(program=pro_company.program, email="cases@bay.example")


@pytest.fixture
def asked(pro_company: ServicePro, pro: User, agent: User, seller: LeadSeller) -> RefundRequest:
    """A claim that was put to the seller on a Monday, to be answered by the Thursday."""
    return put_to(seller, pro_company, pro, agent)


def put_to(seller: LeadSeller, company: ServicePro, pro: User, agent: User) -> RefundRequest:
    with time_machine.travel(MONDAY, tick=False):
        make.asks_sellers(company.program, consent="required")
        sale = LeadSaleFactory.create(pro=company, lead__seller=seller)
        request = make.investigating(sale, pro)
        return sellers.ask(
            reference=request.reference,
            actor=agent,
            expected_version=request.version,
            text="Please look at your records.",
        )


def at(moment: datetime) -> time_machine.travel:
    return time_machine.travel(moment, tick=False)


def reminders() -> list[str]:
    return list(OutboundMail.objects.filter(kind="seller_reminder").values_list("to", flat=True))


@pytest.mark.covers("A20", "X17")
def test_silence_sends_the_claim_back_to_the_team_once(asked: RefundRequest) -> None:
    with at(LAST_SECOND + A_SECOND):
        assert [seller_clock.note_silence(), seller_clock.note_silence()] == [1, 0]

    request, case = make.again(asked), SellerCase.objects.get()
    assert (request.state, case.status) == ("investigating", "silent")
    event = request.events.get(kind="seller_silent")
    assert (event.actor, event.from_state, event.to_state) == (
        machine(),
        "with_seller",
        "investigating",
    )
    message = case.messages.get(direction="from_seller")
    assert (message.answer, message.author) == ("silent", machine())
    finding = request.findings.get()
    assert (finding.kind, finding.result) == ("seller_answer", "inconclusive")
    assert "awaiting_seller" not in decide.verdict_now(request).codes
    assert audit() == []


@pytest.mark.covers("X17")
def test_seller_has_until_the_last_second(asked: RefundRequest) -> None:
    with at(LAST_SECOND):
        assert seller_clock.note_silence() == 0

    assert make.again(asked).state == "with_seller"


def test_seller_who_answered_or_need_not_is_not_silent(
    asked: RefundRequest,
    seller: LeadSeller,
    pro_company: ServicePro,
    pro: User,
    agent: User,
) -> None:
    other = put_to(seller, pro_company, pro, agent)
    sellers.answer(
        reference=asked.reference,
        actor=agent,
        expected_version=asked.version,
        answer=SellerMessage.Answer.AGREES,
        text="It was sent twice.",
    )
    withdraw.withdraw(reference=other.reference, actor=pro, expected_version=other.version)

    with at(LAST_SECOND + timedelta(days=30)):
        assert seller_clock.note_silence() == 0


def test_silent_seller_can_be_asked_once_more(asked: RefundRequest, agent: User) -> None:
    with at(LAST_SECOND + A_SECOND):
        seller_clock.note_silence()
        request = make.again(asked)
        sellers.ask(
            reference=request.reference,
            actor=agent,
            expected_version=request.version,
            text="We still wait.",
        )

    case = SellerCase.objects.get()
    assert (case.status, case.rounds, case.reminded_at) == ("asked", 2, None)
    assert make.again(asked).extension == ""


def test_batches_hear_from_everybody(
    seller: LeadSeller,
    pro_company: ServicePro,
    pro: User,
    agent: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(seller_clock, "BATCH", 2)
    for _claim in range(5):
        put_to(seller, pro_company, pro, agent)

    with at(LAST_SECOND - timedelta(hours=20)):
        assert seller_clock.remind() == 5
    with at(LAST_SECOND + A_SECOND):
        assert seller_clock.note_silence() == 5

    assert len(reminders()) == 5
    assert audit() == []


@pytest.mark.covers("X17")
def test_silences_of_a_seller_are_counted(
    asked: RefundRequest,
    seller: LeadSeller,
    pro_company: ServicePro,
    pro: User,
    agent: User,
) -> None:
    put_to(LeadSellerFactory.create(program=seller.program), pro_company, pro, agent)
    with at(LAST_SECOND + A_SECOND):
        seller_clock.note_silence()
    put_to(seller, pro_company, pro, agent)

    assert SellerCase.objects.put_to(seller).order_by("pk").silences() == [True, False]


@pytest.mark.parametrize(
    ("moment", "count"),
    [
        (datetime(2026, 3, 2, 23, 0, tzinfo=EASTERN), 0),  # the day on which it was put
        (datetime(2026, 3, 3, 23, 59, 59, tzinfo=EASTERN), 0),  # two business days before
        (datetime(2026, 3, 4, 0, 0, tzinfo=EASTERN), 1),
        (LAST_SECOND, 1),
        (LAST_SECOND + A_SECOND, 0),
    ],
)
def test_reminder_goes_out_on_the_business_day_before(
    asked: RefundRequest, moment: datetime, count: int
) -> None:
    with at(moment):
        assert [seller_clock.remind(), seller_clock.remind()] == [count, 0]

    assert reminders() == ["cases@bay.example"] * count
    assert audit() == []


def test_reminder_comes_before_the_weekend(
    seller: LeadSeller, pro_company: ServicePro, pro: User, agent: User
) -> None:
    put_to(seller, pro_company, pro, agent)
    SellerCase.objects.update(answer_due_at=datetime(2026, 3, 9, 23, 59, 59, tzinfo=EASTERN))

    with at(datetime(2026, 3, 5, 23, 0, tzinfo=EASTERN)):
        assert seller_clock.remind() == 0
    with at(datetime(2026, 3, 6, 0, 0, tzinfo=EASTERN)):
        assert seller_clock.remind() == 1


def test_reminder_says_until_when(asked: RefundRequest) -> None:
    with at(LAST_SECOND - timedelta(hours=20)):
        seller_clock.remind()

    words = mails.render(OutboundMail.objects.get(kind="seller_reminder"))

    for text in (words.text, words.html):
        assert "Thu 5 Mar 2026, 23:59 EST" in text
        assert "Please look at your records." in text
        assert asked.pro.name not in text


def test_case_that_is_put_again_is_reminded_of_again(asked: RefundRequest, agent: User) -> None:
    with at(LAST_SECOND - timedelta(hours=20)):
        seller_clock.remind()
        answered = sellers.answer(
            reference=asked.reference,
            actor=agent,
            expected_version=make.again(asked).version,
            answer=SellerMessage.Answer.REFUSES,
            text="No.",
        )
        sellers.reappeal(
            reference=asked.reference,
            actor=agent,
            expected_version=answered.version,
            text="Look again.",
        )
    with at(datetime(2026, 3, 9, 12, 0, tzinfo=EASTERN)):
        assert seller_clock.remind() == 1

    assert len(reminders()) == 2
    assert audit() == []
