"""Runs casebooks, policies written as examples, against the engine.

A case that can't be read is a problem of its own: never skipped, and never passed.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from refunds.policy import yamlfile
from refunds.policy.casebook_facts import facts_of
from refunds.policy.casebook_format import Case, File
from refunds.policy.document import Policy, PolicyError, load_preset
from refunds.policy.engine import judge
from refunds.policy.expectations import differences
from refunds.policy.problems import problems


class Unreadable(ValueError):
    """A file or a case that can't be read; the message has a line for each reason."""


@dataclass(frozen=True)
class Report:
    """What running one file came to: `failures` and `errors` are lines for people."""

    cases: int
    failures: tuple[str, ...]
    errors: tuple[str, ...]


def run(path: Path) -> Report:
    """Judge every case of the file; each line names the file, the case and the field."""
    try:
        book, policy = _open(path)
    except Unreadable as error:
        return Report(0, (), _lines(str(path), error))
    failures: list[str] = []
    errors: list[str] = []
    for label, data in zip(_labels(book), book.cases, strict=True):
        where = f"{path}: {label}"
        try:
            failures += (f"{where}: {difference}" for difference in _judge(book, data, policy))
        except Unreadable as error:
            errors += _lines(where, error)
    errors += (f"{path}: {label}: id given twice" for label in _repeated(_labels(book)))
    return Report(len(book.cases), tuple(failures), tuple(errors))


def cases_of(path: Path) -> tuple[Case, ...]:
    """Every case of the file, its defaults under it; raises Unreadable if one can't be read."""
    try:
        book, _ = _open(path)
        return tuple(_case(book, data) for data in book.cases)
    except Unreadable as error:
        raise Unreadable("\n".join(_lines(str(path), error))) from error


def _open(path: Path) -> tuple[File, Policy]:
    try:
        book = File.model_validate(yamlfile.read(path.read_text(encoding="utf-8")))
        policy = load_preset(book.program)
    except ValidationError as error:
        raise Unreadable("\n".join(problems(error))) from error
    except (OSError, UnicodeDecodeError, yamlfile.UnreadableYAML, PolicyError) as error:
        raise Unreadable(str(error)) from error
    if not book.cases:
        raise Unreadable("no cases")
    return book, policy


def _judge(book: File, data: object, policy: Policy) -> Iterator[str]:
    case = _case(book, data)
    try:
        facts = facts_of(case, policy.currency_decimals)
        yield from differences(case.expect, judge(facts, policy), policy)
    except ValueError as error:
        raise Unreadable(str(error)) from error


def _case(book: File, data: object) -> Case:
    if not isinstance(data, dict):
        raise Unreadable("a case is a mapping")
    try:
        return Case.model_validate(_merged(book.defaults, data))
    except ValidationError as error:
        raise Unreadable("\n".join(problems(error))) from error


def _merged(under: Mapping[str, object], over: Mapping[str, object]) -> dict[str, object]:
    """Mappings merge by key, everything else is replaced."""
    merged = {**under, **over}
    for key in under.keys() & over.keys():
        below, above = under[key], over[key]
        if isinstance(below, dict) and isinstance(above, dict):
            merged[key] = _merged(below, above)
    return merged


def _labels(book: File) -> list[str]:
    return [_label(number, data) for number, data in enumerate(book.cases, start=1)]


def _label(number: int, data: object) -> str:
    given = data.get("id") if isinstance(data, dict) else None
    return given if isinstance(given, str) else f"case {number}"


def _repeated(labels: list[str]) -> list[str]:
    return [label for label, times in Counter(labels).items() if times > 1]


def _lines(where: str, error: Unreadable) -> tuple[str, ...]:
    return tuple(f"{where}: {line}" for line in str(error).splitlines())
