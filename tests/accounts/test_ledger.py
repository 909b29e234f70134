"""The only door for money: what it lets through, and what it refuses."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import ledger
from accounts.ledger import LedgerError, Movement
from accounts.models import LedgerAccount, ServicePro, Transfer
from tests.accounts.books import AT, Accounts, top_up
from tests.factories.accounts import ProgramFactory, ServiceProFactory
from tests.snapshots import refused

pytestmark = pytest.mark.django_db

Kind = LedgerAccount.Kind

# Every way that money may go but adjustments, which may go any way.
ROUTES = {
    ("top_up", "funding", "paid"),
    ("bonus", "goodwill", "bonus"),
    ("lead_charge", "paid", "revenue"),
    ("lead_charge", "bonus", "revenue"),
    ("hold", "paid", "hold"),
    ("hold", "bonus", "hold"),
    ("capture", "hold", "revenue"),
    ("release", "hold", "paid"),
    ("release", "hold", "bonus"),
    ("refund_credit", "refunds", "paid"),
    ("refund_credit", "refunds", "bonus"),
    ("reversal", "paid", "refunds"),
    ("reversal", "bonus", "refunds"),
    ("reversal", "paid", "revenue"),
    ("reversal", "bonus", "revenue"),
    ("reversal", "paid", "goodwill"),
    ("reversal", "bonus", "goodwill"),
    ("goodwill", "goodwill", "paid"),
    ("goodwill", "goodwill", "bonus"),
    ("seller_recovery", "seller_recoverable", "refunds"),
    ("seller_return", "refunds", "seller_recoverable"),
}


def movement(accounts: Accounts, kind: str, source: str, destination: str) -> Movement:
    """A movement of 5.00; an adjustment says why."""
    return Movement(
        kind=Transfer.Kind(kind),
        source=accounts[source],
        destination=accounts[destination],
        amount_cents=500,
        key="key",
        note="Agreed by phone." if kind == "adjustment" else "",
    )


def balances(pro: ServicePro) -> dict[str, int | None]:
    return dict(LedgerAccount.objects.filter(pro=pro).values_list("kind", "balance_cents"))


def is_posted(wanted: Movement) -> bool:
    """Post a movement, say whether the ledger took it, and undo it."""
    with transaction.atomic():
        try:
            ledger.post(wanted, at=AT)
        except LedgerError:
            return False
        transaction.set_rollback(True)
        return True


def test_opening_makes_each_account_once(company: ServicePro) -> None:
    ledger.open_pro_accounts(company)
    ledger.open_program_accounts(company.program)

    kinds = LedgerAccount.objects.order_by("pk").values_list("kind", flat=True)
    assert sorted(kinds) == ["bonus", "funding", "goodwill", "hold", "paid", "refunds", "revenue"]


def test_transfer_says_what_moved(accounts: Accounts) -> None:
    posted = ledger.post(
        Movement(
            kind=Transfer.Kind.TOP_UP,
            source=accounts["funding"],
            destination=accounts["paid"],
            amount_cents=500,
            key="top-up:1",
            note="Card ending in 4242",
        ),
        at=AT,
    )

    transfer = Transfer.objects.get(pk=posted.pk)
    assert transfer.program == accounts["paid"].program
    assert transfer.kind == "top_up"
    assert transfer.source == accounts["funding"]
    assert transfer.destination == accounts["paid"]
    assert transfer.amount_cents == 500
    assert transfer.idempotency_key == "top-up:1"
    assert transfer.note == "Card ending in 4242"
    assert transfer.posted_at == AT


@pytest.mark.parametrize(
    ("route", "after"),
    [
        (("top_up", "funding", "paid"), {"paid": 100_500, "bonus": 20_000, "hold": 0}),
        (("bonus", "goodwill", "bonus"), {"paid": 100_000, "bonus": 20_500, "hold": 0}),
        (("lead_charge", "paid", "revenue"), {"paid": 99_500, "bonus": 20_000, "hold": 0}),
        (("lead_charge", "bonus", "revenue"), {"paid": 100_000, "bonus": 19_500, "hold": 0}),
        (("hold", "paid", "hold"), {"paid": 99_500, "bonus": 20_000, "hold": 500}),
        (("capture", "hold", "revenue"), {"paid": 100_000, "bonus": 20_000, "hold": -500}),
        (("release", "hold", "bonus"), {"paid": 100_000, "bonus": 20_500, "hold": -500}),
        (("refund_credit", "refunds", "paid"), {"paid": 100_500, "bonus": 20_000, "hold": 0}),
        (("reversal", "bonus", "refunds"), {"paid": 100_000, "bonus": 19_500, "hold": 0}),
        (("goodwill", "goodwill", "paid"), {"paid": 100_500, "bonus": 20_000, "hold": 0}),
        (("adjustment", "paid", "bonus"), {"paid": 99_500, "bonus": 20_500, "hold": 0}),
    ],
)
def test_balances_follow_the_transfer(
    company: ServicePro, accounts: Accounts, route: tuple[str, str, str], after: dict[str, int]
) -> None:
    ledger.post(movement(accounts, *route), at=AT)

    assert balances(company) == after


def test_house_accounts_keep_no_balance(accounts: Accounts) -> None:
    ledger.post(movement(accounts, "lead_charge", "paid", "revenue"), at=AT)

    house = LedgerAccount.objects.filter(pro=None)
    assert set(house.values_list("balance_cents", flat=True)) == {None}


@pytest.mark.covers("X23")
def test_wallet_may_go_negative(company: ServicePro, accounts: Accounts) -> None:
    ledger.post(
        Movement(
            Transfer.Kind.REVERSAL, accounts["paid"], accounts["refunds"], 100_001, "reversal:1"
        ),
        at=AT,
    )

    assert balances(company) == {"paid": -1, "bonus": 20_000, "hold": 0}


def test_many_are_posted_together(company: ServicePro, accounts: Accounts) -> None:
    posted = ledger.post_many(
        [
            top_up(accounts, cents=700, key="a"),
            Movement(Transfer.Kind.LEAD_CHARGE, accounts["paid"], accounts["revenue"], 5_000, "b"),
            Movement(Transfer.Kind.LEAD_CHARGE, accounts["bonus"], accounts["revenue"], 40, "c"),
        ],
        at=AT,
    )

    assert [transfer.idempotency_key for transfer in posted] == ["a", "b", "c"]
    assert balances(company) == {"paid": 95_700, "bonus": 19_960, "hold": 0}


def test_nothing_to_post_posts_nothing(accounts: Accounts) -> None:
    assert ledger.post_many([], at=AT) == []


def test_each_kind_has_its_routes_and_no_other(accounts: Accounts) -> None:
    kinds = [kind for kind in Transfer.Kind.values if kind != "adjustment"]

    taken = {
        (kind, source, destination)
        for kind in kinds
        for source in accounts
        for destination in accounts
        if is_posted(movement(accounts, kind, source, destination))
    }

    assert len(accounts) == 8
    assert taken == ROUTES


def test_adjustment_goes_any_way_between_two_accounts(accounts: Accounts) -> None:
    taken = {
        (source, destination)
        for source in accounts
        for destination in accounts
        if is_posted(movement(accounts, "adjustment", source, destination))
    }

    assert taken == {(one, other) for one in accounts for other in accounts if one != other}


@pytest.mark.parametrize("note", ["", " ", "\n"])
def test_adjustment_says_why(accounts: Accounts, note: str) -> None:
    silent = Movement(
        Transfer.Kind.ADJUSTMENT, accounts["paid"], accounts["goodwill"], 500, "key", note
    )

    with refused(LedgerError):
        ledger.post(silent, at=AT)


@pytest.mark.parametrize("cents", [0, -1, -500, 5.0, True, "500", None])
def test_amount_is_a_positive_integer(accounts: Accounts, cents: int) -> None:
    with refused(LedgerError):
        ledger.post(top_up(accounts, cents=cents), at=AT)


@pytest.mark.parametrize("kind", ["top_up", "adjustment"])
def test_money_stays_within_its_program(accounts: Accounts, kind: str) -> None:
    other = ServiceProFactory.create(program=ProgramFactory.create(code="legalplan"))
    abroad = accounts | {"paid": ledger.wallet(other, Kind.PAID)}

    with refused(LedgerError):
        ledger.post(movement(abroad, kind, "funding", "paid"), at=AT)


@pytest.mark.parametrize(
    ("kind", "source", "destination"), [("hold", "paid", "hold"), ("release", "hold", "paid")]
)
def test_money_stays_with_its_pro(
    accounts: Accounts, kind: str, source: str, destination: str
) -> None:
    neighbour = ServiceProFactory.create(program=accounts["paid"].program)
    mixed = accounts | {destination: ledger.wallet(neighbour, Kind(destination))}

    with refused(LedgerError):
        ledger.post(movement(mixed, kind, source, destination), at=AT)


def test_adjustment_may_go_from_pro_to_pro(company: ServicePro, accounts: Accounts) -> None:
    neighbour = ServiceProFactory.create(program=company.program)
    mixed = accounts | {"bonus": ledger.wallet(neighbour, Kind.BONUS)}

    ledger.post(movement(mixed, "adjustment", "paid", "bonus"), at=AT)

    assert balances(company) == {"paid": 99_500, "bonus": 20_000, "hold": 0}
    assert balances(neighbour) == {"paid": 100_000, "bonus": 500, "hold": 0}


def test_key_is_posted_once(accounts: Accounts) -> None:
    ledger.post(top_up(accounts, key="top-up:1"), at=AT)

    with refused(IntegrityError), transaction.atomic():
        ledger.post(top_up(accounts, cents=9_900, key="top-up:1"), at=AT)


def test_key_is_posted_once_within_a_batch(accounts: Accounts) -> None:
    with refused(IntegrityError), transaction.atomic():
        ledger.post_many([top_up(accounts, key="a"), top_up(accounts, key="a")], at=AT)


def test_one_bad_movement_keeps_out_the_batch(accounts: Accounts) -> None:
    with refused(LedgerError):
        ledger.post_many([top_up(accounts), top_up(accounts, cents=0, key="b")], at=AT)


@pytest.mark.django_db(transaction=True)
def test_money_moves_inside_a_transaction_only() -> None:
    with transaction.atomic():
        company = ServiceProFactory.create()
    paid = ledger.wallet(company, Kind.PAID)
    funding = ledger.house_account(company.program, Kind.FUNDING)

    with pytest.raises(LedgerError):
        ledger.post(Movement(Transfer.Kind.TOP_UP, funding, paid, 500, "key"), at=AT)

    assert balances(company) == {"paid": 100_000, "bonus": 0, "hold": 0}
    assert Transfer.objects.count() == 1


def test_locked_wallets_are_fresh_and_of_these_pros(company: ServicePro) -> None:
    other = ServiceProFactory.create(program=company.program)
    ServiceProFactory.create(program=company.program)
    LedgerAccount.objects.filter(pro=other, kind=Kind.PAID).update(balance_cents=7)

    locked = ledger.lock_wallets([other, company])

    assert {key: account.balance_cents for key, account in locked.items()} == {
        (company.pk, "paid"): 100_000,
        (company.pk, "bonus"): 20_000,
        (company.pk, "hold"): 0,
        (other.pk, "paid"): 7,
        (other.pk, "bonus"): 0,
        (other.pk, "hold"): 0,
    }


@pytest.mark.parametrize("field", ["amount_cents", "balance_cents"])
def test_amounts_are_stored_as_integers(field: str) -> None:
    model = Transfer if field == "amount_cents" else LedgerAccount

    assert model._meta.get_field(field).get_internal_type() == "BigIntegerField"


def test_balance_is_what_the_transfers_add_up_to(company: ServicePro, accounts: Accounts) -> None:
    for number, (kind, source, destination) in enumerate(sorted(ROUTES)):
        moved = Movement(
            Transfer.Kind(kind),
            accounts[source],
            accounts[destination],
            100 + number,
            f"sum:{number}",
        )
        ledger.post(moved, at=timezone.now())

    for kind, balance in balances(company).items():
        entered = accounts[kind].transfers_in.values_list("amount_cents", flat=True)
        left = accounts[kind].transfers_out.values_list("amount_cents", flat=True)
        assert balance == sum(entered) - sum(left)
