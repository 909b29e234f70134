"""The words, and their colours, for what the queue and the case page show of a request."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import formats
from refunds.documents import worded_policy_of
from refunds.models import RefundRequest, State
from refunds.policy.verdict import Outcome
from refunds.views.request_page import LONGER_WINDOW
from refunds.views.words import TAGS

GOOD, WARN, BAD, PLAIN, INFO = "good", "warn", "bad", "plain", "info"

# The state's own word, "Needs your answer", speaks to the pro.
AWAITING_PRO = gettext_lazy("Waiting for the pro")

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


def _overdue(late: timedelta) -> str:
    hours = late // timedelta(hours=1)
    if hours == 0:
        return _("%(n)d min overdue") % {"n": late // timedelta(minutes=1)}
    if hours < 48:
        return _("%(n)d h overdue") % {"n": hours}
    return _("%(n)d days overdue") % {"n": late.days}
