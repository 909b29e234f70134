"""Many people at once on one request: one outcome, clean refusals, clean books.

These fail without the row lock of ``changing`` on PostgreSQL, and without IMMEDIATE transactions
on SQLite.
"""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection, connections

from accounts import ledger
from accounts.models import LedgerAccount, Transfer, User
from refunds.models import RefundRequest, State
from refunds.services import appeal, decide, file, overdue, withdraw
from refunds.services.audit import audit
from refunds.services.change import RefundError, Stale
from tests.factories import refunds as make
from tests.factories.leads import ContactAttemptFactory, LeadSaleFactory

pytestmark = pytest.mark.django_db(transaction=True)


def thread_count() -> int:
    """Sixteen where rows are locked; eight where writers queue for the whole file."""
    return 16 if connection.vendor == "postgresql" else 8


def at_once(*jobs: Callable[[], object]) -> list[object]:
    """Run the jobs in threads that start together; return results and RefundErrors."""
    barrier = Barrier(len(jobs))

    def run(job: Callable[[], object]) -> object:
        try:
            barrier.wait()
            return job()
        except RefundError as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as threads:
        return list(threads.map(run, jobs))


def kinds_of(outcomes: list[object]) -> Counter[str]:
    return Counter(type(outcome).__name__ for outcome in outcomes)


@pytest.mark.covers("X37")
def test_many_approvals_credit_once(pro: User, agent: User) -> None:
    company = pro.memberships.get().pro
    request = make.supported(LeadSaleFactory.create(pro=company), pro, agent)

    def approve() -> RefundRequest:
        return decide.approve(
            reference=request.reference, actor=agent, expected_version=request.version
        )

    outcomes = at_once(*[approve] * thread_count())

    assert kinds_of(outcomes) == {"RefundRequest": 1, "Stale": thread_count() - 1}
    assert Transfer.objects.filter(kind=Transfer.Kind.REFUND_CREDIT).count() == 1
    assert ledger.wallet(company, LedgerAccount.Kind.PAID).balance_cents == 100_000
    assert request.events.filter(kind="approved").count() == 1
    assert audit() == []


def test_approve_decline_and_withdraw_at_once_have_one_outcome(pro: User, agent: User) -> None:
    company = pro.memberships.get().pro
    for _round in range(5):
        request = make.supported(LeadSaleFactory.create(pro=company), pro, agent)
        reference, version = request.reference, request.version

        outcomes = at_once(
            partial(decide.approve, reference=reference, actor=agent, expected_version=version),
            partial(
                decide.decline,
                reference=reference,
                actor=agent,
                expected_version=version,
                codes=["claim_not_supported"],
                note="It rings.",
            ),
            partial(withdraw.withdraw, reference=reference, actor=pro, expected_version=version),
        )

        assert kinds_of(outcomes) == {"RefundRequest": 1, "Stale": 2}
        decided = make.again(request)
        assert decided.state in (State.APPROVED, State.DECLINED, State.WITHDRAWN)
        assert decided.version == request.version + 1
    assert audit() == []


@pytest.mark.covers("C44")
def test_uphold_and_overturn_at_once_have_one_outcome(
    pro: User, agent: User, manager: User
) -> None:
    company = pro.memberships.get().pro
    request = make.appealed(LeadSaleFactory.create(pro=company), pro, agent)
    steps = [
        partial(
            step,
            reference=request.reference,
            actor=manager,
            expected_version=request.version,
            sentence=make.SENTENCE,
        )
        for step in (appeal.uphold, appeal.overturn, appeal.uphold)
    ]

    outcomes = at_once(*steps)

    assert kinds_of(outcomes) == {"RefundRequest": 1, "Stale": 2}
    assert audit() == []


def test_one_sale_is_claimed_once_by_many_forms(pro: User) -> None:
    sale = LeadSaleFactory.create(pro=pro.memberships.get().pro)
    make.PolicyVersionFactory.create(program=sale.lead.program)

    def claim() -> RefundRequest:
        return file.file_claim(
            sale_uuid=sale.uuid,
            actor=pro,
            command_id=uuid4(),
            reason="incorrect_contact",
            explanation=make.EXPLANATION,
            details={},
        )

    outcomes = at_once(*[claim] * 8)

    assert kinds_of(outcomes) == {"RefundRequest": 1, "AlreadyRequested": 7}
    assert RefundRequest.objects.count() == 1


@pytest.mark.parametrize("reason", ["incorrect_contact", "non_contact"])
def test_one_form_sent_many_times_files_once(reason: str, pro: User) -> None:
    sale = LeadSaleFactory.create(pro=pro.memberships.get().pro)
    # With a first call made, a claim that nobody answers is declined as too early.
    ContactAttemptFactory.create(sale=sale, at=sale.sold_at + timedelta(minutes=4))
    make.PolicyVersionFactory.create(program=sale.lead.program)
    command_id = uuid4()

    def claim() -> str:
        return file.file_claim(
            sale_uuid=sale.uuid,
            actor=pro,
            command_id=command_id,
            reason=reason,
            explanation=make.EXPLANATION,
            details={},
        ).reference

    references = at_once(*[claim] * 8)

    assert len(set(references)) == 1
    assert RefundRequest.objects.get().reference == references[0]


def test_sweeps_at_once_flag_each_request_once(
    pro: User, agent: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overdue, "BATCH", 3)
    sales = LeadSaleFactory.create_batch(7, pro=pro.memberships.get().pro)
    for sale in sales:
        make.investigating(sale, pro)
    RefundRequest.objects.update(due_at="2026-01-01T00:00:00Z")

    flagged = at_once(*[overdue.flag_overdue] * 4)

    assert sum(count for count in flagged if isinstance(count, int)) == 7
    assert audit() == []


def test_stale_sentence_says_what_the_request_is_now(pro: User, agent: User) -> None:
    company = pro.memberships.get().pro
    request = make.approved(LeadSaleFactory.create(pro=company), pro, agent)

    with pytest.raises(Stale, match="it is now “Approved”"):
        decide.approve(
            reference=request.reference, actor=agent, expected_version=request.version - 1
        )
