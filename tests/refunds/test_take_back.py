"""Taking back a slip in the contact log: by its author, within minutes, before any claim (C21)."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.models import User
from leads.models import ContactAttempt, LeadSale
from leads.services.attempts import AttemptRefused, log_attempt
from refunds.models import RefundRequest, State
from refunds.services import contact_log, withdraw
from refunds.services.facts import facts_for_claim
from refunds.services.file import file_claim
from refunds.views.prewritten import from_contact_log
from tests.factories.accounts import MembershipFactory
from tests.factories.leads import ContactAttemptFactory, LeadSaleFactory
from tests.factories.refunds import EXPLANATION, PolicyVersionFactory
from tests.snapshots import refused

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
OVER = "An attempt can be taken back for ten minutes. They are over, so it stays."
CLAIMED = "A claim for this lead was sent meanwhile, and your log belongs to it. So it stays."


@pytest.fixture
def sale(pro: User) -> LeadSale:
    company = pro.memberships.get().pro
    PolicyVersionFactory.create(program=company.program)
    return LeadSaleFactory.create(pro=company, sold_at=NOW - timedelta(hours=1))


def log(sale: LeadSale, actor: User, *, reached: bool = True) -> ContactAttempt:
    """Log a call as made now."""
    with time_machine.travel(NOW, tick=False):
        return log_attempt(
            sale_id=sale.pk,
            actor=actor,
            channel=ContactAttempt.Channel.CALL,
            by=ContactAttempt.By.PRO,
            reached=reached,
            at=NOW,
        )


def take_back(attempt: ContactAttempt, actor: User, *, after: timedelta) -> ContactAttempt:
    with time_machine.travel(NOW + after, tick=False):
        return contact_log.take_back(
            sale_uuid=attempt.sale.uuid, attempt_id=attempt.pk, actor=actor
        )


def claim(sale: LeadSale, pro: User, *, after: timedelta) -> RefundRequest:
    with time_machine.travel(NOW + after, tick=False):
        return file_claim(
            sale_uuid=sale.uuid,
            actor=pro,
            command_id=uuid4(),
            reason="incorrect_contact",
            explanation=EXPLANATION,
            details={},
        )


@pytest.mark.covers("C21", "C21f")
@pytest.mark.parametrize("after", [timedelta(0), timedelta(minutes=10)])
def test_slip_stays_on_record_and_counts_for_nothing(
    sale: LeadSale, pro: User, after: timedelta
) -> None:
    kept = log(sale, pro, reached=False)
    with time_machine.travel(NOW + timedelta(seconds=30), tick=False):
        slip = log_attempt(
            sale_id=sale.pk,
            actor=pro,
            channel=ContactAttempt.Channel.TEXT,
            by=ContactAttempt.By.PRO,
            reached=True,
            at=NOW + timedelta(seconds=30),
        )

    take_back(slip, pro, after=timedelta(seconds=30) + after)

    assert list(sale.attempts.order_by("at").values_list("pk", "taken_back_at")) == [
        (kept.pk, None),
        (slip.pk, NOW + timedelta(seconds=30) + after),
    ]
    facts = facts_for_claim(
        sale,
        reason="non_contact",
        submitted_at=NOW + timedelta(hours=1),
        explanation="",
        channel=RefundRequest.Channel.PORTAL,
        details={},
    )
    assert [(one.channel, one.reached) for one in facts.attempts] == [("call", False)]
    assert from_contact_log(sale).splitlines()[1:] == ["Mon 2 Mar 2026, 10:00 EST: Call, no answer"]


@pytest.mark.covers("C21")
def test_slip_stays_once_its_minutes_are_over(sale: LeadSale, pro: User) -> None:
    attempt = log(sale, pro)
    with refused(AttemptRefused) as caught:
        take_back(attempt, pro, after=timedelta(minutes=10, microseconds=1))
    assert str(caught.value) == OVER


def test_attempt_of_unknown_logging_stays(sale: LeadSale, pro: User) -> None:
    attempt = ContactAttemptFactory.create(sale=sale, at=NOW, logged_by=pro)
    with refused(AttemptRefused) as caught:
        take_back(attempt, pro, after=timedelta(0))
    assert str(caught.value) == OVER


@pytest.mark.covers("C21")
def test_log_that_a_claim_rests_on_stays(sale: LeadSale, pro: User) -> None:
    attempt = log(sale, pro)
    claim(sale, pro, after=timedelta(minutes=1))
    with refused(AttemptRefused) as caught:
        take_back(attempt, pro, after=timedelta(minutes=2))
    assert str(caught.value) == CLAIMED


@pytest.mark.covers("C21")
def test_log_that_a_withdrawn_claim_rested_on_stays(sale: LeadSale, pro: User) -> None:
    attempt = log(sale, pro)
    request = claim(sale, pro, after=timedelta(minutes=1))
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        withdraw.withdraw(reference=request.reference, actor=pro, expected_version=request.version)
    assert RefundRequest.objects.get().state == State.WITHDRAWN
    with refused(AttemptRefused) as caught:
        take_back(attempt, pro, after=timedelta(minutes=3))
    assert str(caught.value) == CLAIMED


def test_slip_after_a_claim_that_was_withdrawn_before_is_taken_back(
    sale: LeadSale, pro: User
) -> None:
    request = claim(sale, pro, after=-timedelta(minutes=5))
    with time_machine.travel(NOW - timedelta(minutes=1), tick=False):
        withdraw.withdraw(reference=request.reference, actor=pro, expected_version=request.version)
    attempt = take_back(log(sale, pro), pro, after=timedelta(minutes=1))
    assert attempt.taken_back_at == NOW + timedelta(minutes=1)


def test_slip_is_taken_back_once(sale: LeadSale, pro: User) -> None:
    attempt = log(sale, pro)
    take_back(attempt, pro, after=timedelta(minutes=1))
    with refused(AttemptRefused) as caught:
        take_back(attempt, pro, after=timedelta(minutes=2))
    assert str(caught.value) == "This attempt was taken back already."


def test_what_a_colleague_logged_is_not_taken_back(sale: LeadSale, pro: User) -> None:
    attempt = log(sale, MembershipFactory.create(pro=sale.pro).user)
    with refused(ContactAttempt.DoesNotExist):
        take_back(attempt, pro, after=timedelta(minutes=1))


@pytest.mark.covers("C22")
def test_what_the_team_logged_is_not_taken_back(sale: LeadSale, pro: User) -> None:
    attempt = ContactAttemptFactory.create(
        sale=sale, at=NOW, by="team", reached=True, logged_by=pro, logged_at=NOW
    )
    with refused(ContactAttempt.DoesNotExist):
        take_back(attempt, pro, after=timedelta(minutes=1))
    with refused(IntegrityError), transaction.atomic():
        ContactAttempt.objects.update(taken_back_at=NOW)


def test_slip_of_another_lead_is_not_found(sale: LeadSale, pro: User, other_pro: User) -> None:
    attempt, other = log(sale, pro), LeadSaleFactory.create(pro=sale.pro)
    with refused(ContactAttempt.DoesNotExist):
        contact_log.take_back(sale_uuid=other.uuid, attempt_id=attempt.pk, actor=pro)
    with refused(LeadSale.DoesNotExist):
        take_back(attempt, other_pro, after=timedelta(0))
    LeadSale.objects.filter(pk=sale.pk).update(detached_at=NOW)
    with refused(LeadSale.DoesNotExist):
        take_back(attempt, pro, after=timedelta(0))


def test_what_was_taken_back_can_be_logged_again(sale: LeadSale, pro: User) -> None:
    take_back(log(sale, pro), pro, after=timedelta(minutes=1))
    again = log(sale, pro)
    assert list(ContactAttempt.objects.standing()) == [again]
    with refused(AttemptRefused):
        log(sale, pro)
