"""What every request passes besides Django's own."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import TooManyFieldsSent, TooManyFilesSent
from django.http import (
    HttpRequest,
    HttpResponseBase,
    HttpResponseRedirect,
    UnreadablePostError,
)
from django.shortcuts import render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from accounts.models import User


class PersonsLanguage:
    """Speaks the language of whoever is signed in, whatever the browser's cookie says."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on, in the person's language if they chose one."""
        user = request.user
        if isinstance(user, User) and user.language in dict(settings.LANGUAGES):
            translation.activate(user.language)
            request.LANGUAGE_CODE = user.language
        return self.get_response(request)


class SendsAtMost:
    """Refuses a body that no form of ours sends, before any of it is kept (trap 29).

    Django spools files to disk as they come, whatever their size and whoever sends them.
    """

    SLACK = 1024 * 1024  # what a form sends besides its files
    CHUNK = 64 * 1024

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on, or answer 413 with what may be sent."""
        length, most = _length(request), _most(request) + self.SLACK
        if length <= most:
            return self._refusal(request) if _has_too_many(request) else self.get_response(request)
        self._pass_over(request, min(length, 2 * most))
        return self._refusal(request)

    def _refusal(self, request: HttpRequest) -> HttpResponseBase:
        words = {
            "is_recording": _is_admin(request),
            "files": settings.EVIDENCE_MAX_FILES,
            "megabytes": settings.EVIDENCE_MAX_BYTES // 2**20,
            "recording_megabytes": settings.RECORDING_MAX_BYTES // 2**20,
        }
        return render(request, "413.html", words, status=413)

    def _pass_over(self, request: HttpRequest, length: int) -> None:
        # A browser that can't finish sending shows no answer; what is far too much is cut off.
        while length > 0 and (chunk := request.read(min(length, self.CHUNK))):
            length -= len(chunk)


class KeepsPagesPrivate:
    """Lets no browser and no proxy keep what somebody reads who is signed in (P3, L22).

    Otherwise Back shows it to whoever has the machine after the sign-out.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on, and mark the answer."""
        answer = self.get_response(request)
        if request.user.is_authenticated:
            answer["Cache-Control"] = "private, no-store"
        return answer


class SignInFirst(LoginRequiredMiddleware):
    """Asks whoever isn't signed in, or no longer is, to sign in and brings them back.

    Back to the page that they see: not to where its form was sent, which a GET may not show, nor
    to the piece of it that htmx asked for.
    """

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseRedirect:
        """Send to the sign-in page, whole."""
        answer = redirect_to_login(
            _page(request), self.get_login_url(view_func), self.get_redirect_field_name(view_func)
        )
        if _htmx(request):
            # htmx would put a redirect's page into the piece; this it follows as a whole.
            answer.status_code = 200
            answer["HX-Redirect"] = answer["Location"]
            del answer["Location"]
        return answer


def _has_too_many(request: HttpRequest) -> bool:
    """Say whether more files or fields came than Django reads; it would answer without a word."""
    try:
        _ = request.POST
    except (TooManyFilesSent, TooManyFieldsSent):
        return True
    except UnreadablePostError:
        return False  # nobody is there any more to be answered
    return False


def _length(request: HttpRequest) -> int:
    """Return how much is sent; nothing is read of a body that doesn't say."""
    said = request.META.get("CONTENT_LENGTH") or ""
    return int(said) if said.isdecimal() else 0


def _most(request: HttpRequest) -> int:
    """Return how much the files of the largest form may come to."""
    if _is_admin(request):
        return settings.RECORDING_MAX_BYTES
    return settings.EVIDENCE_MAX_FILES * settings.EVIDENCE_MAX_BYTES


def _is_admin(request: HttpRequest) -> bool:
    return request.path.startswith("/admin/")


def _page(request: HttpRequest) -> str:
    """Return the address of the page that the person looks at."""
    htmx = _htmx(request)
    if htmx and htmx.current_url_abs_path:
        return htmx.current_url_abs_path
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    sent_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(sent_from, allowed_hosts={request.get_host()}):
        return request.get_full_path()
    page = urlsplit(sent_from)
    return f"{page.path}?{page.query}" if page.query else page.path


def _htmx(request: HttpRequest) -> HtmxDetails | None:
    details = getattr(request, "htmx", None)
    return details if isinstance(details, HtmxDetails) and details else None
