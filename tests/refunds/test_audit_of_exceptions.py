"""The audit finds what somebody could plant about corrections and exceptions past the code."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from accounts import ledger
from accounts.models import LedgerAccount, ServicePro, Transfer, User
from leads.models import LeadSale
from refunds.models import Correction, ExceptionRequest, OutboundMail, RefundRequest
from refunds.services import appeal, corrections, exceptions, file
from refunds.services.audit import audit
from tests.factories import refunds as make
from tests.factories.accounts import UserFactory
from tests.factories.leads import LeadSaleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def corrected(pro_company: ServicePro, pro: User, agent: User, manager: User) -> RefundRequest:
    """A final credit that two people took back."""
    sale = LeadSaleFactory.create(pro=pro_company)
    final = make.final_approved(sale, pro, agent, manager)
    proposed = corrections.propose(
        reference=final.reference,
        actor=agent,
        expected_version=final.version,
        reason="The recording was cut.",
    )
    request = corrections.confirm(
        reference=final.reference,
        actor=UserFactory.create(is_staff=True, is_superuser=True),
        expected_version=proposed.version,
    )
    assert audit() == []
    return request


def adjust(request: RefundRequest, *, cents: int) -> Transfer:
    assert request.credit
    refunds = ledger.house_account(request.program, LedgerAccount.Kind.REFUNDS)
    with transaction.atomic():
        return ledger.post(
            ledger.Movement(
                kind=Transfer.Kind.ADJUSTMENT,
                source=request.credit.destination,
                destination=refunds,
                amount_cents=cents,
                key="correction:planted",
                note="Planted.",
            ),
            at=timezone.now(),
        )


@pytest.mark.covers("X22")
def test_adjustment_that_corrects_nothing(corrected: RefundRequest) -> None:
    planted = adjust(corrected, cents=1)

    assert audit() == [f"transfer {planted.pk} corrects no credit"]


@pytest.mark.covers("X22")
def test_correction_of_another_amount(corrected: RefundRequest) -> None:
    first = Correction.objects.get(request=corrected).transfer
    planted = adjust(corrected, cents=4999)
    Correction.objects.filter(request=corrected).update(transfer=planted)

    assert first
    assert audit() == [
        f"request {corrected.reference} was corrected by something else than its credit",
        f"transfer {first.pk} corrects no credit",
    ]


def test_exception_that_nobody_was_told_of(pro_company: ServicePro, pro: User) -> None:
    make.PolicyVersionFactory.create(program=pro_company.program)
    sale = LeadSaleFactory.create(pro=pro_company, sold_at=timezone.now() - timedelta(days=21))
    asked = exceptions.ask(
        sale_uuid=sale.uuid, actor=pro, cause="outage", words="No power for a week."
    )
    assert audit() == []

    OutboundMail.objects.filter(exception=asked).delete()

    assert audit() == [f"exception {asked.uuid} has 0 mails"]


@pytest.fixture
def excepted(pro_company: ServicePro, pro: User, agent: User, manager: User) -> ExceptionRequest:
    """A wish that was refused, and the exception that the appeal of a late claim then granted."""
    make.PolicyVersionFactory.create(program=pro_company.program)
    sale = LeadSaleFactory.create(pro=pro_company, sold_at=timezone.now() - timedelta(days=21))
    asked = exceptions.ask(sale_uuid=sale.uuid, actor=pro, cause="outage", words="No power.")
    exceptions.refuse(exception_uuid=asked.uuid, actor=agent, answer="There was power.")
    overturned_though_late(sale, pro, manager)
    assert audit() == []
    return ExceptionRequest.objects.get(granted=True)


def overturned_though_late(sale: LeadSale, pro: User, manager: User) -> None:
    request = file.file_for_pro(
        sale_uuid=sale.uuid,
        actor=manager,
        command_id=uuid4(),
        reason="incorrect_contact",
        explanation=make.EXPLANATION,
        details={},
        reported_at=timezone.now(),
    )
    request = appeal.file_appeal(
        reference=request.reference,
        actor=pro,
        expected_version=request.version,
        text="We had no power from Monday to Friday.",
    )
    appeal.overturn(
        reference=request.reference,
        actor=manager,
        expected_version=request.version,
        sentence=make.SENTENCE,
        exception_cause="outage",
    )


@pytest.mark.covers("X26")
def test_wish_that_nobody_answered_although_its_sale_was_appealed(
    excepted: ExceptionRequest,
) -> None:
    wish = ExceptionRequest.objects.get(granted=False)
    wish.mails.get(kind=OutboundMail.Kind.EXCEPTION_DECISION).delete()

    assert audit() == [f"exception {wish.uuid} has 1 mails"]


@pytest.mark.covers("X26")
def test_exception_that_the_appeal_did_not_grant(excepted: ExceptionRequest) -> None:
    """Only what the very decision of the appeal granted is told of by the appeal's letter."""
    earlier = timezone.now() - timedelta(days=1)
    ExceptionRequest.objects.filter(pk=excepted.pk).update(decided_at=earlier)

    assert audit() == [f"exception {excepted.uuid} has 0 mails"]
