"""Amounts: whole minor units, or a refusal."""

import pytest

from refunds.policy.money import amount, minor_units


@pytest.mark.parametrize(
    ("text", "decimals", "minor"),
    [("50.00", 2, 5000), ("50", 2, 5000), ("0.5", 2, 50), ("0.07", 2, 7), ("120", 0, 120)],
)
def test_minor_units(text: str, decimals: int, minor: int) -> None:
    assert minor_units(text, decimals) == minor


@pytest.mark.parametrize(
    ("text", "decimals"),
    [("50.001", 2), ("120.0", 0), ("-1", 2), ("1,50", 2), ("", 2), (".5", 2), ("1e3", 2)],
)
def test_what_is_no_amount(text: str, decimals: int) -> None:
    with pytest.raises(ValueError, match=r"is no amount|has more than"):
        minor_units(text, decimals)


@pytest.mark.parametrize(
    ("minor", "decimals", "text"), [(5000, 2, "50.00"), (7, 2, "0.07"), (0, 2, "0.00"), (9, 0, "9")]
)
def test_amounts_as_people_write_them(minor: int, decimals: int, text: str) -> None:
    assert amount(minor, decimals) == text
