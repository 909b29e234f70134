"""Senders that run at once share the work: each mail goes out once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core import mail
from django.db import connections

from accounts.models import User
from leads.models import LeadSale
from refunds.models import OutboundMail
from refunds.services import outbox
from tests.later.owed import owe, unsent

pytestmark = pytest.mark.django_db(transaction=True)

SENDERS = 4
MAILS = 50


def test_senders_at_once_send_each_mail_once(sale: LeadSale, pro: User) -> None:
    message_ids = owe(MAILS, sale, pro)

    sent = send_at_once()

    gone_out = Counter(message.extra_headers["Message-ID"] for message in mail.outbox)
    assert gone_out == Counter(message_ids)
    assert sum(sent) == MAILS
    assert unsent() == 0
    assert set(OutboundMail.objects.values_list("attempts", flat=True)) == {1}


def test_a_long_run_ends_and_leaves_the_rest_to_the_next(
    sale: LeadSale, pro: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    owe(3, sale, pro)
    monkeypatch.setattr(outbox, "RUN_SECONDS", 0)

    assert outbox.send_due() == 1

    tries = OutboundMail.objects.order_by("pk").values_list("attempts", "lease_until")
    assert list(tries)[1:] == [(0, None), (0, None)]
    assert [outbox.send_due(), outbox.send_due(), unsent()] == [1, 1, 0]


def send_at_once() -> list[int]:
    """Let senders start together; return how many mails each sent."""
    barrier = Barrier(SENDERS)

    def send(_sender: int) -> int:
        try:
            barrier.wait()
            return outbox.send_due()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(SENDERS) as threads:
        return list(threads.map(send, range(SENDERS)))
