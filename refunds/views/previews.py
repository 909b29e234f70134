"""What a claim would be answered, shown before it is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import formats
from leads.models import LeadSale
from refunds import letters
from refunds.policy.document import Policy, Reason
from refunds.policy.engine import strictest
from refunds.policy.verdict import Outcome, Verdict
from refunds.sentence_parts import STEPS
from refunds.services import file
from refunds.services.dates import end_of_day
from refunds.views.contact_steps import hopeless_sentence
from refunds.views.opened import Opened

# On a form that is still empty these say nothing: the form asks for both.
NOT_FILLED_IN_YET = ("explanation_missing", "details_missing")
MISSED_STEPS = "contact_steps_incomplete"


@dataclass(frozen=True)
class Preview:
    """A verdict in words; ``until`` says when it has to be sent, ``losses`` what it costs.

    ``can_be_sent`` is false where the form would refuse it, and not a decision.
    """

    tone: str
    headline: str
    sentences: Sequence[str]
    can_be_sent: bool = True
    until: str = ""
    missing: Sequence[str] = ()
    losses: Sequence[str] = ()


def preview_for(
    opened: Opened, reason: Reason, *, explanation: str, details: Mapping[str, str]
) -> Preview:
    """Ask the engine what it would say to the claim now; changes nothing."""
    verdict = file.preview(
        sale=opened.sale,
        reason=reason.code,
        explanation=explanation,
        details=details,
        at=opened.at,
        begun_at=opened.draft.worded_at if opened.draft else None,
    )
    said = preview_of(verdict, opened.sale, opened.policy)
    return Preview(
        said.tone,
        said.headline,
        [*_hopeless(verdict), *said.sentences],
        said.can_be_sent,
        until=until_of(opened),
        missing=_missing(verdict, reason, details),
        losses=losses_of(opened.policy, reason),
    )


def preview_of(verdict: Verdict, sale: LeadSale, policy: Policy) -> Preview:
    """Put a verdict on a claim that was not sent yet into words, as its policy words them."""
    checks = tuple(check for check in verdict.checks if check.code not in NOT_FILLED_IN_YET)
    outcome = strictest(checks)
    kept = [check.as_json() for check in checks if check.outcome in (outcome, None)]
    lines = letters.lines_for(kept, program=sale.lead.program, policy=policy)
    if any(check.code in file.REFUSED_AT_THE_FORM for check in checks):
        return Preview(
            "bad",
            _("This can't be sent as it is"),
            [*(line.sentence for line in lines), _("Nothing was decided: change your answers.")],
            can_be_sent=False,
        )
    tone, headline = {
        Outcome.APPROVE: ("good", _("This would be approved at once")),
        Outcome.INVESTIGATE: ("", _("A person would look into this")),
        Outcome.DECLINE: ("bad", _("This would be declined at once")),
    }[outcome]
    return Preview(
        tone, headline, [*(line.sentence for line in lines), *_what_follows(outcome, verdict, sale)]
    )


def until_of(opened: Opened) -> str:
    """Say until when the claim has to be sent."""
    if opened.row.standing.can_be_claimed:
        return opened.row.standing.sentence
    if not opened.in_grace or opened.grace_until is None:
        return ""
    until = formats.instant(opened.grace_until, opened.sale.lead.program)
    return _("You began this in time. Send it by %(at)s; after that it is too late.") % {
        "at": until
    }


def losses_of(policy: Policy, reason: Reason) -> list[str]:
    """Say what the pro loses if the claim is approved (L7, L22, C20)."""
    detached = [detached_sentence()] if policy.detaches_refunded_leads and reason.eligible else []
    return [*detached, *losses_with_contact(reason)]


def detached_sentence() -> str:
    """Say that a refunded lead leaves the account (L22)."""
    return _("If it is refunded, the lead leaves your account for good, with the contact.")


def losses_with_contact(reason: Reason) -> list[str]:
    """Say what becomes of the contact if a claim of this reason is approved (P10, C20)."""
    losses = []
    if reason.terminates_contact:
        losses.append(_("If it is refunded, the customer is shut out."))
    if reason.do_not_call:
        losses.append(_("If it is refunded, the contact is not to be called any more."))
    return losses


def _what_follows(outcome: Outcome, verdict: Verdict, sale: LeadSale) -> list[str]:
    program = sale.lead.program
    amount = {"amount": formats.money(verdict.credit_cents, program)}
    if outcome == Outcome.APPROVE:
        return [_("%(amount)s would be on your balance at once.") % amount]
    if outcome == Outcome.DECLINE:
        return [_("You can change your answers, or send it as it is and appeal the decision.")]
    by = formats.instant(end_of_day(program, verdict.limit_on), program)
    return [
        _("You would have the decision by %(day)s.") % {"day": by},
        _("If it is approved, %(amount)s goes back to your balance.") % amount,
    ]


def _missing(verdict: Verdict, reason: Reason, details: Mapping[str, str]) -> list[str]:
    """Say what the form still lacks, and which contact steps the log lacks."""
    wanted = [one for one in reason.details if one.is_needed and one.name not in details]
    steps = [str(STEPS[name]) for name in verdict.missing if name in STEPS]
    if any(check.code == MISSED_STEPS for check in verdict.checks):
        steps = []  # nobody is sent to do what can't be made up
    return [
        *(_("Your answer to: %(label)s") % {"label": one.label} for one in wanted),
        *_words_missing(verdict),
        *(_("In your contact log: %(step)s") % {"step": step} for step in steps),
    ]


def _hopeless(verdict: Verdict) -> list[str]:
    is_missed = any(check.code == MISSED_STEPS for check in verdict.checks)
    return [hopeless_sentence()] if is_missed and "nobody_reached" not in verdict.missing else []


def _words_missing(verdict: Verdict) -> list[str]:
    for check in verdict.checks:
        if check.code == "explanation_missing":
            count = int(check.fact["min_length"]) - int(check.fact["length"])
            return [
                ngettext(
                    "What happened: %(count)d more character",
                    "What happened: %(count)d more characters",
                    count,
                )
                % {"count": count}
            ]
    return []
