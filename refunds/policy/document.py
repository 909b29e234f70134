"""The policy document: its schema, and the presets that ship (design 6, X1 to X37).

A document that doesn't hold is refused with the path and the reason of each problem.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    BeforeValidator,
    Field,
    ValidationError,
    model_validator,
)

from refunds.policy import yamlfile
from refunds.policy.consistency import contradictions, repeated
from refunds.policy.facts import LeadKind
from refunds.policy.problems import problems
from refunds.policy.values import Clock, Count, Flag, Number, Zone
from refunds.policy.wording import Code, Language, Part, Text, Words, in_words, wording_problems

PRESETS = Path(__file__).parent / "presets"
LONGEST_FRAME = 365  # days: how far back an earlier sale is looked for (X15)

RuleName = Literal[
    "duplicates",
    "service_area",
    "category",
    "authorization",
    "hiring",
    "contact_steps",
    "quotes",
    "replies",
    "contact_obtained",
]
DetailKind = Literal["text", "number", "date", "postal_code", "category", "choice"]
ExceptionCause = Literal["hurricane", "natural_disaster", "outage", "other"]

DETAIL_OF_RULE: Mapping[RuleName, tuple[str, DetailKind]] = {
    "category": ("corrected_category", "category"),
    "hiring": ("hired_on", "date"),
    "service_area": ("job_postal_code", "postal_code"),
}
"""The detail that a rule reads, and its kind: a reason with the rule has to ask for it."""


class PolicyError(ValueError):
    """A document that doesn't hold; the message has a line "path: reason" for each problem."""


class MonthEndPlus(Part):
    """Up to and including that day of the month after the one of the delivery (A9)."""

    kind: Literal["month_end_plus"]
    days: Number


class CalendarDays(Part):
    """To the end of that many calendar days after the day of delivery (C1, X2)."""

    kind: Literal["calendar_days"]
    days: Number


class Hours(Part):
    """That many elapsed hours from the second of the sale (L3)."""

    kind: Literal["hours"]
    hours: Count


class CalendarDaysFromJob(Part):
    """To the end of that many calendar days after the job's date (P6, X31)."""

    kind: Literal["calendar_days_from_job"]
    days: Number


WindowTerms = Annotated[
    MonthEndPlus | CalendarDays | Hours | CalendarDaysFromJob, Field(discriminator="kind")
]


class Decision(Part):
    """Until when a request is decided, in business days (X18)."""

    target_days: Number
    limit_days: Number

    @model_validator(mode="after")
    def _limit_is_not_before_target(self) -> Self:
        if self.limit_days < self.target_days:
            raise ValueError("limit_days is less than target_days")
        return self


class Duplicate(Part):
    """What counts as a duplicate, and for how many calendar days (A2, C13, X15)."""

    match: Literal["same_request", "same_contact_and_category"]
    days: Annotated[int, Field(strict=True, ge=0, le=LONGEST_FRAME)]


class ContactSteps(Part):
    """The calls and messages that a non-contact claim has to show (C21, X4, X5)."""

    days: tuple[Count, ...] = Field(min_length=1)
    first_call_max_minutes: Count
    day_starts: Clock
    day_ends: Clock

    @model_validator(mode="after")
    def _days_begin_with_the_delivery(self) -> Self:
        if self.days[0] != 1 or list(self.days) != sorted(set(self.days)):
            raise ValueError("days begin with 1 and rise")
        if self.day_starts >= self.day_ends:
            raise ValueError("day_starts is not before day_ends")
        return self


class Appeal(Part):
    """For how many calendar days after a refusal it can be appealed, once (C43, C44, X25)."""

    days: Number


class ExceptionTerms(Part):
    """For which causes staff may open a closed window (L6, X26), and for how many calendar days."""

    causes: tuple[ExceptionCause, ...] = Field(min_length=1)
    days: Count = 5


class Reversal(Part):
    """For how many calendar days a first approval can be taken back (C42, X22)."""

    days: Number


