"""Exceptions: asked for when it is too late, answered by a person, never granted by itself."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import access
from accounts.models import Membership, ServicePro, User
from leads.models import LeadSale
from refunds.models import ExceptionRequest, OutboundMail, RefundRequest
from refunds.services import appeal, decide, exceptions, file, outbox
from refunds.services.audit import audit
from refunds.services.change import NotAllowed
from refunds.services.exceptions import AlreadyDecided, ExceptionRefused
from tests.conftest import hand_over
from tests.factories import refunds as make
from tests.factories.leads import LeadSaleFactory
from tests.snapshots import refused

pytestmark = pytest.mark.django_db

WORDS = "The storm took our phones and the power for six days."
ANSWER = "The storm is on record for your county."


@pytest.fixture
def sale(pro_company: ServicePro) -> LeadSale:
    """A sale of two hours ago."""
    return LeadSaleFactory.create(pro=pro_company)


@pytest.fixture
def late_sale(pro_company: ServicePro) -> LeadSale:
    """A sale of three weeks ago: its window has closed."""
    make.PolicyVersionFactory.create(program=pro_company.program)
    return LeadSaleFactory.create(
        pro=pro_company, lead__reference="L-77", sold_at=timezone.now() - timedelta(days=21)
    )


@pytest.fixture
def asked(late_sale: LeadSale, pro: User) -> ExceptionRequest:
    """An exception that waits for an answer."""
    return ask(late_sale, pro)


def ask(
    sale: LeadSale, actor: User, *, cause: str = "hurricane", words: str = WORDS
) -> ExceptionRequest:
    return exceptions.ask(sale_uuid=sale.uuid, actor=actor, cause=cause, words=words)


def grant(exception: ExceptionRequest, actor: User, answer: str = ANSWER) -> ExceptionRequest:
    return exceptions.grant(exception_uuid=exception.uuid, actor=actor, answer=answer)


def claim(sale: LeadSale, pro: User) -> RefundRequest:
    return file.file_claim(
        sale_uuid=sale.uuid,
        actor=pro,
        command_id=uuid4(),
        reason="incorrect_contact",
        explanation=make.EXPLANATION,
        details={},
    )


# --- Asking ---


@pytest.mark.covers("L6")
def test_asking_grants_nothing_and_tells_the_manager(
    late_sale: LeadSale, pro: User, manager: User
) -> None:
    asked = ask(late_sale, pro)

    assert (asked.granted, asked.claim_until, asked.decided_by) == (None, None, None)
    assert outbox.send_due() == 1
    [notice] = mail.outbox
    assert notice.to == [manager.email]
    assert notice.subject == "Lead L-77: a pro asks for an exception"
    assert "Cause: Hurricane" in notice.body
    assert WORDS in notice.body
    assert f"http://testserver/desk/exceptions/{asked.uuid}/" in notice.body
    assert audit() == []


def test_manager_asks_in_the_pros_name_and_the_team_hears_of_it(
    late_sale: LeadSale, manager: User
) -> None:
    asked = ask(late_sale, manager)

    assert asked.asked_by == manager
    assert OutboundMail.objects.get(exception=asked).to == "verification@makegood.example"


@pytest.mark.parametrize("persona", ["other_pro", "other_manager", "agent", "stranger"])
def test_nobody_else_asks(
    persona: str, late_sale: LeadSale, request: pytest.FixtureRequest
) -> None:
    actor = request.getfixturevalue(persona)

    with refused(LeadSale.DoesNotExist):
        ask(late_sale, actor)


def test_what_can_still_be_claimed_needs_no_exception(pro_company: ServicePro, pro: User) -> None:
    make.PolicyVersionFactory.create(program=pro_company.program)
    sold_at = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
    sale = LeadSaleFactory.create(pro=pro_company, sold_at=sold_at)

    with time_machine.travel(datetime(2026, 3, 5, tzinfo=UTC)), refused(ExceptionRefused) as caught:
        ask(sale, pro)

    assert str(caught.value) == (
        "You can still claim it until Sat 7 Mar 2026, 23:59 EST, without an exception."
    )


def test_lead_with_a_request_is_appealed_instead(sale: LeadSale, pro: User, agent: User) -> None:
    request = make.declined(sale, pro, agent)

    with (
        time_machine.travel(timezone.now() + timedelta(days=20), tick=False),
        refused(ExceptionRefused) as caught,
    ):
        ask(sale, pro)

    assert f"There is a request for this lead: {request.reference}." in str(caught.value)


@pytest.mark.parametrize("cause", ["", "vacation", "HURRICANE"])
def test_cause_that_the_program_does_not_name(late_sale: LeadSale, pro: User, cause: str) -> None:
    with refused(ExceptionRefused):
        ask(late_sale, pro, cause=cause)


def test_program_that_makes_no_exceptions(pro_company: ServicePro, pro: User) -> None:
    version = make.PolicyVersionFactory.build(program=pro_company.program)
    document = {**version.document, "exception": None}
    make.PolicyVersionFactory.create(program=pro_company.program, document=document)
    sale = LeadSaleFactory.create(pro=pro_company, sold_at=timezone.now() - timedelta(days=21))

    with refused(ExceptionRefused) as caught:
        ask(sale, pro)

    assert str(caught.value) == "This program makes no exceptions."


@pytest.mark.parametrize("words", ["", "  \n"])
def test_asking_without_words(late_sale: LeadSale, pro: User, words: str) -> None:
    with refused(ExceptionRefused):
        ask(late_sale, pro, words=words)


def test_one_wish_at_a_time(asked: ExceptionRequest, pro: User) -> None:
    with refused(ExceptionRefused) as caught:
        ask(asked.sale, pro)

    assert "An exception was asked for before" in str(caught.value)


def test_after_a_refusal_it_can_be_asked_again(
    asked: ExceptionRequest, pro: User, manager: User
) -> None:
    exceptions.refuse(exception_uuid=asked.uuid, actor=manager, answer="No storm on record.")

    again = ask(asked.sale, pro, cause="outage")

    assert again.granted is None
    assert ExceptionRequest.objects.count() == 2


# --- Answering ---


@pytest.mark.covers("L6", "X26")
def test_granted_exception_opens_the_window_for_some_days(
    asked: ExceptionRequest, manager: User, pro: User
) -> None:
    asked_at = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)  # Mon 9 Mar, 23:00 in New York
    with time_machine.travel(asked_at, tick=False):
        granted = grant(asked, manager)

    assert (granted.granted, granted.decided_by, granted.answer) == (True, manager, ANSWER)
    # Five days on, to the last second of Sat 14 Mar in New York.
    assert granted.claim_until == datetime(2026, 3, 15, 3, 59, 59, tzinfo=UTC)
    letter = OutboundMail.objects.get(kind="exception_decision")
    assert letter.to == pro.email


def test_letter_says_until_when(asked: ExceptionRequest, manager: User) -> None:
    grant(asked, manager)

    assert outbox.send_due() == 2

    letter = mail.outbox[-1]
    assert letter.subject == "Lead L-77: you may still ask for a refund"
    assert ANSWER in letter.body
    assert "23:59" in letter.body
    assert f"http://testserver/leads/{asked.sale.uuid}/exception/" in letter.body
    assert audit() == []


@pytest.mark.covers("L6")
def test_excepted_sale_can_be_claimed_until_then(
    asked: ExceptionRequest, manager: User, pro: User
) -> None:
    granted = grant(asked, manager)
    assert granted.claim_until is not None

    with time_machine.travel(granted.claim_until, tick=False):
        request = claim(asked.sale, pro)

    assert request.state == "investigating"


def test_exception_that_has_passed_opens_nothing(
    asked: ExceptionRequest, manager: User, pro: User
) -> None:
    granted = grant(asked, manager)
    assert granted.claim_until is not None
    late = granted.claim_until + timedelta(seconds=1)

    with time_machine.travel(late, tick=False), refused(file.ClaimRefused):
        claim(asked.sale, pro)


def test_refused_exception_leaves_the_window_closed(
    asked: ExceptionRequest, manager: User, pro: User
) -> None:
    exceptions.refuse(exception_uuid=asked.uuid, actor=manager, answer="No storm on record.")

    with refused(file.ClaimRefused):
        claim(asked.sale, pro)
    outbox.send_due()
    assert mail.outbox[-1].subject == "Lead L-77: it stays too late for a refund"
    assert "No storm on record." in mail.outbox[-1].body
    assert audit() == []


def test_verifier_outside_of_the_pro_may_answer(asked: ExceptionRequest, agent: User) -> None:
    assert grant(asked, agent).decided_by == agent


@pytest.mark.parametrize("persona", ["pro", "other_pro", "other_manager", "stranger"])
def test_nobody_else_answers(
    persona: str, asked: ExceptionRequest, request: pytest.FixtureRequest
) -> None:
    actor = request.getfixturevalue(persona)

    with refused(NotAllowed):
        grant(asked, actor)


@pytest.mark.covers("L6")
def test_machine_never_grants(asked: ExceptionRequest) -> None:
    with refused(NotAllowed):
        grant(asked, access.machine())
    with refused(IntegrityError), transaction.atomic():
        ExceptionRequest.objects.filter(pk=asked.pk).update(
            granted=True, claim_until=timezone.now()
        )


def test_member_of_the_pro_answers_nothing_even_as_its_manager(
    asked: ExceptionRequest, manager: User
) -> None:
    Membership.objects.create(user=manager, pro=asked.sale.pro)

    with refused(NotAllowed):
        grant(asked, manager)


def test_second_answer_is_refused_and_says_who_was_first(
    asked: ExceptionRequest, manager: User, agent: User
) -> None:
    grant(asked, manager)

    with refused(AlreadyDecided) as caught:
        exceptions.refuse(exception_uuid=asked.uuid, actor=agent, answer="No.")

    assert str(manager) in str(caught.value)


@pytest.mark.parametrize("answer", ["", " \t"])
def test_answer_needs_words(asked: ExceptionRequest, manager: User, answer: str) -> None:
    with refused(ExceptionRefused):
        grant(asked, manager, answer)
    with refused(ExceptionRefused):
        exceptions.refuse(exception_uuid=asked.uuid, actor=manager, answer=answer)


def test_deciding_manager_of_another_pro_may_answer_as_a_verifier(
    asked: ExceptionRequest, deciding_manager: User, other_pro: User
) -> None:
    hand_over(other_pro.memberships.get().pro, deciding_manager)

    assert grant(asked, deciding_manager).granted


@pytest.mark.covers("L6")
def test_nobody_answers_what_they_asked_for_themselves(
    late_sale: LeadSale, manager: User, agent: User
) -> None:
    asked = ask(late_sale, manager)

    with refused(NotAllowed) as caught:
        grant(asked, manager)

    assert str(caught.value) == "You asked for this yourself: a colleague must decide it."
    assert grant(asked, agent).decided_by == agent


# --- An appeal of a claim that came too late (X26) ---


@pytest.fixture
def late_appeal(sale: LeadSale, pro: User, agent: User) -> RefundRequest:
    """The appeal of a claim that another channel filed too late, and that was declined for it."""
    request = make.investigating(sale, pro)
    late = timezone.now() + timedelta(days=10)
    RefundRequest.objects.filter(pk=request.pk).update(submitted_at=late)
    declined = decide.decline(
        reference=request.reference,
        actor=agent,
        expected_version=request.version,
        codes=["window_closed"],
        note="",
    )
    return appeal.file_appeal(
        reference=request.reference,
        actor=pro,
        expected_version=declined.version,
        text="We had no power from Monday to Friday.",
    )


def overturn(request: RefundRequest, manager: User, cause: str) -> RefundRequest:
    return appeal.overturn(
        reference=request.reference,
        actor=manager,
        expected_version=request.version,
        sentence=ANSWER,
        exception_cause=cause,
    )


@pytest.mark.covers("X26")
def test_overturning_a_late_claim_grants_the_exception(
    late_appeal: RefundRequest, pro: User, manager: User
) -> None:
    decided = overturn(late_appeal, manager, "hurricane")

    assert decided.state == "final_approved"
    assert decided.credit_cents == 5000
    granted = ExceptionRequest.objects.get(sale=late_appeal.sale)
    assert (granted.granted, granted.cause, granted.decided_by) == (True, "hurricane", manager)
    assert (granted.asked_by, granted.answer) == (pro, ANSWER)
    assert granted.mails.count() == 0
    assert audit() == []


@pytest.mark.covers("X26")
def test_appeal_grants_the_wish_that_waits(
    late_appeal: RefundRequest, pro: User, manager: User
) -> None:
    waiting = ExceptionRequest.objects.create(
        sale=late_appeal.sale,
        cause="outage",
        words=WORDS,
        asked_by=pro,
        asked_at=timezone.now(),
    )

    overturn(late_appeal, manager, "hurricane")

    granted = ExceptionRequest.objects.get()
    assert (granted.pk, granted.granted, granted.cause) == (waiting.pk, True, "hurricane")
    assert (granted.decided_by, granted.answer, granted.words) == (manager, ANSWER, WORDS)


@pytest.mark.covers("X26")
def test_appeal_leaves_an_earlier_grant_as_it_was(
    late_appeal: RefundRequest, pro: User, manager: User, agent: User
) -> None:
    at = timezone.now()
    ExceptionRequest.objects.create(
        sale=late_appeal.sale,
        cause="outage",
        words=WORDS,
        asked_by=pro,
        asked_at=at,
        granted=True,
        decided_by=agent,
        decided_at=at,
        answer="The mast was down.",
        claim_until=at,
    )
    before = list(ExceptionRequest.objects.values())

    decided = overturn(late_appeal, manager, "hurricane")

    assert list(ExceptionRequest.objects.values()) == before
    assert (decided.state, decided.credit_cents) == ("final_approved", 5000)
    assert decided.events.get(kind="overturned").data["exception_cause"] == "hurricane"


@pytest.mark.covers("X26")
def test_late_claim_is_not_overturned_without_a_cause(
    late_appeal: RefundRequest, manager: User
) -> None:
    with refused(appeal.AppealRefused) as caught:
        overturn(late_appeal, manager, "")

    assert str(caught.value) == (
        "This claim came after its time. To credit it, choose what kept the pro from asking in "
        "time; else uphold the decision."
    )


def test_late_claim_is_not_overturned_for_any_cause(
    late_appeal: RefundRequest, manager: User
) -> None:
    with refused(ExceptionRefused):
        overturn(late_appeal, manager, "vacation")


def test_claim_that_was_in_time_takes_no_cause(
    sale: LeadSale, pro: User, agent: User, manager: User
) -> None:
    request = make.appealed(sale, pro, agent)

    with refused(appeal.AppealRefused):
        overturn(request, manager, "hurricane")
