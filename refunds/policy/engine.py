"""The one answer to a claim, for the portal, the desk, the admin, the API and the casebook.

All rules that apply run and every code is kept; the strictest outcome wins. A machine approves
only what it proves, and declines only what the clock or the books prove.
"""

from collections.abc import Iterator

from refunds.policy.calendar import business_calendar
from refunds.policy.case import Case, case_of
from refunds.policy.codes import check
from refunds.policy.document import Policy
from refunds.policy.facts import Facts
from refunds.policy.moments import local_day
from refunds.policy.rules import FOR_EVERY_CLAIM, rules_for
from refunds.policy.rules.credit import credit_cents
from refunds.policy.rules.details import unanswered
from refunds.policy.verdict import Check, Outcome, Verdict

__all__ = ["Check", "Outcome", "Verdict", "judge", "strictest"]

STRICTNESS = (Outcome.DECLINE, Outcome.INVESTIGATE, Outcome.APPROVE)


def judge(facts: Facts, policy: Policy) -> Verdict:
    """What the policy says about the claim, given what is known. Pure: same facts, same answer."""
    case = case_of(facts, policy)
    checks = _with_open_question(tuple(_checks(case)))
    days = business_calendar(policy.country, policy.subdivision, facts.closed_days)
    filed_on = local_day(facts.claim.submitted_at, policy.zone)
    return Verdict(
        outcome=strictest(checks),
        checks=checks,
        credit_cents=credit_cents(facts, case.reason),
        opens_at=case.steps.opens_at if case.steps else case.window.opens_at,
        closes_at=case.window.closes_at,
        target_on=days.add(filed_on, policy.decision.target_days),
        limit_on=days.add(filed_on, policy.decision.limit_days),
        missing=_missing(case),
    )


def strictest(checks: tuple[Check, ...]) -> Outcome:
    """Decline, then investigate, then approve; support alone leaves it to a person."""
    brought = {check.outcome for check in checks}
    return next((outcome for outcome in STRICTNESS if outcome in brought), Outcome.INVESTIGATE)


def _checks(case: Case) -> Iterator[Check]:
    for rule in FOR_EVERY_CLAIM:
        yield from rule(case)
    if case.reason is None or not case.reason.eligible:
        return
    for named in rules_for(case.reason):
        yield from named(case, case.reason)


def _missing(case: Case) -> tuple[str, ...]:
    steps = case.steps.missing if case.steps else ()
    if case.reason is None or not case.reason.eligible or not case.is_reported:
        return steps
    return (*steps, *unanswered(case.facts.claim, case.reason))


def _with_open_question(checks: tuple[Check, ...]) -> tuple[Check, ...]:
    """Where nothing proves or refuses the claim, a finding is wanted (L11)."""
    settled = any(one.outcome in (Outcome.APPROVE, Outcome.DECLINE) for one in checks)
    asked = any(one.code == "needs_recording" for one in checks)
    return checks if settled or asked else (*checks, check("needs_verification"))
