"""Which case or test proves which requirement, as a table in plain text."""

import textwrap
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from refunds.management.markers import Marker, UnreadableTest, markers
from refunds.policy import yamlfile
from refunds.policy.casebook import Unreadable, cases_of
from refunds.policy.problems import problems

LIST = "requirements.yaml"
WIDTH = 100
MARGIN = 7


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Requirement(_Part):
    """What has to hold; one about a page alone is proved by looking at the page."""

    says: Annotated[str, Field(pattern=r"\S")]
    page: Annotated[bool, Field(strict=True)] = False


class _List(_Part):
    requirements: Mapping[
        Annotated[str, Field(pattern=r"^[ACLPX][1-9]\d?[a-f]?$")], Requirement
    ] = Field(min_length=1)


@dataclass(frozen=True)
class Proof:
    """A case or a test that names a requirement: what the table shows, and where it stands."""

    number: str
    place: str
    source: str


@dataclass(frozen=True)
class Coverage:
    """The requirements in their order, and the cases and tests that prove each."""

    requirements: Mapping[str, Requirement]
    places: Mapping[str, Sequence[str]]

    @property
    def missing(self) -> tuple[str, ...]:
        """The numbers that neither a case nor a test proves, those of a page aside."""
        return tuple(
            number
            for number, requirement in self.requirements.items()
            if not requirement.page and not self.places.get(number)
        )


def coverage(tests: Path, books: Sequence[Path]) -> Coverage:
    """What the casebooks and the tests under the directory prove of its list of requirements.

    Raises Unreadable with a line for each place that names an unknown number or can't be read.
    """
    requirements = _requirements(tests / LIST)
    places: dict[str, list[str]] = defaultdict(list)
    wrong: list[str] = []
    for proof in [*_by_cases(books), *_by_tests(tests)]:
        if fault := _fault(proof, requirements):
            wrong.append(f"{proof.source}: covers {proof.number}, {fault}")
        elif proof.place not in places[proof.number]:
            places[proof.number].append(proof.place)
    if wrong:
        raise Unreadable("\n".join(wrong))
    return Coverage(requirements, places)


def table(found: Coverage) -> Iterator[str]:
    """A line or more for each requirement, in columns that fit the width; the sum at the end."""
    yield "number".ljust(MARGIN) + "proved by"
    for number, requirement in found.requirements.items():
        yield from _lines(number, requirement, found.places.get(number, ()))
    pages = sum(requirement.page for requirement in found.requirements.values())
    yield (
        f"{len(found.requirements)} requirements, {pages} of them a page's, "
        f"{len(found.missing)} without a case or a test"
    )


def _requirements(path: Path) -> Mapping[str, Requirement]:
    try:
        listed = yamlfile.read(path.read_text(encoding="utf-8"))
        return _List.model_validate(listed).requirements
    except ValidationError as error:
        raise Unreadable("\n".join(f"{path}: {line}" for line in problems(error))) from error
    except (OSError, UnicodeDecodeError, yamlfile.UnreadableYAML) as error:
        raise Unreadable(f"{path}: {error}") from error


def _by_cases(books: Sequence[Path]) -> Iterator[Proof]:
    for path in books:
        for case in cases_of(path):
            for number in case.covers:
                yield Proof(number, f"{path.stem}:{case.id}", f"{path}: {case.id}")


def _by_tests(tests: Path) -> Iterator[Proof]:
    try:
        for one in markers(tests):
            yield Proof(one.number, _place(one, tests), f"{one.path}:{one.line}")
    except UnreadableTest as error:
        raise Unreadable(str(error)) from error


def _place(marker: Marker, tests: Path) -> str:
    if marker.test is None:
        return ""
    path = marker.path.relative_to(tests)
    return f"{path}::{marker.test}" if marker.test else str(path)


def _fault(proof: Proof, requirements: Mapping[str, Requirement]) -> str | None:
    if proof.number not in requirements:
        return "which is no requirement"
    return None if proof.place else "but stands on no test"


def _lines(number: str, requirement: Requirement, places: Sequence[str]) -> Iterator[str]:
    if not places:
        known = "a page's" if requirement.page else "none"
        places = [f"{known}: {requirement.says}"]
    yield from textwrap.wrap(
        ", ".join(_breakable(place) for place in places),
        width=WIDTH,
        initial_indent=number.ljust(MARGIN),
        subsequent_indent=" " * MARGIN,
        break_on_hyphens=False,
    )


def _breakable(place: str) -> str:
    """A name too long for a line may go on in the next one after its file."""
    return place if len(place) < WIDTH - MARGIN else place.replace("::", ":: ")
