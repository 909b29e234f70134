"""`manage.py casebook`: its exit codes, and that nothing unreadable passes."""

import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

ROOT = Path(__file__).parent.parent.parent
GOOD = """\
casebook: 1
program: conxpros
defaults:
  sale: {sold_at: 2026-03-02T09:00:00-05:00, price: "50.00", kind: web, category: roofing,
         postal_code: "30301"}
  pro: {categories: [roofing], postal_codes: ["303*"]}
  claim: {submitted_at: 2026-03-03T10:00:00-05:00, explanation: "They asked whether we hire."}
cases:
  - id: looking-for-work
    covers: [C15]
    claim: {reason: looking_for_work}
    expect: {outcome: investigate, codes: [needs_verification], not_codes: [window_closed],
             credit: "50.00", opens_at: null, closes_at: 2026-03-07T23:59:59-05:00,
             target_on: 2026-03-05, limit_on: 2026-03-06, missing: []}
  - id: not-won
    covers: [C27]
    claim: {reason: job_not_won}
    expect: {outcome: decline}
"""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def change(book: Path, before: str, after: str) -> None:
    assert GOOD.count(before) == 1, before
    book.write_text(GOOD.replace(before, after), encoding="utf-8")


def outcome(*books: Path) -> tuple[int, list[str], str]:
    """The exit code, the lines of the error stream and the output."""
    out, err = StringIO(), StringIO()
    try:
        call_command("casebook", *(str(book) for book in books), stdout=out, stderr=err)
    except CommandError as error:
        return error.returncode, err.getvalue().splitlines(), out.getvalue()
    return 0, err.getvalue().splitlines(), out.getvalue()


def test_a_casebook_that_holds(book: Path) -> None:
    assert outcome(book) == (0, [], f"{book}: 2 cases\n2 cases in all\n")


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("outcome: investigate", "outcome: approve", "outcome: expected approve, got investigate"),
        (
            "codes: [needs_verification]",
            "codes: [verified]",
            "codes: expected [verified], got [needs_verification]",
        ),
        (
            "not_codes: [window_closed]",
            "not_codes: [needs_verification]",
            "not_codes: expected none of [needs_verification], got [needs_verification]",
        ),
        ('credit: "50.00"', 'credit: "49.99"', "credit: expected 49.99, got 50.00"),
        (
            "opens_at: null",
            "opens_at: 2026-03-02T09:00:00-05:00",
            "opens_at: expected 2026-03-02T09:00:00-05:00, got null",
        ),
        (
            "closes_at: 2026-03-07T23:59:59-05:00",
            "closes_at: 2026-03-08T00:00:00-05:00",
            "closes_at: expected 2026-03-08T00:00:00-05:00, got 2026-03-07T23:59:59-05:00",
        ),
        (
            "target_on: 2026-03-05",
            "target_on: 2026-03-04",
            "target_on: expected 2026-03-04, got 2026-03-05",
        ),
        (
            "limit_on: 2026-03-06",
            "limit_on: 2026-03-09",
            "limit_on: expected 2026-03-09, got 2026-03-06",
        ),
        ("missing: []", "missing: [message]", "missing: expected [message], got []"),
    ],
)
def test_a_case_that_does_not_hold(book: Path, before: str, after: str, line: str) -> None:
    change(book, before, after)

    code, errors, output = outcome(book)

    assert code == 1
    assert errors == [f"{book}: looking-for-work: {line}"]
    assert output.endswith("2 cases in all\n")


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("reason: looking_for_work", "reson: looking_for_work", "looking-for-work: claim.reason:"),
        ("outcome: investigate", "outcom: investigate", "looking-for-work: expect.outcom: Extra"),
        ("{outcome: decline}", "{}", "not-won: expect: a case that expects nothing can't fail"),
        ("{outcome: decline}", "{outcome: null}", "not-won: expect: outcome can't be null"),
        ("{outcome: decline}", "{outcome: perhaps}", "not-won: expect.outcome: Input should"),
        ("{outcome: decline}", "{codes: [late]}", "not-won: expect.codes.0: 'late' is no code"),
        ("{outcome: decline}", "{missing: [x]}", "not-won: expect.missing.0: 'x' is no contact"),
        ("target_on: 2026-03-05", "target_on: 2026-02-30", "looking-for-work: expect.target_on:"),
        ("target_on: 2026-03-05", "target_on: 20", "looking-for-work: expect.target_on: write a"),
        (
            "closes_at: 2026-03-07T23:59:59-05:00",
            "closes_at: 2026-03-07T23:59:59",
            "looking-for-work: expect.closes_at: Input should have timezone info",
        ),
        ("opens_at: null", "opens_at: 1772460000", "looking-for-work: expect.opens_at: write a"),
        ('credit: "50.00"', "credit: 50.00", "looking-for-work: expect.credit: Input should be"),
        ('credit: "50.00"', 'credit: "50.001"', "looking-for-work: '50.001' has more than 2 dec"),
        ("covers: [C27]", "stage: later", "not-won: stage: Input should be 'filing' or"),
        ("covers: [C27]", "exception: vacation", "not-won: exception: Input should be"),
        ("covers: [C27]", "covers: C27", "not-won: covers: Input should be a valid tuple"),
        (
            "covers: [C27]",
            "events: [{name: Flood, cause: rain, starts_on: 2026-03-01, ends_on: 2026-03-02}]",
            "not-won: events.0.cause: Input should be",
        ),
        (
            "covers: [C27]",
            "events: [{name: Flood, cause: other, starts_on: 2026-03-02, ends_on: 2026-03-01}]",
            "not-won: events.0: ends_on is before starts_on",
        ),
        ("covers: [C27]", "event: []", "not-won: event: Extra inputs are not permitted"),
        ("{reason: job_not_won}", "{reason: job_not_won, channel: fax}", "not-won: claim.channel:"),
        ("- id: not-won", "- not-won\n  - id: not-won", "case 2: a case is a mapping"),
        (
            "{outcome: decline}",
            "{not_codes: [verifyed]}",
            "not-won: expect.not_codes.0: 'verifyed'",
        ),
        (
            "covers: [C27]",
            "events: [{name: Ida, cause: rain, starts_on: 2026-03-03, ends_on: 2026-03-04}]",
            "not-won: events.0.cause: Input should be",
        ),
        (
            "covers: [C27]",
            "events: [{name: Ida, cause: outage, starts_on: 2026-03-03, ends_on: 2026-03-02}]",
            "not-won: events.0: ends_on is before starts_on",
        ),
        (
            "covers: [C27]",
            "events: [{name: Ida, cause: outage, starts_on: 2026-03-03}]",
            "not-won: events.0.ends_on: Field required",
        ),
        ("covers: [C27]", "findings: [{kind: guess, result: supports}]", "not-won: findings.0.ki"),
        ("id: not-won", "id: looking-for-work", "looking-for-work: id given twice"),
        ("id: not-won", "name: not-won", "case 2: id: Field required"),
        ("program: conxpros", "program: conxpro", "program: 'conxpro' is none of aiqoo"),
        ("program: conxpros", "", "program: Field required"),
        ("casebook: 1", "casebook: 2", "casebook: Input should be less than or equal to 1"),
        ("casebook: 1", "casebook: true", "casebook: Input should be a valid integer"),
        ("defaults:", "default:", "default: Extra inputs are not permitted"),
        ("id: not-won", "id: not-won\n    id: lost", "'id' is given twice"),
        ("cases:", "cases: [", "while parsing"),
    ],
)
def test_what_cannot_be_read_is_an_error(book: Path, before: str, after: str, problem: str) -> None:
    change(book, before, after)

    code, errors, _ = outcome(book)

    assert code == 2
    assert any(line.startswith(f"{book}: {problem}") for line in errors), errors


