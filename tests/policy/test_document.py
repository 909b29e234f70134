"""The policy document: what it refuses, with the path and the reason of each problem."""

import pytest

from refunds.policy.document import PolicyError, load_preset, parse, preset_codes
from refunds.policy.rules import NAMED

REASON = {"code": "spam", "label": "It is spam", "hint": "Tell us why.", "staff": "Ask why."}


def document(**changes: object) -> dict[str, object]:
    return {**load_preset("conxpros").model_dump(mode="json"), **changes}


def asking(detail: dict[str, object]) -> dict[str, object]:
    return {"reasons": [{**REASON, "details": [detail]}]}


def test_the_presets_that_ship() -> None:
    assert preset_codes() == ("aiqoo", "conxpros", "legalplan", "pro360")


@pytest.mark.parametrize("code", preset_codes())
def test_a_preset_survives_being_stored_as_json(code: str) -> None:
    preset = load_preset(code)

    assert parse(preset.model_dump(mode="json")) == preset
    assert preset.program == code


@pytest.mark.covers("A8")
@pytest.mark.parametrize(
    ("code", "eligible", "never", "automatic"),
    [("aiqoo", 7, 0, 0), ("conxpros", 13, 9, 0), ("legalplan", 16, 3, 0), ("pro360", 8, 2, 2)],
)
def test_each_program_has_exactly_its_reasons(
    code: str, eligible: int, never: int, automatic: int
) -> None:
    preset = load_preset(code)

    assert sum(reason.eligible for reason in preset.reasons) == eligible
    assert sum(not reason.eligible for reason in preset.reasons) == never
    assert len(preset.automatic_reasons) == automatic
    assert len(preset.offered) == eligible + never - automatic


def test_what_is_never_credited_is_offered_last() -> None:
    eligible = [reason.eligible for reason in load_preset("conxpros").offered]

    assert eligible == sorted(eligible, reverse=True)


@pytest.mark.covers("C23")
def test_exactly_six_reasons_are_credited_without_a_request() -> None:
    assert set(load_preset("conxpros").proactive_reasons) == {
        "incorrect_contact",
        "non_working_phone",
        "no_request",
        "looking_for_work",
        "duplicate",
        "testing_solicitation",
    }


@pytest.mark.covers("X18")
@pytest.mark.parametrize(
    ("code", "money", "days", "machine"),
    [
        ("aiqoo", ("USD", 2), (7, 7), ()),
        (
            "conxpros",
            ("USD", 2),
            (2, 3),
            ("duplicate_confirmed", "outside_service_area", "category_not_subscribed"),
        ),
        ("legalplan", ("USD", 2), (2, 5), ()),
        (
            "pro360",
            ("TWD", 0),
            (0, 1),
            ("quote_unread", "quote_unanswered", "contact_not_obtained"),
        ),
    ],
)
def test_the_terms_of_each_program(
    code: str, money: tuple[str, int], days: tuple[int, int], machine: tuple[str, ...]
) -> None:
    preset = load_preset(code)

    assert (preset.currency, preset.currency_decimals) == money
    assert (preset.decision.target_days, preset.decision.limit_days) == days
    assert preset.machine_may_approve == machine


def test_a_reason_is_found_by_its_code() -> None:
    conxpros = load_preset("conxpros")
    found = conxpros.reason("do_not_call")

    assert found is not None
    assert found.do_not_call is True
    assert conxpros.reason("bad_mood") is None


def test_a_reason_is_offered_for_its_kinds_of_lead_only() -> None:
    legalplan = load_preset("legalplan")
    offered = {
        kind: {reason.code for reason in legalplan.offered_for(kind)}
        for kind in ("web", "live_call")
    }

    assert offered["web"] - offered["live_call"] == {"disconnected_number"}
    assert offered["live_call"] - offered["web"] == {"technical_issue"}
    assert legalplan.reason_for("technical_issue", "web") is None
    assert legalplan.reason_for("technical_issue", "live_call") is not None


