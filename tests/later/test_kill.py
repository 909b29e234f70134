"""A worker that is killed while it sends loses no mail (design §8, trap 20)."""

import os
import signal

import pytest

from accounts.models import User
from leads.models import LeadSale
from refunds.models import OutboundMail
from tests.later import slow_mail
from tests.later.owed import owe, unsent
from tests.later.processes import Site, wait_until

pytestmark = pytest.mark.django_db(transaction=True)

SLOW_MAIL = {
    "DJANGO_SETTINGS_MODULE": "tests.later.settings",
    "MAIL_SWEEP_SECONDS": "1",
    "MAIL_LEASE_SECONDS": "2",
}


def test_a_killed_worker_loses_no_mail(site: Site, sale: LeadSale, pro: User) -> None:
    message_ids = owe(3, sale, pro)
    hang = site.var_dir / slow_mail.HANG
    hang.touch()
    worker = site.start_worker(**SLOW_MAIL)
    wait_until_sending(site)

    site.kill(worker)

    in_hand = OutboundMail.objects.earliest("pk")
    assert (in_hand.status, in_hand.attempts) == (OutboundMail.Status.QUEUED, 1)
    assert in_hand.lease_until is not None
    assert (unsent(), site.mails()) == (3, "")

    hang.unlink()
    site.start_worker(**SLOW_MAIL)
    wait_until(lambda: unsent() == 0, "another worker sends the mails")

    assert [site.mails().count(message_id) for message_id in message_ids] == [1, 1, 1]
    # The one in hand was tried twice; a kill costs the others none of their tries.
    assert attempts() == [2, 1, 1]


def test_a_killed_child_of_the_worker_loses_no_mail(site: Site, sale: LeadSale, pro: User) -> None:
    [message_id] = owe(1, sale, pro)
    hang = site.var_dir / slow_mail.HANG
    hang.touch()
    worker = site.start_worker(**SLOW_MAIL)
    child = wait_until_sending(site)
    assert child != worker.pid

    os.kill(child, signal.SIGKILL)
    hang.unlink()
    wait_until(lambda: unsent() == 0, "the worker's next child sends the mail")

    assert site.mails().count(message_id) == 1
    assert attempts() == [2]
    assert worker.poll() is None


def wait_until_sending(site: Site) -> int:
    """Wait until a mail is being sent; return the process that hangs with it."""
    marker = site.var_dir / slow_mail.SENDING
    wait_until(marker.exists, "a worker begins to send")
    return int(marker.read_text())


def attempts() -> list[int]:
    return list(OutboundMail.objects.order_by("pk").values_list("attempts", flat=True))
