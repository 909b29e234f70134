"""Mails that are owed, in any number, for one claim."""

from accounts.models import User
from leads.models import LeadSale
from refunds import mails
from refunds.models import OutboundMail
from tests.factories import refunds as make


def owe(count: int, sale: LeadSale, pro: User) -> list[str]:
    """File a claim and owe this many mails for it; return their Message-IDs in sending order."""
    make.investigating(sale, pro)
    receipt = OutboundMail.objects.select_related("event__request__program").get()
    for number in range(1, count):
        [copy] = mails.owed(receipt.told)
        copy.key = f"copy:{number}"
        copy.save()
    return [f"<{owed.uuid}@makegood>" for owed in OutboundMail.objects.order_by("pk")]


def unsent() -> int:
    """Count the mails that have not gone out."""
    return OutboundMail.objects.exclude(status=OutboundMail.Status.SENT).count()
