"""`manage.py casebook --coverage`: what proves each requirement, and what nothing does."""

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

WIDTH = 100
REQUIREMENTS = """\
requirements:
  A1: {says: A lead without a way to get in touch is credited}
  A1a: {says: A disconnected phone is such a lead}
  A15: {says: The form asks for more detail, page: true}
  C27: {says: A lost job is refused}
"""
BOOK = """\
casebook: 1
program: conxpros
defaults:
  sale: {sold_at: 2026-03-02T09:00:00-05:00, price: "50.00", kind: web, category: roofing,
         postal_code: "30301"}
  pro: {categories: [roofing], postal_codes: ["303*"]}
  claim: {submitted_at: 2026-03-03T10:00:00-05:00, explanation: "They went with somebody else."}
cases:
  - id: not-won
    covers: [C27, A1]
    claim: {reason: job_not_won}
    expect: {outcome: decline}
"""
TESTS = """\
import pytest

@pytest.mark.covers("A1", "A1a")
def test_a_dead_line() -> None: ...

@pytest.mark.parametrize("what", [
    pytest.param("phone", marks=pytest.mark.covers("A1a")),
    pytest.param("mail", marks=[pytest.mark.covers("A1a")]),
])
def test_rows(what: str) -> None: ...

class TestPage:
    @pytest.mark.covers("A1a")
    async def test_of_a_class(self) -> None: ...
"""


@pytest.fixture
def tests(tmp_path: Path) -> Path:
    """A directory of tests with one requirement of a page's and none without a proof."""
    (tmp_path / "casebook").mkdir()
    (tmp_path / "refunds").mkdir()
    (tmp_path / "requirements.yaml").write_text(REQUIREMENTS, encoding="utf-8")
    (tmp_path / "casebook" / "book.yaml").write_text(BOOK, encoding="utf-8")
    (tmp_path / "refunds" / "test_phone.py").write_text(TESTS, encoding="utf-8")
    return tmp_path


def outcome(tests: Path, *books: Path) -> tuple[int, list[str], list[str]]:
    """The exit code, the lines of the error stream and those of the table."""
    out, err = StringIO(), StringIO()
    options = ["--coverage", "--tests", str(tests)]
    try:
        call_command("casebook", *map(str, books), *options, stdout=out, stderr=err)
    except CommandError as error:
        return error.returncode, err.getvalue().splitlines(), _table(out.getvalue())
    return 0, err.getvalue().splitlines(), _table(out.getvalue())


def _table(output: str) -> list[str]:
    lines = output.splitlines()
    assert lines[-1:] != ["0 cases in all"]
    return lines[next(index for index, line in enumerate(lines) if "in all" in line) + 1 :]


