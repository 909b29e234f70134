"""Sales whose windows close at known moments, and the digests that tell of them."""

from datetime import UTC, datetime, timedelta

import time_machine
from django.core import mail
from django.core.mail import EmailMultiAlternatives

from accounts.models import ServicePro
from leads.models import LeadSale
from refunds.models import (
    OutboundMail,
)
from refunds.services import outbox, reminders
from tests.factories.leads import LeadSaleFactory

# conXpros: the window of a sale ends with the fifth day after it, at midnight in New York.
THURSDAY = datetime(2026, 3, 12, 13, 0, tzinfo=UTC)  # 09:00 there
SUNDAY_BEFORE = datetime(2026, 3, 8, 15, 0, tzinfo=UTC)  # closes with Friday: in 39 hours
MONDAY = SUNDAY_BEFORE + timedelta(days=1)  # closes with Saturday: in 63 hours
A_DAY = timedelta(days=1)


def sold(pro: ServicePro, at: datetime, **fields: object) -> LeadSale:
    return LeadSaleFactory.create(pro=pro, sold_at=at, **fields)


def remind(at: datetime) -> int:
    with time_machine.travel(at, tick=False):
        return reminders.remind()


def sent(at: datetime) -> list[EmailMultiAlternatives]:
    """Send what is due, and return the digests that went out."""
    mail.outbox.clear()
    with time_machine.travel(at, tick=False):
        outbox.send_due()
    return [one for one in mail.outbox if isinstance(one, EmailMultiAlternatives)]


def statuses() -> list[str]:
    mails = OutboundMail.objects.filter(kind=OutboundMail.Kind.REMINDER)
    return list(mails.order_by("pk").values_list("status", flat=True))
