"""A sweep at a moment, and what it left in the books."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import time_machine

from accounts import ledger
from accounts.models import LedgerAccount, ServicePro, Transfer, User
from leads.models import LeadSale
from refunds.models import RefundRequest
from refunds.policy.document import load_preset
from refunds.policy.engine import judge
from refunds.services import file
from refunds.services.automatic import credit_due
from refunds.services.facts import facts_for_claim
from tests.factories import refunds as make

SENT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


UNREAD_AT = SENT + timedelta(hours=48)


SECOND = timedelta(seconds=1)


Kind = LedgerAccount.Kind


def sweep(at: datetime) -> int:
    with time_machine.travel(at, tick=False):
        return credit_due()


def balances(pro: ServicePro) -> list[int | None]:
    return [ledger.wallet(pro, kind).balance_cents for kind in (Kind.PAID, Kind.BONUS, Kind.HOLD)]


def kinds() -> list[str]:
    moved = Transfer.objects.exclude(kind__in=["top_up", "bonus"]).order_by("pk")
    return list(moved.values_list("kind", flat=True))


def claim(sale: LeadSale, pro: User, reason: str = "recruitment") -> RefundRequest:
    return file.file_claim(
        sale_uuid=sale.uuid,
        actor=pro,
        command_id=uuid4(),
        reason=reason,
        explanation=make.EXPLANATION,
        details={},
    )


def approved(sale: LeadSale, now: datetime) -> str:
    """The first of the machine's reasons that the engine approves for the sale."""
    policy = load_preset("pro360")
    for reason in ("quote_unread", "quote_unanswered", "contact_not_obtained"):
        facts = facts_for_claim(
            sale, reason=reason, submitted_at=now, explanation="", channel="system", details={}
        )
        if judge(facts, policy).outcome == "approve":
            return reason
    return ""
