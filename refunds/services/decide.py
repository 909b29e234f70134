"""The team's decision. The money, the state, the event and the letter go together or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import formats
from accounts.models import Transfer, User
from refunds import letters
from refunds.documents import policy_of, worded_policy_of
from refunds.models import RefundEvent, RefundRequest
from refunds.policy.codes import TEAM_CODES, check
from refunds.policy.document import Detail, Reason
from refunds.policy.engine import judge
from refunds.policy.verdict import Check, CheckJSON, Outcome, Verdict
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
from refunds.services.investigate import words_of
from refunds.services.overrides import with_override
from refunds.services.screen import appeal_deadline

NOTES_UNCLEAR = "notes_unclear"
SELLER_REFUSED = "seller_refused"


class NotProven(RefundError):
    """The policy does not approve what has been established so far."""


class NoGround(RefundError):
    """A refusal without a reason, or with one that nothing was found for."""


class NotOffered(RefundError):
    """The program has no such reason for this lead, or the reason asks for no such detail."""


class AskFirst(RefundError):
    """The notes are thin, and the pro was not asked yet though there is time (C39, X27)."""


@dataclass(frozen=True)
class Other:
    """Another reason than the claimed one, and the details that the team found for it (X35)."""

    reason: str
    details: Mapping[str, str]


def verdict_now(
    request: RefundRequest, other: Other | None = None, *, exception: str = ""
) -> Verdict:
    """Answer what the policy says to a request with all that was found; changes nothing.

    ``other``: as if the claim had given another reason. Raises NotOffered where it could not have.
    ``exception``: by the cause for which an appeal makes one, whatever was granted before (X26).
    """
    facts = facts_for_decision(request)
    if exception:
        facts = replace(facts, exception=exception)
    if other is not None:
        _ensure_offered(request, other)
        details = {**request.details, **other.details}
        facts = replace(facts, claim=replace(facts.claim, reason=other.reason, details=details))
    return judge(facts, policy_of(request.policy_version))


def approve(
    *,
    reference: str,
    actor: User,
    expected_version: int,
    note: str = "",
    reason: str = "",
    details: Mapping[str, str] | None = None,
    override: str = "",
) -> RefundRequest:
    """Approve a request and credit what the policy says (C7, L19, X37); queues the letter.

    ``reason``: another one than the pro claimed, judged with the ``details`` that the team found;
    both reasons are kept (X35). ``override``: why the contact's word is set aside (L13). Raises
    NotAllowed, Stale, NotOffered, OverrideRefused, and NotProven where the policy still asks for
    something or stands against it.
    """
    ensure_verifier(actor)
    at = timezone.now()
    with changing(reference, expected_version=expected_version) as request:
        ensure_possible(request, request.approve)
        ensure_impartial(request, actor)
        other = other_than_claimed(request, reason, details or {})
        verdict = with_override(request, verdict_now(request, other), override)
        _ensure_proven(request, verdict)
        request.checks = [one.as_json() for one in verdict.checks]
        request.decided_reason = other.reason if other else request.reason
        request.decision_note = note.strip()
        credit = money.credit(request, cents=verdict.credit_cents, at=at)
        _approve(request, credit, actor=actor, at=at, data=_told(other, override))
    return request


def approve_as_goodwill(
    *, reference: str, actor: User, expected_version: int, note: str
) -> RefundRequest:
    """Credit a claim that is proven though the seller refused it (X16); queues the letter.

    The program pays: nothing is recovered from the seller. Raises NotAllowed, Stale, WordsMissing
    without a note, and NotProven where more than the seller's refusal stands against it.
    """
    ensure_verifier(actor)
    at = timezone.now()
    words = words_of(note, _("Say why it is credited all the same: the pro will read it."))
    with changing(reference, expected_version=expected_version) as request:
        ensure_possible(request, request.approve)
        ensure_impartial(request, actor)
        verdict = verdict_now(request)
        if not may_be_goodwill(verdict):
            raise NotProven(
                _(
                    "Goodwill is for a claim that is proven and that only the seller stands "
                    "against. This one is not."
                )
            )
        request.checks = [_without_refusal(one).as_json() for one in verdict.checks]
        request.decided_reason = request.reason
        request.decision_note = words
        credit = money.credit(request, cents=verdict.credit_cents, at=at, is_goodwill=True)
        _approve(request, credit, actor=actor, at=at, data={"is_goodwill": True})
    return request


def may_be_goodwill(verdict: Verdict) -> bool:
    """Say whether the seller's refusal is all that stands against a claim that is proven."""
    against = {one.code for one in verdict.checks if one.outcome not in (None, Outcome.APPROVE)}
    is_proven = any(one.outcome == Outcome.APPROVE for one in verdict.checks)
    return is_proven and against == {SELLER_REFUSED}


