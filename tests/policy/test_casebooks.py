"""The casebooks hold, all of them, on every commit; and they leave nothing of the policies out."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings

from refunds.policy import yamlfile
from refunds.policy.casebook import cases_of, run
from refunds.policy.casebook_format import Case
from refunds.policy.codes import CODES, TEAM_CODES
from refunds.policy.document import load_preset, preset_codes

CASEBOOKS = settings.BASE_DIR / "tests" / "casebook"
BOOKS = sorted(path.stem for path in CASEBOOKS.glob("*.yaml"))
GIVEN = {"aiqoo": 26, "conxpros": 49, "legalplan": 18, "pro360": 20}
OWN = [name for name in BOOKS if name not in GIVEN]


@pytest.mark.parametrize("name", BOOKS)
def test_every_case_holds(name: str) -> None:
    report = run(CASEBOOKS / f"{name}.yaml")

    assert (report.failures, report.errors) == ((), ())
    assert report.cases > 0


@pytest.mark.parametrize(("name", "cases"), GIVEN.items())
def test_no_case_of_the_contract_is_lost(name: str, cases: int) -> None:
    assert run(CASEBOOKS / f"{name}.yaml").cases == cases


def test_our_own_cases_are_as_many_again() -> None:
    assert sum(run(CASEBOOKS / f"{name}.yaml").cases for name in OWN) >= sum(GIVEN.values())


def test_every_case_of_ours_says_what_it_covers() -> None:
    unsaid = [
        f"{name}: {case.id}"
        for name in OWN
        for case in cases_of(CASEBOOKS / f"{name}.yaml")
        if not case.covers
    ]

    assert unsaid == []


@pytest.mark.parametrize("stage", ["filing", "decision"])
@pytest.mark.parametrize("program", preset_codes())
def test_every_reason_has_a_case_at_each_stage(program: str, stage: str) -> None:
    claimed = {case.claim.reason for case in _cases(program) if case.stage == stage}

    assert {reason.code for reason in load_preset(program).reasons} - claimed == set()


def test_every_code_is_expected_by_a_case() -> None:
    expected = {
        code for program in preset_codes() for case in _cases(program) for code in case.expect.codes
    }

    # The team's own words are said by a person, and no case is one.
    assert set(CODES) - set(TEAM_CODES) - expected == set()


@pytest.mark.parametrize("program", preset_codes())
def test_every_window_is_tried_at_its_last_second_and_the_next(program: str) -> None:
    assert {(0, False), (1, True)} <= set(_edges(program))


def _edges(program: str) -> Iterator[tuple[float, bool]]:
    """For each case, the seconds since the end of a window and whether it says it is closed."""
    cases = list(_cases(program))
    ends = {case.expect.closes_at for case in cases if case.expect.closes_at}
    for case, end in product(cases, ends):
        passed = (case.claim.submitted_at - end).total_seconds()
        yield passed, "window_closed" in case.expect.codes


def _cases(program: str) -> Iterator[Case]:
    """The cases of the program in all files, the ones that its preset judges."""
    for name in BOOKS:
        path = CASEBOOKS / f"{name}.yaml"
        if _program(path) == program:
            yield from cases_of(path)


def _program(path: Path) -> object:
    book = yamlfile.read(path.read_text(encoding="utf-8"))
    assert isinstance(book, dict)
    return book["program"]
