"""What a casebook case expects, beside what the verdict says."""

from collections.abc import Iterator
from datetime import date, datetime

from refunds.policy.casebook_format import Expect
from refunds.policy.document import Policy
from refunds.policy.moments import instant
from refunds.policy.money import amount, minor_units
from refunds.policy.verdict import Verdict


def differences(expect: Expect, verdict: Verdict, policy: Policy) -> Iterator[str]:
    """A line for each key that is given and doesn't hold; raises ValueError for a bad amount."""
    said = _said(verdict, policy)
    for field, wanted in _wanted(expect, policy).items():
        if field in expect.model_fields_set and not _holds(field, expect, verdict, wanted, said):
            yield f"{field}: expected {wanted}, got {said[field]}"


def _holds(field: str, expect: Expect, verdict: Verdict, wanted: str, said: dict[str, str]) -> bool:
    if field == "codes":
        return set(expect.codes) <= set(verdict.codes)
    if field == "not_codes":
        return set(expect.not_codes).isdisjoint(verdict.codes)
    return wanted == said[field]


def _wanted(expect: Expect, policy: Policy) -> dict[str, str]:
    decimals = policy.currency_decimals
    return {
        "outcome": str(expect.outcome),
        "codes": _listed(expect.codes),
        "not_codes": f"none of {_listed(expect.not_codes)}",
        "credit": amount(minor_units(expect.credit or "0", decimals), decimals),
        "opens_at": _moment(expect.opens_at, policy),
        "closes_at": _moment(expect.closes_at, policy),
        "target_on": _day(expect.target_on),
        "limit_on": _day(expect.limit_on),
        "missing": _listed(expect.missing),
    }


def _said(verdict: Verdict, policy: Policy) -> dict[str, str]:
    return {
        "outcome": str(verdict.outcome),
        "codes": _listed(verdict.codes),
        "not_codes": _listed(verdict.codes),
        "credit": amount(verdict.credit_cents, policy.currency_decimals),
        "opens_at": _moment(verdict.opens_at, policy),
        "closes_at": _moment(verdict.closes_at, policy),
        "target_on": _day(verdict.target_on),
        "limit_on": _day(verdict.limit_on),
        "missing": _listed(verdict.missing),
    }


def _listed(names: tuple[str, ...]) -> str:
    return f"[{', '.join(names)}]"


def _moment(at: datetime | None, policy: Policy) -> str:
    # The offset tells two equal wall clocks apart when the hour is lived twice.
    return instant(at).astimezone(policy.zone).isoformat() if at else "null"


def _day(day: date | None) -> str:
    return day.isoformat() if day else "null"
