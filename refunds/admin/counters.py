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
    return [
        _counter(_("overdue"), counts["overdue"], "?due=overdue", labels.BAD),
        _counter(_("due today"), counts["today"], "?due=today", labels.WARN),
        _counter(_("not taken yet"), counts["unclaimed"], "?holder=nobody", labels.INFO),
        _counter(_("open in all"), counts["open"], "", labels.PLAIN),
        _exceptions(),
        _proposals(),
        _corrections(),
    ]


def _counter(label: str, count: int, query: str, look: str) -> dict[str, object]:
    return {
        "label": label,
        "count": count,
        "url": reverse(LIST) + query,
        "look": look if count else labels.PLAIN,
    }


def _exceptions() -> dict[str, object]:
    count = ExceptionRequest.objects.undecided().count()
    return {
        "label": _("exceptions to decide"),
        "count": count,
        "url": reverse("admin:exception_list"),
        "look": labels.INFO if count else labels.PLAIN,
    }


def _proposals() -> dict[str, object]:
    count = CreditProposal.objects.waiting().count()
    return {
        "label": _("sales proposed for a credit"),
        "count": count,
        "url": reverse("admin:proposal_list"),
        "look": labels.INFO if count else labels.PLAIN,
    }


def _corrections() -> dict[str, object]:
    count = RefundRequest.objects.filter(filters.suspected()).count()
    query = f"?state={filters.SUSPECTED}"
    return _counter(_("corrections to confirm"), count, query, labels.WARN)
