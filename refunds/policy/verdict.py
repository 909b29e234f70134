"""What judging a claim answers: an outcome, the checks it rests on, the money and the dates."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, TypedDict

Source = Literal[
    "clock", "books", "claim", "contact_log", "team", "contact", "recording", "seller", "policy"
]


class Outcome(StrEnum):
    """What a check or a verdict brings, strictest last."""

    APPROVE = "approve"
    INVESTIGATE = "investigate"
    DECLINE = "decline"


class CheckJSON(TypedDict):
    """A check as it is stored with a request."""

    code: str
    outcome: str | None
    fact: dict[str, str]
    source: str


@dataclass(frozen=True)
class Check:
    """One thing that a rule found, the values it rests on and where they come from.

    `outcome` is None where the check only supports a person's decision. Amounts in `fact` are
    minor units in decimal digits, moments are ISO instants in UTC, days are ISO dates.
    """

    code: str
    outcome: Outcome | None
    source: Source
    fact: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> CheckJSON:
        """The check as plain data, to be stored beside the request."""
        return {
            "code": self.code,
            "outcome": self.outcome and self.outcome.value,
            "fact": dict(self.fact),
            "source": self.source,
        }


@dataclass(frozen=True)
class Verdict:
    """The answer to a claim: the strictest outcome of its checks, and all that was checked.

    `credit_cents` is what an approval would credit, in minor units. `opens_at` is the first
    instant in which the claim is in time (None: at once), `closes_at` the last. `missing` names the
    contact steps that are not shown, and the expected details that the claim doesn't give.
    """

    outcome: Outcome
    checks: tuple[Check, ...]
    credit_cents: int
    opens_at: datetime | None
    closes_at: datetime
    target_on: date
    limit_on: date
    missing: tuple[str, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the checks, in the order in which the rules ran."""
        return tuple(check.code for check in self.checks)

    def as_json(self) -> list[CheckJSON]:
        """The checks as plain data."""
        return [check.as_json() for check in self.checks]
