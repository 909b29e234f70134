"""The steps of a claim that nobody answers, in words: done, next, missed, and when it opens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts import formats
from accounts.models import Program
from leads.models import ContactAttempt, LeadSale
from refunds.policy.document import Reason
from refunds.policy.steps import Progress, Step
from refunds.sentence_parts import STEPS
from refunds.sentences import SENTENCES
from refunds.services.contact_log import asked_of, steps_of
from refunds.services.windows import window_of


@dataclass(frozen=True)
class StepRow:
    """One rung: how it stands (done, now, later, missed), its word and colour, and when."""

    name: str
    state: str
    tag: str
    word: str
    when: str


@dataclass(frozen=True)
class Steps:
    """The steps of the reason that asks for them; ``is_complete``: it can be claimed now."""

    reason: Reason
    rows: Sequence[StepRow]
    sentence: str
    is_complete: bool
    is_hopeless: bool = False


def hopeless_sentence() -> str:
    """Say of a claim that lacks a step which can't be made up what could still save it (X4)."""
    return _(
        "This claim can't succeed any more, unless you made the missing calls and messages in "
        "time and log them with their day and time. If something else is wrong with the lead, "
        "choose that reason."
    )


def steps_for(
    sale: LeadSale, attempts: Sequence[ContactAttempt], *, can_be_claimed: bool, at: datetime
) -> Steps | None:
    """Say how far the steps of a sale have come, None where there is nothing to do them for."""
    if sale.credited_cents or sale.lead.contact.do_not_call_at:
        return None  # nobody is sent to call for a claim that can't come any more
    asked, progress = asked_of(sale), steps_of(sale, at)
    if asked is None or progress is None:
        return None
    policy, reason = asked
    rows = _rows(progress, sale.lead.program, at)
    if not can_be_claimed:
        return Steps(reason, rows, sentence="", is_complete=False)
    is_ended = any(one.by == ContactAttempt.By.TEAM and one.reached for one in attempts)
    closes_at = window_of(sale, policy).closes_at
    sentence = (
        str(SENTENCES["team_reached_contact"].bare)
        if is_ended
        else _outlook(progress, closes_at, sale.lead.program, at)
    )
    is_complete = not progress.missing and not is_ended
    if not is_ended and progress.is_possible(at):
        rows.append(_claim_row(progress, closes_at, sale.lead.program))
    return Steps(reason, rows, sentence, is_complete, not is_ended and not progress.is_possible(at))


def _rows(progress: Progress, program: Program, at: datetime) -> list[StepRow]:
    undone = [step for step in progress.steps if step.done_at is None and at <= step.until]
    following = min(undone, key=lambda step: step.until, default=None)
    if not progress.is_possible(at):
        following = None  # one more call wouldn't help
    rows = [_step_row(step, program, at, is_next=step is following) for step in progress.steps]
    return [*rows, _nobody_row(progress)]


def _step_row(step: Step, program: Program, at: datetime, *, is_next: bool) -> StepRow:
    name = str(STEPS.get(step.name, step.name))
    if step.done_at is not None:
        return StepRow(name, "done", "good", _("Done"), formats.instant(step.done_at, program))
    until = {"at": formats.instant(step.until, program)}
    if at > step.until:
        when = _("had to be made by %(at)s, and can't be made up") % until
        return StepRow(name, "missed", "bad", _("Missing"), when)
    if is_next:
        return StepRow(name, "now", "warn", _("Next"), _("by %(at)s") % until)
    return StepRow(name, "later", "plain", _("To do"), _("by %(at)s") % until)


def _nobody_row(progress: Progress) -> StepRow:
    name = str(STEPS["nobody_reached"])
    if progress.is_reached:
        when = _("your log says that you reached somebody")
        return StepRow(name, "missed", "bad", _("No"), when)
    return StepRow(name, "done", "good", _("So far"), "")


def _claim_row(progress: Progress, closes_at: datetime, program: Program) -> StepRow:
    """The last rung: from when until when the claim can be made (X4)."""
    when = _("from %(from)s until %(until)s") % _ends(progress, closes_at, program)
    if progress.missing:
        return StepRow(_("the claim"), "later", "plain", _("To do"), when)
    return StepRow(_("the claim"), "now", "warn", _("Next"), when)


def _outlook(progress: Progress, closes_at: datetime, program: Program, at: datetime) -> str:
    """Say from when until when the claim can be made (X4), or why it can't."""
    ends = _ends(progress, closes_at, program)
    if progress.is_reached:
        return _(
            "You reached somebody, so a claim that nobody answers would be declined. If the lead "
            "is bad for another reason, request a refund for that one."
        )
    if not progress.missing:
        return _("Every step is in your log. You can claim until %(until)s.") % ends
    if not progress.is_possible(at):
        return hopeless_sentence()
    if progress.opens_at > at:
        return _("With every step in your log you can claim from %(from)s until %(until)s.") % ends
    return _("With every step in your log you can claim until %(until)s.") % ends


def _ends(progress: Progress, closes_at: datetime, program: Program) -> dict[str, str]:
    return {
        "from": formats.instant(progress.opens_at, program),
        "until": formats.instant(closes_at, program),
    }
