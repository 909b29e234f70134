"""Lines of Transactions, in words: each credit names its lead and its request (A13, L19)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts import formats
from accounts.models import LedgerAccount, Program, Transfer
from leads.models import LeadSale
from refunds.models import RefundRequest
from refunds.services.statement import effect

NO_AMOUNT = "—"


@dataclass(frozen=True)
class MoneyRow:
    """One transfer as the pro sees it, and what was on the wallets after it.

    Of a fee that was held before, ``balance`` is the same as on the line below, and there is no
    amount: it would seem to be taken twice.
    """

    at: str
    words: str
    note: str
    bucket: str
    amount: str
    is_credit: bool
    balance: str
    is_below_zero: bool
    request_reference: str


@dataclass(frozen=True)
class Balance:
    """What a pro has, by bucket."""

    pro: str
    total: str
    buckets: Sequence[tuple[str, str]]


def balance_of(accounts: Sequence[LedgerAccount], program: Program, pro: str) -> Balance:
    """Write what a pro has, the total first; what is held counts no more, and is named."""
    wallets = [one for one in accounts if one.kind in LedgerAccount.WALLET_KINDS]
    held = [one for one in accounts if one not in wallets and one.balance_cents]
    return Balance(
        pro=pro,
        total=formats.money(sum(wallet.balance_cents or 0 for wallet in wallets), program),
        buckets=[
            (account.get_kind_display(), formats.money(account.balance_cents or 0, program))
            for account in (*wallets, *held)
        ],
    )


def money_rows(
    lines: Sequence[Transfer],
    balances: Sequence[int],
    *,
    wallets: Collection[int],
    program: Program,
) -> list[MoneyRow]:
    """Put transfers into words, each with the balance after it."""
    return [
        _row(line, balance, wallets, program) for line, balance in zip(lines, balances, strict=True)
    ]


def is_paid_before(line: Transfer, wallets: Collection[int]) -> bool:
    """Say whether a line moves nothing: a held fee, which left the balance when it was held."""
    return line.kind == Transfer.Kind.CAPTURE and not effect(line, wallets)


def bucket_of(line: Transfer, wallets: Collection[int]) -> str:
    """Return the name of the pro's account that a line is about."""
    own = line.destination if line.destination_id in wallets else line.source
    return own.get_kind_display()


def words_of(line: Transfer, program: Program) -> str:
    """Say what a line was for."""
    refund = request_of(line)
    if refund is not None:
        return _of_credit(line) % {"lead": _lead(refund.sale, program)}
    sale = sale_of(line)
    if sale is not None:
        return _of_charge(line) % {"lead": _lead(sale, program)}
    return line.get_kind_display()


def note_of(line: Transfer, wallets: Collection[int]) -> str:
    """Return what is to be added to a line."""
    if is_paid_before(line, wallets):
        return _("It was taken from your balance when it was held.")
    return "" if request_of(line) or sale_of(line) else line.note


def request_of(line: Transfer) -> RefundRequest | None:
    """Return the request that a line comes of."""
    if corrects := getattr(line, "corrects", None):
        return corrects.request
    credited = getattr(line, "credited_to", None)
    return credited or getattr(line, "reversed_from", None)


def sale_of(line: Transfer) -> LeadSale | None:
    """Return the sale that a line paid for."""
    return getattr(line, "sale", None) or getattr(line, "captured_sale", None)


def _row(line: Transfer, balance: int, wallets: Collection[int], program: Program) -> MoneyRow:
    refund, cents = request_of(line), effect(line, wallets)
    return MoneyRow(
        at=formats.instant(line.posted_at, program),
        words=words_of(line, program),
        note=note_of(line, wallets),
        bucket=bucket_of(line, wallets),
        amount=_amount(cents, program) if not is_paid_before(line, wallets) else NO_AMOUNT,
        is_credit=cents > 0,
        balance=formats.money(balance, program),
        is_below_zero=balance < 0,
        request_reference=refund.reference if refund else "",
    )


def _amount(cents: int, program: Program) -> str:
    return ("+" if cents > 0 else "") + formats.money(cents, program)


def _of_credit(transfer: Transfer) -> str:
    if transfer.kind == Transfer.Kind.ADJUSTMENT:
        return _("Credit corrected for lead %(lead)s")
    if transfer.kind == Transfer.Kind.REVERSAL:
        return _("Credit taken back for lead %(lead)s")
    if transfer.kind == Transfer.Kind.RELEASE:
        return _("Held fee given back for lead %(lead)s")
    return _("Credit for lead %(lead)s")


def _of_charge(transfer: Transfer) -> str:
    if transfer.kind == Transfer.Kind.HOLD:
        return _("Fee held for lead %(lead)s, until the customer replies")
    if transfer.kind == Transfer.Kind.CAPTURE:
        return _("Held fee paid for lead %(lead)s: the customer replied")
    return _("Lead %(lead)s")


def _lead(sale: LeadSale, program: Program) -> str:
    return _("%(reference)s, bought %(day)s") % {
        "reference": sale.lead.reference,
        "day": formats.day_of(sale.sold_at, program),
    }
