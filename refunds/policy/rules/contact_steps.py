"""What the contact steps of a non-contact claim come to (C21, C22, C36, X4, X5, X6)."""

from collections.abc import Iterator

from refunds.policy.case import Case
from refunds.policy.codes import check
from refunds.policy.document import Reason
from refunds.policy.facts import Facts, Finding
from refunds.policy.moments import instant, iso
from refunds.policy.verdict import Check


def contact_steps(case: Case, reason: Reason) -> Iterator[Check]:
    """All steps, or none: too early while they can still be made, incomplete after that."""
    yield from _team_reached(case.facts)
    steps = case.steps
    if steps is None:
        return
    missing = ", ".join(steps.missing)
    if not missing:
        yield check("contact_steps_complete", completed_at=iso(steps.opens_at))
    elif steps.is_possible(instant(case.facts.claim.submitted_at)):
        yield check("too_early", opens_at=iso(steps.opens_at), missing=missing)
    else:
        yield check("contact_steps_incomplete", missing=missing)


def answers(facts: Facts) -> list[Finding]:
    """What came back from the contact: a message that says anything, a call that got through.

    A call that supports the claim is one that nobody took, so it is no answer.
    """
    return [finding for finding in facts.established if _is_answer(finding)]


def _is_answer(finding: Finding) -> bool:
    if finding.kind == "contact_message":
        return finding.result != "inconclusive"
    return finding.kind == "contact_call" and finding.result == "contradicts"


def _team_reached(facts: Facts) -> Iterator[Check]:
    """Once is enough, by whatever channel: an attempt that got through, or an answer (C22)."""
    reached = [attempt for attempt in facts.attempts if attempt.by == "team" and attempt.reached]
    if reached:
        first = reached[0]
        yield check("team_reached_contact", at=iso(first.at), channel=first.channel)
    elif found := answers(facts):
        yield check("team_reached_contact", "contact", **_told(found[0]))


def _told(answer: Finding) -> dict[str, str]:
    fact = {"kind": answer.kind}
    return {**fact, "found_at": iso(answer.at)} if answer.at else fact
