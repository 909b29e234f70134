"""Who asks: every page of the portal and the desk is for somebody who signed in."""

from django.http import HttpRequest

from accounts.models import User
from refunds.services.change import RefundError, Stale
from refunds.services.file import AlreadyRequested, CommandReused

OVERTAKEN = (Stale, AlreadyRequested, CommandReused)


class PersonRequest(HttpRequest):
    """A request that LoginRequiredMiddleware let through."""

    user: User


def status_of(refusal: RefundError | None) -> int:
    """Return 409 where the page was overtaken by something else, 422 for what must be mended."""
    return 409 if isinstance(refusal, OVERTAKEN) else 422
