"""Who asks: every page of the portal and the desk is for somebody who signed in."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.decorators import user_passes_test
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts import access
from accounts.models import User
from refunds.services.change import RefundError, Stale
from refunds.services.file import AlreadyRequested, CommandReused

OVERTAKEN = (Stale, AlreadyRequested, CommandReused)


class PersonRequest(HttpRequest):
    """A request that LoginRequiredMiddleware let through."""

    user: User
    waiting_count: int  # of the requests that wait for the pro, where the page knows it already
    htmx: HtmxDetails


def _is_pro(user: AbstractBaseUser | AnonymousUser) -> bool:
    if isinstance(user, User) and access.is_pro(user):
        return True
    raise PermissionDenied


def _uses_desk(user: AbstractBaseUser | AnonymousUser) -> bool:
    if isinstance(user, User) and access.USE_DESK in access.duties(user):
        return True
    raise PermissionDenied


for_desk = user_passes_test(_uses_desk)
"""Refuses whoever decides nothing at the desk, in 1 query where ``has_perm`` takes 2."""

for_pros = user_passes_test(_is_pro)
"""Refuses whoever belongs to no pro: an empty list would tell them that nothing was bought."""


def status_of(refusal: RefundError | None) -> int:
    """Return 409 where the page was overtaken by something else, 422 for what must be mended."""
    return 409 if isinstance(refusal, OVERTAKEN) else 422
