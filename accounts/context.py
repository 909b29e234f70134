"""What every page shows: where one can go, and the balance."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access, formats
from accounts.models import LedgerAccount, User


def shell(request: HttpRequest) -> dict[str, object]:
    """Add the navigation and, for a pro, the balance of each of their companies."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or request.path.startswith("/admin/"):
        return {}
    balances = _balances(user)
    return {"navigation": _navigation(request, user, is_pro=bool(balances)), "balances": balances}


def _navigation(request: HttpRequest, user: User, *, is_pro: bool) -> list[dict[str, object]]:
    entries: list[tuple[str, str]] = []
    if is_pro:
        entries += [
            ("lead_list", _("My leads")),
            ("request_list", _("Refund status")),
            ("transactions", _("Transactions")),
        ]
    if access.is_account_manager(user):
        entries.append(("desk_appeals", _("Appeals")))
    if access.is_verifier(user):
        entries.append(("admin:refunds_refundrequest_changelist", _("Verification")))
    return [
        {"label": label, "url": reverse(name), "current": request.path == reverse(name)}
        for name, label in entries
    ]


def _balances(user: User) -> list[dict[str, str]]:
    wallets = (
        LedgerAccount.objects.filter(
            pro__memberships__user=user, kind__in=LedgerAccount.WALLET_KINDS
        )
        .select_related("program", "pro")
        .order_by("pro__name", "pk")
    )
    totals: dict[int, tuple[LedgerAccount, int]] = {}
    for account in wallets:
        _first, total = totals.get(account.pro_id or 0, (account, 0))
        totals[account.pro_id or 0] = (account, total + (account.balance_cents or 0))
    return [
        {"name": str(account.pro), "amount": formats.money(total, account.program)}
        for account, total in totals.values()
    ]
