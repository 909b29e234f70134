"""The pages for what can't be answered, the same with DEBUG on as with it off."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.defaults import bad_request, page_not_found


class ErrorPagesWhileDebugging:
    """Draws our own 404 and 400 where DEBUG would draw Django's technical pages.

    An address that matches nothing stays Django's: its list of addresses is of use then.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """Answer what a view raised; None leaves it to Django."""
        if settings.DEBUG and isinstance(exception, Http404):
            return page_not_found(request, exception)
        if settings.DEBUG and isinstance(exception, BadRequest | SuspiciousOperation):
            return bad_request(request, exception)
        return None


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """Say what to do where a form comes from before the last sign-in."""
    return render(request, "403_csrf.html", status=403)
