"""The words, and their colours, for what the queue and the case page show of a request."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import formats
from accounts.models import Program
from refunds.documents import worded_policy_of
from refunds.models import RefundEvent, RefundRequest, State
from refunds.policy.verdict import Outcome
from refunds.services.change import RefundError, Stale
from refunds.views.request_page import LONGER_WINDOW
from refunds.views.words import TAGS

GOOD, WARN, BAD, PLAIN, INFO = "good", "warn", "bad", "plain", "info"

# The state's own word, "Needs your answer", speaks to the pro.
AWAITING_PRO = gettext_lazy("Waiting for the pro")

CLAIM_HEADINGS: Mapping[str, str | Promise] = {
    RefundRequest.Origin.CLAIM: gettext_lazy("What the pro says"),
    RefundRequest.Origin.PROACTIVE: gettext_lazy("Credited by the team: no pro claimed it"),
    RefundRequest.Origin.AUTOMATIC: gettext_lazy("Raised by the system: no pro claimed it"),
}

OUTCOMES: Mapping[str, tuple[str | Promise, str]] = {
    Outcome.APPROVE: (gettext_lazy("Approve"), GOOD),
    Outcome.INVESTIGATE: (gettext_lazy("Investigate"), WARN),
    Outcome.DECLINE: (gettext_lazy("Decline"), BAD),
    "": (gettext_lazy("Supports it"), INFO),
}


@dataclass(frozen=True)
class Tag:
    """A word and the colour that goes with it; the word alone says everything."""

    word: str
    look: str = INFO


def reason(case: RefundRequest) -> str:
    """Return the claim's reason as the program's policy words it."""
    found = worded_policy_of(case.policy_version).reason(case.reason)
    return found.label if found else case.reason


def state_word(state: str) -> str:
    """Return a state's word for the team."""
    return str(AWAITING_PRO if state == State.AWAITING_PRO else State(state).label)


def state(case: RefundRequest) -> Tag:
    """Return the tag of where a request stands."""
    return Tag(state_word(case.state), TAGS[case.state])


def outcome(word: str) -> Tag:
    """Return the tag of what a check or a verdict brings; "" is for mere support."""
    text, look = OUTCOMES[word]
    return Tag(str(text), look)


def proposal(case: RefundRequest) -> Tag:
    """Return what the machine's checks at filing propose for an open request."""
    if not case.is_open:
        return Tag("–", PLAIN)
    # A longer window is no support: it says nothing of what the pro claims.
    checks = [check for check in case.checks if check["code"] not in LONGER_WINDOW]
    brought = {check["outcome"] or "" for check in checks}
    order = (Outcome.DECLINE, Outcome.APPROVE, "")
    return outcome(next((word for word in order if word in brought), Outcome.INVESTIGATE))


def due(case: RefundRequest, now: datetime) -> Tag:
    """Return how long is left until the decision limit, in the program's days."""
    if not case.is_open:
        return Tag("–", PLAIN)
    if case.state == State.AWAITING_PRO:
        return Tag(_("clock stopped"), PLAIN)
    if now > case.due_at:
        return Tag(_overdue(now - case.due_at), BAD)
    zone = ZoneInfo(case.program.time_zone)
    days = (case.due_at.astimezone(zone).date() - now.astimezone(zone).date()).days
    if days == 0:
        return Tag(_("due today"), WARN)
    return Tag(ngettext("%(n)d day left", "%(n)d days left", days) % {"n": days}, INFO)


def due_on(case: RefundRequest) -> str:
    """Return the day of the decision limit in the program's zone; "" where no clock runs."""
    if not case.is_open or case.state == State.AWAITING_PRO:
        return ""
    return formats.day(case.due_at.astimezone(ZoneInfo(case.program.time_zone)).date())


def by(person: object, at: datetime, program: Program) -> str:
    """Return who did something, and when."""
    return formats.beside([person, formats.instant(at, program)])


def claim_heading(case: RefundRequest) -> str:
    """Return whose words the claim's are: what the team credits by itself, no pro claimed."""
    return str(CLAIM_HEADINGS[case.origin])


def refusal(error: RefundError, now: datetime) -> str:
    """Return the sentence of a refusal as the team reads it, who may know who was quicker."""
    event = error.event if isinstance(error, Stale) else None
    return overtaken(event, now) if event else str(error)


def overtaken(event: RefundEvent, now: datetime) -> str:
    """Return the sentence for one of the team whose page was drawn before an event."""
    program = event.request.program
    local, today = (at.astimezone(ZoneInfo(program.time_zone)) for at in (event.at, now))
    is_today = local.date() == today.date()
    sentence = _(
        "Changed at %(at)s by %(who)s: now %(state)s (%(event)s). "
        "Nothing was done. Look at it again before you go on."
    )
    return sentence % {
        "at": f"{local:%H:%M}" if is_today else formats.instant(event.at, program),
        "who": event.actor,
        "state": state_word(event.to_state),
        "event": event.get_kind_display(),
    }


def _overdue(late: timedelta) -> str:
    hours = late // timedelta(hours=1)
    if hours == 0:
        return _("%(n)d min overdue") % {"n": late // timedelta(minutes=1)}
    if hours < 48:
        return _("%(n)d h overdue") % {"n": hours}
    return _("%(n)d days overdue") % {"n": late.days}
