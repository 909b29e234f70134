from datetime import UTC, date, datetime

import pytest

from accounts.models import Program
from leads.services.rows import Problem, SaleRow, parse_row
from tests.leads.sales_csv import row

NOW = datetime(2026, 3, 10, tzinfo=UTC)
USA = Program(code="conxpros", currency="USD", currency_decimals=2, country="US")
TAIWAN = Program(code="pro360", currency="TWD", currency_decimals=0, country="TW")
PROGRAMS = {program.code: program for program in (USA, TAIWAN)}


def parse(**changes: str) -> SaleRow | Problem:
    return parse_row(7, row(**changes), programs=PROGRAMS, now=NOW)


def refusal(**changes: str) -> tuple[str, str]:
    problem = parse(**changes)
    assert isinstance(problem, Problem), problem
    assert problem.line == 7
    return problem.column, problem.reason


def accepted(**changes: str) -> SaleRow:
    sale = parse(**changes)
    assert isinstance(sale, SaleRow), sale
    return sale


def test_reads_every_cell() -> None:
    assert accepted(job_date="2026-03-05", kind="live_call", email="Ada@Example.com") == SaleRow(
        line=7,
        program=USA,
        lead_ref="L-1",
        seller="S-1",
        category="roofing",
        kind="live_call",  # type: ignore[arg-type] # equal to the choice
        contact_name="Ada Brown",
        phone="+14045550142",
        email="ada@example.com",
        postal_code="30301",
        street="12 Peach Street",
        submitted_at=datetime(2026, 3, 2, 14, 0, tzinfo=UTC),
        job_date=date(2026, 3, 5),
        pro="P-1",
        price_cents=5250,
        sold_at=datetime(2026, 3, 2, 14, 0, 30, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("price", "cents"),
    [("50", 5000), ("50.00", 5000), ("50.5", 5050), ("0.01", 1), (" 7 ", 700), ("0050", 5000)],
)
def test_a_price_becomes_minor_units(price: str, cents: int) -> None:
    assert accepted(price=price).price_cents == cents


def test_a_price_without_decimals() -> None:
    assert accepted(program="pro360", phone="0912345678", price="120").price_cents == 120


@pytest.mark.parametrize(
    ("price", "reason"),
    [
        ("", "The cell is blank."),
        ("0", "A price is more than zero."),
        ("0.00", "A price is more than zero."),
        ("-1", '"-1" is not a price such as 50 or 1200.'),
        ("1e3", '"1e3" is not a price such as 50 or 1200.'),
        ("NaN", '"NaN" is not a price such as 50 or 1200.'),
        ("1,200", '"1,200" is not a price such as 50 or 1200.'),
        ("$50", '"$50" is not a price such as 50 or 1200.'),
        ("٥٠", '"٥٠" is not a price such as 50 or 1200.'),
        ("50.", '"50." is not a price such as 50 or 1200.'),
        ("12345678901", '"12345678901" is not a price such as 50 or 1200.'),
        ("50.005", '"50.005" has more than 2 digits after the point, which USD does not have.'),
        ("5\x000", "The cell holds characters that can't be seen."),
    ],
)
def test_a_price_that_is_none(price: str, reason: str) -> None:
    assert refusal(price=price) == ("price", reason)


@pytest.mark.parametrize("price", ["120.5", "120.00"])
def test_a_currency_without_decimals_takes_none(price: str) -> None:
    assert refusal(program="pro360", phone="0912345678", price=price) == (
        "price",
        f'"{price}" has digits after the point, which TWD does not have.',
    )


@pytest.mark.parametrize(
    ("program", "phone", "e164"),
    [
        ("conxpros", "404-555-0142", "+14045550142"),
        ("conxpros", "+886 912 345 678", "+886912345678"),
        ("conxpros", "555 555 5555", "+15555555555"),  # possible, and nobody's
        ("pro360", "0912-345-678", "+886912345678"),
    ],
)
def test_a_phone_becomes_e164(program: str, phone: str, e164: str) -> None:
    assert accepted(program=program, phone=phone, price="50").phone == e164


@pytest.mark.parametrize(
    ("phone", "why"),
    [
        ("call me", "it can't be read as a phone number"),
        ("12", "it is too short"),
        ("555-0142", "its area code is missing"),
        ("404555014212345", "it is too long"),
        ("+999 4045550142", "it can't be read as a phone number"),
    ],
)
def test_a_phone_that_is_impossible(phone: str, why: str) -> None:
    assert refusal(phone=phone) == ("phone", f'"{phone}" is not a phone: {why}.')


def test_an_email_address_stands_for_a_phone() -> None:
    assert accepted(phone="").contact == "ada@example.com"


def test_a_contact_needs_a_phone_or_an_email_address() -> None:
    assert refusal(phone="", email="  ") == (
        "phone",
        "The row has neither a phone nor an e-mail address.",
    )


def test_a_wrong_email_address_is_refused_besides_a_phone() -> None:
    assert refusal(email="ada at home") == ("email", '"ada at home" is not an e-mail address.')


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"program": "nowhere"}, "There is no program with this code."),
        ({"program": ""}, "The cell is blank."),
        ({"kind": "Web"}, "The kind is web or live_call."),
        ({"lead_ref": "L:1"}, "A lead's number has no colon in it."),
        ({"lead_ref": "L" * 41}, "The cell has 41 characters; it may have 40."),
        ({"lead_ref": "L\u202e1"}, "The cell holds characters that can't be seen."),
        ({"seller": " "}, "The cell is blank."),
        ({"contact_name": "\u200e"}, "The cell is blank."),
        ({"contact_name": "A" * 151}, "The cell has 151 characters; it may have 150."),
        ({"postal_code": "3" * 17}, "The cell has 17 characters; it may have 16."),
        ({"street": "A" * 201}, "The cell has 201 characters; it may have 200."),
        ({"job_date": "03/05/2026"}, '"03/05/2026" is not a date such as 2026-03-02.'),
        ({"job_date": "9999-01-01"}, '"9999-01-01" is not in this century.'),
        (
            {"submitted_at": "2026-03-02T09:00:00"},
            '"2026-03-02T09:00:00" has no offset from UTC; write it such as 14:05:00-05:00.',
        ),
        (
            {"submitted_at": "0001-01-01T00:00:00+14:00"},
            '"0001-01-01T00:00:00+14:00" is not in this century.',
        ),
        ({"sold_at": "yesterday"}, '"yesterday" is not a time such as 2026-03-02T14:05:00-05:00.'),
        ({"sold_at": "2026-03-02T08:59:59-05:00"}, "The lead was sold before it was submitted."),
        ({"sold_at": "2026-03-10T00:05:01Z"}, "The sale lies in the future."),
    ],
)
def test_a_cell_that_is_refused(changes: dict[str, str], reason: str) -> None:
    assert refusal(**changes) == (next(iter(changes)), reason)


def test_a_clock_may_be_a_little_ahead() -> None:
    assert accepted(sold_at="2026-03-10T00:05:00Z").sold_at == datetime(
        2026, 3, 10, 0, 5, tzinfo=UTC
    )


def test_people_write_lines_and_hidden_characters() -> None:
    sale = accepted(contact_name=" Ada\x00\n\u202eBrown\t", street="12\r\nPeach Street")
    assert (sale.contact_name, sale.street) == ("Ada Brown", "12 Peach Street")


def test_all_that_is_wrong_with_a_row_is_told_at_once() -> None:
    assert refusal(kind="fax", price="0", sold_at="") == (
        "kind; price; sold_at",
        "The kind is web or live_call. A price is more than zero. The cell is blank.",
    )
