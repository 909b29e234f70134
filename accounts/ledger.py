"""The ledger: the only code that writes transfers and balances (design §5).

Every function expects to run inside the caller's transaction, after the caller has locked what
it is about to change; wallets are locked here, in the order of their ids.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, F, Value, When
from django.db.transaction import get_connection

from accounts.models import LedgerAccount, Program, ServicePro, Transfer

Kind = LedgerAccount.Kind

# Which kinds of account a transfer of each kind leaves and enters; () means any (adjustments).
ROUTES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    Transfer.Kind.TOP_UP: ((Kind.FUNDING,), (Kind.PAID,)),
    Transfer.Kind.BONUS: ((Kind.GOODWILL,), (Kind.BONUS,)),
    Transfer.Kind.LEAD_CHARGE: ((Kind.PAID, Kind.BONUS), (Kind.REVENUE,)),
    Transfer.Kind.HOLD: ((Kind.PAID, Kind.BONUS), (Kind.HOLD,)),
    Transfer.Kind.CAPTURE: ((Kind.HOLD,), (Kind.REVENUE,)),
    Transfer.Kind.RELEASE: ((Kind.HOLD,), (Kind.PAID, Kind.BONUS)),
    Transfer.Kind.REFUND_CREDIT: ((Kind.REFUNDS,), (Kind.PAID, Kind.BONUS)),
    Transfer.Kind.REVERSAL: (
        (Kind.PAID, Kind.BONUS),
        (Kind.REFUNDS, Kind.REVENUE, Kind.GOODWILL),
    ),
    Transfer.Kind.GOODWILL: ((Kind.GOODWILL,), (Kind.PAID, Kind.BONUS)),
    Transfer.Kind.SELLER_RECOVERY: ((Kind.SELLER_RECOVERABLE,), (Kind.REFUNDS,)),
    Transfer.Kind.SELLER_RETURN: ((Kind.REFUNDS,), (Kind.SELLER_RECOVERABLE,)),
    Transfer.Kind.ADJUSTMENT: ((), ()),
}


class LedgerError(Exception):
    """A movement of money that the books do not allow."""


@dataclass(frozen=True)
class Movement:
    """A transfer that is about to be posted; ``amount_cents`` is in the program's minor units."""

    kind: Transfer.Kind
    source: LedgerAccount
    destination: LedgerAccount
    amount_cents: int
    key: str
    note: str = ""


def open_program_accounts(program: Program) -> None:
    """Create the house accounts that a program lacks."""
    for kind in LedgerAccount.HOUSE_KINDS:
        LedgerAccount.objects.get_or_create(program=program, kind=kind, pro=None)


def open_pro_accounts(pro: ServicePro) -> None:
    """Create the wallets and the hold that a pro lacks, each with nothing in it."""
    for kind in LedgerAccount.PRO_KINDS:
        LedgerAccount.objects.get_or_create(
            program_id=pro.program_id, kind=kind, pro=pro, defaults={"balance_cents": 0}
        )


def house_account(program: Program, kind: LedgerAccount.Kind) -> LedgerAccount:
    """Return one of a program's own accounts."""
    return LedgerAccount.objects.get(program=program, kind=kind, pro=None)


def wallet(pro: ServicePro, kind: LedgerAccount.Kind) -> LedgerAccount:
    """Return a pro's account of the given kind, as it is now and unlocked."""
    return LedgerAccount.objects.get(pro=pro, kind=kind)


def lock_wallets(pros: Iterable[ServicePro]) -> dict[tuple[int, str], LedgerAccount]:
    """Lock the accounts of some pros, in the order of their ids.

    Returns the fresh accounts by ``(pro id, kind)``.
    """
    accounts = (
        LedgerAccount.objects.select_for_update(of=("self",))
        .filter(pro__in=list(pros))
        .order_by("pk")
    )
    return {(account.pro_id, account.kind): account for account in accounts if account.pro_id}


def post(movement: Movement, *, at: datetime) -> Transfer:
    """Post one transfer and change the balances that it touches.

    Raises LedgerError where the movement is not one that its kind allows, and IntegrityError
    where its key was posted before.
    """
    [transfer] = post_many([movement], at=at)
    return transfer


def post_many(movements: Iterable[Movement], *, at: datetime) -> list[Transfer]:
    """Post transfers in one statement each for transfers and balances, in the order given.

    Locks the balances that change. Raises LedgerError before anything is written, and
    IntegrityError where a key was posted before.
    """
    if not get_connection().in_atomic_block:
        raise LedgerError("Money moves inside a transaction only.")
    movements = list(movements)
    for movement in movements:
        _check(movement)
    _move_balances(movements)
    return Transfer.objects.bulk_create(
        Transfer(
            program_id=movement.source.program_id,
            kind=movement.kind,
            source=movement.source,
            destination=movement.destination,
            amount_cents=movement.amount_cents,
            idempotency_key=movement.key,
            note=movement.note,
            posted_at=at,
        )
        for movement in movements
    )


def _check(movement: Movement) -> None:
    if type(movement.amount_cents) is not int or movement.amount_cents <= 0:
        raise LedgerError("An amount is a positive whole number of minor units.")
    _check_accounts(movement)
    sources, destinations = ROUTES[movement.kind]
    if sources and movement.source.kind not in sources:
        raise LedgerError(f"A {movement.kind} does not leave a {movement.source.kind} account.")
    if destinations and movement.destination.kind not in destinations:
        raise LedgerError(
            f"A {movement.kind} does not enter a {movement.destination.kind} account."
        )
    if movement.kind == Transfer.Kind.ADJUSTMENT and not movement.note.strip():
        raise LedgerError("An adjustment says why.")


def _check_accounts(movement: Movement) -> None:
    source, destination = movement.source, movement.destination
    if source.pk == destination.pk:
        raise LedgerError("Money moves between two accounts.")
    if source.program_id != destination.program_id:
        raise LedgerError("Money stays within its program.")
    pros = {source.pro_id, destination.pro_id} - {None}
    if len(pros) > 1 and movement.kind != Transfer.Kind.ADJUSTMENT:
        raise LedgerError("Money goes from one pro to another by an adjustment only.")


def _move_balances(movements: list[Movement]) -> None:
    changes: dict[int, int] = {}
    for movement in movements:
        for account, sign in ((movement.source, -1), (movement.destination, 1)):
            if account.pro_id is not None:
                changes[account.pk] = changes.get(account.pk, 0) + sign * movement.amount_cents
    if not changes:
        return
    # Lock in the order of ids before the UPDATE, whose own order is the database's to choose.
    list(
        LedgerAccount.objects.select_for_update(of=("self",))
        .filter(pk__in=changes)
        .order_by("pk")
        .values_list("pk")
    )
    LedgerAccount.objects.filter(pk__in=changes).update(
        balance_cents=F("balance_cents")
        + Case(*(When(pk=pk, then=Value(change)) for pk, change in changes.items()))
    )
