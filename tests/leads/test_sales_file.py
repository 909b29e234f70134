from pathlib import Path

import pytest

from leads.services.rows import COLUMNS, Problem
from leads.services.sales_file import FileRefused, Record, open_sales_file
from tests.leads.sales_csv import GOOD, row, text

HEADER = ",".join(COLUMNS)
GOOD_LINE = text([GOOD]).splitlines()[1]
UNREADABLE = "The row's quotation marks don't match, or the line is too long."


def read(tmp_path: Path, content: bytes) -> list[Record | Problem]:
    path = tmp_path / "sales.csv"
    path.write_bytes(content)
    with open_sales_file(path) as records:
        return list(records)


def refusal(tmp_path: Path, content: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        read(tmp_path, content)
    return str(refused.value).replace(str(tmp_path), "")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_reads_what_programs_save(tmp_path: Path, encoding: str, delimiter: str) -> None:
    named = row(contact_name="王小明; Zoë, 2nd")
    mark = "\ufeff" if encoding in ("utf-16-le", "utf-16-be") else ""
    content = (mark + text([named], delimiter=delimiter)).encode(encoding)
    assert read(tmp_path, content) == [Record(2, named)]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_end_in_any_way(tmp_path: Path, ending: str) -> None:
    content = ending.join([HEADER, GOOD_LINE, "", GOOD_LINE]).encode()
    assert read(tmp_path, content) == [Record(2, GOOD), Record(4, GOOD)]


def test_columns_come_in_any_order(tmp_path: Path) -> None:
    columns = [f" {name.upper()}" for name in reversed(COLUMNS)]
    values = [f'"{GOOD[name]}"' for name in reversed(COLUMNS)]
    content = f"{','.join(columns)}\n{', '.join(values)}\n".encode()
    assert read(tmp_path, content) == [Record(2, GOOD)]


def test_a_row_begins_where_its_first_line_is(tmp_path: Path) -> None:
    long = row(street="12\nPeach\nStreet")
    content = "\n\n" + text([long, GOOD]).replace("\r\n", "\n")
    assert read(tmp_path, content.encode()) == [Record(4, long), Record(7, GOOD)]


def test_blank_rows_are_no_rows(tmp_path: Path) -> None:
    content = f"{HEADER}\n{',' * 14}\n  \n{GOOD_LINE}\n".encode()
    assert read(tmp_path, content) == [Record(4, GOOD)]


def test_a_row_with_another_number_of_cells(tmp_path: Path) -> None:
    content = f"{HEADER}\n{GOOD_LINE},more\n1,2\n{GOOD_LINE}\n".encode()
    assert read(tmp_path, content) == [
        Problem(2, "(row)", "The row has 16 cells; the header has 15."),
        Problem(3, "(row)", "The row has 2 cells; the header has 15."),
        Record(4, GOOD),
    ]


@pytest.mark.parametrize("good_after", [1, 5, 60])
def test_an_open_quotation_mark_spoils_only_its_row(tmp_path: Path, good_after: int) -> None:
    bad = GOOD_LINE.replace("Ada Brown", '"Ada Brown')
    content = "\n".join([HEADER, bad, *[GOOD_LINE] * good_after]).encode()
    assert read(tmp_path, content) == [
        Problem(2, "(row)", UNREADABLE),
        *[Record(3 + number, GOOD) for number in range(good_after)],
    ]


def test_a_cell_beyond_all_bounds_spoils_only_its_row(tmp_path: Path) -> None:
    bad = GOOD_LINE.replace("Ada Brown", "A" * 300_000)
    content = f"{HEADER}\n{bad}\n{GOOD_LINE}\n".encode()
    assert read(tmp_path, content) == [Problem(2, "(row)", UNREADABLE), Record(3, GOOD)]


def test_a_header_alone_is_a_file_without_rows(tmp_path: Path) -> None:
    assert read(tmp_path, HEADER.encode()) == []


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\n \n" * 30])
def test_an_empty_file(tmp_path: Path, content: bytes) -> None:
    assert refusal(tmp_path, content) == "The file is empty."


def test_a_header_with_other_columns(tmp_path: Path) -> None:
    header = HEADER.replace("price", "cost").replace("street", "pro")
    assert refusal(tmp_path, f"{header},\n{GOOD_LINE}\n".encode()) == (
        "The header's columns are not the expected ones; missing: street, price; "
        "unknown: cost, (blank); there twice: pro."
    )


def test_a_wrong_encoding_is_found_before_the_first_row(tmp_path: Path) -> None:
    lines = [HEADER, *[GOOD_LINE] * 1000, GOOD_LINE.replace("Ada", "Zoë")]
    sentence = refusal(tmp_path, "\n".join(lines).encode("cp1252"))
    assert sentence.startswith("/sales.csv is not UTF-8 (the first wrong character comes after ")
    assert sentence.endswith("Save it as CSV UTF-8 and import it again.")


@pytest.mark.parametrize("content", [HEADER.encode("utf-16-le"), b"PK\x03\x04\x00\x00"])
def test_a_file_that_is_no_text(tmp_path: Path, content: bytes) -> None:
    assert refusal(tmp_path, content) == "The file is not text in UTF-8 or UTF-16."


def test_a_first_line_without_end(tmp_path: Path) -> None:
    assert refusal(tmp_path, b"a" * 200_000) == "The first line is too long for a header."


@pytest.mark.parametrize("name", ["nothing.csv", "."])
def test_a_file_that_is_not_there(tmp_path: Path, name: str) -> None:
    with (
        pytest.raises(FileRefused, match="There is no file"),
        open_sales_file(tmp_path / name),
    ):
        pass
