"""Screening: the machine approves what it can prove, declines what the clock or the books prove,
and leaves every other claim to a person (rule 1)."""

from datetime import datetime, timedelta
from functools import partial

from accounts.access import machine
from refunds.documents import policy_of
from refunds.models import RefundEvent, RefundRequest
from refunds.policy.verdict import Outcome, Verdict
from refunds.services import consequences, money, sellers
from refunds.services.change import move

# A claim that lacks no more than this is told what to add, and is no ground against a better one.
TO_BE_COMPLETED = {"explanation_missing", "details_missing"}


def screen(request: RefundRequest, verdict: Verdict, *, at: datetime) -> None:
    """Move a submitted request to where its verdict sends it.

    Runs in the transaction that filed the request. An approval posts the credit; a decision
    queues its letter.
    """
    if verdict.outcome == Outcome.APPROVE:
        _approve(request, verdict, at=at)
    elif verdict.outcome == Outcome.DECLINE:
        _decline(request, verdict, at=at)
    else:
        move(request, request.investigate, kind=RefundEvent.Kind.SCREENED, actor=machine(), at=at)
        sellers.prepare(request, at=at)


def _approve(request: RefundRequest, verdict: Verdict, *, at: datetime) -> None:
    by = machine()
    request.decided_reason = request.reason
    credit = money.credit(request, cents=verdict.credit_cents, at=at)
    move(
        request,
        partial(request.approve, by=by, at=at, credit=credit),
        kind=RefundEvent.Kind.APPROVED,
        actor=by,
        at=at,
    )
    consequences.after_credit(request, actor=by, at=at)


def _decline(request: RefundRequest, verdict: Verdict, *, at: datetime) -> None:
    by = machine()
    move(
        request,
        partial(
            request.decline,
            by=by,
            at=at,
            appeal_until=appeal_deadline(request, at),
            may_file_again=_may_be_filed_again(verdict, at),
        ),
        kind=RefundEvent.Kind.DECLINED,
        actor=by,
        at=at,
    )


def _may_be_filed_again(verdict: Verdict, at: datetime) -> bool:
    """Whether the claim came too early, or is only incomplete while the window is open (X27)."""
    against = {check.code for check in verdict.checks if check.outcome == Outcome.DECLINE}
    return "too_early" in against or (against <= TO_BE_COMPLETED and at <= verdict.closes_at)


def appeal_deadline(request: RefundRequest, declined_at: datetime) -> datetime:
    """Return the last instant in which a decision of ``declined_at`` can be appealed (X25)."""
    return declined_at + timedelta(days=policy_of(request.policy_version).appeal.days)
