"""The texts of a policy in another language: what a document may say twice, and must say whole."""

from collections.abc import Iterable, Iterator, Mapping, Sized
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from refunds.policy.document import Detail, Policy, Reason

Text = Annotated[str, Field(min_length=1, pattern=r"\S")]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)?$")]


class Part(BaseModel):
    """A part of the document: no key that the schema doesn't know, and nothing changes later."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DetailWords(Part):
    """A question and its answers to choose, by their values."""

    label: Text
    choices: Mapping[Code, Text] = {}


class ReasonWords(Part):
    """A reason's texts; evidence in the order of the document, questions by their names."""

    label: Text
    hint: Text
    staff: Text
    evidence: tuple[Text, ...] = ()
    details: Mapping[Code, DetailWords] = {}


class Words(Part):
    """All texts of a policy in one language; the name stays where none is given."""

    name: Text | None = None
    promise: Text
    cautions: tuple[Text, ...] = ()
    reasons: Mapping[Code, ReasonWords]


def in_words(policy: "Policy", words: Words) -> "Policy":
    """The same policy with its texts in another language; no rule of it changes."""
    return policy.model_copy(
        update={
            "name": words.name or policy.name,
            "promise": words.promise,
            "cautions": tuple(
                caution.model_copy(update={"text": text})
                for caution, text in zip(policy.cautions, words.cautions, strict=True)
            ),
            "reasons": tuple(_reason(one, words.reasons[one.code]) for one in policy.reasons),
        }
    )


def wording_problems(policy: "Policy") -> Iterator[str]:
    """A line "path: reason" for each text that is missing, or that belongs to nothing."""
    for language, words in policy.translations.items():
        path = f"translations.{language}"
        yield from _differing(f"{path}.cautions", words.cautions, policy.cautions)
        yield from _unlike(
            f"{path}.reasons", words.reasons, [reason.code for reason in policy.reasons]
        )
        for reason in policy.reasons:
            if told := words.reasons.get(reason.code):
                yield from _reason_problems(f"{path}.reasons.{reason.code}", reason, told)


def _reason_problems(path: str, reason: "Reason", words: ReasonWords) -> Iterator[str]:
    yield from _differing(f"{path}.evidence", words.evidence, reason.evidence)
    yield from _unlike(f"{path}.details", words.details, [one.name for one in reason.details])
    for detail in reason.details:
        if told := words.details.get(detail.name):
            choices = f"{path}.details.{detail.name}.choices"
            yield from _unlike(choices, told.choices, detail.choice_labels)


def _unlike(path: str, told: Mapping[str, object], wanted: Iterable[str]) -> Iterator[str]:
    wanted = list(wanted)
    for code in wanted:
        if code not in told:
            yield f"{path}: {code!r} is missing"
    for code in told:
        if code not in wanted:
            yield f"{path}: {code!r} is not in the document"


def _differing(path: str, told: Sized, wanted: Sized) -> Iterator[str]:
    if len(told) != len(wanted):
        yield f"{path}: {len(told)} given, and the document has {len(wanted)}"


def _reason(reason: "Reason", words: ReasonWords) -> "Reason":
    return reason.model_copy(
        update={
            "label": words.label,
            "hint": words.hint,
            "staff": words.staff,
            "evidence": words.evidence,
            "details": tuple(_detail(one, words.details[one.name]) for one in reason.details),
        }
    )


def _detail(detail: "Detail", words: DetailWords) -> "Detail":
    choices = tuple(
        choice.model_copy(update={"label": words.choices[choice.value]})
        for choice in detail.choices
    )
    return detail.model_copy(update={"label": words.label, "choices": choices})