class Choice(Part):
    """One answer to choose; a list of them keeps its order wherever the document is stored.

    A claim that gives an answer that is not `eligible` is never credited (C9b).
    """

    value: Code
    label: Text
    eligible: Flag = True


class Detail(Part):
    """One thing that a reason asks for besides the explanation.

    `required`: a claim without it is refused. `expected`: the pages send no claim without it, but
    one that comes another way is judged without it; the verdict lists it as missing. A number that
    is not `below`, and a date less than `days_before` the delivery, are answers like a choice that
    is not eligible: the claim is never credited (A6).
    """

    name: Code
    label: Text
    kind: DetailKind = "text"
    choices: tuple[Choice, ...] = ()
    required: Flag = False
    expected: Flag = False
    below: Count | None = None
    days_before: Count | None = None

    @property
    def is_needed(self) -> bool:
        """Whether the pages send no claim without an answer."""
        return self.required or self.expected

    @property
    def choice_labels(self) -> dict[str, str]:
        """The answers to choose, by their values, in the document's order."""
        return {choice.value: choice.label for choice in self.choices}

    def choice(self, value: str) -> Choice | None:
        """The answer of that value, if the question has it."""
        return next((choice for choice in self.choices if choice.value == value), None)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if (self.kind == "choice") != bool(self.choices):
            raise ValueError("a choice, and nothing else, has choices")
        if self.below is not None and self.kind != "number":
            raise ValueError("only a number has below")
        if self.days_before is not None and self.kind != "date":
            raise ValueError("only a date has days_before")
        if self.required and self.expected:
            raise ValueError("what is required is expected anyway")
        for value in repeated(choice.value for choice in self.choices):
            raise ValueError(f"choice {value!r} is listed twice")
        return self


class Reason(Part):
    """One ground that a claim may give, and what follows from it.

    `hint` says what it takes, or why it is never eligible. `findings_required` "own": only a
    finding of the team's own proves it, a seller's word does not (A6). `staff` tells the team what
    to establish, `established_by` by what (a live call's is proven by its recording).
    """

    code: Code
    label: Text
    hint: Text
    staff: Text
    established_by: Literal["history", "contact_call"] = "contact_call"
    lead_kinds: tuple[LeadKind, ...] = Field(("web", "live_call"), min_length=1)
    eligible: Flag = True
    automatic: Flag = False
    details: tuple[Detail, ...] = ()
    evidence: tuple[Text, ...] = ()
    rules: tuple[RuleName, ...] = ()
    amount: Literal["full", "price_difference"] = "full"
    findings_required: Literal["any", "own"] = "any"
    terminates_contact: Flag = False
    do_not_call: Flag = False

    def detail(self, name: str) -> Detail | None:
        """The detail of that name, if the reason asks for it."""
        return next((detail for detail in self.details if detail.name == name), None)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        for name in repeated(detail.name for detail in self.details):
            raise ValueError(f"detail {name!r} is listed twice")
        for rule in self.rules:
            self._ensure_asked_for(rule)
        if self.amount == "price_difference" and "category" not in self.rules:
            raise ValueError("amount 'price_difference' needs the rule 'category'")
        if self.automatic and not self.eligible:
            raise ValueError("an automatic reason has to be eligible")
        return self

    def _ensure_asked_for(self, rule: RuleName) -> None:
        name, kind = DETAIL_OF_RULE.get(rule, (None, None))
        if name is None:
            return
        detail = self.detail(name)
        if detail is None:
            raise ValueError(f"rule {rule!r} needs the detail {name!r}, not asked for")
        if detail.kind != kind:
            raise ValueError(f"rule {rule!r} reads the detail {name!r}, of kind {kind!r}")


class Caution(Part):
    """A warning before a claim is sent; with ``reasons`` for those alone, else it may be a text."""

    text: Text
    reasons: tuple[Code, ...] = ()

    def __str__(self) -> str:
        return self.text


