"""Each refusal says the rule that it rests on, as the request's policy words it (C6)."""

import pytest

from refunds.policy.codes import CODES, check
from refunds.policy.document import load_preset, preset_codes
from refunds.rule_words import rules_of
from refunds.rules_behind import rule_behind
from tests.refunds.test_letters_in_words import DECLINES, line, made

pytestmark = [pytest.mark.django_db, pytest.mark.covers("C6")]


@pytest.mark.parametrize("code", DECLINES)
def test_every_code_that_declines_says_its_rule(code: str) -> None:
    for program, one in made()[code][:1]:
        rule = line(program, {**one, "outcome": "decline"}, "en").rule
        assert rule
        assert "%(" not in rule


@pytest.mark.parametrize("code", sorted(set(CODES) - set(DECLINES)))
def test_what_speaks_for_a_claim_rests_on_no_refusal(code: str) -> None:
    program, one = made()[code][0]
    assert line(program, one, "en").rule == ""


@pytest.mark.parametrize("preset", preset_codes())
def test_a_late_claim_is_told_the_window_of_its_own_policy(preset: str) -> None:
    policy = load_preset(preset)
    assert rule_behind("window_closed", {}, policy) == rules_of(policy)[0].sentences[0]


@pytest.mark.parametrize("code", DECLINES)
@pytest.mark.parametrize("preset", preset_codes())
def test_a_ground_that_a_policy_does_not_know_takes_none_down(preset: str, code: str) -> None:
    """A person may name a ground whose rule the program lacks: it is told without one."""
    assert "%(" not in rule_behind(code, {}, load_preset(preset))


def test_an_answer_that_rules_the_reason_out_is_told_what_was_asked() -> None:
    one = check("answer_not_eligible", reason="underage", detail="age", answer="19", below="18")
    told = line("legalplan", one.as_json(), "en").rule
    assert told == "Only if the answer to “How old are they?” is less than 18."
