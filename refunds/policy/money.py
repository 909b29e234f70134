"""Amounts as people write them ("50.00"), to and from minor units; no float comes near."""

import re

_AMOUNT = re.compile(r"(\d+)(?:\.(\d+))?")


def minor_units(amount: str, decimals: int) -> int:
    """The amount in minor units. Raises ValueError where the currency has no such amount."""
    match = _AMOUNT.fullmatch(amount)
    if match is None:
        raise ValueError(f"{amount!r} is no amount")
    whole, fraction = match[1], match[2] or ""
    if len(fraction) > decimals:
        raise ValueError(f"{amount!r} has more than {decimals} decimals")
    return int(whole + fraction.ljust(decimals, "0"))


def amount(minor: int, decimals: int) -> str:
    """Minor units as people write them."""
    if not decimals:
        return str(minor)
    digits = str(minor).rjust(decimals + 1, "0")
    return f"{digits[:-decimals]}.{digits[-decimals:]}"
