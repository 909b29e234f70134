"""What the team's findings say of the claim (A6, C22, C41, L11 to L14, X20)."""

from collections.abc import Iterator

from refunds.policy.case import Case
from refunds.policy.codes import check
from refunds.policy.document import Reason
from refunds.policy.facts import Facts, Finding
from refunds.policy.moments import iso
from refunds.policy.rules.contact_steps import answers
from refunds.policy.rules.sellers import answer
from refunds.policy.verdict import Check, Source

CONTACT_KINDS = ("contact_call", "contact_message")
RECORD_KINDS = ("history", "recording")


def verification(case: Case, reason: Reason) -> Iterator[Check]:
    """A live call is verified by its recording only; else the contact's word weighs most."""
    facts = case.facts
    if facts.sale.kind == "live_call" and case.policy.live_calls_by_recording_only:
        yield _by_recording(facts)
    elif contradiction := _contradiction(facts):
        yield check("contact_contradicts", **_told(contradiction))
    elif support := _support(case, reason):
        yield check("verified", _source(support), **_told(support))


def _by_recording(facts: Facts) -> Check:
    recordings = [finding for finding in facts.established if finding.kind == "recording"]
    if not recordings:
        return check("needs_recording")
    last = recordings[-1]
    if last.result == "supports":
        return check("verified", "recording", **_told(last))
    return check("recording_does_not_prove", result=last.result, **_told(last))


def _contradiction(facts: Facts) -> Finding | None:
    said = [finding for finding in facts.established if finding.kind in CONTACT_KINDS]
    return next((finding for finding in said if finding.result == "contradicts"), None)


def _support(case: Case, reason: Reason) -> Finding | None:
    """The finding that carries an approval: the contact's word, our records, then the seller's.

    Records that contradict each other carry nothing by themselves.
    """
    conclusive = _conclusive(case, reason)
    by_contact = [finding for finding in conclusive if finding.kind in CONTACT_KINDS]
    by_records = [finding for finding in conclusive if finding.kind in RECORD_KINDS]
    if by_contact:
        return by_contact[-1]
    if by_records:
        agree = all(finding.result == "supports" for finding in by_records)
        return by_records[-1] if agree else None
    seller = answer(case) if reason.findings_required == "any" else None
    return seller if seller and seller.result == "supports" else None


def _conclusive(case: Case, reason: Reason) -> list[Finding]:
    """The findings that say something; that nobody answers is proved by no answer (C22)."""
    said = [finding for finding in case.facts.established if finding.result != "inconclusive"]
    if "contact_steps" not in reason.rules:
        return said
    answered = answers(case.facts)
    return [finding for finding in said if finding not in answered]


def _source(finding: Finding) -> Source:
    if finding.kind in CONTACT_KINDS:
        return "contact"
    if finding.kind == "seller_answer":
        return "seller"
    return "recording" if finding.kind == "recording" else "team"


def _told(finding: Finding) -> dict[str, str]:
    """The fact that says how the team knows, and since when; never the contact's words."""
    fact = {"kind": finding.kind}
    return {**fact, "found_at": iso(finding.at)} if finding.at else fact