def test_defaults_are_read_as_strictly_as_a_case(book: Path) -> None:
    change(book, 'price: "50.00"', 'price: "50.00", pric: "1.00"')

    code, errors, _ = outcome(book)

    assert code == 2
    assert errors == [
        f"{book}: looking-for-work: sale.pric: Extra inputs are not permitted",
        f"{book}: not-won: sale.pric: Extra inputs are not permitted",
    ]


@pytest.mark.parametrize("content", ["", "[]", "casebook: 1\nprogram: aiqoo\n", "\x00", "- \xff"])
def test_a_file_that_is_no_casebook_is_an_error(book: Path, content: str) -> None:
    book.write_bytes(content.encode("latin-1"))

    code, errors, output = outcome(book)

    assert code == 2
    assert len(errors) >= 1
    assert output == f"{book}: 0 cases\n0 cases in all\n"


def test_a_file_with_no_cases_fails(book: Path) -> None:
    book.write_text("casebook: 1\nprogram: aiqoo\ncases: []\n", encoding="utf-8")

    assert outcome(book)[:2] == (2, [f"{book}: no cases"])


def test_a_bad_file_does_not_hide_the_others(book: Path, tmp_path: Path) -> None:
    change(book, "{outcome: decline}", "{outcome: approve}")
    absent = tmp_path / "absent.yaml"

    code, errors, output = outcome(absent, book)

    assert code == 2
    assert errors[0].startswith(f"{absent}: ")
    assert errors[1] == f"{book}: not-won: outcome: expected approve, got decline"
    assert output == f"{absent}: 0 cases\n{book}: 2 cases\n2 cases in all\n"


@pytest.mark.parametrize(("wanted", "code"), [("decline", 0), ("approve", 1)])
def test_the_exit_code_that_a_shell_sees(book: Path, wanted: str, code: int) -> None:
    change(book, "{outcome: decline}", f"{{outcome: {wanted}}}")

    done = subprocess.run(
        [sys.executable, "manage.py", "casebook", str(book)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == code, done.stderr
    assert "2 cases in all" in done.stdout
