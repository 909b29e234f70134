"""What every page shows: where one can go, and the balance."""

from itertools import groupby

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access, formats
from accounts.delivery import why_paused
from accounts.models import LedgerAccount, User


def shell(request: HttpRequest) -> dict[str, object]:
    """Add the navigation and, for a pro, the balance of each of their companies."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or request.path.startswith("/admin/"):
        return {}
    wallets = _wallets(user)
    balances = [_balance(own) for own in wallets]
    return {
        "navigation": _navigation(request, user, is_pro=bool(balances)),
        "balances": balances,
        "paused": _paused(wallets),
    }


def _navigation(request: HttpRequest, user: User, *, is_pro: bool) -> list[dict[str, object]]:
    entries: list[tuple[str, str]] = []
    if is_pro:
        entries += [
            ("lead_list", _("My leads")),
            ("request_list", _("Refund status")),
            ("transactions", _("Transactions")),
            ("rules", _("Rules")),
        ]
    if access.is_account_manager(user):
        entries += [
            ("desk_appeals", _("Appeals")),
            ("desk_exceptions", _("Exceptions")),
            ("desk_reversals", _("Reversals")),
        ]
    if access.is_verifier(user):
        entries.append(("admin:refunds_refundrequest_changelist", _("Verification")))
    return [
        {"label": label, "url": reverse(name), "current": request.path == reverse(name)}
        for name, label in entries
    ]


def _wallets(user: User) -> list[list[LedgerAccount]]:
    """Return the wallets of the user's pros, a list for each pro."""
    wallets = (
        LedgerAccount.objects.filter(
            pro__memberships__user=user, kind__in=LedgerAccount.WALLET_KINDS
        )
        .select_related("program", "pro")
        .order_by("pro__name", "pro", "pk")
    )
    by_pro = groupby(wallets, key=lambda account: account.pro_id)
    return [list(own) for _pro, own in by_pro]


def _paused(wallets: list[list[LedgerAccount]]) -> list[str]:
    """Return a sentence for each pro to whom no leads come (X23)."""
    told = [why_paused(own[0].pro, own) for own in wallets if own[0].pro]
    return [why for why in told if why]


def _balance(own: list[LedgerAccount]) -> dict[str, str]:
    total = sum(account.balance_cents or 0 for account in own)
    return {"name": str(own[0].pro), "amount": formats.money(total, own[0].program)}
