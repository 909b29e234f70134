"""The doorbell rings after a commit, and a broker that is down holds nobody up (trap 22)."""

import logging
from contextlib import suppress
from types import SimpleNamespace

import pytest
from django.db import transaction
from kombu.exceptions import OperationalError
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import User
from config.celery import app
from leads.models import LeadSale
from refunds.models import OutboundMail, RefundRequest
from refunds.services import doorbell
from tests.factories import refunds as make
from tests.later.owed import unsent
from tests.later.processes import Site, wait_until

pytestmark = pytest.mark.django_db


class Broker:
    """Takes messages, or refuses them while it is down."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.is_down = False

    def send_task(self, name: str, **options: object) -> None:
        self.asked.append(name)
        if self.is_down:
            raise OperationalError("Connection refused")


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Broker:
    """A broker that nothing was asked of yet."""
    broker = Broker()
    monkeypatch.setattr(app, "send_task", broker.send_task)
    monkeypatch.setattr(doorbell, "_quiet_until", 0.0)
    return broker


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A clock that stands still until ``now`` is set."""
    clock = SimpleNamespace(now=1000.0)
    clock.monotonic = lambda: clock.now
    monkeypatch.setattr(doorbell, "time", clock)
    return clock


def test_a_ring_is_one_message(broker: Broker) -> None:
    assert doorbell.ring(doorbell.SEND_DUE_MAIL) is True

    assert broker.asked == ["refunds.tasks.send_due_mail"]


def test_a_failed_ring_says_so_and_is_logged(
    broker: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    broker.is_down = True

    assert doorbell.ring(doorbell.SEND_DUE_MAIL) is False

    [record] = caplog.records
    assert (record.name, record.levelno) == ("refunds.services.doorbell", logging.WARNING)
    assert record.getMessage() == (
        "The broker did not take refunds.tasks.send_due_mail; the sweep will. Connection refused"
    )


def test_after_a_failure_nobody_asks_the_broker_for_a_while(
    broker: Broker, clock: SimpleNamespace
) -> None:
    broker.is_down = True
    doorbell.ring(doorbell.SEND_DUE_MAIL)
    broker.is_down = False

    clock.now += doorbell.QUIET_SECONDS - 0.1
    assert doorbell.ring(doorbell.SEND_DUE_MAIL) is False
    assert len(broker.asked) == 1

    clock.now += 0.1
    assert doorbell.ring(doorbell.SEND_DUE_MAIL) is True
    assert len(broker.asked) == 2


def test_a_claim_rings_after_its_commit(
    broker: Broker,
    sale: LeadSale,
    pro: User,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        make.investigating(sale, pro)
        assert broker.asked == []

    assert len(callbacks) == 1
    assert broker.asked == ["refunds.tasks.send_due_mail"]


class Abandoned(Exception):
    """Something after the claim went wrong."""


def test_a_claim_that_is_rolled_back_rings_nobody(
    broker: Broker,
    sale: LeadSale,
    pro: User,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with (
        django_capture_on_commit_callbacks(execute=True) as callbacks,
        suppress(Abandoned),
        transaction.atomic(),
    ):
        make.investigating(sale, pro)
        raise Abandoned

    assert (callbacks, broker.asked) == ([], [])
    assert not RefundRequest.objects.exists()
    assert not OutboundMail.objects.exists()


def test_a_claim_is_filed_while_the_broker_refuses(
    broker: Broker,
    sale: LeadSale,
    pro: User,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    broker.is_down = True

    with django_capture_on_commit_callbacks(execute=True):
        request = make.investigating(sale, pro)

    assert len(broker.asked) == 1
    owed = OutboundMail.objects.get(event__request=request)
    assert (owed.status, owed.attempts) == (OutboundMail.Status.QUEUED, 0)


@pytest.mark.django_db(transaction=True)
def test_a_worker_hears_the_ring(site: Site, sale: LeadSale, pro: User) -> None:
    make.PolicyVersionFactory.create(program=sale.lead.program)
    site.start_worker(MAIL_SWEEP_SECONDS="3600")

    site.claim(sale, pro)

    wait_until(lambda: unsent() == 0, "the mail goes out long before the next sweep")
    assert site.mails().count("Message-ID: <") == 1
