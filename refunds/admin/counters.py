"""What waits for the team, counted on the index; each counter leads to its list."""

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from refunds.admin import filters, labels
from refunds.admin.case import LIST
from refunds.models import CreditProposal, ExceptionRequest, RefundRequest
from refunds.models.states import OPEN_STATES


def counters() -> list[dict[str, object]]:
    """Count the open requests that are late, due, or nobody's, each with a link to its list."""
    counts = RefundRequest.objects.filter(state__in=OPEN_STATES).aggregate(
        overdue=Count("pk", filter=filters.overdue()),
        today=Count("pk", filter=filters.due_today()),
        unclaimed=Count("pk", filter=filters.unclaimed()),
        open=Count("pk"),
    )
    queue = reverse(LIST)
    return [
        _counter(_("overdue"), counts["overdue"], f"{queue}?due=overdue", labels.BAD),
        _counter(_("due today"), counts["today"], f"{queue}?due=today", labels.WARN),
        _counter(_("not taken yet"), counts["unclaimed"], f"{queue}?holder=nobody", labels.INFO),
        _counter(_("open in all"), counts["open"], queue, labels.PLAIN),
        _exceptions(),
        _proposals(),
        _corrections(),
    ]


def _counter(label: str, count: int, url: str, look: str) -> dict[str, object]:
    return {"label": label, "count": count, "url": url, "look": look if count else labels.PLAIN}


def _exceptions() -> dict[str, object]:
    count = ExceptionRequest.objects.undecided().count()
    return _counter(_("exceptions to decide"), count, reverse("admin:exception_list"), labels.INFO)


def _proposals() -> dict[str, object]:
    count, url = CreditProposal.objects.waiting().count(), reverse("admin:proposal_list")
    return _counter(_("sales proposed for a credit"), count, url, labels.INFO)


def _corrections() -> dict[str, object]:
    count = RefundRequest.objects.filter(filters.suspected()).count()
    url = f"{reverse(LIST)}?state={filters.SUSPECTED}"
    return _counter(_("corrections to confirm"), count, url, labels.WARN)
