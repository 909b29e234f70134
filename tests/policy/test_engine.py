"""Judging: every code kept, the strictest outcome, and no more than a machine may say."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from refunds.policy.casebook import run
from refunds.policy.codes import CODES, PROOF_CODES, TEAM_CODES, check, proof
from refunds.policy.document import preset_codes
from refunds.policy.engine import Outcome, judge, strictest
from refunds.policy.facts import Facts, Pro
from refunds.policy.rules.credit import credit_cents
from refunds.policy.rules.details import visible_length
from tests.policy.samples import SOLD_AT, attempt, claim, decided, earlier, facts, policy, sale

SUPPORT = proof("duplicate_confirmed", approves=False)
APPROVES = proof("duplicate_confirmed", approves=True)
INVESTIGATES = check("needs_verification")
DECLINES = check("window_closed")
MACHINE_MAY_DECLINE_BY = {"clock", "books", "claim", "contact_log", "policy"}


@pytest.mark.parametrize(
    ("checks", "outcome"),
    [
        ((APPROVES, INVESTIGATES, DECLINES), Outcome.DECLINE),
        ((APPROVES, INVESTIGATES), Outcome.INVESTIGATE),
        ((APPROVES, SUPPORT), Outcome.APPROVE),
        ((SUPPORT,), Outcome.INVESTIGATE),
        ((), Outcome.INVESTIGATE),
    ],
)
def test_the_strictest_outcome_wins(checks: tuple, outcome: Outcome) -> None:  # type: ignore[type-arg] # of checks
    assert strictest(checks) == outcome


def test_the_same_facts_get_the_same_verdict() -> None:
    first = judge(facts(claim=claim("wrong_location")), policy())

    assert judge(facts(claim=claim("wrong_location")), policy()) == first


def test_neither_the_order_of_the_log_nor_the_zone_of_a_moment_matters() -> None:
    attempts = (
        attempt("2026-03-02T09:04:00-05:00"),
        attempt("2026-03-02T16:00:00-05:00"),
        attempt("2026-03-03T10:00:00-05:00"),
        attempt("2026-03-03T10:05:00-05:00", "text"),
        attempt("2026-03-04T11:30:00-05:00"),
    )
    tokyo = ZoneInfo("Asia/Tokyo")
    moved = tuple(replace(one, at=one.at.astimezone(tokyo)) for one in reversed(attempts))
    submitted = claim("non_contact", submitted_at=datetime.fromisoformat("2026-03-04T17:00:00Z"))

    first = judge(facts(claim=submitted, attempts=attempts), policy())

    assert first.codes == ("contact_steps_complete", "needs_verification")
    assert judge(facts(claim=submitted, attempts=moved), policy()) == first


def test_a_verdict_in_full() -> None:
    verdict = judge(facts(sale=sale(postal_code="90210"), claim=claim("wrong_location")), policy())

    assert verdict.outcome == Outcome.APPROVE
    assert [one.as_json() for one in verdict.checks] == [
        {
            "code": "outside_service_area",
            "outcome": "approve",
            "fact": {"postal_code": "90210"},
            "source": "books",
        }
    ]
    assert verdict.credit_cents == 5000
    assert verdict.opens_at is None
    assert verdict.closes_at == datetime.fromisoformat("2026-03-07T23:59:59-05:00")
    assert (verdict.target_on, verdict.limit_on) == (date(2026, 3, 5), date(2026, 3, 6))
    assert verdict.missing == ()


def test_support_is_stored_without_an_outcome() -> None:
    assert SUPPORT.as_json() == {
        "code": "duplicate_confirmed",
        "outcome": None,
        "fact": {},
        "source": "books",
    }


@pytest.mark.covers("X19")
def test_closed_days_move_the_decision_dates() -> None:
    closed = frozenset({date(2026, 3, 5), date(2026, 3, 6)})

    verdict = judge(facts(closed_days=closed), policy())

    assert (verdict.target_on, verdict.limit_on) == (date(2026, 3, 9), date(2026, 3, 10))


@pytest.mark.covers("X3")
def test_the_day_of_filing_is_the_program_s_own() -> None:
    late_evening = datetime.fromisoformat("2026-03-04T04:30:00+00:00")  # 23:30 in New York

    verdict = judge(facts(claim=claim(submitted_at=late_evening)), policy())

    assert verdict.target_on == date(2026, 3, 5)


def every_reason_at_filing() -> list[tuple[str, str]]:
    return [(code, reason.code) for code in preset_codes() for reason in policy(code).reasons]


@pytest.mark.parametrize(("program", "reason"), every_reason_at_filing())
def test_at_filing_a_machine_says_only_what_it_may(program: str, reason: str) -> None:
    damning = (("contact_call", "contradicts"), ("recording", "contradicts"))
    known = replace(decided(*damning, ("seller_answer", "contradicts")), stage="filing")

    for kind in ("web", "live_call"):
        given = replace(known, sale=sale(kind=kind), claim=claim(reason))
        for one in judge(given, policy(program)).checks:
            assert CODES[one.code].at_filing is True
            if one.outcome == Outcome.DECLINE:
                assert one.source in MACHINE_MAY_DECLINE_BY


@pytest.mark.parametrize("program", preset_codes())
def test_a_machine_approves_only_by_the_proofs_of_the_policy(program: str) -> None:
    twice = earlier("2026-02-20T08:00:00-05:00")
    elsewhere = sale(category="solar", postal_code="90210", contact_revealed_at=None)
    terms = policy(program)

    for reason in terms.reasons:
        verdict = judge(
            facts(sale=elsewhere, claim=claim(reason.code), earlier_sales=(twice,)), terms
        )
        approving = [one.code for one in verdict.checks if one.outcome == Outcome.APPROVE]
        assert set(approving) <= set(terms.machine_may_approve), reason.code


def test_every_verdict_has_a_code() -> None:
    for program in preset_codes():
        for reason in policy(program).reasons:
            for known in (facts(claim=claim(reason.code)), decided(claim=claim(reason.code))):
                assert judge(known, policy(program)).codes != (), (program, reason.code)


def test_what_the_team_says_by_its_own_word_is_a_decline() -> None:
    assert {CODES[code].outcome for code in TEAM_CODES} == {Outcome.DECLINE}


def test_the_proofs_that_a_policy_may_let_approve() -> None:
    assert PROOF_CODES == (
        "duplicate_confirmed",
        "outside_service_area",
        "category_not_subscribed",
        "quote_unread",
        "quote_unanswered",
        "contact_not_obtained",
    )


def test_every_code_of_the_contract_is_there() -> None:
    described = (Path(__file__).parent / "contract.txt").read_text(encoding="utf-8").split()

    assert set(described) == set(CODES)


@pytest.mark.covers("X37")
@pytest.mark.parametrize(
    ("credited", "price", "credit"), [(0, 5000, 5000), (2000, 5000, 3000), (6000, 5000, 0)]
)
def test_a_credit_never_exceeds_what_is_left(credited: int, price: int, credit: int) -> None:
    known = facts(sale=sale(price_cents=price), credited_cents=credited)

    assert judge(known, policy()).credit_cents == credit


def test_a_price_that_the_list_does_not_have_takes_nothing_off() -> None:
    details = {"corrected_category": "gutters"}
    known = facts(
        claim=claim("wrong_category", details=details),
        pro=Pro(frozenset({"roofing", "gutters"}), ("30301",)),
    )

    assert credit_cents(known, policy().reason("wrong_category")) == 5000


def with_recent_contact(at: str) -> Facts:
    submitted = datetime.fromisoformat(at)
    return facts(claim=claim("non_contact", submitted_at=submitted), contact_zone="US/Pacific")


@pytest.mark.covers("X5")
def test_the_contact_s_own_days_count_for_its_steps() -> None:
    # Sold at 09:00 in New York is 06:00 for the contact: the clock starts at 08:00 there.
    verdict = judge(with_recent_contact("2026-03-02T11:15:00-05:00"), policy())

    assert verdict.codes == ("too_early",)
    assert verdict.opens_at == datetime.fromisoformat("2026-03-04T00:00:00-08:00")
    late = judge(with_recent_contact("2026-03-02T11:15:01-05:00"), policy())
    assert late.codes == ("contact_steps_incomplete",)


@pytest.mark.covers("C22")
def test_the_team_getting_through_is_on_the_log_at_filing_too() -> None:
    reached = attempt("2026-03-02T12:00:00-05:00", "email", by="team", reached=True)

    verdict = judge(facts(claim=claim("non_contact"), attempts=(reached,)), policy())

    assert verdict.outcome == Outcome.DECLINE
    assert verdict.checks[0].as_json() == {
        "code": "team_reached_contact",
        "outcome": "decline",
        "fact": {"at": "2026-03-02T17:00:00+00:00", "channel": "email"},
        "source": "contact_log",
    }


@pytest.mark.covers("X5")
@pytest.mark.parametrize(
    ("sold_at", "first_call_until"),
    [
        ("2026-03-02T08:00:00-05:00", "2026-03-02T08:15:00-05:00"),
        ("2026-03-02T07:59:59-05:00", "2026-03-02T08:15:00-05:00"),
        ("2026-03-02T20:00:00-05:00", "2026-03-02T20:15:00-05:00"),
        ("2026-03-02T20:00:01-05:00", "2026-03-03T08:15:00-05:00"),
        # The clocks go forward in the night between.
        ("2026-03-07T22:00:00-05:00", "2026-03-08T08:15:00-04:00"),
    ],
)
def test_when_the_first_call_is_due(sold_at: str, first_call_until: str) -> None:
    sold, until = datetime.fromisoformat(sold_at), datetime.fromisoformat(first_call_until)

    for submitted, code in (
        (until, "too_early"),
        (until + timedelta(seconds=1), "contact_steps_incomplete"),
    ):
        known = facts(sale=sale(sold_at=sold), claim=claim("non_contact", submitted_at=submitted))
        assert judge(known, policy()).codes == (code,)


@pytest.mark.parametrize(
    ("reason", "kind", "code"),
    [
        ("technical_issue", "web", "reason_not_offered"),
        ("technical_issue", "live_call", "needs_recording"),
        ("disconnected_number", "live_call", "reason_not_offered"),
        ("disconnected_number", "web", "needs_verification"),
    ],
)
def test_a_reason_that_is_not_for_such_a_lead_is_not_offered(
    reason: str, kind: str, code: str
) -> None:
    told = claim(reason, details={"what_happened": "The line broke after a word."})

    verdict = judge(facts(sale=sale(kind=kind), claim=told), policy("legalplan"))

    assert verdict.codes == (code,)
    assert (verdict.credit_cents == 0) is (code == "reason_not_offered")


@pytest.mark.covers("C9b")
@pytest.mark.parametrize(
    ("answer", "code"),
    [("household", "answer_not_eligible"), ("stranger", "needs_verification")],
)
def test_a_spouse_or_co_owner_is_the_right_person(answer: str, code: str) -> None:
    known = facts(claim=claim("incorrect_contact", details={"who_answered": answer}))

    assert judge(known, policy()).codes == (code,)


def test_an_answer_that_rules_the_reason_out_is_kept_with_its_question() -> None:
    told = claim("incorrect_contact", details={"who_answered": "household"})

    assert judge(decided(("contact_call", "supports"), claim=told), policy()).checks[
        0
    ].as_json() == {
        "code": "answer_not_eligible",
        "outcome": "decline",
        "fact": {
            "reason": "incorrect_contact",
            "detail": "who_answered",
            "answer": "household",
        },
        "source": "claim",
    }


@pytest.mark.covers("C12")
def test_a_campaign_that_names_no_areas_proves_nothing() -> None:
    anywhere = Pro(frozenset({"roofing"}), ())

    verdict = judge(facts(pro=anywhere, claim=claim("wrong_location")), policy())

    assert verdict.codes == ("needs_verification",)


def test_what_the_machine_raises_by_itself_is_no_report() -> None:
    late = claim(channel="system", explanation="", submitted_at=SOLD_AT + timedelta(days=90))

    assert judge(facts(claim=late), policy()).codes == ("needs_verification",)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("  twelve chars\n", 12),
        ("\u3164\u3164 \u200b\u115f", 0),
        ("\x00\x07abc", 3),
        ("\tone\ntwo\t", 7),
        ("電話是別人的", 6),
        ("a\u200db", 2),
    ],
)
@pytest.mark.covers("A14")
def test_only_what_can_be_read_counts_as_an_explanation(text: str, length: int) -> None:
    assert visible_length(text) == length


@pytest.mark.parametrize("consent", ["advisory", "none"])
def test_a_seller_who_is_only_heard_refuses_nothing(consent: str) -> None:
    known = decided(("contact_call", "supports"), ("seller_answer", "contradicts"))

    verdict = judge(known, policy(seller_consent=consent))

    assert verdict.outcome == Outcome.APPROVE
    assert ("seller_refused" in verdict.codes) is (consent == "advisory")
    assert "awaiting_seller" not in verdict.codes


@pytest.mark.parametrize("consent", ["advisory", "none"])
def test_nobody_waits_for_a_seller_who_is_only_heard(consent: str) -> None:
    known = decided(("contact_call", "supports"))

    assert judge(known, policy(seller_consent=consent)).codes == ("verified",)


def test_where_the_finding_came_from_is_kept() -> None:
    sources = {
        kind: judge(decided((kind, "supports")), policy()).checks[0].source
        for kind in ("history", "recording", "contact_call", "contact_message")
    }

    assert sources == {
        "history": "team",
        "recording": "recording",
        "contact_call": "contact",
        "contact_message": "contact",
    }


def test_the_casebooks_can_fail(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere.yaml"

    report = run(missing)

    assert report.cases == 0
    assert len(report.errors) == 1
    assert report.errors[0].startswith(f"{missing}: ")
