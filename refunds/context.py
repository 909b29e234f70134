"""What every page shows of the requests."""

from django.http import HttpRequest

from accounts.models import User
from accounts.standing import places
from refunds.models import RefundRequest

SHOWN_UP_TO = 99


def waiting(request: HttpRequest) -> dict[str, str]:
    """Count the requests that wait for the pro; an index holds nothing but these."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or request.path.startswith("/admin/"):
        return {}
    pros = [place.pro_id for place in places(user)]
    if not pros:
        return {}
    count: int | None = getattr(request, "waiting_count", None)  # a page may know it already
    if count is None:
        found = RefundRequest.objects.waiting_for_pro().filter(pro__in=pros)
        count = found[: SHOWN_UP_TO + 1].count()
    if not count:
        return {}
    return {"waiting": f"{SHOWN_UP_TO}+" if count > SHOWN_UP_TO else str(count)}
