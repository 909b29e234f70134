"""The codes that a verdict may carry: a contract with the casebook, the letters and the API.

Extend it, don't rename: stored requests carry these words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from refunds.policy.verdict import Check, Outcome, Source


@dataclass(frozen=True)
class CodeInfo:
    """What a code brings, where its fact comes from, and who may say it.

    `at_filing`: the machine may say it about a claim that has just arrived.
    `proof`: the machine may approve by it where the program lets it; elsewhere it is support.
    """

    outcome: Outcome | None
    source: Source
    at_filing: bool = True
    proof: bool = False


def _declines(source: Source) -> CodeInfo:
    return CodeInfo(Outcome.DECLINE, source)


def _found_later(outcome: Outcome | None, source: Source) -> CodeInfo:
    return CodeInfo(outcome, source, at_filing=False)


def _proves() -> CodeInfo:
    return CodeInfo(Outcome.APPROVE, "books", proof=True)


def _asks() -> CodeInfo:
    return CodeInfo(Outcome.INVESTIGATE, "policy")


CODES: Mapping[str, CodeInfo] = MappingProxyType(
    {
        "window_closed": _declines("clock"),
        "too_early": _declines("contact_log"),
        "contact_steps_incomplete": _declines("contact_log"),
        "already_credited": _declines("books"),
        "reason_not_offered": _declines("policy"),
        "reason_not_eligible": _declines("policy"),
        "answer_not_eligible": _declines("claim"),
        "explanation_missing": _declines("claim"),
        "details_missing": _declines("claim"),
        "not_a_duplicate": _declines("books"),
        "original_credited": _declines("books"),
        "inside_service_area": _declines("books"),
        "category_matches": _declines("books"),
        "no_price_difference": _declines("books"),
        "hired_after_delivery": _declines("claim"),
        "owner_approval_not_needed": _declines("books"),
        "contact_was_obtained": _declines("books"),
        "quote_was_read": _declines("books"),
        "quote_was_answered": _declines("books"),
        "team_reached_contact": _declines("contact_log"),
        "duplicate_confirmed": _proves(),
        "outside_service_area": _proves(),
        "category_not_subscribed": _proves(),
        "quote_unread": _proves(),
        "quote_unanswered": _proves(),
        "contact_not_obtained": _proves(),
        "window_extended": CodeInfo(None, "clock"),
        "exception_granted": CodeInfo(None, "team"),
        "begun_in_time": CodeInfo(None, "clock"),
        "price_difference_due": CodeInfo(None, "books"),
        "corrected_price_unknown": CodeInfo(None, "books"),
        "contact_steps_complete": CodeInfo(None, "contact_log"),
        "needs_verification": _asks(),
        "needs_recording": _asks(),
        "awaiting_seller": _asks(),
        "recording_does_not_prove": _found_later(Outcome.DECLINE, "recording"),
        "contact_contradicts": _found_later(Outcome.DECLINE, "contact"),
        "seller_refused": _found_later(Outcome.DECLINE, "seller"),
        "seller_agreed": _found_later(None, "seller"),
        "verified": _found_later(Outcome.APPROVE, "team"),
        # Said by a person only, never by the engine (C37 to C40).
        "claim_not_supported": _found_later(Outcome.DECLINE, "team"),
        "same_category": _found_later(Outcome.DECLINE, "team"),
        "address_only": _found_later(Outcome.DECLINE, "team"),
        "notes_unclear": _found_later(Outcome.DECLINE, "team"),
        "reason_mismatch": _found_later(Outcome.DECLINE, "team"),
    }
)

TEAM_CODES: tuple[str, ...] = (
    "claim_not_supported",
    "same_category",
    "address_only",
    "notes_unclear",
    "reason_mismatch",
)
"""What the team may give as the ground of a refusal by its own word, with a note (C37 to C40)."""

PROOF_CODES: tuple[str, ...] = tuple(code for code, info in CODES.items() if info.proof)
"""What a policy may list in `machine_may_approve`."""


def check(code: str, source: Source | None = None, /, **fact: str) -> Check:
    """A check that brings what the contract says its code brings."""
    info = CODES[code]
    return Check(code, info.outcome, source or info.source, fact)


def proof(code: str, *, approves: bool, **fact: str) -> Check:
    """A machine's proof: it approves where the program lets it, and is support elsewhere."""
    return Check(code, Outcome.APPROVE if approves else None, CODES[code].source, fact)
