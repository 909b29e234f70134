"""How far a request has come: a few steps in order, each with a word for where it stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import formats
from accounts.access import MACHINE_EMAIL
from refunds.models import RefundRequest, State

DONE, NOW, LATER, SKIPPED = "done", "now", "later", "skipped"
WORDS: dict[str, str | Promise] = {
    DONE: gettext_lazy("Done"),
    NOW: gettext_lazy("Now"),
    LATER: gettext_lazy("Still to come"),
    SKIPPED: gettext_lazy("Not needed"),
}


@dataclass(frozen=True)
class Step:
    """One step; ``stands`` is its word's name, ``said`` the word with what belongs to it."""

    name: str
    stands: str
    said: str


def progress_of(refund: RefundRequest) -> list[Step]:
    """Return the steps of a request, those to come as well; asks the database nothing."""
    return [*_first(refund), *_looked_into(refund), *_afterwards(refund)]


def _first(refund: RefundRequest) -> Iterator[Step]:
    if refund.origin == RefundRequest.Origin.CLAIM:
        yield _done(_("Sent"), refund.submitted_at, refund)
    else:
        yield _done(_("Opened by us"), refund.submitted_at, refund)
    if refund.state == State.SUBMITTED:
        yield _step(_("Checked automatically"), NOW)
    else:
        yield _done(_("Checked automatically"), refund.submitted_at, refund)


def _looked_into(refund: RefundRequest) -> Iterator[Step]:
    if refund.state == State.WITHDRAWN:
        yield _step(_("Taken back by you"), DONE)
        return
    yield _review(refund)
    if refund.decided_at is None:
        yield _step(_("Decided"), LATER)
    else:
        yield _done(_first_decision(refund), refund.decided_at, refund)


def _review(refund: RefundRequest) -> Step:
    name = _("Looked into by our team")
    if refund.decided_by is not None:
        is_by_machine = refund.decided_by.email == MACHINE_EMAIL
        return _step(name, SKIPPED if is_by_machine else DONE)
    waits_for = {
        State.AWAITING_PRO: _("waits for your answer"),
        State.WITH_SELLER: _("waits for the seller of the lead"),
    }.get(State(refund.state), "")
    return _step(name, LATER if refund.state == State.SUBMITTED else NOW, waits_for)


def _first_decision(refund: RefundRequest) -> str:
    if refund.state in (State.APPROVED, State.REVERSED):
        return _("Decided: approved")
    return _("Decided: declined")


def _afterwards(refund: RefundRequest) -> Iterator[Step]:
    if refund.appeal is not None:
        yield _done(_("Appealed by you"), refund.appeal.filed_at, refund)
        yield _last_word(refund)
    if refund.state == State.REVERSED:
        yield _step(_("Credit taken back"), DONE)


def _last_word(refund: RefundRequest) -> Step:
    if refund.appeal_decided_at is None:
        return _step(_("Decided for good"), NOW, _("your account manager looks at it again"))
    is_credited = refund.state == State.FINAL_APPROVED
    name = _("Decided for good: approved") if is_credited else _("Decided for good: declined")
    return _done(name, refund.appeal_decided_at, refund)


def _done(name: str, at: datetime, refund: RefundRequest) -> Step:
    return _step(name, DONE, formats.instant(at, refund.program))


def _step(name: str, stands: str, more: str = "") -> Step:
    said = str(WORDS[stands])
    return Step(
        name, stands, _("%(word)s: %(more)s") % {"word": said, "more": more} if more else said
    )
