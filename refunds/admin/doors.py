"""Who gets into the pages of our own, beside the stock admin's.

Who only reads gets the answer to a GET; what changes something is for those whose work it is.
"""

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.views.decorators.http import require_safe

from accounts import access
from accounts.models import User

Page = Callable[..., HttpResponse]
May = Callable[[User], bool]


def for_verifiers(site: AdminSite, page: Page) -> Page:
    """Let verifiers use a page, and auditors read it."""
    return _door(site, page, reads=access.may_read_admin, acts=access.is_verifier)


def for_leads(site: AdminSite, page: Page) -> Page:
    """Let leads use a page; verifiers and auditors read it."""
    return _door(site, page, reads=access.may_read_admin, acts=access.is_lead)


def for_readers(site: AdminSite, page: Page) -> Page:
    """Let verifiers and auditors read a page that changes nothing."""
    reads = access.may_read_admin
    return _door(site, require_safe(page), reads=reads, acts=reads)


def _door(site: AdminSite, page: Page, *, reads: May, acts: May) -> Page:
    """Ask others to sign in, or refuse them if they are signed in."""

    @wraps(page)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        may = reads if request.method in ("GET", "HEAD", "OPTIONS") else acts
        if not may(cast("User", request.user)):
            raise PermissionDenied
        return page(request, *args, **kwargs)

    door = site.admin_view(guarded)
    # LoginRequiredMiddleware asks the view where to sign in.
    door.login_url = reverse_lazy("admin:login")  # type: ignore[attr-defined] # a function
    return door
