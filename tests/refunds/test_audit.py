"""The audit finds each corruption that somebody could plant past the code, and says which."""

from collections.abc import Callable
from datetime import datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts import append_only, ledger
from accounts.models import LedgerAccount, Transfer, User
from leads.models import LeadSale
from refunds.models import Appeal, OutboundMail, RefundEvent, RefundRequest
from refunds.services.audit import audit
from tests.factories import refunds as make
from tests.factories.accounts import ProgramFactory, ServiceProFactory
from tests.factories.leads import LeadSaleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def approved(pro: User, agent: User) -> RefundRequest:
    """An approved request in books that hold."""
    company = pro.memberships.get().pro
    request = make.approved(LeadSaleFactory.create(pro=company), pro, agent)
    assert audit() == []
    return request


def sql(statement: str, *values: str | int | datetime | None) -> None:
    """Run SQL past the code, the constraints' checks aside."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def without_guards(table: str) -> None:
    append_only.unprotect(connection, table)


def shift_balance(request: RefundRequest) -> str:
    account = ledger.wallet(request.pro, LedgerAccount.Kind.PAID)
    LedgerAccount.objects.filter(pk=account.pk).update(balance_cents=100_001)
    return f"account {account.pk} (paid) says 100001, its transfers say 100000"


def drop_trigger(request: RefundRequest) -> str:
    append_only.unprotect(connection, "refunds_refundevent")
    return "trigger refunds_refundevent_no_delete is missing: its table can be rewritten"


def change_amount(request: RefundRequest) -> str:
    without_guards("accounts_transfer")
    sql("UPDATE accounts_transfer SET amount_cents = 4999 WHERE id = %s", request.credit_id)
    return f"request {request.reference} says another amount than its credit"


def delete_charge_link(request: RefundRequest) -> str:
    transfer = _transfer(request, Transfer.Kind.LEAD_CHARGE, key="astray", amount=100)
    return f"transfer {transfer.pk} charges for no sale"


def credit_without_request(request: RefundRequest) -> str:
    transfer = _transfer(request, Transfer.Kind.REFUND_CREDIT, key="gift", amount=700)
    return f"transfer {transfer.pk} credits for no request"


def reversal_without_request(request: RefundRequest) -> str:
    transfer = _transfer(request, Transfer.Kind.REVERSAL, key="theft", amount=700)
    return f"transfer {transfer.pk} reverses no request"


def price_after_the_sale(request: RefundRequest) -> str:
    LeadSale.objects.filter(pk=request.sale_id).update(price_cents=6000)
    return f"sale {request.sale_id} was not charged its price"


def credited_column(request: RefundRequest) -> str:
    LeadSale.objects.filter(pk=request.sale_id).update(credited_cents=0)
    return f"sale {request.sale_id} says 0 was credited, its requests say 5000"


def other_pro_on_the_sale(request: RefundRequest) -> str:
    other = ServiceProFactory.create(program=request.program)
    LeadSale.objects.filter(pk=request.sale_id).update(pro=other)
    return f"sale {request.sale_id} was charged to another pro"


def other_pro_on_the_request(request: RefundRequest) -> str:
    other = ServiceProFactory.create(program=request.program)
    RefundRequest.objects.filter(pk=request.pk).update(pro=other)
    return f"request {request.reference} belongs to another pro than its sale"


def money_between_programs(request: RefundRequest) -> str:
    other = ProgramFactory.create(code="legalplan", name="Legal plan")
    without_guards("accounts_transfer")
    sql("UPDATE accounts_transfer SET program_id = %s WHERE id = %s", other.pk, request.credit_id)
    return f"transfer {request.credit_id} moves money between programs"


def wrong_route(request: RefundRequest) -> str:
    without_guards("accounts_transfer")
    sql("UPDATE accounts_transfer SET kind = 'top_up' WHERE id = %s", request.credit_id)
    return f"transfer {request.credit_id} (top_up) runs between the wrong accounts"


def wrong_bucket(request: RefundRequest) -> str:
    bonus = ledger.wallet(request.pro, LedgerAccount.Kind.BONUS)
    without_guards("accounts_transfer")
    sql(
        "UPDATE accounts_transfer SET destination_id = %s WHERE id = %s",
        bonus.pk,
        request.credit_id,
    )
    return f"request {request.reference} was credited to another wallet than the one that paid"


def state_past_the_machine(request: RefundRequest) -> str:
    sql(
        "UPDATE refunds_refundrequest SET state = 'final_approved', appeal_id = %s, "
        "appeal_decided_by_id = %s, appeal_decided_at = %s WHERE id = %s",
        _appeal(request),
        request.pro.account_manager_id,
        timezone.now(),
        request.pk,
    )
    return f"request {request.reference} is final_approved, its events say approved"


def event_out_of_a_final_state(request: RefundRequest) -> str:
    event = RefundEvent.objects.create(
        request=request,
        kind="approved",
        at=timezone.now(),
        actor=request.filed_by,
        from_state="withdrawn",
        to_state="approved",
    )
    return f"event {event.pk} leaves the final state withdrawn"


def letter_thrown_away(request: RefundRequest) -> str:
    owed = OutboundMail.objects.get(event__request=request, kind="decision")
    owed.delete()
    return f"event {owed.event_id} (approved) has 0 mails instead of 1"


CORRUPTIONS = (
    shift_balance,
    drop_trigger,
    change_amount,
    delete_charge_link,
    credit_without_request,
    reversal_without_request,
    price_after_the_sale,
    credited_column,
    other_pro_on_the_sale,
    other_pro_on_the_request,
    money_between_programs,
    wrong_route,
    wrong_bucket,
    state_past_the_machine,
    event_out_of_a_final_state,
    letter_thrown_away,
)


@pytest.mark.parametrize("plant", CORRUPTIONS, ids=lambda plant: plant.__name__)
def test_planted_corruption_is_found(
    plant: Callable[[RefundRequest], str], approved: RefundRequest
) -> None:
    line = plant(approved)

    assert line in audit()


def test_every_state_keeps_the_books(pro: User, agent: User, manager: User) -> None:
    company = pro.memberships.get().pro
    sales = LeadSaleFactory.create_batch(8, pro=company)
    make.investigating(sales[0], pro)
    make.awaiting_pro(sales[1], pro, agent)
    make.declined(sales[2], pro, agent)
    make.appealed(sales[3], pro, agent)
    make.final_approved(sales[4], pro, agent, manager)
    make.final_declined(sales[5], pro, agent, manager)
    make.reversed_(sales[6], pro, agent)
    make.withdrawn(sales[7], pro)

    assert audit() == []


def test_command_prints_each_line_and_fails(approved: RefundRequest) -> None:
    credited_column(approved)
    out = StringIO()

    with pytest.raises(SystemExit) as stopped:
        call_command("audit_ledger", stdout=out)

    assert stopped.value.code == 1
    assert f"sale {approved.sale_id} says 0 was credited, its requests say 5000" in out.getvalue()


def test_command_says_that_the_books_hold(approved: RefundRequest) -> None:
    out = StringIO()

    call_command("audit_ledger", stdout=out)

    assert out.getvalue() == "The books hold.\n"


def _transfer(request: RefundRequest, kind: Transfer.Kind, *, key: str, amount: int) -> Transfer:
    wallet = ledger.wallet(request.pro, LedgerAccount.Kind.PAID)
    house = LedgerAccount.Kind.REVENUE if kind == Transfer.Kind.LEAD_CHARGE else None
    other = ledger.house_account(request.program, house or LedgerAccount.Kind.REFUNDS)
    leaves = kind != Transfer.Kind.REFUND_CREDIT
    with transaction.atomic():
        return ledger.post(
            ledger.Movement(
                kind=kind,
                source=wallet if leaves else other,
                destination=other if leaves else wallet,
                amount_cents=amount,
                key=key,
            ),
            at=timezone.now(),
        )


def _appeal(request: RefundRequest) -> int:
    return Appeal.objects.create(
        text="Look again.", filed_by=request.filed_by, filed_at=timezone.now()
    ).pk