def other_than_claimed(
    request: RefundRequest, reason: str, details: Mapping[str, str]
) -> Other | None:
    """Return the reason and the details where they say something else than the claim does."""
    given = {name: value for name, value in details.items() if value}
    if reason in ("", request.reason) and given.items() <= request.details.items():
        return None
    return Other(reason or request.reason, given)


def offered_for(request: RefundRequest) -> list[Reason]:
    """Return the reasons under which a request may be approved."""
    kind = request.sale.lead.kind
    offered = policy_of(request.policy_version).offered
    return [reason for reason in offered if reason.eligible and kind in reason.lead_kinds]


def decline(
    *, reference: str, actor: User, expected_version: int, codes: Sequence[str], note: str
) -> RefundRequest:
    """Decline a request on the grounds given (C6, C35 to C41); queues the letter.

    ``codes`` are grounds that ``decline_codes`` offers. Raises NotAllowed, Stale, NoGround
    without a ground, with one that nobody found, or without the words that it needs, and AskFirst
    for thin notes alone that the pro can still add to.
    """
    ensure_verifier(actor)
    at = timezone.now()
    with changing(reference, expected_version=expected_version) as request:
        ensure_possible(request, request.decline)
        ensure_impartial(request, actor)
        codes = list(dict.fromkeys(codes))
        request.checks = _grounds(verdict_now(request), codes, note.strip())
        _ensure_asked(request, codes, at)
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


def ask_first_until(request: RefundRequest, at: datetime) -> datetime | None:
    """Return until when the pro is to be asked once before thin notes are a ground (C39, X27).

    None: they were asked, or the lead's window has closed.
    """
    closes_at = verdict_now(request).closes_at
    if at > closes_at or request.events.filter(kind=RefundEvent.Kind.ASKED).exists():
        return None
    return closes_at


def _approve(
    request: RefundRequest,
    credit: Transfer,
    *,
    actor: User,
    at: datetime,
    data: Mapping[str, object],
) -> None:
    move(
        request,
        partial(request.approve, by=actor, at=at, credit=credit),
        kind=RefundEvent.Kind.APPROVED,
        actor=actor,
        at=at,
        data={"credit_cents": credit.amount_cents, **data},
    )
    consequences.after_credit(request, actor=actor, at=at)


def _told(other: Other | None, override: str) -> dict[str, object]:
    told = {"override": override.strip()} if override.strip() else {}
    if other is None:
        return {**told}
    return {**told, "decided_reason": other.reason, "details": dict(other.details)}


def _ensure_offered(request: RefundRequest, other: Other) -> None:
    reason = next((one for one in offered_for(request) if one.code == other.reason), None)
    if reason is None:
        raise NotOffered(
            _("“%(reason)s” is no reason for which this lead can be credited.")
            % {"reason": other.reason}
        )
    for name, value in other.details.items():
        detail = reason.detail(name)
        if detail is None or not _is_known(request, detail, value):
            raise NotOffered(
                _("“%(value)s” is no answer that this reason asks for.") % {"value": value}
            )


def _is_known(request: RefundRequest, detail: Detail, value: str) -> bool:
    # A category that is none would be taken for one that the pro doesn't take: the full price.
    if detail.kind == "category":
        return request.program.categories.filter(code=value).exists()
    return detail.kind != "choice" or value in detail.choice_labels


def _without_refusal(one: Check) -> Check:
    return replace(one, outcome=None) if one.code == SELLER_REFUSED else one


def _ensure_asked(request: RefundRequest, codes: Sequence[str], at: datetime) -> None:
    if list(codes) != [NOTES_UNCLEAR]:
        return
    if until := ask_first_until(request, at):
        raise AskFirst(
            _(
                "Ask the pro once what is missing before you decline for unclear notes: they can "
                "claim this lead until %(until)s."
            )
            % {"until": formats.instant(until, request.program)}
        )


def _ensure_proven(request: RefundRequest, verdict: Verdict) -> None:
    if verdict.outcome == Outcome.APPROVE:
        return
    in_the_way = [
        one.as_json() for one in verdict.checks if one.outcome not in (None, Outcome.APPROVE)
    ]
    policy = worded_policy_of(request.policy_version)
    lines = letters.lines_for(in_the_way, program=request.program, policy=policy)
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
