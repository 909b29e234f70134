"""Each refusal says what would have changed it, in both languages (C6)."""

import re

import pytest
from django.conf import settings
from django.utils import translation

from refunds import letters
from refunds.policy.codes import CODES, check
from refunds.remedies import REMEDIES
from tests.refunds.test_letters_in_words import DECLINES, ENGLISH, fixed, line, made

pytestmark = [pytest.mark.django_db, pytest.mark.covers("C6")]

LANGUAGES = [code for code, _name in settings.LANGUAGES]


def test_every_code_that_declines_and_no_other_says_what_would_have_changed_it() -> None:
    assert sorted(REMEDIES) == sorted(DECLINES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", DECLINES)
def test_it_can_be_told_with_the_facts_and_without(code: str, language: str) -> None:
    with translation.override(language):
        bare = letters.remedy_for(code, {})
    assert bare
    assert "%(" not in bare
    for program, one in made()[code][:1]:
        told = line(program, {**one, "outcome": "decline"}, language).remedy
        assert told
        assert "%(" not in told
        if language != "en":
            assert ENGLISH.findall(fixed(told, one)) == [], told


@pytest.mark.parametrize("code", DECLINES)
def test_the_last_wording_asks_for_no_fact(code: str) -> None:
    assert letters.PLACEHOLDER.findall(str(REMEDIES[code][-1])) == []


@pytest.mark.parametrize("code", sorted(set(CODES) - set(DECLINES)))
def test_what_speaks_for_a_claim_needs_no_change(code: str) -> None:
    program, one = made()[code][0]
    assert line(program, one, "en").remedy == ""


def test_what_was_set_aside_needs_no_change() -> None:
    """A contradiction in spite of which a claim is approved is no refusal."""
    one = check("contact_contradicts", override="They denied it on the phone.").as_json()
    assert line("conxpros", {**one, "outcome": None}, "en").remedy == ""


def test_a_late_claim_is_told_the_last_moment() -> None:
    closes_at = "2026-03-08T04:59:59+00:00"
    one = check("window_closed", closes_at=closes_at, submitted_at=closes_at).as_json()
    told = line("conxpros", one, "en").remedy
    assert re.fullmatch(r"A claim sent by Sat 7 Mar 2026, 23:59 EST\.", told)
