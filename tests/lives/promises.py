"""What holds after every step, whatever anybody did."""

from refunds.models import OutboundMail, RefundEvent, RefundRequest
from refunds.models.states import FINAL_STATES
from refunds.services.audit import audit

Final = dict[str, tuple[object, ...]]

KEPT = ("state", "credit_id", "reversal_id", "appeal_id", "decided_by_id", "appeal_decided_by_id")


def assert_kept(final: Final) -> None:
    """Assert every promise; ``final`` remembers what was final and is added to.

    The audit recomputes the books: balances, charges, credits within them, and the mails that
    each event owes (rules 1 and 2 of the design).
    """
    assert audit() == []
    _assert_final_stays(final)
    for request in RefundRequest.objects.prefetch_related("events"):
        _assert_story(request)
    assert OutboundMail.objects.count() == OutboundMail.objects.values("key").distinct().count()


def _assert_final_stays(final: Final) -> None:
    now = {
        request.reference: tuple(getattr(request, name) for name in KEPT)
        for request in RefundRequest.objects.filter(state__in=FINAL_STATES)
    }
    assert {reference: now.get(reference) for reference in final} == final
    final.update(now)


def _assert_story(request: RefundRequest) -> None:
    """Each change of state has exactly one event: they follow each other from nothing to here."""
    events: list[RefundEvent] = sorted(request.events.all(), key=lambda event: event.pk)
    state = ""
    for event in events:
        assert event.from_state == state
        state = event.to_state
    assert state == request.state
