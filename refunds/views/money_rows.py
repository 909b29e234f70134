"""Rows of Transactions, in words: each credit names its lead and its request (A13)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import formats
from accounts.models import LedgerAccount, Transfer, User
from accounts.paging import Page, newest_first
from leads.models import LeadSale
from refunds.models import RefundRequest


@dataclass(frozen=True)
class MoneyRow:
    """One transfer as the pro sees it."""

    at: str
    words: str
    note: str
    bucket: str
    amount: str
    is_credit: bool
    request_reference: str


@dataclass(frozen=True)
class Balance:
    """What one of the user's pros has, by bucket."""

    pro: str
    total: str
    buckets: Sequence[tuple[str, str]]


def wallets_of(user: User) -> list[LedgerAccount]:
    """Return the wallets of the user's pros and what is held of their fees, in one query."""
    return list(
        LedgerAccount.objects.filter(pro__memberships__user=user, kind__in=LedgerAccount.PRO_KINDS)
        .select_related("pro", "program")
        .order_by("pro__name", "pro_id", "-kind")
    )


def balances(wallets: Sequence[LedgerAccount]) -> list[Balance]:
    """Write what each pro has, the total first; what is held counts no more, and is named."""
    by_pro: dict[int, list[LedgerAccount]] = {}
    for wallet in wallets:
        by_pro.setdefault(wallet.pro_id or 0, []).append(wallet)
    return [_balance(own) for own in by_pro.values()]


def page_of_money(wallets: Sequence[LedgerAccount], *, after: str) -> Page[Transfer]:
    """Return a page of what went into the wallets and out of them, the newest first.

    A held fee that is due leaves the hold and no wallet: it is on the page as well.
    """
    ids = [wallet.pk for wallet in wallets]
    transfers = Transfer.objects.filter(Q(source__in=ids) | Q(destination__in=ids)).select_related(
        "program",
        "source",
        "destination",
        "sale__lead__program",
        "captured_sale__lead__program",
        "credited_to__sale__lead__program",
        "reversed_from__sale__lead__program",
        "corrects__request__sale__lead__program",
    )
    return newest_first(transfers, "posted_at", after)


def money_rows(transfers: Sequence[Transfer], wallets: Sequence[LedgerAccount]) -> list[MoneyRow]:
    """Put transfers into words."""
    ids = {wallet.pk for wallet in wallets if wallet.kind in LedgerAccount.WALLET_KINDS}
    return [_row(transfer, ids) for transfer in transfers]


def _balance(own: Sequence[LedgerAccount]) -> Balance:
    program = own[0].program
    spendable = [wallet for wallet in own if wallet.kind in LedgerAccount.WALLET_KINDS]
    held = [account for account in own if account not in spendable and account.balance_cents]
    return Balance(
        pro=str(own[0].pro),
        total=formats.money(sum(wallet.balance_cents or 0 for wallet in spendable), program),
        buckets=[
            (wallet.get_kind_display(), formats.money(wallet.balance_cents or 0, program))
            for wallet in (*spendable, *held)
        ],
    )


def _row(transfer: Transfer, ids: Collection[int]) -> MoneyRow:
    is_credit = transfer.destination_id in ids
    own = transfer.destination if is_credit else transfer.source
    refund = _request_of(transfer)
    signed = transfer.amount_cents if is_credit else -transfer.amount_cents
    return MoneyRow(
        at=formats.instant(transfer.posted_at, transfer.program),
        words=_words(transfer, refund),
        note="" if refund else transfer.note,
        bucket=own.get_kind_display(),
        amount=("+" if is_credit else "") + formats.money(signed, transfer.program),
        is_credit=is_credit,
        request_reference=refund.reference if refund else "",
    )


def _request_of(transfer: Transfer) -> RefundRequest | None:
    if corrects := getattr(transfer, "corrects", None):
        return corrects.request
    credited = getattr(transfer, "credited_to", None)
    return credited or getattr(transfer, "reversed_from", None)


def _words(transfer: Transfer, refund: RefundRequest | None) -> str:
    if refund is not None:
        return _of_credit(transfer) % {"lead": _lead(refund.sale)}
    sale = getattr(transfer, "sale", None) or getattr(transfer, "captured_sale", None)
    if sale is not None:
        return _of_charge(transfer) % {"lead": _lead(sale)}
    return transfer.get_kind_display()


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


def _lead(sale: LeadSale) -> str:
    return _("%(reference)s, bought %(day)s") % {
        "reference": sale.lead.reference,
        "day": formats.day_of(sale.sold_at, sale.lead.program),
    }
