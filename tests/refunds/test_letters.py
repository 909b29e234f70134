"""Codes and facts, put into sentences for the pro and for the team."""

import pytest

from accounts.models import Program
from refunds import letters
from refunds.policy.codes import CODES, TEAM_CODES
from refunds.policy.document import load_preset
from refunds.policy.verdict import CheckJSON
from refunds.sentence_parts import SOURCES
from refunds.sentences import SENTENCES
from tests.factories.accounts import ProgramFactory
from tests.factories.leads import CategoryFactory

pytestmark = pytest.mark.django_db

POLICY = load_preset("conxpros")


@pytest.fixture
def program() -> Program:
    program = ProgramFactory.create()
    CategoryFactory.create(program=program, code="solar", name="Solar panels")
    return program


def check(code: str, **fact: str) -> CheckJSON:
    return {"code": code, "outcome": "decline", "fact": fact, "source": "books"}


def sentence(program: Program, code: str, **fact: str) -> str:
    [line] = letters.lines_for([check(code, **fact)], program=program, policy=POLICY)
    return line.sentence


def test_every_code_has_its_sentences() -> None:
    assert SENTENCES.keys() == CODES.keys()
    assert {info.source for info in CODES.values()} <= SOURCES.keys()


@pytest.mark.parametrize("code", TEAM_CODES)
def test_what_a_person_says_reads_well_without_a_fact(code: str, program: Program) -> None:
    assert "%(" not in sentence(program, code)
    assert sentence(program, code) != ""


def test_category_is_called_by_its_name(program: Program) -> None:
    assert sentence(program, "category_not_subscribed", category="solar") == (
        "“Solar panels” is not among the categories of your campaign."
    )


@pytest.mark.covers("X3")
def test_instants_are_written_in_the_programs_zone(program: Program) -> None:
    assert "Sat 7 Mar 2026, 23:59 EST" in sentence(
        program,
        "window_closed",
        closes_at="2026-03-08T04:59:59+00:00",
        submitted_at="2026-03-08T05:00:00+00:00",
    )


def test_amounts_and_days_are_written(program: Program) -> None:
    due = {"category": "solar", "price_cents": "5000", "corrected_price_cents": "3000"}
    assert sentence(program, "price_difference_due", **due) == (
        "Your campaign takes “Solar panels” as well, which costs $30.00. "
        "You paid $50.00, so you get the difference."
    )
    assert "hired on Tue 3 Mar 2026" in sentence(
        program, "hired_after_delivery", hired_on="2026-03-03", delivered_on="2026-03-02"
    )


def test_missing_steps_are_named(program: Program) -> None:
    assert "a call on day 3, a text or an e-mail" in sentence(
        program, "contact_steps_incomplete", missing="call_day_3, message"
    )
