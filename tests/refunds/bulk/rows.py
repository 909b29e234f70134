"""Rows of a file, and what is done with them in these tests."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import time_machine

from accounts.models import User
from leads.models import LeadSale
from refunds.models import ClaimDraft, RefundRequest
from refunds.services import bulk, drafts
from refunds.services.bulk import CheckedRow, ReadyClaim
from refunds.services.claims_file import ClaimRow
from tests.factories import refunds as make
from tests.snapshots import everything

SOLD_AT = datetime(2026, 3, 2, 14, tzinfo=UTC)  # a Monday, 09:00 in the program's zone
NOW = SOLD_AT + timedelta(hours=2)
HEADER = "reference,reason,explanation,who_answered\n"
NAMES = ("who_answered", "corrected_category")


def row(sale: LeadSale | str, line: int = 2, **changes: Any) -> ClaimRow:  # noqa: ANN401 (any column)
    """Return a good row for a lead."""
    reference = sale if isinstance(sale, str) else sale.lead.reference
    filled: dict[str, Any] = {
        "reference": reference,
        "reason": "incorrect_contact",
        "explanation": make.EXPLANATION,
        "details": {"who_answered": "stranger"},
    }
    return ClaimRow(line, **(filled | changes))


def checked(actor: User, *rows: ClaimRow, at: datetime = NOW) -> list[CheckedRow]:
    """Check rows at a moment; that changes nothing."""
    before = everything()
    with time_machine.travel(at, tick=False):
        found = bulk.check(rows=rows, actor=actor)
    assert everything() == before
    return found


def ready(actor: User, *rows: ClaimRow) -> list[ReadyClaim]:
    """Return the claims of rows that are all good."""
    claims = [one.claim for one in checked(actor, *rows)]
    assert None not in claims
    return [claim for claim in claims if claim]


def in_review(sale: LeadSale, actor: User) -> RefundRequest:
    with time_machine.travel(NOW, tick=False):
        return make.investigating(sale, actor)


def send(actor: User, claims: list[ReadyClaim], upload: UUID) -> list[bulk.SentRow]:
    with time_machine.travel(NOW, tick=False):
        return bulk.send(upload=upload, actor=actor, claims=claims)


def begun(sale: LeadSale, actor: User) -> ClaimDraft:
    with time_machine.travel(NOW, tick=False):
        return drafts.keep(sale_uuid=sale.uuid, actor=actor, reason="incorrect_contact")