def change(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1, before
    path.write_text(text.replace(before, after), encoding="utf-8")


def test_cases_and_tests_prove_requirements(tests: Path) -> None:
    assert outcome(tests) == (
        0,
        [],
        [
            "number proved by",
            "A1     book:not-won, refunds/test_phone.py::test_a_dead_line",
            "A1a    refunds/test_phone.py::test_a_dead_line, refunds/test_phone.py::test_rows,",
            "       refunds/test_phone.py::test_of_a_class",
            "A15    a page's: The form asks for more detail",
            "C27    book:not-won",
            "4 requirements, 1 of them a page's, 0 without a case or a test",
        ],
    )


def test_a_whole_file_proves_what_it_says_at_its_top(tests: Path) -> None:
    path = tests / "test_days.py"
    path.write_text(
        "import pytest\n"
        'pytestmark = [pytest.mark.django_db, pytest.mark.covers("C27")]\n'
        "def test_a_day() -> None: ...\n",
        encoding="utf-8",
    )

    assert outcome(tests)[2][-2] == "C27    book:not-won, test_days.py"


def test_a_requirement_that_nothing_proves_fails(tests: Path) -> None:
    change(tests / "casebook" / "book.yaml", "covers: [C27, A1]", "covers: [A1]")

    code, errors, lines = outcome(tests)

    assert (code, errors) == (1, [])
    assert lines[-2:] == [
        "C27    none: A lost job is refused",
        "4 requirements, 1 of them a page's, 1 without a case or a test",
    ]


def test_a_case_that_does_not_hold_proves_nothing(tests: Path) -> None:
    book = tests / "casebook" / "book.yaml"
    change(book, "{outcome: decline}", "{outcome: approve}")

    code, errors, lines = outcome(tests)

    assert (code, lines) == (1, [])
    assert errors == [f"{book}: not-won: outcome: expected approve, got decline"]


def test_files_that_are_named_are_the_only_ones(tests: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(BOOK.replace("not-won", "lost"), encoding="utf-8")

    code, _, lines = outcome(tests, other)

    assert code == 0
    assert lines[-2] == "C27    other:lost"


def test_several_files_are_told_apart(tests: Path) -> None:
    book = tests / "casebook" / "book.yaml"
    (tests / "casebook" / "another.yaml").write_text(BOOK, encoding="utf-8")

    assert outcome(tests)[2][-2] == "C27    another:not-won, book:not-won"
    assert outcome(tests, book, book)[2][-2] == "C27    book:not-won"


def test_an_unknown_number_of_a_case_names_its_place(tests: Path) -> None:
    book = tests / "casebook" / "book.yaml"
    change(book, "covers: [C27, A1]", "covers: [C27, A99]")

    assert outcome(tests) == (
        2,
        [f"{book}: not-won: covers A99, which is no requirement"],
        [],
    )


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ('covers("A1", "A1a")', 'covers("A1", "A99")', "3: covers A99, which is no requirement"),
        ('covers("A1", "A1a")', "covers(A1)", "3: covers (A1), which is no requirement"),
        ('covers("A1", "A1a")', "covers(*A1)", "3: covers (*A1), which is no requirement"),
        ('covers("A1", "A1a")', "covers(1)", "3: covers (1), which is no requirement"),
        ('covers("A1", "A1a")', "covers()", "3: covers (nothing), which is no requirement"),
        ("test_a_dead_line", "a_dead_line", "3: covers A1, but stands on no test"),
        (
            "import pytest\n",
            'import pytest\nMARKS = [pytest.mark.covers("A1")]\n',
            "2: covers A1, but stands on no test",
        ),
    ],
)
def test_a_marker_that_proves_nothing_names_its_place(
    tests: Path, before: str, after: str, line: str
) -> None:
    path = tests / "refunds" / "test_phone.py"
    change(path, before, after)

    code, errors, lines = outcome(tests)

    assert (code, lines) == (2, [])
    assert errors[0] == f"{path}:{line}"


@pytest.mark.parametrize("content", [b"def test_(:", b"# \xff", b"\x00"])
def test_a_file_of_tests_that_cannot_be_read_is_an_error(tests: Path, content: bytes) -> None:
    path = tests / "refunds" / "test_torn.py"
    path.write_bytes(content)

    code, errors, lines = outcome(tests)

    assert (code, lines) == (2, [])
    assert errors[0].startswith(f"{path}: ")


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("says: A lost job is refused", "says: ' '", "requirements.C27.says: String should match"),
        ("C27: {says:", "C27: {said:", "requirements.C27.says: Field required"),
        ("page: true", "page: maybe", "requirements.A15.page: Input should be a valid boolean"),
        ("C27:", "Z27:", "requirements.Z27.[key]: String should match"),
        ("A1a:", "A1:", "'A1' is given twice"),
        ("requirements:", "requirement:", "requirements: Field required"),
    ],
)
def test_a_list_that_cannot_be_read_is_an_error(
    tests: Path, before: str, after: str, problem: str
) -> None:
    path = tests / "requirements.yaml"
    change(path, before, after)

    code, errors, lines = outcome(tests)

    assert (code, lines) == (2, [])
    assert errors[0].startswith(f"{path}: {problem}")


def test_no_list_at_all_is_an_error(tests: Path) -> None:
    (tests / "requirements.yaml").unlink()

    code, errors, _ = outcome(tests)

    assert code == 2
    assert errors[0].startswith(f"{tests / 'requirements.yaml'}: ")


def test_a_casebook_that_cannot_be_read_is_an_error(tests: Path) -> None:
    book = tests / "casebook" / "book.yaml"
    change(book, "covers:", "cover:")

    code, errors, lines = outcome(tests)

    assert (code, lines) == (2, [])
    assert errors == [f"{book}: not-won: cover: Extra inputs are not permitted"]


def test_without_files_there_is_nothing_to_run() -> None:
    with pytest.raises(CommandError) as caught:
        call_command("casebook")

    assert (caught.value.returncode, str(caught.value)) == (2, "Name a casebook file.")


def test_every_requirement_of_the_product_is_proved() -> None:
    code, errors, lines = outcome(settings.BASE_DIR / "tests")

    assert (code, errors) == (0, [])
    assert [line for line in lines if "none:" in line] == []
    assert [line for line in lines if len(line) > WIDTH] == []
