"""While Redis is down, claims are filed; when it is back, their mails go out (design §8)."""

from collections.abc import Callable

import pytest

from accounts.models import User
from leads.models import LeadSale
from refunds.models import OutboundMail, RefundRequest, State
from tests.factories import refunds as make
from tests.factories.leads import LeadSaleFactory
from tests.later.owed import unsent
from tests.later.processes import OwnRedis, Site, wait_until

pytestmark = pytest.mark.django_db(transaction=True)

SWEEP_OFTEN = {"MAIL_SWEEP_SECONDS": "1"}

Outage = tuple[Callable[[OwnRedis], None], Callable[[OwnRedis], None]]


@pytest.mark.parametrize(
    "outage",
    [(OwnRedis.stop, OwnRedis.start), (OwnRedis.freeze, OwnRedis.thaw)],
    ids=["stopped", "silent"],
)
def test_a_claim_is_filed_without_redis_and_its_mail_sent_after(
    site: Site, own_redis: OwnRedis, sale: LeadSale, pro: User, outage: Outage
) -> None:
    take_down, bring_back = outage
    make.PolicyVersionFactory.create(program=sale.lead.program)
    worker = site.start_worker(REDIS_URL=own_redis.address, **SWEEP_OFTEN)
    site.claim(LeadSaleFactory.create(pro=sale.pro), pro, REDIS_URL=own_redis.address)
    wait_until(lambda: unsent() == 0, "the worker sends a mail while all is well")

    take_down(own_redis)
    reference = site.claim(sale, pro, REDIS_URL=own_redis.address)

    filed = RefundRequest.objects.get(reference=reference)
    owed = OutboundMail.objects.get(event__request=filed)
    assert filed.state == State.INVESTIGATING
    assert (owed.status, owed.attempts) == (OutboundMail.Status.QUEUED, 0)

    bring_back(own_redis)
    wait_until(lambda: unsent() == 0, "the mail goes out after Redis is back")

    assert site.mails().count(f"<{owed.uuid}@makegood>") == 1
    assert worker.poll() is None
