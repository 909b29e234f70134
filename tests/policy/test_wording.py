"""A policy's texts in another language: whole, or refused with the path of what is missing."""

from copy import deepcopy
from typing import Any

import pytest

from refunds.policy.document import PolicyError, load_preset, parse, preset_codes

LANGUAGE = "zh-hant"
PATH = f"translations.{LANGUAGE}"


def document() -> dict[str, Any]:
    return deepcopy(load_preset("conxpros").model_dump(mode="json"))


def refusal_of(data: dict[str, Any]) -> list[str]:
    with pytest.raises(PolicyError) as refused:
        parse(data)
    return str(refused.value).splitlines()


@pytest.mark.parametrize("code", preset_codes())
def test_every_preset_is_there_in_chinese(code: str) -> None:
    policy = load_preset(code)
    told = policy.in_language(LANGUAGE)

    assert told.promise != policy.promise
    for reason, words in zip(policy.reasons, told.reasons, strict=True):
        assert reason.label != words.label
        assert reason.hint != words.hint
        assert reason.staff != words.staff


@pytest.mark.parametrize("language", ["", LANGUAGE])
@pytest.mark.parametrize("code", preset_codes())
def test_every_refundable_reason_says_what_helps(code: str, language: str) -> None:
    policy = load_preset(code)
    told = policy.in_language(language) if language else policy
    wanted = {one.code: one.evidence for one in told.reasons if one.eligible}
    assert [reason for reason, evidence in wanted.items() if not evidence] == []
    assert all(item.strip() for evidence in wanted.values() for item in evidence)


@pytest.mark.parametrize("code", preset_codes())
def test_only_words_differ(code: str) -> None:
    """What judges is the same in every language."""
    policy = load_preset(code)
    told = policy.in_language(LANGUAGE)
    words = {"name", "promise", "cautions", "reasons"}

    assert told.model_dump(exclude=words) == policy.model_dump(exclude=words)
    texts = {"label", "hint", "staff", "evidence", "details"}
    for reason, other in zip(policy.reasons, told.reasons, strict=True):
        assert other.model_dump(exclude=texts) == reason.model_dump(exclude=texts)
        assert [d.name for d in other.details] == [d.name for d in reason.details]
        for detail, its in zip(reason.details, other.details, strict=True):
            assert (its.kind, its.required) == (detail.kind, detail.required)
            assert [(c.value, c.eligible) for c in its.choices] == [
                (c.value, c.eligible) for c in detail.choices
            ]


def test_a_language_that_there_is_not_is_read_as_written() -> None:
    policy = load_preset("conxpros")

    for language in ("en", "fr", ""):
        assert policy.in_language(language) is policy


def test_a_changed_copy_is_told_as_changed() -> None:
    policy = load_preset("conxpros")
    told = policy.in_language(LANGUAGE)
    changed = policy.model_copy(update={"currency": "CAD"})

    assert changed.in_language(LANGUAGE).currency == "CAD"
    assert policy.in_language(LANGUAGE) == told


@pytest.mark.parametrize(
    ("path", "key", "told"),
    [
        ((), "reasons", f"{PATH}.reasons: Field required"),
        ((), "promise", f"{PATH}.promise: Field required"),
        (("reasons",), "duplicate", f"{PATH}.reasons: 'duplicate' is missing"),
        (("reasons", "duplicate"), "hint", f"{PATH}.reasons.duplicate.hint: Field required"),
        (
            ("reasons", "wrong_category", "details"),
            "corrected_category",
            f"{PATH}.reasons.wrong_category.details: 'corrected_category' is missing",
        ),
        (
            ("reasons", "not_authorized", "details", "why", "choices"),
            "minor",
            f"{PATH}.reasons.not_authorized.details.why.choices: 'minor' is missing",
        ),
    ],
)
def test_what_is_missing_is_refused(path: tuple[str, ...], key: str, told: str) -> None:
    data = document()
    del inside(data, path)[key]

    assert refusal_of(data) == [told]


WORDS = {"label": "是", "hint": "是", "staff": "是"}


@pytest.mark.parametrize(
    ("path", "key", "value", "told"),
    [
        (("reasons",), "gone", WORDS, f"{PATH}.reasons: 'gone' is not in the document"),
        (
            ("reasons", "duplicate", "details"),
            "gone",
            {"label": "是"},
            f"{PATH}.reasons.duplicate.details: 'gone' is not in the document",
        ),
        (
            ("reasons", "not_authorized", "details", "why", "choices"),
            "gone",
            "是",
            f"{PATH}.reasons.not_authorized.details.why.choices: 'gone' is not in the document",
        ),
        (
            ("reasons", "duplicate"),
            "evidence",
            [],
            f"{PATH}.reasons.duplicate.evidence: 0 given, and the document has 1",
        ),
        ((), "cautions", [], f"{PATH}.cautions: 0 given, and the document has 1"),
        ((), "window", {}, f"{PATH}.window: Extra inputs are not permitted"),
    ],
)
def test_what_belongs_to_nothing_is_refused(
    path: tuple[str, ...], key: str, value: object, told: str
) -> None:
    data = document()
    inside(data, path)[key] = value

    assert refusal_of(data) == [told]


def test_a_language_is_named_by_its_code() -> None:
    data = document()
    data["translations"]["Chinese"] = data["translations"][LANGUAGE]

    [told] = refusal_of(data)

    assert told.startswith("translations.Chinese")


def inside(data: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    part: dict[str, Any] = data["translations"][LANGUAGE]
    for key in path:
        part = part[key]
    return part
