"""Sends the mails that are due. The row is the job: claimed under a lease, tried again with
growing pauses, and left for a person after the last try (design §8, traps 20 and 24)."""

import logging
import smtplib
import time
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from refunds import mails
from refunds.models import OutboundMail
from refunds.rendered_mail import RenderedMail
from refunds.services import reminders

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=30)
RUN_SECONDS = 120  # a long queue must not meet the task's time limits in the middle of a mail

Status = OutboundMail.Status


def send_due() -> int:
    """Send the mails that are due and held by nobody; return how many went out.

    Each is claimed when its turn comes: a sender that dies holds up the one in its hand and costs
    the others no try. That one is due again when its lease ends; it may go out twice, under the
    same Message-ID, and is never lost. What a long run leaves is for the next sweep.
    """
    ends_at = time.monotonic() + RUN_SECONDS
    sent = 0
    for mail in _claim(timezone.now()):
        sent += _send(mail)
        if time.monotonic() >= ends_at:
            break
    return sent


def _claim(now: datetime) -> Iterator[OutboundMail]:
    """Take what is due one by one, each under a lease of our own; skip what others took."""
    for pk in list(_due(now).order_by("not_before", "pk").values_list("pk", flat=True)):
        if mail := _claim_one(pk):
            yield mail


def _claim_one(pk: int) -> OutboundMail | None:
    # One conditional UPDATE decides who has it, on every database (trap 17).
    now = timezone.now()
    token = uuid.uuid4()
    _due(now).filter(pk=pk).update(
        lease_until=now + timedelta(seconds=settings.MAIL_LEASE_SECONDS),
        lease_token=token,
        attempts=F("attempts") + 1,
    )
    claimed = OutboundMail.objects.filter(pk=pk, lease_token=token).select_related(
        "event__request__program",
        "event__request__pro__account_manager",
        "event__request__sale__lead__contact",
        "event__request__appeal",
        "event__request__credit",
        "event__request__reversal",
        "exception__sale__lead__program",
        "exception__sale__pro__account_manager",
    )
    return claimed.first()


def _due(now: datetime) -> QuerySet[OutboundMail]:
    return OutboundMail.objects.filter(
        Q(lease_until__isnull=True) | Q(lease_until__lt=now),
        status=Status.QUEUED,
        not_before__lte=now,
    )


def _send(mail: OutboundMail) -> bool:
    if mail.attempts > MAX_ATTEMPTS:
        _settle(mail, status=Status.FAILED, last_error=mail.last_error or "The sender kept dying.")
        return False
    try:
        words = _words(mail)
        if words is None:
            _settle(mail, status=Status.DROPPED, last_error="")
            return False
        mail.to = words.to or mail.to
        _message(mail, words).send()
    except (smtplib.SMTPException, OSError) as error:
        logger.warning("Mail %s was not sent: %s", mail.uuid, error)
        _put_off(mail, str(error))
        return False
    except Exception as error:
        # A mail that can't be put into words must not hold back the others; its error stays
        # on its row, where it waits for a person after the last try.
        logger.exception("Mail %s can't be written", mail.uuid)
        _put_off(mail, repr(error))
        return False
    _settle(mail, status=Status.SENT, sent_at=timezone.now(), last_error="", to=mail.to)
    return True


def _words(mail: OutboundMail) -> RenderedMail | None:
    """Put a mail into words, as things are now; None where it has nothing to say any more."""
    if mail.pro_id is not None:
        return reminders.words_of(mail)
    return None if mails.is_pointless(mail) else mails.render(mail)


def _message(mail: OutboundMail, words: RenderedMail) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        subject=words.subject,
        body=words.text,
        to=[mail.to],
        headers={
            "Message-ID": f"<{mail.uuid}@makegood>",
            "Auto-Submitted": "auto-generated",
            **words.headers,
        },
    )
    message.attach_alternative(words.html, "text/html")
    return message


def _put_off(mail: OutboundMail, error: str) -> None:
    if mail.attempts >= MAX_ATTEMPTS:
        _settle(mail, status=Status.FAILED, last_error=error)
        return
    pause = FIRST_PAUSE * 2 ** (mail.attempts - 1)
    _settle(mail, not_before=timezone.now() + pause, last_error=error)


def _settle(mail: OutboundMail, **outcome: object) -> None:
    """Write the outcome and let go of the lease, if it is still ours."""
    OutboundMail.objects.filter(pk=mail.pk, lease_token=mail.lease_token).update(
        lease_until=None, lease_token=None, **outcome
    )
