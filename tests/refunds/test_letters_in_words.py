"""A letter says the rule, the fact, its source and the next step, in both languages (C6).

The checks are those that the engine makes of the casebook, with the facts that it gives.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise

from accounts.models import Program
from refunds import letters
from refunds.policy.casebook import cases_of
from refunds.policy.casebook_facts import facts_of
from refunds.policy.codes import CODES, TEAM_CODES, check
from refunds.policy.document import Policy, Reason, load_preset, preset_codes
from refunds.policy.engine import judge
from refunds.policy.verdict import CheckJSON
from refunds.sentence_parts import KINDS, SOURCES, STEPS
from refunds.sentences import SENTENCES

pytestmark = pytest.mark.django_db

BOOKS = Path(__file__).parent.parent / "casebook"
LANGUAGES = [code for code, _name in settings.LANGUAGES]
FOUND_AT = "2026-03-04T15:00:00+00:00"
NOTE = "門牌不存在"
ENGLISH = re.compile(r"[A-Za-z]{2,}")
CURRENCY = re.compile(r"NT\$")
DECLINES = [code for code, info in CODES.items() if info.outcome == "decline"]


@cache
def made() -> dict[str, list[tuple[str, CheckJSON]]]:
    """Each code's checks, with the program: one for each set of facts that the engine gives."""
    found: dict[tuple[str, tuple[str, ...]], tuple[str, CheckJSON]] = {}
    for program, one in judged():
        found.setdefault((one["code"], tuple(sorted(one["fact"]))), (program, one))
    by_code: dict[str, list[tuple[str, CheckJSON]]] = {code: [] for code in CODES}
    for (code, _names), pair in found.items():
        by_code[code].append(pair)
    for code in TEAM_CODES:
        by_code[code].append(("conxpros", check(code, note=NOTE).as_json()))
    return by_code


def judged() -> Iterator[tuple[str, CheckJSON]]:
    for book in sorted(BOOKS.glob("*.yaml")):
        program = next(code for code in preset_codes() if code in book.stem)
        policy = load_preset(program)
        for case in cases_of(book):
            for one in judge(facts_of(case, policy.currency_decimals), policy).checks:
                yield program, one.as_json()
                yield program, as_found(one.as_json())


def as_found(one: CheckJSON) -> CheckJSON:
    """Add what rows know and a casebook doesn't tell: when it was found, the earlier lead."""
    fact = dict(one["fact"])
    by_code = ("recording_does_not_prove", "seller_agreed", "seller_refused")
    if one["code"] in by_code or "kind" in fact:
        fact["found_at"] = FOUND_AT
    if "earlier_sold_at" in fact:
        fact["earlier_lead"] = "L-1001"
    return {**one, "fact": fact}


def program_of(code: str) -> tuple[Program, Policy]:
    policy = load_preset(code)
    program = Program(
        code=code,
        time_zone=policy.time_zone,
        currency=policy.currency,
        currency_decimals=policy.currency_decimals,
    )
    program.save()
    return program, policy


def line(code: str, one: CheckJSON, language: str) -> letters.Line:
    program, policy = program_of(code)
    with translation.override(language):
        [found] = letters.lines_for([one], program=program, policy=policy.in_language(language))
    return found


def fixed(sentence: str, one: CheckJSON) -> str:
    """What is the letter's own in a sentence: not a fact's value, nor a currency."""
    for value in one["fact"].values():
        sentence = sentence.replace(value, "")
    return CURRENCY.sub("", sentence)


@pytest.mark.parametrize("code", CODES)
def test_the_casebook_makes_every_code(code: str) -> None:
    assert made()[code]


@pytest.mark.covers("C6")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", CODES)
def test_a_code_is_told_with_the_facts_that_the_engine_gives(code: str, language: str) -> None:
    for number, (program, one) in enumerate(made()[code]):
        Program.objects.filter(code=program).delete()
        told = line(program, one, language)

        for sentence in (told.sentence, told.staff_sentence):
            assert sentence, (number, one)
            assert "%(" not in sentence
            if language != "en":
                assert ENGLISH.findall(fixed(sentence, one)) == [], sentence


@pytest.mark.covers("C6")
@pytest.mark.parametrize("code", sorted(set(DECLINES) - set(TEAM_CODES)))
def test_a_refusal_is_told_by_its_fact_and_not_in_general(code: str) -> None:
    """The bare wording is for a ground that a person gives: the engine always has the fact."""
    for program, one in made()[code]:
        Program.objects.filter(code=program).delete()
        told = line(program, one, "en")
        assert told.source
        assert told.sentence != str(SENTENCES[code].bare), one


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", DECLINES)
def test_a_refusal_can_be_told_without_a_fact(code: str, language: str) -> None:
    bare: CheckJSON = {"code": code, "outcome": "decline", "fact": {}, "source": "team"}

    told = line("conxpros", bare, language)

    assert told.sentence
    assert "%(" not in told.sentence + told.staff_sentence


@pytest.mark.parametrize("code", CODES)
def test_each_wording_is_filled_with_the_same_facts_in_both_languages(code: str) -> None:
    sentence = SENTENCES[code]
    for wording in (*sentence.for_pro, *sentence.for_staff):
        in_both = [asked(wording, language) for language in LANGUAGES]
        assert in_both == [in_both[0]] * len(LANGUAGES)


@pytest.mark.parametrize("words", [SOURCES, KINDS, STEPS])
def test_sources_kinds_and_steps_are_translated(words: dict[str, Promise]) -> None:
    with translation.override("zh-hant"):
        assert [word for word in map(str, words.values()) if ENGLISH.search(word)] == []


def asked(wording: str | Promise, language: str) -> set[str]:
    with translation.override(language):
        return set(letters.PLACEHOLDER.findall(str(wording)))


def reasons() -> list[tuple[str, Reason]]:
    return [(code, reason) for code in preset_codes() for reason in load_preset(code).reasons]


@pytest.mark.parametrize(("code", "reason"), reasons(), ids=lambda one: getattr(one, "code", one))
def test_a_reason_that_is_not_credited_is_called_as_its_reader_does(
    code: str, reason: Reason
) -> None:
    one = check("reason_not_eligible", reason=reason.code).as_json()
    chinese = load_preset(code).in_language("zh-hant").reason(reason.code)
    assert chinese is not None

    told = line(code, one, "zh-hant")

    assert chinese.label in told.sentence
    assert chinese.hint in told.sentence
    assert reason.label not in told.sentence


def test_missing_details_are_asked_for_in_the_readers_words() -> None:
    one = check("details_missing", reason="wrong_category", details="corrected_category").as_json()

    assert line("conxpros", one, "zh-hant").sentence == (
        "這個理由需要的內容，您的申請還沒有寫到：實際上是哪一個類別？"
    )


def test_a_contradiction_says_how_and_when_but_not_what_the_contact_said() -> None:
    fact = {"kind": "contact_call", "found_at": FOUND_AT}
    one = check("contact_contradicts", **fact).as_json()

    assert line("conxpros", one, "en").sentence == (
        "The contact told our team something else than the claim says (a call with the contact, "
        "Wed 4 Mar 2026, 10:00 EST). If you have it in writing from them, send us that with an "
        "appeal."
    )


def test_a_duplicate_names_the_earlier_lead() -> None:
    fact = {"earlier_sold_at": FOUND_AT, "earlier_lead": "L-1001", "days": "30"}
    one = check("original_credited", **fact).as_json()

    assert line("conxpros", one, "en").sentence.startswith(
        "The earlier lead L-1001 of Wed 4 Mar 2026, 10:00 EST is the same"
    )
