"""Who holds a request, and for how long nobody else may take it."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts import access, formats
from accounts.models import User
from refunds.models import RefundRequest
from refunds.services.change import RefundError

LEASE = timedelta(minutes=30)


class Held(RefundError):
    """A colleague is at work on the request."""


def hold(request: RefundRequest, *, actor: User, at: datetime) -> None:
    """Make the actor the holder of a locked request until the lease runs out; saves nothing."""
    request.holder = actor
    request.held_until = at + LEASE


def may_take(request: RefundRequest, *, actor: User, at: datetime) -> bool:
    """Say whether the actor may take a request that is in review: a lead may from a colleague."""
    return not is_held_by_another(request, actor=actor, at=at) or access.is_lead(actor)


def is_held_by_another(request: RefundRequest, *, actor: User, at: datetime) -> bool:
    """Say whether somebody else holds the request under a lease that still runs."""
    is_running = request.held_until is not None and request.held_until > at
    return is_running and request.holder_id != actor.pk


def ensure_free(request: RefundRequest, *, actor: User, at: datetime) -> None:
    """Raise Held where a colleague holds the request, unless the actor is a lead."""
    if request.held_until is None or may_take(request, actor=actor, at=at):
        return
    raise Held(
        _("%(who)s holds this case until %(until)s: it is free after that, or ask them or a lead.")
        % {
            "who": request.holder,
            "until": formats.instant(request.held_until, request.program),
        }
    )
