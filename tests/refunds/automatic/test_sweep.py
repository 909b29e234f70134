"""The sweep itself: chunks, statements, and the engine's answer."""

import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import ServicePro, Transfer, User
from leads.models import Lead, LeadSale, Quote
from refunds import mails
from refunds.models import OutboundMail, PolicyVersion, RefundRequest
from refunds.policy.document import Policy, load_preset
from refunds.policy.engine import judge
from refunds.policy.facts import Facts
from refunds.policy.verdict import Outcome, Verdict
from refunds.services import automatic
from refunds.services.audit import audit
from refunds.services.automatic import credit_due
from refunds.services.grounds import grounds
from tests.factories.leads import LeadSaleFactory, QuoteFactory
from tests.factories.quotes import quotes, teacher
from tests.refunds.automatic.steps import SENT, UNREAD_AT, approved, sweep
from tests.snapshots import everything

pytestmark = pytest.mark.django_db


@pytest.mark.covers("P2")
def test_quotes_of_a_program_that_credits_none_are_passed_on(manager: User) -> None:
    policy = load_preset("pro360").model_dump(mode="json")
    policy["reasons"] = [one for one in policy["reasons"] if not one["automatic"]]
    policy["machine_may_approve"] = ["contact_not_obtained"]
    policy |= {"quote_unread_hours": None, "quote_unanswered_days": None}
    for words in policy["translations"].values():
        for code in ("quote_unread", "quote_unanswered"):
            del words["reasons"][code]
    company = teacher(manager)
    PolicyVersion.objects.create(
        program=company.program,
        document=policy,
        effective_from=SENT - timedelta(days=1),
        published_at=SENT - timedelta(days=2),
    )
    quotes(3, company, sent_at=SENT)
    [older] = quotes(1, company, sent_at=SENT - timedelta(days=2))

    assert sweep(UNREAD_AT) == 1
    assert RefundRequest.objects.get().sale == older
    assert Quote.objects.filter(settled_at=None).count() == 0


def test_many_chunks_credit_everything(
    company: ServicePro, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(automatic, "CHUNK", 3)
    quotes(7, company, sent_at=SENT)
    read = quotes(4, company, sent_at=SENT - timedelta(hours=1))
    Quote.objects.filter(sale__in=read).update(read_at=SENT)

    assert sweep(UNREAD_AT) == 7

    assert Transfer.objects.filter(kind="release").count() == 7
    assert OutboundMail.objects.count() == 7
    assert audit() == []


@pytest.mark.covers("P3")
def test_what_is_not_credited_holds_up_nothing_behind_it(
    company: ServicePro, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(automatic, "CHUNK", 2)
    call, web = Lead.Kind.LIVE_CALL, Lead.Kind.WEB

    def judge_calls_otherwise(facts: Facts, policy: Policy) -> Verdict:
        verdict = judge(facts, policy)
        return verdict if facts.sale.kind == web else replace(verdict, outcome=Outcome.INVESTIGATE)

    monkeypatch.setattr(automatic, "judge", judge_calls_otherwise)
    for hours, kind in enumerate([call, call, call, call, call, web, call]):
        LeadSaleFactory.create(
            pro=company,
            held=True,
            sold_at=SENT + timedelta(hours=hours),
            lead__kind=kind,
            contact_revealed_at=None,
        )

    assert sweep(SENT + timedelta(days=3)) == 1

    assert RefundRequest.objects.get().sale.lead.kind == web
    assert sweep(SENT + timedelta(days=3)) == 0


@pytest.mark.covers("P3")
def test_what_the_machine_may_not_approve_is_not_looked_for(company: ServicePro) -> None:
    policy = load_preset("pro360").model_dump(mode="json")
    policy["machine_may_approve"] = ["quote_unread", "quote_unanswered"]
    PolicyVersion.objects.create(
        program=company.program, document=policy, effective_from=SENT, published_at=SENT
    )

    looked_for = [ground.reason and ground.reason.code for ground in grounds(UNREAD_AT)]

    assert looked_for == [
        *["quote_unread", "quote_unanswered", "contact_not_obtained"],
        *["quote_unread", "quote_unanswered"],
    ]


def test_number_of_credits_costs_no_query(company: ServicePro) -> None:
    _first, few, many = (statements(company, count) for count in (1, 2, 90))

    assert len(few) == len(many)


def statements(company: ServicePro, count: int) -> list[str]:
    """Sweep so many quotes; return the statements that it takes.

    SQLite takes 999 values at once, so the longer lists are inserted in pieces there.
    """
    quotes(count, company, sent_at=SENT)
    with CaptureQueriesContext(connection) as queries:
        assert sweep(UNREAD_AT) == count
    taken = [query["sql"] for query in queries]
    inserts = "INSERT" if connection.vendor == "sqlite" else "no statement begins so"
    return [sql for sql in taken if not sql.startswith(inserts)]


def test_chunk_that_fails_leaves_nothing_behind(
    company: ServicePro, monkeypatch: pytest.MonkeyPatch
) -> None:
    quotes(3, company, sent_at=SENT)
    before = everything()

    def no_mails(*_args: object, **_kwargs: object) -> list[OutboundMail]:
        raise RuntimeError("the process dies here")

    with monkeypatch.context() as patch:
        patch.setattr(mails, "owed", no_mails)
        with pytest.raises(RuntimeError):
            sweep(UNREAD_AT)

    assert everything() == before
    assert sweep(UNREAD_AT) == 3
    assert audit() == []


@pytest.mark.covers("P2", "P3", "X28")
def test_sweep_credits_exactly_what_the_engine_would_approve(company: ServicePro) -> None:
    chance = random.Random(20260302)  # noqa: S311 (the same sales in each run)
    now = SENT + timedelta(days=40, milliseconds=300)
    with time_machine.travel(now, tick=False):
        for _ in range(60):
            random_sale(company, chance, now)
        expected = {
            sale.pk: reason for sale in LeadSale.objects.all() if (reason := approved(sale, now))
        }
        credited = credit_due()

    requests = RefundRequest.objects.all()
    assert {request.sale_id: request.reason for request in requests} == expected
    assert credited == len(expected)
    assert len(set(expected.values())) == 3
    assert 10 < len(expected) < 55
    assert audit() == []


def random_sale(pro: ServicePro, chance: random.Random, now: datetime) -> None:
    """Sell a lead around one of the limits, with or without what may follow."""
    limit = chance.choice([timedelta(hours=48), timedelta(days=30), timedelta(days=35)])
    sent_at = now - limit + timedelta(milliseconds=chance.choice([-1100, -600, 0, 600, 1100]))
    sale = LeadSaleFactory.create(
        pro=pro,
        held=chance.random() < 0.5,
        sold_at=sent_at,
        contact_revealed_at=chance.choice([None, sent_at]),
    )
    if chance.random() < 0.75:
        delays = [0, 3600, 48 * 3600, 48 * 3600 + 1, 72 * 3600, 30 * 86400, 30 * 86400 + 1]
        read, replied = (chance.choice([None, *delays]) for _ in range(2))
        QuoteFactory.create(
            sale=sale,
            sent_at=sent_at,
            read_at=None if read is None else sent_at + timedelta(seconds=read),
            replied_at=None if replied is None else sent_at + timedelta(seconds=replied),
        )
