"""Answers that rule a reason out by their bound, and those that a claim leaves open."""

import pytest

from refunds.policy.engine import judge
from refunds.policy.verdict import CheckJSON
from tests.policy.samples import claim, facts, policy


def ruled_out(code: str, reason: str, **details: str) -> CheckJSON | None:
    verdict = judge(facts(claim=claim(reason, details=details)), policy(code))
    found = [one.as_json() for one in verdict.checks if one.code == "answer_not_eligible"]
    return found[0] if found else None


@pytest.mark.covers("A6")
def test_a_day_too_near_the_delivery_is_kept_with_its_bound() -> None:
    # The sample is delivered on 2 March; 16 February is 14 days before.
    assert ruled_out("aiqoo", "stale", requested_on="2026-02-16") is None
    assert ruled_out("aiqoo", "stale", requested_on="2026-02-17") == {
        "code": "answer_not_eligible",
        "outcome": "decline",
        "fact": {
            "reason": "stale",
            "detail": "requested_on",
            "answer": "2026-02-17",
            "days_before": "14",
            "delivered_on": "2026-03-02",
        },
        "source": "claim",
    }


@pytest.mark.covers("L11")
def test_an_age_that_is_not_below_its_bound_is_kept_with_it() -> None:
    assert ruled_out("legalplan", "underage", age=" 17 ") is None
    kept = ruled_out("legalplan", "underage", age="18")
    assert kept is not None
    assert kept["fact"] == {"reason": "underage", "detail": "age", "answer": "18", "below": "18"}


@pytest.mark.parametrize("age", ["", "x", "1e1", "1" * 10, "9" * 5000, "-1", "1.5", "²", "１７"])
def test_what_is_no_number_is_missing(age: str) -> None:
    told = claim("underage", details={"age": age})

    assert judge(facts(claim=told), policy("legalplan")).codes == ("details_missing",)


@pytest.mark.parametrize("day", ["0001-01-01", "2025-12-01"])
def test_a_day_long_ago_is_old_enough(day: str) -> None:
    assert ruled_out("aiqoo", "stale", requested_on=day) is None


@pytest.mark.covers("C17")
def test_what_a_claim_leaves_open_is_listed_and_refuses_nothing() -> None:
    told = claim("already_hired_or_done", details={"hired_on": "2026-03-01"})

    verdict = judge(facts(claim=told), policy())

    assert (verdict.codes, verdict.missing) == (("needs_verification",), ("spoken",))


@pytest.mark.parametrize("channel", ["team", "system"])
def test_nobody_is_asked_who_reported_nothing(channel: str) -> None:
    told = claim("no_request", channel=channel)

    missing = judge(facts(claim=told), policy()).missing

    assert missing == ()


def test_contact_steps_and_open_answers_are_listed_together() -> None:
    reason = policy().reason("non_contact")
    spoken = policy().reason("no_request")
    assert reason is not None
    assert spoken is not None
    asking = reason.model_copy(update={"details": spoken.details})

    verdict = judge(facts(claim=claim("non_contact")), policy(reasons=(asking,)))

    assert verdict.missing == (
        *("first_call", "second_call", "call_day_2", "call_day_3"),
        *("message", "spoken"),
    )
