"""Whether the claim came before the window's last second passed (A9, C1, C35, L3, L5, P6)."""

from collections.abc import Iterator

from refunds.policy.case import Case
from refunds.policy.codes import check
from refunds.policy.moments import iso
from refunds.policy.verdict import Check


def in_time(case: Case) -> Iterator[Check]:
    """A report is made by the window's last second, unless an exception was granted (L6, X26).

    One that was begun by then may be completed within the program's grace.
    """
    if not case.is_reported:
        return
    if case.window.is_extended:
        yield _extended(case)
    if not case.window.is_closed(case.facts.claim.submitted_at):
        return
    moments = {
        "closes_at": iso(case.window.closes_at),
        "submitted_at": iso(case.facts.claim.submitted_at),
    }
    if _is_begun_in_time(case):
        yield _begun_in_time(case)
        return
    cause = _granted_cause(case)
    yield (
        check("exception_granted", cause=cause, **moments)
        if cause
        else check("window_closed", **moments)
    )


def _extended(case: Case) -> Check:
    return check(
        "window_extended",
        events=", ".join(dict.fromkeys(event.name for event in case.window.events)),
        closes_at=iso(case.window.closes_at),
        planned_closes_at=iso(case.window.planned_closes_at),
    )


def _is_begun_in_time(case: Case) -> bool:
    claim = case.facts.claim
    return case.window.was_begun_in_time(
        claim.begun_at,
        submitted_at=claim.submitted_at,
        grace_hours=case.policy.draft_grace_hours,
    )


def _begun_in_time(case: Case) -> Check:
    claim = case.facts.claim
    return check(
        "begun_in_time",
        begun_at=iso(claim.begun_at or claim.submitted_at),
        closes_at=iso(case.window.closes_at),
        submitted_at=iso(claim.submitted_at),
        grace_hours=str(case.policy.draft_grace_hours),
    )


def _granted_cause(case: Case) -> str | None:
    terms, cause = case.policy.exception, case.facts.exception
    return cause if terms is not None and cause in terms.causes else None
