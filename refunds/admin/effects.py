"""What a decision would do if it were taken now, in words."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from accounts import formats
from accounts.models import LedgerAccount
from refunds import letters
from refunds.admin import panels
from refunds.documents import policy_of, worded_policy_of
from refunds.models import RefundRequest
from refunds.policy.verdict import Outcome
from refunds.services.consequences import proves_contact_bad, was_sold_on
from refunds.services.decide import NotOffered, other_than_claimed, verdict_now
from refunds.services.overrides import may_override
from refunds.services.reverse import reversible_until

Context = dict[str, object]


def of_approval(
    case: RefundRequest, reason: str = "", details: Mapping[str, str] | None = None
) -> Context:
    """Return what approving would do, under another reason where one is given (X35), or what
    stands in its way."""
    other = other_than_claimed(case, reason, details or {})
    try:
        verdict = verdict_now(case, other)
    except NotOffered as refusal:
        return {"approves": False, "not_offered": str(refusal)}
    policy = worded_policy_of(case.policy_version)
    approved = policy.reason(other.reason) if other else None
    checks = [check.as_json() for check in verdict.checks]
    against = [check for check in checks if check["outcome"] not in (None, Outcome.APPROVE)]
    kept = letters.grounds(checks, Outcome.APPROVE)
    return {
        "approves": verdict.outcome == Outcome.APPROVE,
        "may_override": may_override(case, verdict),
        "against": panels.checks(against, case),
        "money": _money(case, case.sale.charge.source, verdict.credit_cents),
        "letter": letters.lines_for(kept, program=case.program, policy=policy),
        "approved_as": approved.label if approved else "",
        "besides": _besides(case, other.reason if other else case.reason, verdict.credit_cents),
    }


def of_reversal(case: RefundRequest) -> Context:
    """Return what reversing would do; nothing where there is no credit to take back."""
    until = reversible_until(case)
    if case.credit is None or until is None:
        return {}
    return {
        "money": _money(case, case.credit.destination, -case.credit.amount_cents),
        "reversible_until": formats.instant(until, case.program),
        "had_left": case.sale.is_detached,
        "was_sold_on": was_sold_on(case.sale),
    }


def of_correction(case: RefundRequest) -> Context:
    """Return what correcting a final credit would do; nothing where there is no credit."""
    if case.credit is None:
        return {}
    return {"money": _money(case, case.credit.destination, -case.credit.amount_cents)}


def _besides(case: RefundRequest, code: str, credit_cents: int) -> list[str]:
    """Say what becomes of the lead and of its contact (L22, P10 to P13, C20, X32)."""
    policy, sale = policy_of(case.policy_version), case.sale
    reason = policy.reason(code)
    is_full = sale.credited_cents + credit_cents >= sale.price_cents
    brought = []
    if policy.detaches_refunded_leads and is_full:
        brought.append(_("The lead leaves the pro's account, with the contact's details."))
    if reason is not None and reason.terminates_contact:
        brought.append(_("The contact is shut out: no more leads come from it."))
    if reason is not None and reason.do_not_call:
        brought.append(_("The contact is marked as not to be called."))
    if reason is not None and proves_contact_bad(reason, policy):
        brought.append(_("Other pros who bought from this contact are proposed for a credit."))
    return brought


def _money(case: RefundRequest, wallet: LedgerAccount, change: int) -> Context:
    before = wallet.balance_cents or 0
    return {
        "amount": formats.money(abs(change), case.program),
        "wallet": wallet.get_kind_display(),
        "before": formats.money(before, case.program),
        "after": formats.money(before + change, case.program),
        "below_zero": before + change < 0,
    }
