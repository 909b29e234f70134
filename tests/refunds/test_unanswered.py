"""A question that the pro does not answer: until when it is waited for, and what comes then."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from accounts.access import machine
from accounts.models import ClosedDay, ServicePro, User
from leads.models import LeadSale
from refunds import mails
from refunds.models import OutboundMail, RefundRequest
from refunds.policy.document import load_preset
from refunds.services import decide, investigate, pro_clock, withdraw
from refunds.services.audit import audit
from refunds.services.change import Stale
from tests.conftest import SignedIn
from tests.factories import refunds as make
from tests.factories.leads import LeadSaleFactory
from tests.snapshots import everything, refused

pytestmark = pytest.mark.django_db

EASTERN = ZoneInfo("America/New_York")
MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
LAST_SECOND = datetime(2026, 3, 16, 23, 59, 59, tzinfo=EASTERN)  # of the tenth business day
A_SECOND = timedelta(seconds=1)
WE_GO_ON = "You did not answer by Mon 16 Mar 2026, 23:59 EDT; we decide on what we have."


@pytest.fixture
def sale(pro_company: ServicePro) -> LeadSale:
    """A lead of the Monday."""
    return LeadSaleFactory.create(pro=pro_company, sold_at=MONDAY)


@pytest.fixture
def asked(sale: LeadSale, pro: User, agent: User) -> RefundRequest:
    """A claim of that day, about which the pro was asked at once."""
    with at(MONDAY):
        return make.awaiting_pro(sale, pro, agent)


def at(moment: datetime) -> time_machine.travel:
    return time_machine.travel(moment, tick=False)


@pytest.mark.covers("X18", "X27")
def test_answer_is_waited_for_until_the_end_of_the_tenth_business_day(
    asked: RefundRequest,
) -> None:
    assert asked.answer_due_at == LAST_SECOND
    before = everything()

    with at(LAST_SECOND):
        assert pro_clock.go_on_unanswered() == 0

    assert everything() == before


@pytest.mark.covers("A22", "A22a", "X18")
def test_team_goes_on_without_the_answer_once(asked: RefundRequest) -> None:
    with at(LAST_SECOND + A_SECOND):
        assert [pro_clock.go_on_unanswered(), pro_clock.go_on_unanswered()] == [1, 0]

    request = make.again(asked)
    assert (request.state, request.asked_at, request.answer_due_at) == ("investigating", None, None)
    unanswered, extended = request.events.order_by("-pk")[:2][::-1]
    assert (unanswered.kind, unanswered.from_state, unanswered.to_state) == (
        "unanswered",
        "awaiting_pro",
        "investigating",
    )
    assert (unanswered.actor, unanswered.visible_to_pro) == (machine(), True)
    assert unanswered.data == {
        "answer_due_at": LAST_SECOND.astimezone(UTC).isoformat(),
        "waited_business_days": 11,
    }
    assert (extended.kind, extended.data["why"]) == ("extended", "details_missing")
    assert audit() == []


@pytest.mark.covers("A22", "X18")
def test_dates_move_as_with_an_answer_of_that_moment(
    asked: RefundRequest, pro: User, agent: User
) -> None:
    with at(MONDAY):
        other = make.awaiting_pro(LeadSaleFactory.create(pro=asked.pro), pro, agent)
    with at(LAST_SECOND + A_SECOND):
        investigate.reply(
            reference=other.reference, actor=pro, expected_version=other.version, answer="So."
        )
        pro_clock.go_on_unanswered()

    answered, unanswered = make.again(other), make.again(asked)
    assert unanswered.limit_on == date(2026, 3, 20)  # Thursday the 5th, and 11 business days
    for name in ("target_on", "limit_on", "due_at", "extension", "overdue_flagged_at"):
        assert getattr(unanswered, name) == getattr(answered, name)


def test_closed_days_are_not_counted_and_a_later_one_moves_no_promise(
    sale: LeadSale, pro: User, agent: User
) -> None:
    program = sale.lead.program
    ClosedDay.objects.create(program=program, date=date(2026, 3, 10))
    with at(MONDAY):
        asked = make.awaiting_pro(sale, pro, agent)
    ClosedDay.objects.create(program=program, date=date(2026, 3, 11))

    assert asked.answer_due_at == LAST_SECOND + timedelta(days=1)
    with at(LAST_SECOND + timedelta(days=1) + A_SECOND):
        assert pro_clock.go_on_unanswered() == 1


def test_program_says_how_long(sale: LeadSale, pro: User, agent: User) -> None:
    document = load_preset("conxpros").model_dump(mode="json") | {"pro_answer_days": 1}
    make.PolicyVersionFactory.create(program=sale.lead.program, document=document)

    with at(MONDAY):
        asked = make.awaiting_pro(sale, pro, agent)

    assert asked.answer_due_at == datetime(2026, 3, 3, 23, 59, 59, tzinfo=EASTERN)


def test_shipped_programs_wait_ten_business_days() -> None:
    codes = ("aiqoo", "conxpros", "legalplan", "pro360")

    assert {load_preset(code).pro_answer_days for code in codes} == {10}


def test_nothing_is_declined_and_the_team_can_decide(asked: RefundRequest, agent: User) -> None:
    with at(LAST_SECOND + A_SECOND):
        pro_clock.go_on_unanswered()
        request = make.again(asked)
        declined = decide.decline(
            reference=request.reference,
            actor=agent,
            expected_version=request.version,
            codes=["notes_unclear"],
            note="Nobody said which number was dialled.",
        )

    assert (request.decided_by, declined.decided_by) == (None, agent)
    assert declined.state == "declined"


def test_answer_in_the_minute_before_the_sweep_still_counts(
    asked: RefundRequest, pro: User
) -> None:
    with at(LAST_SECOND + A_SECOND):
        investigate.reply(
            reference=asked.reference, actor=pro, expected_version=asked.version, answer="So."
        )
        assert pro_clock.go_on_unanswered() == 0

    request = make.again(asked)
    assert (request.state, request.answer_due_at) == ("investigating", None)


def test_answer_after_the_sweep_hears_why(asked: RefundRequest, pro: User) -> None:
    with at(LAST_SECOND + A_SECOND):
        pro_clock.go_on_unanswered()
        with refused(Stale):
            investigate.reply(
                reference=asked.reference, actor=pro, expected_version=asked.version, answer="So."
            )
        address = f"/requests/{asked.reference}/reply/"
        page = SignedIn(pro).get(address, follow=True).text
        form = {"version": asked.version, "answer": "The office's.", "complete": "1"}
        sent = SignedIn(pro).post(address, form)

    assert page.count(WE_GO_ON) == 3  # where it stands, in what happened, and why no form
    assert sent.status_code == 409
    assert WE_GO_ON in sent.text
    assert "The office&#x27;s." in sent.text  # what was written is not lost


def test_request_that_was_taken_back_stays_so(asked: RefundRequest, pro: User) -> None:
    with at(MONDAY):
        withdraw.withdraw(reference=asked.reference, actor=pro, expected_version=asked.version)
    before = everything()

    with at(LAST_SECOND + A_SECOND):
        assert pro_clock.go_on_unanswered() == 0

    assert everything() == before


def test_second_question_has_a_date_of_its_own(asked: RefundRequest, agent: User) -> None:
    with at(LAST_SECOND + A_SECOND):
        pro_clock.go_on_unanswered()
        request = make.again(asked)
        again = investigate.ask_pro(
            reference=request.reference,
            actor=agent,
            expected_version=request.version,
            question="Whose voice was it?",
        )

    assert again.answer_due_at == datetime(2026, 3, 31, 23, 59, 59, tzinfo=EASTERN)


def test_sweep_takes_all_batches(
    asked: RefundRequest, pro: User, agent: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pro_clock, "BATCH", 2)
    with at(MONDAY):
        for sale in LeadSaleFactory.create_batch(4, pro=asked.pro):
            make.awaiting_pro(sale, pro, agent)

    with at(LAST_SECOND + A_SECOND):
        assert pro_clock.go_on_unanswered() == 5


@pytest.mark.covers("A22", "A22a")
def test_pro_reads_until_when_and_then_why(asked: RefundRequest, pro: User) -> None:
    until = "Answer by Mon 16 Mar 2026, 23:59 EDT: after that we decide on what we have."
    with at(MONDAY):
        page = SignedIn(pro).get(f"/requests/{asked.reference}/").text
        reply = SignedIn(pro).get(f"/requests/{asked.reference}/reply/").text
        row = SignedIn(pro).get("/requests/").text
    with at(LAST_SECOND + A_SECOND):
        pro_clock.go_on_unanswered()
        later = SignedIn(pro).get(f"/requests/{asked.reference}/").text

    assert until in page
    assert until in reply
    assert "Answer our question by Mon 16 Mar 2026, 23:59 EDT" in row
    assert later.count(WE_GO_ON) == 2  # where it stands, and in what happened
    assert "We went on without your answer" in later
    assert "The clock stood still while we waited for your answer (business days: 11)." in later


def test_answer_leaves_no_word_of_a_silence(asked: RefundRequest, pro: User) -> None:
    with at(MONDAY + timedelta(days=1)):
        investigate.reply(
            reference=asked.reference, actor=pro, expected_version=asked.version, answer="So."
        )
        page = SignedIn(pro).get(f"/requests/{asked.reference}/").text

    assert "You did not answer" not in page


def test_mail_says_until_when_also_after_the_answer(asked: RefundRequest, pro: User) -> None:
    until = "Please answer by Mon 16 Mar 2026, 23:59 EDT: after that we decide on what we have."
    mail = OutboundMail.objects.get(kind="question")
    waiting = mails.render(mail)
    with at(MONDAY):
        investigate.reply(
            reference=asked.reference, actor=pro, expected_version=asked.version, answer="So."
        )
    answered = mails.render(OutboundMail.objects.get(kind="question"))

    for text in (waiting.text, waiting.html, answered.text, answered.html):
        assert until in text


def test_rules_say_how_long_an_answer_is_waited_for(asked: RefundRequest, pro: User) -> None:
    page = SignedIn(pro).get("/rules/").text

    assert (
        "If we ask you something, we wait 10 business days for your answer. After that we decide "
        "on what we have."
    ) in page
