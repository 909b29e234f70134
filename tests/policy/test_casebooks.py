"""The casebooks hold, all of them, on every commit."""

from pathlib import Path

import pytest

from refunds.policy.casebook import Report, run

CASEBOOKS = Path(__file__).parent.parent / "casebook"


@pytest.mark.parametrize(
    ("name", "cases"),
    [
        ("aiqoo", 26),
        ("conxpros", 49),
        ("legalplan", 18),
        ("pro360", 20),
        ("more_aiqoo", 8),
        ("more_conxpros", 30),
        ("more_legalplan", 11),
        ("more_pro360", 8),
    ],
)
def test_every_case_holds(name: str, cases: int) -> None:
    assert run(CASEBOOKS / f"{name}.yaml") == Report(cases, (), ())


def test_no_casebook_is_left_out() -> None:
    listed = test_every_case_holds.pytestmark[0].args[1]  # type: ignore[attr-defined] # by pytest

    assert {path.stem for path in CASEBOOKS.glob("*.yaml")} == {name for name, _ in listed}