def test_every_rule_that_a_document_may_name_exists() -> None:
    refusal = refusal_of(document(reasons=[{**REASON, "rules": ["no_such_rule"]}]))

    assert refusal.startswith("reasons.0.rules.0: Input should be ")
    assert all(f"'{name}'" in refusal for name in NAMED)
    assert refusal.count("'") == 2 * len(NAMED)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"windows": {}}, "windows: Extra inputs are not permitted"),
        ({"window": {"kind": "hours", "hours": 120, "days": 5}}, "window.days: Extra inputs"),
        ({"window": {"kind": "hours", "hours": "120"}}, "window.hours: Input should be a valid"),
        ({"window": {"kind": "weeks", "weeks": 1}}, "window.kind: Input tag 'weeks'"),
        ({"window": {"days": 5}}, "window.kind: Unable to extract"),
        ({"decision": {"target_days": True, "limit_days": 3}}, "decision.target_days: Input"),
        ({"decision": {"target_days": 4, "limit_days": 3}}, "decision: limit_days is less"),
        ({"time_zone": "Mars/Olympus"}, "time_zone: 'Mars/Olympus' is no time zone"),
        ({"time_zone": "America"}, "time_zone: 'America' is no time zone"),
        ({"country": "XX"}, "country: the holidays of 'XX' are not known"),
        ({"country": False}, "country: Input should be a valid string"),
        ({"subdivision": "ZZ"}, "subdivision: US has none called 'ZZ'"),
        ({"machine_may_approve": ["verified"]}, "machine_may_approve: 'verified' is none of"),
        ({"proactive_reasons": ["job_not_won"]}, "proactive_reasons: 'job_not_won' is no reason"),
        (
            {"proactive_reasons": ["no_request"] * 2},
            "proactive_reasons: 'no_request' is listed twice",
        ),
        (
            {"machine_may_approve": ["quote_unread"]},
            "machine_may_approve: no reason has the rule 'quotes', which gives 'quote_unread'",
        ),
        (
            {
                "machine_may_approve": ["contact_not_obtained"],
                "reasons": [{**REASON, "rules": ["contact_obtained"]}],
                "proactive_reasons": [],
                "duplicate": None,
                "contact_steps": None,
            },
            "contact_due_hours: 'contact_not_obtained' in machine_may_approve needs it",
        ),
        (
            {"verified_only": True, "machine_may_approve": ["duplicate_confirmed"]},
            "machine_may_approve: verified_only leaves every approval to the team",
        ),
        ({"quote_unread_hours": 48}, "quote_unread_hours: no reason has the rule 'quotes'"),
        ({"quote_unanswered_days": 30}, "quote_unanswered_days: no reason has the rule 'replies'"),
        (
            {"duplicate": {"match": "same_request", "days": 366}},
            "duplicate.days: Input should be less than or equal to 365",
        ),
        ({"duplicate": None}, "duplicate: the rule 'duplicates' needs it"),
        ({"contact_steps": None}, "contact_steps: the rule 'contact_steps' needs it"),
        ({"reasons": [REASON, REASON], "proactive_reasons": []}, "reasons: 'spam' is listed twice"),
        ({"reasons": [], "proactive_reasons": []}, "reasons: none is listed"),
        ({"reasons": [{"code": "spam", "hint": "Why."}]}, "reasons.0.label: Field required"),
        ({"reasons": [{**REASON, "label": " "}]}, "reasons.0.label: String should match"),
        (
            {"reasons": [{**REASON, "rules": ["hiring"]}]},
            "reasons.0: rule 'hiring' needs the detail 'hired_on', not asked for",
        ),
        (
            {"reasons": [{**REASON, "amount": "price_difference"}]},
            "reasons.0: amount 'price_difference' needs the rule 'category'",
        ),
        (
            {"reasons": [{**REASON, "eligible": False, "automatic": True}]},
            "reasons.0: an automatic reason has to be eligible",
        ),
        (
            {"reasons": [{**REASON, "details": [{"name": "a", "label": "A", "kind": "choice"}]}]},
            "reasons.0.details.0: a choice, and nothing else, has choices",
        ),
        (
            {"reasons": [{**REASON, "details": [{"name": "a", "label": "A"}] * 2}]},
            "reasons.0: detail 'a' is listed twice",
        ),
        (
            {"reasons": [{**REASON, "rules": ["service_area"]}]},
            "reasons.0: rule 'service_area' needs the detail 'job_postal_code', not asked for",
        ),
        (
            {"reasons": [{**REASON, "rules": ["category"]}]},
            "reasons.0: rule 'category' needs the detail 'corrected_category', not asked for",
        ),
        (
            {
                "reasons": [
                    {
                        **REASON,
                        "rules": ["hiring"],
                        "details": [{"name": "hired_on", "label": "When?"}],
                    }
                ]
            },
            "reasons.0: rule 'hiring' reads the detail 'hired_on', of kind 'date'",
        ),
        (
            {
                "reasons": [
                    {
                        **REASON,
                        "details": [
                            {
                                "name": "who",
                                "label": "Who?",
                                "kind": "choice",
                                "choices": [{"value": "a", "label": "A"}] * 2,
                            }
                        ],
                    }
                ]
            },
            "reasons.0.details.0: choice 'a' is listed twice",
        ),
        (
            asking({"name": "a", "label": "A", "below": 18}),
            "reasons.0.details.0: only a number has below",
        ),
        (
            asking({"name": "a", "label": "A", "kind": "number", "days_before": 14}),
            "reasons.0.details.0: only a date has days_before",
        ),
        (
            asking({"name": "a", "label": "A", "required": True, "expected": True}),
            "reasons.0.details.0: what is required is expected anyway",
        ),
        (
            {"reasons": [{**REASON, "lead_kinds": []}]},
            "reasons.0.lead_kinds: Tuple should have at least 1 item",
        ),
        (
            {"reasons": [{**REASON, "lead_kinds": ["letter"]}]},
            "reasons.0.lead_kinds.0: Input should be 'web' or 'live_call'",
        ),
        ({"exception": {"causes": ["vacation"]}}, "exception.causes.0: Input should be"),
        ({"exception": {"causes": []}}, "exception.causes: Tuple should have at least 1 item"),
        ({"seller_consent": "perhaps"}, "seller_consent: Input should be"),
        ({"charge_mode": "later"}, "charge_mode: Input should be"),
    ],
)
def test_a_document_that_does_not_hold_is_refused(changes: dict[str, object], refusal: str) -> None:
    assert refusal_of(document(**changes)).startswith(refusal)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"days": [2, 3]}, "contact_steps: days begin with 1 and rise"),
        ({"days": [1, 3, 2]}, "contact_steps: days begin with 1 and rise"),
        ({"day_starts": 480}, "contact_steps.day_starts: write a time of day, as 08:00"),
        ({"day_starts": "21:00"}, "contact_steps: day_starts is not before day_ends"),
    ],
)
def test_contact_steps_that_do_not_hold_are_refused(
    changes: dict[str, object], refusal: str
) -> None:
    steps = load_preset("conxpros").contact_steps
    assert steps is not None

    changed = {**steps.model_dump(mode="json"), **changes}

    assert refusal_of(document(contact_steps=changed)) == refusal


