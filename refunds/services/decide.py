"""The team's decision. The money, the state, the event and the letter go together or not at all."""

from collections.abc import Sequence
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from refunds import letters
from refunds.documents import policy_of
from refunds.models import RefundEvent, RefundRequest
from refunds.policy.codes import TEAM_CODES, check
from refunds.policy.engine import judge
from refunds.policy.verdict import CheckJSON, Outcome, Verdict
from refunds.services import consequences, money
from refunds.services.change import (
    RefundError,
    changing,
    ensure_impartial,
    ensure_possible,
    ensure_verifier,
    move,
)
from refunds.services.facts import facts_for_decision
from refunds.services.screen import appeal_deadline


class NotProven(RefundError):
    """The policy does not approve what has been established so far."""


class NoGround(RefundError):
    """A refusal without a reason, or with one that nothing was found for."""


def verdict_now(request: RefundRequest) -> Verdict:
    """Answer what the policy says to a request with all that was found; changes nothing."""
    return judge(facts_for_decision(request), policy_of(request.policy_version))


def approve(*, reference: str, actor: User, expected_version: int, note: str = "") -> RefundRequest:
    """Approve a request and credit what the policy says (C7, L19, X37); queues the letter.

    Raises NotAllowed, Stale, and NotProven where the policy still asks for something or stands
    against it.
    """
    ensure_verifier(actor)
    at = timezone.now()
    with changing(reference, expected_version=expected_version) as request:
        ensure_possible(request, request.approve)
        ensure_impartial(request, actor)
        verdict = verdict_now(request)
        _ensure_proven(request, verdict)
        request.checks = [one.as_json() for one in verdict.checks]
        request.decision_note = note.strip()
        credit = money.credit(request, cents=verdict.credit_cents, at=at)
        move(
            request,
            partial(request.approve, by=actor, at=at, credit=credit),
            kind=RefundEvent.Kind.APPROVED,
            actor=actor,
            at=at,
            data={"credit_cents": credit.amount_cents},
        )
        consequences.after_credit(request, actor=actor, at=at)
    return request


def decline(
    *, reference: str, actor: User, expected_version: int, codes: Sequence[str], note: str
) -> RefundRequest:
    """Decline a request on the grounds given (C6, C35 to C41); queues the letter.

    ``codes`` are grounds that ``decline_codes`` offers. Raises NotAllowed, Stale, and NoGround
    without a ground, with one that nobody found, or without the words that it needs.
    """
    ensure_verifier(actor)
    at = timezone.now()
    with changing(reference, expected_version=expected_version) as request:
        ensure_possible(request, request.decline)
        ensure_impartial(request, actor)
        codes = list(dict.fromkeys(codes))
        request.checks = _grounds(verdict_now(request), codes, note.strip())
        request.decision_note = note.strip()
        move(
            request,
            partial(
                request.decline,
                by=actor,
                at=at,
                appeal_until=appeal_deadline(request, at),
            ),
            kind=RefundEvent.Kind.DECLINED,
            actor=actor,
            at=at,
            data={"codes": codes},
        )
    return request


def decline_codes(verdict: Verdict) -> list[str]:
    """Return the grounds that may be given now: what the policy found, then the team's own words.

    What nobody found can't be a ground: the letter would tell of a recording that nobody heard or
    a seller whom nobody asked. Every other judgement is put into the note (C6, C35 to C41).
    """
    found = [one.code for one in verdict.checks if one.outcome == Outcome.DECLINE]
    return [*found, *TEAM_CODES]


def _ensure_proven(request: RefundRequest, verdict: Verdict) -> None:
    if verdict.outcome == Outcome.APPROVE:
        return
    in_the_way = [
        one.as_json() for one in verdict.checks if one.outcome not in (None, Outcome.APPROVE)
    ]
    lines = letters.lines_for(in_the_way, program=request.program)
    raise NotProven(
        _("The policy doesn't approve this yet.")
        + " "
        + " ".join(line.staff_sentence for line in lines)
    )


def _grounds(verdict: Verdict, codes: Sequence[str], note: str) -> list[CheckJSON]:
    allowed = decline_codes(verdict)
    if not codes:
        raise NoGround(_("Tick at least one reason: the pro must be told why."))
    if unknown := [code for code in codes if code not in allowed]:
        raise NoGround(_("“%(code)s” can't be a reason here.") % {"code": unknown[0]})
    if not note and any(code in TEAM_CODES for code in codes):
        raise NoGround(_("Say in the note what the team saw: this reason needs it."))
    found = {one.code: one.as_json() for one in verdict.checks}
    kept = [one for one in found.values() if one["outcome"] != Outcome.DECLINE]
    return kept + [found.get(code) or check(code, note=note).as_json() for code in codes]
