"""The pages for what can't be answered, the same with DEBUG on as with it off."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.middleware.csrf import REASON_BAD_ORIGIN
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.defaults import bad_request, page_not_found

OTHER_SITE = REASON_BAD_ORIGIN.split("%s")[0]
# What people write at length, in whatever form.
TYPED = ("explanation", "answer", "text", "words")


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


class PagesForOtherMethods:
    """Draws a page of ours where Django's answer to a wrong method has no words."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on, and put a 405 into words."""
        answer = self.get_response(request)
        if not isinstance(answer, HttpResponseNotAllowed) or request.method == "HEAD":
            return answer
        page = render(request, "405.html", status=405)
        page["Allow"] = answer["Allow"]
        return page


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """Say what to do where a form comes from before the last sign-in, and show its words.

    Nobody else's words are shown: another site's form comes without the person's session.
    """
    is_ours = request.user.is_authenticated and not reason.startswith(OTHER_SITE)
    typed = [request.POST[name] for name in TYPED if request.POST.get(name, "").strip()]
    context = {"typed": typed if is_ours else [], "page": _came_from(request)}
    return render(request, "403_csrf.html", context, status=403)


def _came_from(request: HttpRequest) -> str:
    """Return the page that the form was on, "" where it isn't known to be one of ours."""
    page = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure())
    return page if is_ours else ""