def test_every_problem_is_told_at_once() -> None:
    refusal = refusal_of(document(program="Con Xpros", currency="dollars"))

    assert [line.split(":")[0] for line in refusal.splitlines()] == ["program", "currency"]


def test_a_preset_that_does_not_ship_is_refused() -> None:
    with pytest.raises(PolicyError, match=r"^program: '\.\./x' is none of aiqoo, conxpros, "):
        load_preset("../x")


def refusal_of(data: dict[str, object]) -> str:
    with pytest.raises(PolicyError) as refused:
        parse(data)
    return str(refused.value)


def test_a_caution_holds_for_its_reasons_or_for_all() -> None:
    general, tied = "Ask when sure.", {"text": "Call first.", "reasons": ["non_contact"]}
    policy = parse(document(cautions=[general, tied], translations={}))

    assert [str(one) for one in policy.general_cautions] == [general]
    assert [str(one) for one in policy.cautions_for("duplicate")] == [general]
    assert [str(one) for one in policy.cautions_for("non_contact")] == [general, "Call first."]


def test_a_caution_for_an_unknown_reason_is_refused() -> None:
    tied = {"text": "Call first.", "reasons": ["no_contact"]}

    with pytest.raises(PolicyError, match="cautions: 'no_contact' is no reason of the document"):
        parse(document(cautions=[tied], translations={}))
