"""Until when a question to the pro waits for its answer, in words that the pro reads (X18)."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts import formats
from refunds.models import RefundEvent, RefundRequest


def answer_by(event: RefundEvent) -> str:
    """Return until when the question of an event was to be answered."""
    return formats.instant(_due_at(event), event.request.program)


def sentence(event: RefundEvent) -> str:
    """Say why it went on without the pro's answer."""
    return _("You did not answer by %(at)s; we decide on what we have.") % {"at": answer_by(event)}


def sentence_now(request: RefundRequest) -> str:
    """Say so of a request whose last question stayed without an answer, else ""; in 1 query."""
    if not request.question:
        return ""
    last = request.events.filter(kind__in=ABOUT_QUESTIONS).order_by("pk").last()
    return sentence(last) if last and last.kind == RefundEvent.Kind.UNANSWERED else ""


ABOUT_QUESTIONS = (
    RefundEvent.Kind.ASKED,
    RefundEvent.Kind.REPLIED,
    RefundEvent.Kind.UNANSWERED,
)


def _due_at(event: RefundEvent) -> datetime:
    return datetime.fromisoformat(event.data["answer_due_at"])
