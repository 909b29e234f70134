"""One row of a lead-distribution system's export, read cell by cell. No database, no clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TypeVar

from accounts.models import Program
from leads import phones
from leads.models import Lead
from leads.services import cells
from leads.services.cells import CellRefused

COLUMNS = (
    "program",
    "lead_ref",
    "seller",
    "category",
    "kind",
    "contact_name",
    "phone",
    "email",
    "postal_code",
    "street",
    "submitted_at",
    "job_date",
    "pro",
    "price",
    "sold_at",
)
CLOCK_SKEW = timedelta(minutes=5)
NEVER = datetime.min.replace(tzinfo=UTC)

T = TypeVar("T")


@dataclass(frozen=True)
class Problem:
    """Why a row was not taken: where to look, and one or more plain sentences."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True)
class SaleRow:
    """A row whose cells can all be read; ``price_cents`` is in the program's minor units."""

    line: int
    program: Program
    lead_ref: str
    seller: str
    category: str
    kind: Lead.Kind
    contact_name: str
    phone: str
    email: str
    postal_code: str
    street: str
    submitted_at: datetime
    job_date: date | None
    pro: str
    price_cents: int
    sold_at: datetime

    @property
    def contact(self) -> str:
        """What the contact is known by: the phone, or the e-mail address where there is none."""
        return self.phone or self.email


def parse_row(
    line: int, row: Mapping[str, str], *, programs: Mapping[str, Program], now: datetime
) -> SaleRow | Problem:
    """Read a row, or say what is wrong with all of its cells at once.

    ``programs`` are the known ones by code; ``row`` has every one of COLUMNS.
    """
    reader = _Reader(row)
    program = programs.get(reader.read("program", partial(cells.code, longest=50), ""))
    if program is None:
        reader.refuse("program", "There is no program with this code.")
        return reader.problem(line)
    sale = _read_sale(reader, line, program)
    _check_together(reader, sale, now)
    return reader.problem(line) if reader.refused else sale


class _Reader:
    """Reads the cells of one row and remembers what is wrong with them."""

    def __init__(self, row: Mapping[str, str]) -> None:
        self.row = row
        self.refused: dict[str, str] = {}

    def read(self, column: str, parse: Callable[[str], T], otherwise: T) -> T:
        """Return what the cell means, or ``otherwise`` after noting why it means nothing."""
        try:
            return parse(self.row[column])
        except CellRefused as refusal:
            self.refuse(column, str(refusal))
            return otherwise

    def refuse(self, column: str, reason: str) -> None:
        """Note the first thing that is wrong with a column."""
        self.refused.setdefault(column, reason)

    def problem(self, line: int) -> Problem:
        """Return everything that is wrong as one line of the report."""
        return Problem(line, "; ".join(self.refused), " ".join(self.refused.values()))


def _read_sale(reader: _Reader, line: int, program: Program) -> SaleRow:
    code = partial(cells.code, longest=40)
    price = partial(
        cells.minor_units, decimals=program.currency_decimals, currency=program.currency
    )
    return SaleRow(
        line=line,
        program=program,
        lead_ref=reader.read("lead_ref", _lead_ref, ""),
        seller=reader.read("seller", code, ""),
        category=reader.read("category", partial(cells.code, longest=50), ""),
        kind=reader.read("kind", _kind, Lead.Kind.WEB),
        contact_name=reader.read("contact_name", partial(cells.required_text, longest=150), ""),
        phone=reader.read("phone", partial(_phone, country=program.country), ""),
        email=reader.read("email", cells.email, ""),
        postal_code=reader.read("postal_code", partial(cells.code, longest=16), ""),
        street=reader.read("street", partial(cells.text, longest=200), ""),
        submitted_at=reader.read("submitted_at", cells.instant, NEVER),
        job_date=reader.read("job_date", cells.optional_date, None),
        pro=reader.read("pro", code, ""),
        price_cents=reader.read("price", price, 0),
        sold_at=reader.read("sold_at", cells.instant, NEVER),
    )


def _check_together(reader: _Reader, sale: SaleRow, now: datetime) -> None:
    if not sale.contact and not {"phone", "email"} & reader.refused.keys():
        reader.refuse("phone", "The row has neither a phone nor an e-mail address.")
    if {"submitted_at", "sold_at"} & reader.refused.keys():
        return
    if sale.sold_at < sale.submitted_at:
        reader.refuse("sold_at", "The lead was sold before it was submitted.")
    if sale.sold_at > now + CLOCK_SKEW:
        reader.refuse("sold_at", "The sale lies in the future.")


def _lead_ref(cell: str) -> str:
    reference = cells.code(cell, longest=40)
    if ":" in reference:  # it parts the pieces of the charge's key
        raise CellRefused("A lead's number has no colon in it.")
    return reference


def _kind(cell: str) -> Lead.Kind:
    try:
        return Lead.Kind(cell.strip())
    except ValueError as error:
        raise CellRefused("The kind is web or live_call.") from error


def _phone(cell: str, *, country: str) -> str:
    written = cells.text(cell, longest=40)
    if not written:
        return ""
    try:
        return phones.to_e164(written, country=country)
    except phones.PhoneRefused as refusal:
        raise CellRefused(f'"{written}" is not a phone: {refusal}.') from refusal
