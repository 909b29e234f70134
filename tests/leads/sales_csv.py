"""Files of sales for the tests, as a lead-distribution system would write them."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from leads.services.rows import COLUMNS

GOOD = {
    "program": "conxpros",
    "lead_ref": "L-1",
    "seller": "S-1",
    "category": "roofing",
    "kind": "web",
    "contact_name": "Ada Brown",
    "phone": "(404) 555-0142",
    "email": "ada@example.com",
    "postal_code": "30301",
    "street": "12 Peach Street",
    "submitted_at": "2026-03-02T09:00:00-05:00",
    "job_date": "",
    "pro": "P-1",
    "price": "52.50",
    "sold_at": "2026-03-02T09:00:30-05:00",
}


def row(**changes: str) -> dict[str, str]:
    """A row that can be taken, with some cells changed."""
    return GOOD | changes


def text(rows: Iterable[dict[str, str]], *, delimiter: str = ",") -> str:
    """The text of a file with these rows under the header."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write(path: Path, *rows: dict[str, str]) -> Path:
    """Write a file with these rows."""
    path.write_text(text(rows), encoding="utf-8", newline="")
    return path
