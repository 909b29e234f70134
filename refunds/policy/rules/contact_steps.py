"""What the contact steps of a non-contact claim come to (C21, C22, C36, X4, X5, X6)."""

from collections.abc import Iterator

from refunds.policy.case import Case
from refunds.policy.codes import check
from refunds.policy.document import Reason
from refunds.policy.facts import Facts
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


def _team_reached(facts: Facts) -> Iterator[Check]:
    reached = [attempt for attempt in facts.attempts if attempt.by == "team" and attempt.reached]
    for attempt in reached[:1]:
        yield check("team_reached_contact", at=iso(attempt.at), channel=attempt.channel)
