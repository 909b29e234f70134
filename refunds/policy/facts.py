"""What is known about a claim when it is judged. The casebook and the database both build this.

Datetimes are aware, amounts are in minor units, details are strings (days as ISO dates).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Stage = Literal["filing", "decision"]
# Rows give the following as plain strings; the database and the casebook's format hold the words.
LeadKind = Literal["web", "live_call"]
AttemptChannel = Literal["call", "text", "email"]
AttemptBy = Literal["pro", "team"]
ClaimChannel = Literal["portal", "account_manager", "csv", "api", "team", "system"]
FindingKind = Literal["history", "recording", "contact_call", "contact_message", "seller_answer"]
FindingResult = Literal["supports", "contradicts", "inconclusive"]


@dataclass(frozen=True)
class Quote:
    """The quote that the pro sent to the contact."""

    sent_at: datetime
    read_at: datetime | None
    replied_at: datetime | None


@dataclass(frozen=True)
class Sale:
    """One lead sold to one pro at one price."""

    sold_at: datetime
    price_cents: int
    kind: str
    category: str
    postal_code: str
    job_date: date | None
    quote: Quote | None
    contact_revealed_at: datetime | None


@dataclass(frozen=True)
class Pro:
    """The campaign that the sale came from: exact postal codes, and prefixes that end in *."""

    categories: frozenset[str]
    postal_codes: tuple[str, ...]


@dataclass(frozen=True)
class EarlierSale:
    """Another sale of the program to the same pro."""

    sold_at: datetime
    category: str
    same_contact: bool
    same_request: bool
    charged: bool
    credited: bool
    lead: str = ""
    """The number of its lead, which letters name; rules don't ask for it."""


@dataclass(frozen=True)
class Attempt:
    """One attempt to get hold of the contact."""

    at: datetime
    channel: str
    by: str
    reached: bool


@dataclass(frozen=True)
class Claim:
    """What the pro says; `begun_at` is when a draft of it first told what happened."""

    reason: str
    submitted_at: datetime
    explanation: str
    channel: str
    details: Mapping[str, str]
    begun_at: datetime | None = None


@dataclass(frozen=True)
class Finding:
    """What the team established."""

    kind: str
    result: str
    at: datetime | None = None
    """When it was found, which letters tell; rules go by the order of findings."""


@dataclass(frozen=True)
class DeclaredEvent:
    """What kept everybody in the lead's area from working, first and last day included (L6)."""

    name: str
    cause: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Facts:
    """Everything that a verdict may rest on; attempts and findings in any and oldest-first order.

    `prices` is the program's price list when the lead was sold (X14). `contact_zone` is the zone
    in which the contact's days are counted, the program's where it is None.
    """

    stage: Stage
    sale: Sale
    pro: Pro
    prices: Mapping[str, int]
    owner_approval_categories: frozenset[str]
    earlier_sales: tuple[EarlierSale, ...]
    attempts: tuple[Attempt, ...]
    claim: Claim
    findings: tuple[Finding, ...]
    credited_cents: int
    exception: str | None
    events: tuple[DeclaredEvent, ...] = ()
    closed_days: frozenset[date] = frozenset()
    contact_zone: str | None = None

    @property
    def established(self) -> tuple[Finding, ...]:
        """The findings that count: a claim that has just arrived has none yet."""
        return self.findings if self.stage == "decision" else ()
