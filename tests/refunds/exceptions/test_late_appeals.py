"""The appeal of a claim that came too late takes an exception (X26)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from leads.models import LeadSale
from refunds.models import ExceptionRequest, RefundRequest
from refunds.services import appeal, decide
from refunds.services.audit import audit
from refunds.services.exceptions import ExceptionRefused
from tests.factories import refunds as make
from tests.refunds.exceptions.steps import ANSWER, WORDS
from tests.snapshots import refused

pytestmark = pytest.mark.django_db


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
