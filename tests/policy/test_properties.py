"""What holds of every verdict, whatever the engine is told under whichever preset."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from refunds.policy.codes import CODES
from refunds.policy.document import Policy
from refunds.policy.engine import STRICTNESS, judge
from refunds.policy.facts import DeclaredEvent, Facts
from refunds.policy.verdict import Outcome
from refunds.policy.windows import window
from tests.policy.samples import claim, decided, sale
from tests.policy.samples import facts as facts_of
from tests.policy.samples import policy as policy_of
from tests.policy.strategies import (
    cases,
    days,
    events,
    finding_kinds,
    finding_results,
    moments,
    policies,
)

BY_CONTRACT = {None, *Outcome}

# No deadline: another process may have the processor. Derandomized: each run tries the same.
tried = settings(deadline=None, derandomize=True, max_examples=100)


@tried
@given(cases())
def test_whatever_is_told_there_is_an_answer_of_the_contract(case: tuple[Facts, Policy]) -> None:
    facts, policy = case

    verdict = judge(facts, policy)

    assert verdict.checks
    assert set(verdict.codes) <= CODES.keys()
    assert {check.outcome for check in verdict.checks} <= BY_CONTRACT
    assert verdict.limit_on >= verdict.target_on
    assert all(type(value) is str for check in verdict.checks for value in check.fact.values())


@tried
@given(cases())
def test_the_outcome_is_the_strictest_of_its_checks(case: tuple[Facts, Policy]) -> None:
    verdict = judge(*case)

    brought = [check.outcome for check in verdict.checks if check.outcome is not None]
    ranks = [STRICTNESS.index(outcome) for outcome in brought]
    expected = STRICTNESS[min(ranks)] if ranks else Outcome.INVESTIGATE

    assert verdict.outcome == expected


@tried
@given(cases())
def test_the_same_facts_get_the_same_verdict(case: tuple[Facts, Policy]) -> None:
    facts, policy = case

    assert judge(replace(facts), policy) == judge(facts, policy)


@tried
@given(cases())
@pytest.mark.covers("X37")
def test_a_credit_is_never_negative_nor_beyond_what_is_left(case: tuple[Facts, Policy]) -> None:
    facts, policy = case
    left = max(facts.sale.price_cents - facts.credited_cents, 0)

    assert 0 <= judge(facts, policy).credit_cents <= left


@tried
@given(cases())
@pytest.mark.covers("L11")
def test_only_a_proof_that_the_policy_trusts_or_a_finding_approves(
    case: tuple[Facts, Policy],
) -> None:
    facts, policy = case
    verdict = judge(facts, policy)
    approving = {check.code for check in verdict.checks if check.outcome == Outcome.APPROVE}

    assert approving <= {*policy.machine_may_approve, "verified"}
    assert facts.stage == "decision" or "verified" not in approving
    assert verdict.outcome != Outcome.APPROVE or approving


@tried
@given(st.lists(st.tuples(finding_kinds, finding_results), max_size=6))
@example([("recording", "contradicts"), ("recording", "supports")])
@example([("contact_call", "supports"), ("history", "supports")])
@pytest.mark.covers("L14", "X20")
def test_a_live_call_is_approved_if_and_only_if_its_recording_proves_it(
    found: list[tuple[str, str]],
) -> None:
    live = decided(
        *found,
        sale=sale(kind="live_call"),
        claim=claim("technical_issue", details={"what_happened": "The line broke."}),
    )
    heard = [result for kind, result in found if kind == "recording"]

    is_approved = judge(live, policy_of("legalplan")).outcome == Outcome.APPROVE

    assert is_approved == (heard[-1:] == ["supports"])


@tried
@given(st.lists(st.tuples(finding_kinds, finding_results), max_size=6))
@example([("contact_call", "supports")])
@pytest.mark.covers("L11")
def test_a_web_lead_is_approved_by_what_was_found_and_never_against_the_contact(
    found: list[tuple[str, str]],
) -> None:
    claimed = decided(*found, claim=claim("spam", explanation="It is gibberish from end to end."))
    said = [result for kind, result in found if kind.startswith("contact")]
    ours = [result for kind, result in found if kind in ("history", "recording")]

    is_approved = judge(claimed, policy_of("legalplan")).outcome == Outcome.APPROVE

    if "contradicts" in said:
        assert not is_approved
    elif "supports" in said:
        assert is_approved
    else:
        assert is_approved == ("supports" in ours and "contradicts" not in ours)


@tried
@given(cases())
def test_at_filing_only_the_clock_the_books_and_the_claim_itself_refuse(
    case: tuple[Facts, Policy],
) -> None:
    facts, policy = case
    verdict = judge(replace(facts, stage="filing"), policy)

    assert all(CODES[code].at_filing for code in verdict.codes)
    assert judge(replace(facts, stage="filing", findings=()), policy) == verdict


@tried
@given(cases())
@pytest.mark.covers("A9", "C1", "L3", "P6")
def test_a_report_after_the_last_second_is_never_approved(case: tuple[Facts, Policy]) -> None:
    facts, policy = case
    late = judge(facts, policy).closes_at + timedelta(seconds=1)
    claim = replace(facts.claim, submitted_at=late, begun_at=None, channel="portal")
    reason = policy.reason(claim.reason)

    verdict = judge(replace(facts, claim=claim, exception=None), policy)

    if reason is None or not reason.automatic:
        assert "window_closed" in verdict.codes
        assert verdict.outcome == Outcome.DECLINE


@tried
@given(
    cases(),
    st.sampled_from([0, 1, 24, 72]),
    st.timedeltas(timedelta(days=-2), timedelta(hours=1)),
    st.timedeltas(timedelta(seconds=-1), timedelta(hours=80)),
)
@example((facts_of(), policy_of()), 24, timedelta(0), timedelta(hours=24))
@example((facts_of(), policy_of()), 24, timedelta(0), timedelta(hours=24, seconds=1))
@example((facts_of(), policy_of()), 24, timedelta(seconds=1), timedelta(hours=1))
@example((facts_of(), policy_of()), 24, timedelta(microseconds=1), timedelta(hours=1))
@example((facts_of(), policy_of()), 24, timedelta(0), timedelta(hours=24, microseconds=1))
@example((facts_of(), policy_of()), 0, timedelta(0), timedelta(seconds=1))
def test_the_grace_is_for_what_was_begun_in_time_and_moves_no_date(
    case: tuple[Facts, Policy], grace: int, begun: timedelta, submitted: timedelta
) -> None:
    facts, policy = case[0], case[1].model_copy(update={"draft_grace_hours": grace})
    closes_at = judge(facts, policy).closes_at
    plain = replace(
        facts.claim, submitted_at=closes_at + submitted, begun_at=None, channel="portal"
    )
    without = judge(replace(facts, claim=plain, exception=None), policy)
    drafted = replace(plain, begun_at=closes_at + begun)

    verdict = judge(replace(facts, claim=drafted, exception=None), policy)

    # The last second counts whole.
    second = timedelta(seconds=1)
    is_saved = begun < second and submitted < timedelta(hours=grace) + second
    is_late = "window_closed" in without.codes
    assert ("begun_in_time" in verdict.codes) == (is_late and is_saved)
    assert ("window_closed" in verdict.codes) == (is_late and not is_saved)
    assert (verdict.target_on, verdict.limit_on) == (without.target_on, without.limit_on)
    assert verdict.credit_cents == without.credit_cents


@tried
@given(policies, moments, st.none() | days, st.lists(events(), max_size=6), st.data())
@pytest.mark.covers("L6")
def test_another_event_never_closes_a_window_earlier(
    policy: Policy,
    sold_at: datetime,
    job_date: date | None,
    declared: list[DeclaredEvent],
    data: st.DataObject,
) -> None:
    fewer = tuple(data.draw(st.lists(st.sampled_from(declared), unique=True))) if declared else ()

    def closes_at(told: tuple[DeclaredEvent, ...]) -> datetime:
        return window(policy, sold_at=sold_at, job_date=job_date, events=told).closes_at

    assert closes_at(()) <= closes_at(fewer) <= closes_at(tuple(declared))
    assert closes_at(tuple(reversed(declared))) == closes_at(tuple(declared))
    assert closes_at((*declared, *declared)) == closes_at(tuple(declared))