def _caution(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


class Policy(Part):
    """A program's policy. Appeal and reversal count calendar days, decision and answer business."""

    program: Code
    name: Text
    time_zone: Zone
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    currency_decimals: Annotated[int, Field(strict=True, ge=0, le=3)]
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    subdivision: str | None = None
    locale: Text
    window: WindowTerms
    draft_grace_hours: Number = 24
    decision: Decision
    explanation_min_length: Number = 20
    pro_answer_days: Count = 10
    reasons: tuple[Reason, ...]
    machine_may_approve: tuple[str, ...] = ()
    seller_consent: Literal["required", "advisory", "none"] = "none"
    seller_response_days: Number = 3
    charge_mode: Literal["upfront", "on_reply"] = "upfront"
    duplicate: Duplicate | None = None
    contact_steps: ContactSteps | None = None
    live_calls_by_recording_only: Flag = False
    verified_only: Flag = False
    month_end_notice_days: Annotated[int, Field(strict=True, ge=0, le=28)] = 0
    quote_unread_hours: Count | None = None
    quote_unanswered_days: Count | None = None
    contact_due_hours: Count | None = None
    detaches_refunded_leads: Flag = False
    proactive_reasons: tuple[str, ...] = ()
    appeal: Appeal
    exception: ExceptionTerms | None = None
    reversal: Reversal
    promise: Text
    cautions: tuple[Annotated[Caution, BeforeValidator(_caution)], ...] = ()
    translations: Mapping[Language, Words] = {}

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which the program's days begin and end."""
        return ZoneInfo(self.time_zone)

    @property
    def offered(self) -> tuple[Reason, ...]:
        """The reasons that a pro may choose, the ones never credited last (C27 to C34)."""
        chosen = [reason for reason in self.reasons if not reason.automatic]
        return tuple(sorted(chosen, key=lambda reason: not reason.eligible))

    def offered_for(self, lead_kind: str) -> tuple[Reason, ...]:
        """The reasons that a pro may choose for such a lead, the ones never credited last."""
        return tuple(reason for reason in self.offered if lead_kind in reason.lead_kinds)

    @property
    def automatic_reasons(self) -> tuple[str, ...]:
        """The codes that only the system raises (P2)."""
        return tuple(reason.code for reason in self.reasons if reason.automatic)

    def reason(self, code: str) -> Reason | None:
        """The reason of that code, or None where the program has no such reason."""
        return next((reason for reason in self.reasons if reason.code == code), None)

    def reason_for(self, code: str, lead_kind: str) -> Reason | None:
        """The reason of that code, or None where the program has none such for such a lead."""
        reason = self.reason(code)
        return reason if reason and lead_kind in reason.lead_kinds else None

    def cautions_for(self, reason: str) -> tuple[Caution, ...]:
        """What to warn of in a claim for a reason, or before one is chosen where it is ""."""
        return tuple(one for one in self.cautions if not one.reasons or reason in one.reasons)

    @property
    def general_cautions(self) -> tuple[Caution, ...]:
        """What to warn of whatever the reason is."""
        return self.cautions_for("")

    def in_language(self, language: str) -> "Policy":
        """The same policy with its texts in a language; as it is written where it has none."""
        words = self.translations.get(language)
        return in_words(self, words) if words else self

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        found = [*contradictions(self), *wording_problems(self)]
        if found:
            raise ValueError("\n".join(found))
        return self


def parse(data: Mapping[str, object]) -> Policy:
    """The policy in plain data; raises PolicyError with all that is wrong with it."""
    try:
        return Policy.model_validate(data)
    except ValidationError as error:
        raise PolicyError("\n".join(problems(error))) from error


@cache
def load_preset(code: str) -> Policy:
    """A preset that ships; raises PolicyError where there is none of that code."""
    if code not in preset_codes():
        raise PolicyError(f"program: {code!r} is none of {', '.join(preset_codes())}")
    data = yamlfile.read((PRESETS / f"{code}.yaml").read_text(encoding="utf-8"))
    if not isinstance(data, dict):
        raise PolicyError(f"{code}: not a mapping")
    return parse(data)


@cache
def preset_codes() -> tuple[str, ...]:
    """The codes of the presets that ship."""
    return tuple(sorted(path.stem for path in PRESETS.glob("*.yaml")))
