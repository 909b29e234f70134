"""The same tap many times at once is one attempt.

Fails without the lock on the sale on PostgreSQL, and without IMMEDIATE transactions on SQLite.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from django.utils import timezone

from leads.models import ContactAttempt
from leads.services.attempts import TappedTwice, log_tap
from tests.factories.accounts import MembershipFactory
from tests.factories.leads import LeadSaleFactory

TAPS = 8


@pytest.mark.covers("C21")
@pytest.mark.django_db(transaction=True)
def test_same_tap_at_once_is_logged_once() -> None:
    sale = LeadSaleFactory.create()
    member = MembershipFactory.create(pro=sale.pro).user
    seen_at, barrier = timezone.now(), Barrier(TAPS)

    def tap(_number: int) -> str:
        barrier.wait()
        try:
            log_tap(
                sale_id=sale.pk,
                actor=member,
                channel=ContactAttempt.Channel.CALL,
                reached=False,
                seen_at=seen_at,
            )
        except TappedTwice:
            return "twice"
        finally:
            connections.close_all()
        return "logged"

    with ThreadPoolExecutor(TAPS) as threads:
        outcomes = sorted(threads.map(tap, range(TAPS)))

    assert outcomes == ["logged"] + ["twice"] * (TAPS - 1)
    assert ContactAttempt.objects.count() == 1
