"""Two sweeps at once over 1,000 quotes, one of them killed in a chunk: each fee is back once."""

import sys
from datetime import timedelta
from subprocess import Popen

import pytest
from django.utils import timezone

from accounts import ledger
from accounts.models import LedgerAccount, Transfer, User
from leads.models import Quote
from refunds.models import OutboundMail, RefundEvent, RefundRequest
from refunds.services.audit import audit
from tests.factories.quotes import quotes, teacher
from tests.later import sweep
from tests.later.processes import PATIENCE_SECONDS, Site, wait_until

pytestmark = pytest.mark.django_db(transaction=True)

QUOTES = 1000
CHUNK = 50
DEAD_AFTER = 4


def start(site: Site, name: str, *arguments: str) -> Popen[bytes]:
    return site.start([sys.executable, "-m", "tests.later.sweep", str(CHUNK), *arguments], name)


@pytest.mark.covers("P2", "X28")
def test_a_killed_sweep_costs_nobody_a_fee_and_gives_none_twice(site: Site, manager: User) -> None:
    company = teacher(manager)
    quotes(QUOTES, company, sent_at=timezone.now() - timedelta(hours=48))

    doomed = start(site, "doomed", str(site.var_dir), str(DEAD_AFTER))
    wait_until((site.var_dir / sweep.HANGING).exists, "a sweep hangs in its chunk")
    (site.var_dir / sweep.BEGUN).unlink()
    assert RefundRequest.objects.count() == DEAD_AFTER * CHUNK
    other = start(site, "other", str(site.var_dir), str(QUOTES))
    wait_until((site.var_dir / sweep.BEGUN).exists, "another one begins")
    site.kill(doomed)
    assert other.wait(PATIENCE_SECONDS) == 0
    assert start(site, "last", str(site.var_dir), str(QUOTES)).wait(PATIENCE_SECONDS) == 0

    requests = RefundRequest.objects.filter(state="approved", reason="quote_unread")
    assert requests.values("sale").distinct().count() == requests.count() == QUOTES
    assert Transfer.objects.filter(kind="release").count() == QUOTES
    assert RefundEvent.objects.filter(kind="approved").count() == QUOTES
    assert OutboundMail.objects.filter(kind="decision").count() == QUOTES
    assert Quote.objects.filter(settled_at=None).count() == 0
    assert [ledger.wallet(company, kind).balance_cents for kind in LedgerAccount.PRO_KINDS] == [
        1_000_000,
        0,
        0,
    ]
    assert audit() == []
