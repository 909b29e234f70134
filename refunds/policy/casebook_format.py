"""The casebook's format, version 1: what a file and a case may say, and nothing else."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from refunds.policy import facts
from refunds.policy.codes import CODES
from refunds.policy.document import ExceptionCause, load_preset, preset_codes
from refunds.policy.verdict import Outcome

_STEP = re.compile(r"first_call|second_call|call_day_[1-9]\d*|message|nobody_reached")


def _moment(value: object) -> datetime:
    if not isinstance(value, str):
        raise ValueError("write a date and a time with its offset, as 2026-03-02T10:00:00-05:00")
    return datetime.fromisoformat(value)


def _day(value: object) -> date:
    if not isinstance(value, str):
        raise ValueError("write a date, as 2026-03-02")
    return date.fromisoformat(value)


def _detail(value: object) -> object:
    # A plain number ({age: 17}) means its digits; true or 1.5 means nothing.
    return str(value) if type(value) is int else value


def _known_code(code: str) -> str:
    if code not in CODES:
        raise ValueError(f"{code!r} is no code")
    return code


def _known_missing(name: str) -> str:
    if not _STEP.fullmatch(name) and name not in _expected_details():
        raise ValueError(f"{name!r} is no contact step, and no detail that a reason expects")
    return name


@cache
def _expected_details() -> frozenset[str]:
    reasons = (reason for code in preset_codes() for reason in load_preset(code).reasons)
    return frozenset(
        detail.name for reason in reasons for detail in reason.details if detail.expected
    )


Moment = Annotated[AwareDatetime, BeforeValidator(_moment)]
Day = Annotated[date, BeforeValidator(_day)]
Amount = Annotated[str, Field(pattern=r"^\d+(\.\d+)?$")]
Flag = Annotated[bool, Field(strict=True)]
Word = Annotated[str, Field(pattern=r"\S")]
DetailValue = Annotated[str, BeforeValidator(_detail)]
KnownCode = Annotated[str, AfterValidator(_known_code)]
KnownMissing = Annotated[str, AfterValidator(_known_missing)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Quote(_Part):
    """The quote that the pro sent."""

    sent_at: Moment
    read_at: Moment | None = None
    replied_at: Moment | None = None


class Sale(_Part):
    """The sale; `contact_revealed_at` null: never, not given: with the sale."""

    sold_at: Moment
    price: Amount
    kind: facts.LeadKind
    category: Word
    postal_code: Word
    job_date: Day | None = None
    quote: Quote | None = None
    contact_revealed_at: Moment | None = None


class Pro(_Part):
    """The campaign that the sale came from."""

    categories: tuple[Word, ...]
    postal_codes: tuple[Word, ...]


class EarlierSale(_Part):
    """Another sale of the program to this pro."""

    sold_at: Moment
    category: Word
    same_contact: Flag
    same_request: Flag
    charged: Flag
    credited: Flag


class Attempt(_Part):
    """A contact attempt on the sale."""

    at: Moment
    channel: facts.AttemptChannel
    by: facts.AttemptBy
    reached: Flag


class Claim(_Part):
    """What the pro says."""

    reason: Word
    submitted_at: Moment
    explanation: str
    channel: facts.ClaimChannel = "portal"
    begun_at: Moment | None = None
    details: Mapping[str, DetailValue] = Field(default_factory=dict)


class Finding(_Part):
    """What the team established."""

    kind: facts.FindingKind
    result: facts.FindingResult


class DeclaredEvent(_Part):
    """What kept everybody where the lead is from working, its last day included (L6)."""

    name: Word
    cause: ExceptionCause
    starts_on: Day
    ends_on: Day

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.ends_on < self.starts_on:
            raise ValueError("ends_on is before starts_on")
        return self


class Expect(_Part):
    """What the verdict has to say: only the keys that are given are checked."""

    outcome: Outcome | None = None
    codes: tuple[KnownCode, ...] = ()
    not_codes: tuple[KnownCode, ...] = ()
    credit: Amount | None = None
    opens_at: Moment | None = None
    closes_at: Moment | None = None
    target_on: Day | None = None
    limit_on: Day | None = None
    missing: tuple[KnownMissing, ...] = ()

    @model_validator(mode="after")
    def _expects_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("a case that expects nothing can't fail")
        for field in self.model_fields_set - {"opens_at"}:
            if getattr(self, field) is None:
                raise ValueError(f"{field} can't be null")
        return self


class Case(_Part):
    """One example, with the file's defaults under it."""

    id: Word
    covers: tuple[Word, ...] = ()
    stage: facts.Stage = "filing"
    sale: Sale
    pro: Pro
    prices: Mapping[str, Amount] = Field(default_factory=dict)
    owner_approval_categories: tuple[Word, ...] = ()
    earlier_sales: tuple[EarlierSale, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    claim: Claim
    findings: tuple[Finding, ...] = ()
    credited_so_far: Amount = "0"
    exception: ExceptionCause | None = None
    events: tuple[DeclaredEvent, ...] = ()
    expect: Expect


class File(_Part):
    """A casebook; the cases are read one by one, so that each problem names its case."""

    casebook: Annotated[int, Field(strict=True, ge=1, le=1)]
    program: Word
    defaults: Mapping[str, object] = Field(default_factory=dict)
    cases: tuple[object, ...]
