"""The audit finds what somebody could do to held fees past the code, and says which."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from accounts import append_only, ledger
from accounts.models import LedgerAccount, Transfer, User
from leads.models import LeadSale, Quote
from leads.services.quotes import mark_replied
from refunds.models import RefundRequest
from refunds.services.audit import audit
from refunds.services.automatic import credit_due
from refunds.services.reverse import reverse
from tests.factories.quotes import quotes, teacher

pytestmark = [pytest.mark.django_db, pytest.mark.covers("X28")]

SENT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
UNREAD_AT = SENT + timedelta(hours=48)


@pytest.fixture
def sales(manager: User, agent: User) -> list[LeadSale]:
    """Four fees of 120: still held, captured, released, and released and taken back."""
    sales = quotes(4, teacher(manager), sent_at=SENT)
    with time_machine.travel(UNREAD_AT, tick=False):
        mark_replied(sale_uuid=sales[1].uuid, at=SENT)
        Quote.objects.filter(sale=sales[0]).update(sent_at=UNREAD_AT)
        assert credit_due() == 2
        request = RefundRequest.objects.get(sale=sales[3])
        reverse(
            reference=request.reference,
            actor=agent,
            expected_version=request.version,
            reason="The quote was read on the phone.",
        )
    assert audit() == []
    return sales


def account(sales: list[LeadSale], kind: LedgerAccount.Kind) -> LedgerAccount:
    return ledger.wallet(sales[0].pro, kind)


def house(sales: list[LeadSale], kind: LedgerAccount.Kind) -> LedgerAccount:
    return ledger.house_account(sales[0].pro.program, kind)


def post(kind: Transfer.Kind, source: LedgerAccount, destination: LedgerAccount) -> Transfer:
    with transaction.atomic():
        movement = ledger.Movement(kind, source, destination, 70, "astray")
        return ledger.post(movement, at=timezone.now())


def sql(statement: str, *values: int | None) -> None:
    append_only.unprotect(connection, "accounts_transfer")
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def hold_without_sale(sales: list[LeadSale]) -> str:
    held = account(sales, LedgerAccount.Kind.HOLD)
    transfer = post(Transfer.Kind.HOLD, account(sales, LedgerAccount.Kind.PAID), held)
    return f"transfer {transfer.pk} charges for no sale"


def hold_of_nothing(sales: list[LeadSale]) -> str:
    hold_without_sale(sales)
    held = account(sales, LedgerAccount.Kind.HOLD)
    return f"account {held.pk} (hold) says 190, its sales hold 120"


def capture_without_sale(sales: list[LeadSale]) -> str:
    held, revenue = (
        account(sales, LedgerAccount.Kind.HOLD),
        house(sales, LedgerAccount.Kind.REVENUE),
    )
    transfer = post(Transfer.Kind.CAPTURE, held, revenue)
    return f"transfer {transfer.pk} captures for no sale"


def capture_forgotten(sales: list[LeadSale]) -> str:
    LeadSale.objects.filter(pk=sales[1].pk).update(capture=None)
    held = account(sales, LedgerAccount.Kind.HOLD)
    return f"account {held.pk} (hold) says 120, its sales hold 240"


def capture_of_another_amount(sales: list[LeadSale]) -> str:
    [captured] = LeadSale.objects.filter(pk=sales[1].pk)
    sql("UPDATE accounts_transfer SET amount_cents = 70 WHERE id = %s", captured.capture_id)
    return f"sale {captured.pk} was captured otherwise than it was held"


def capture_of_what_was_released(sales: list[LeadSale]) -> str:
    held, revenue = (
        account(sales, LedgerAccount.Kind.HOLD),
        house(sales, LedgerAccount.Kind.REVENUE),
    )
    LeadSale.objects.filter(pk=sales[2].pk).update(
        capture=post(Transfer.Kind.CAPTURE, held, revenue)
    )
    return f"sale {sales[2].pk} was captured otherwise than it was held"


def release_without_request(sales: list[LeadSale]) -> str:
    held = account(sales, LedgerAccount.Kind.HOLD)
    transfer = post(Transfer.Kind.RELEASE, held, account(sales, LedgerAccount.Kind.PAID))
    return f"transfer {transfer.pk} credits for no request"


def released_column(sales: list[LeadSale]) -> str:
    LeadSale.objects.filter(pk=sales[2].pk).update(released_cents=100)
    return f"sale {sales[2].pk} says 100 was released, its requests say 120"


def reversal_to_the_refunds_of_what_was_released(sales: list[LeadSale]) -> str:
    request = RefundRequest.objects.get(sale=sales[3])
    refunds = house(sales, LedgerAccount.Kind.REFUNDS)
    sql(
        "UPDATE accounts_transfer SET destination_id = %s WHERE id = %s",
        refunds.pk,
        request.reversal_id,
    )
    return f"request {request.reference} was reversed by something else than its credit"


@pytest.mark.parametrize(
    "plant",
    [
        hold_without_sale,
        hold_of_nothing,
        capture_without_sale,
        capture_forgotten,
        capture_of_another_amount,
        capture_of_what_was_released,
        release_without_request,
        released_column,
        reversal_to_the_refunds_of_what_was_released,
    ],
    ids=lambda plant: plant.__name__,
)
def test_planted_corruption_of_held_fees_is_found(
    plant: Callable[[list[LeadSale]], str], sales: list[LeadSale]
) -> None:
    line = plant(sales)

    assert line in audit()
