"""The audit finds what somebody could plant about corrections and exceptions past the code."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts import ledger
from accounts.models import LedgerAccount, ServicePro, Transfer, User
from refunds.models import Correction, OutboundMail, RefundRequest
from refunds.services import corrections, exceptions
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
