"""Answering one: by whom, once, and what it opens."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import access
from accounts.models import Membership, User
from leads.models import LeadSale
from refunds.models import ExceptionRequest, OutboundMail, RefundRequest
from refunds.services import exceptions, file, outbox
from refunds.services.audit import audit
from refunds.services.change import NotAllowed
from refunds.services.exceptions import AlreadyDecided, ExceptionRefused
from tests.conftest import hand_over
from tests.factories import refunds as make
from tests.refunds.exceptions.steps import ANSWER, ask
from tests.snapshots import refused

pytestmark = pytest.mark.django_db


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
