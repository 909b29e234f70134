"""Sweeps, replies and claims at once: one of them moves the fee."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest
import time_machine

from accounts.models import ServicePro, Transfer
from leads.models import LeadSale
from leads.services.quotes import mark_replied
from refunds.models import RefundRequest
from refunds.services import automatic
from refunds.services.audit import audit
from refunds.services.automatic import credit_due
from tests.factories.accounts import MembershipFactory
from tests.factories.quotes import quotes
from tests.refunds.automatic.steps import SENT, UNREAD_AT, balances, claim
from tests.refunds.test_concurrency import at_once, thread_count

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_sweeps_at_once_credit_each_sale_once(
    company: ServicePro, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(automatic, "CHUNK", 7)
    quotes(60, company, sent_at=SENT)

    credited = at_once(*[partial(sweep_now, UNREAD_AT)] * 4)

    assert sum(count for count in credited if isinstance(count, int)) == 60
    assert balances(company) == [1_000_000, 0, 0]
    assert audit() == []


def sweep_now(at: datetime) -> int:
    return credit_due()


@pytest.mark.covers("X28")
@pytest.mark.django_db(transaction=True)
def test_of_many_replies_and_releases_at_once_one_takes_the_fee(company: ServicePro) -> None:
    for _round in range(4):
        [sale] = quotes(1, company, sent_at=SENT)
        half = thread_count() // 2
        reply: Callable[[], object] = partial(mark_replied, sale_uuid=sale.uuid, at=SENT)
        at_once(*[reply] * half, *[credit_due] * half)

        sold = LeadSale.objects.select_related("capture").get(pk=sale.pk)
        given = list(Transfer.objects.filter(credited_to__sale=sale).values_list("kind", flat=True))
        # A reply that comes before the sweep keeps its fee; one that comes after takes nothing.
        assert (bool(sold.capture), given) in [(True, []), (False, ["release"])]
    assert audit() == []


@pytest.mark.django_db(transaction=True)
def test_claims_and_sweeps_at_once_wait_for_each_other(company: ServicePro) -> None:
    pro = MembershipFactory.create(pro=company).user
    sales = quotes(6, company, sent_at=SENT)
    now = SENT + timedelta(days=2)
    with time_machine.travel(now, tick=True):
        jobs = [partial(claim, sale, pro) for sale in sales]
        at_once(*jobs, *[credit_due] * 4)

    assert RefundRequest.objects.count() == 6
    assert audit() == []
