"""What a decision would do if it were taken now, in words."""

from datetime import timedelta

from accounts import formats
from accounts.models import LedgerAccount
from refunds import letters
from refunds.admin import panels
from refunds.documents import policy_of, worded_policy_of
from refunds.models import RefundRequest
from refunds.policy.verdict import Outcome
from refunds.services.decide import verdict_now

Context = dict[str, object]


def of_approval(case: RefundRequest) -> Context:
    """Return what approving would do, or what stands in its way."""
    verdict = verdict_now(case)
    checks = [check.as_json() for check in verdict.checks]
    against = [check for check in checks if check["outcome"] not in (None, Outcome.APPROVE)]
    kept = letters.grounds(checks, Outcome.APPROVE)
    return {
        "approves": verdict.outcome == Outcome.APPROVE,
        "against": panels.checks(against, case),
        "money": _money(case, case.sale.charge.source, verdict.credit_cents),
        "letter": letters.lines_for(
            kept, program=case.program, policy=worded_policy_of(case.policy_version)
        ),
    }


def of_reversal(case: RefundRequest) -> Context:
    """Return what reversing would do; nothing where there is no credit to take back."""
    if case.credit is None or case.decided_at is None:
        return {}
    days = policy_of(case.policy_version).reversal.days
    until = case.decided_at + timedelta(days=days)
    return {
        "money": _money(case, case.credit.destination, -case.credit.amount_cents),
        "reversible_until": formats.instant(until, case.program),
    }


def _money(case: RefundRequest, wallet: LedgerAccount, change: int) -> Context:
    before = wallet.balance_cents or 0
    return {
        "amount": formats.money(abs(change), case.program),
        "wallet": wallet.get_kind_display(),
        "before": formats.money(before, case.program),
        "after": formats.money(before + change, case.program),
        "below_zero": before + change < 0,
    }
