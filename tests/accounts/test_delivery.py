"""Who gets leads: an active pro with no wallet below zero (X23, L21)."""

import pytest

from accounts.delivery import is_delivery_paused, why_paused
from accounts.models import LedgerAccount, ServicePro

Kind = LedgerAccount.Kind


def company(status: str = "active") -> ServicePro:
    return ServicePro(name="Peachtree Roofing", status=status)


@pytest.mark.covers("X23")
@pytest.mark.parametrize(
    ("status", "paid", "bonus", "held", "expected"),
    [
        ("active", 0, 0, 0, False),
        ("active", -1, 500, 0, True),
        ("active", 500, -1, 0, True),
        ("active", 1, 1, -1, False),
        ("paused", 500, 500, 0, True),
        ("closed", 500, 500, 0, True),
    ],
)
def test_delivery_is_paused(status: str, paid: int, bonus: int, held: int, expected: bool) -> None:
    accounts = [
        LedgerAccount(kind=kind, balance_cents=cents)
        for kind, cents in ((Kind.PAID, paid), (Kind.BONUS, bonus), (Kind.HOLD, held))
    ]

    assert is_delivery_paused(company(status), accounts) is expected


def test_nothing_is_said_where_leads_come() -> None:
    assert why_paused(company(), [LedgerAccount(kind=Kind.PAID, balance_cents=0)]) == ""
