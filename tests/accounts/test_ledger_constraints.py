"""What the database itself refuses of a transfer and of an account (design 4)."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from accounts import ledger
from accounts.models import LedgerAccount, Program, ServicePro, Transfer
from tests.accounts.books import AT, Accounts, top_up
from tests.snapshots import refused

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"amount_cents": 0}, "transfer_positive"),
        ({"amount_cents": -500}, "transfer_positive"),
        ({"amount_cents": None}, "amount_cents"),
        ({"destination": "funding"}, "transfer_between_two_accounts"),
        ({"destination": None}, "destination_id"),
        ({"source": None}, "source_id"),
        ({"idempotency_key": "posted before"}, "idempotency_key"),
        ({"kind": "adjustment", "note": ""}, "adjustment_has_reason"),
    ],
)
def test_database_refuses_the_transfer(
    accounts: Accounts, fields: dict[str, object], constraint: str
) -> None:
    ledger.post(top_up(accounts, key="posted before"), at=AT)
    row: dict[str, object] = {
        "program": accounts["paid"].program,
        "kind": "top_up",
        "source": "funding",
        "destination": "paid",
        "amount_cents": 500,
        "idempotency_key": "new",
        "posted_at": AT,
    } | fields
    row |= {name: accounts.get(str(row[name])) for name in ("source", "destination")}

    with refused(IntegrityError) as caught, transaction.atomic():
        Transfer.objects.bulk_create([Transfer(**row)])

    assert constraint in str(caught.value)


Row = Callable[[Program, ServicePro], dict[str, object]]


@pytest.mark.parametrize(
    ("row", "constraint"),
    [
        (lambda program, pro: {"kind": "paid", "balance_cents": 0}, "account_kind_fits_owner"),
        (lambda program, pro: {"kind": "paid", "pro": pro}, "account_kind_fits_owner"),
        (lambda program, pro: {"kind": "revenue", "pro": pro}, "account_kind_fits_owner"),
        (
            lambda program, pro: {"kind": "refunds", "pro": pro, "balance_cents": 0},
            "account_kind_fits_owner",
        ),
        (lambda program, pro: {"kind": "revenue", "balance_cents": 0}, "account_kind_fits_owner"),
        (
            lambda program, pro: {"kind": "seller_recoverable", "balance_cents": 0},
            "account_kind_fits_owner",
        ),
        (lambda program, pro: {"kind": "pocket"}, "account_kind_fits_owner"),
        (lambda program, pro: {"kind": ""}, "account_kind_fits_owner"),
        (
            lambda program, pro: {"kind": "paid", "pro": pro, "balance_cents": 0},
            "account_once_a_pro|ledgeraccount.pro_id, accounts_ledgeraccount.kind",
        ),
        (
            lambda program, pro: {"kind": "revenue"},
            "house_account_once_a_program|ledgeraccount.program_id, accounts_ledgeraccount.kind",
        ),
    ],
)
def test_database_refuses_the_account(company: ServicePro, row: Row, constraint: str) -> None:
    account = LedgerAccount(program=company.program, **row(company.program, company))

    with refused(IntegrityError) as caught, transaction.atomic():
        LedgerAccount.objects.bulk_create([account])

    # SQLite names a unique constraint's columns where PostgreSQL names the constraint.
    assert any(name in str(caught.value) for name in constraint.split("|"))
