"""Who gets into the pages of our own, beside the stock admin's."""

from collections.abc import Callable

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.urls import reverse_lazy


def for_verifiers(
    site: AdminSite, page: Callable[..., HttpResponse]
) -> Callable[..., HttpResponse]:
    """Let verifiers in; others are asked to sign in, or refused if they are signed in."""
    guarded = site.admin_view(permission_required("refunds.verify", raise_exception=True)(page))
    # LoginRequiredMiddleware asks the view where to sign in.
    guarded.login_url = reverse_lazy("admin:login")  # type: ignore[attr-defined] # a function
    return guarded
