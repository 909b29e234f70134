"""Accounts of each kind, and money that moves between them."""

from datetime import UTC, datetime

from accounts.ledger import Movement
from accounts.models import LedgerAccount, Transfer

AT = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)

Accounts = dict[str, LedgerAccount]


def top_up(accounts: Accounts, *, cents: int = 500, key: str = "key") -> Movement:
    return Movement(Transfer.Kind.TOP_UP, accounts["funding"], accounts["paid"], cents, key)
