"""Whether a pro gets leads now, and why not (X23, L21)."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts import formats
from accounts.models import LedgerAccount, ServicePro


def is_delivery_paused(pro: ServicePro, accounts: Iterable[LedgerAccount]) -> bool:
    """Say whether the pro gets no leads: it isn't active, or one of its wallets is below zero.

    Nothing is stored: a credit that lifts the wallet to zero or above lets leads come again.
    ``accounts`` are the pro's own, as the caller has them at hand.
    """
    return pro.status != ServicePro.Status.ACTIVE or bool(_below_zero(accounts))


def why_paused(pro: ServicePro, accounts: Iterable[LedgerAccount]) -> str:
    """Return the sentence that tells a pro why no leads come, "" where they do."""
    if pro.status == ServicePro.Status.CLOSED:
        return _("The account of %(pro)s is closed: no leads come.") % {"pro": pro}
    if pro.status == ServicePro.Status.PAUSED:
        return _("The account of %(pro)s is paused: no leads come until it is active again.") % {
            "pro": pro
        }
    below = _below_zero(accounts)
    if not below:
        return ""
    owed = sum(account.balance_cents or 0 for account in below)
    return _(
        "No leads come to %(pro)s: a credit was taken back, and %(amount)s is missing on the "
        "balance. Leads come again as soon as that is paid in or credited."
    ) % {"pro": pro, "amount": formats.money(-owed, below[0].program)}


def _below_zero(accounts: Iterable[LedgerAccount]) -> list[LedgerAccount]:
    wallets = [one for one in accounts if one.kind in LedgerAccount.WALLET_KINDS]
    return [one for one in wallets if (one.balance_cents or 0) < 0]
