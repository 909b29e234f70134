"""How a file is read, whatever program saved it."""

import pytest

from leads.services.csv_rows import FileRefused
from refunds.services import claims_file
from tests.refunds.bulk.rows import HEADER, NAMES

pytestmark = pytest.mark.django_db


def read(text: str | bytes, country: str = "US") -> claims_file.ClaimsFile:
    content = text.encode() if isinstance(text, str) else text
    return claims_file.read(content, country=country, details=NAMES)


WRITTEN = f"{HEADER}H-1,incorrect_contact,“Nobody” called José lives there.,stranger\n"


@pytest.mark.parametrize(
    "content",
    [
        WRITTEN.encode(),
        WRITTEN.encode("utf-8-sig"),
        WRITTEN.encode("utf-16"),
        WRITTEN.encode("utf-16-le"),
        WRITTEN.encode("utf-16-be"),
        WRITTEN.encode("cp1252"),
        WRITTEN.replace(",", ";").encode(),
        WRITTEN.replace(",", "\t").encode("utf-16"),
        WRITTEN.replace("\n", "\r\n").encode(),
        WRITTEN.replace("reference", " Reference ").encode(),
        b"\n\n" + WRITTEN.encode() + b",,,\n",
    ],
)
@pytest.mark.covers("X31")
def test_file_is_read_whatever_program_saved_it(content: bytes) -> None:
    found = read(content)
    assert [
        (one.reference, one.reason, one.explanation, dict(one.details)) for one in found.rows
    ] == [
        (
            "H-1",
            "incorrect_contact",
            "“Nobody” called José lives there.",
            {"who_answered": "stranger"},
        )
    ]
    assert found.unused == []


@pytest.mark.parametrize("country", ["TW", "US"])
def test_old_file_from_taiwan_is_read(country: str) -> None:
    content = f"{HEADER}H-1,incorrect_contact,電話是別人的,stranger\n".encode("cp950")
    assert read(content, country).rows[0].explanation == "電話是別人的"


def test_rows_that_nobody_filled_in_are_left_out_and_strange_columns_named() -> None:
    found = read(
        "reference,reason,explanation,notes,contact\nH-1,,,,Ann\nH-2,duplicate,Twice,my own,Bob\n"
    )
    assert [(one.line, one.reference) for one in found.rows] == [(3, "H-2")]
    assert found.unused == ["notes"]


def test_apostrophe_of_the_template_is_taken_away_again() -> None:
    assert read(f"{HEADER}'=H-1,duplicate,Twice,\n").rows[0].reference == "=H-1"
    assert read(f"{HEADER}'H-1,duplicate,Twice,\n").rows[0].reference == "'H-1"


@pytest.mark.parametrize(
    "broken",
    ['H-1,duplicate,"never closed,', f"H-1,duplicate,{'x' * 131_073},", "H-1,a,b,c,d,e"],
)
def test_row_that_can_not_be_read_is_named_and_keeps_no_other_back(broken: str) -> None:
    found = read(f"{HEADER}{broken}\nH-2,duplicate,Twice,\n")
    assert [(one.line, bool(one.problem), one.reference) for one in found.rows] == [
        (2, True, ""),
        (3, False, "H-2"),
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"reason,explanation\n", "this one is missing: reference."),
        (b"a;b\n", "these are missing: reference, reason, explanation."),
        (b"reference,reason,explanation,reason\n", "A column is there twice: reason."),
        (HEADER.encode(), "No row of the file gives a reason and says what happened."),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "This is no table of text."),
        (b"PK\x03\x04\x14\x00\x06\x00", "This is no table of text."),
        (b"\xff\xd8\xff\xe0" + b"0" * (1024 * 1024 + 1), "This is no table of text."),
        (b"\xff\xfea", "can't be read"),
        (b"x" * (1024 * 1024 + 1), "The file is larger than 1 MB. Send it in parts."),
        (
            (HEADER + "H-1,duplicate,Twice,\n" * 501).encode(),
            "The file has more than 500 rows. Send it in parts.",
        ),
    ],
)
def test_file_that_no_row_can_be_used_of_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(FileRefused) as refusal:
        read(content)
    assert sentence in str(refusal.value)
