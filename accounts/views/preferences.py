from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import preferences
from accounts.models import User

A_YEAR = 365 * 24 * 60 * 60


@login_not_required
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Speak the chosen language from now on: in this browser, and to this person anywhere."""
    response = _back(request)
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        return response
    if isinstance(request.user, User):
        preferences.keep_language(user_id=request.user.pk, language=language)
    _keep(response, settings.LANGUAGE_COOKIE_NAME, language)
    return response


@login_not_required
@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Show the pages light, dark, or as the machine has it."""
    response = _back(request)
    theme = request.POST.get("theme", "")
    if theme in preferences.THEMES:
        _keep(response, preferences.THEME_COOKIE, theme)
    return response


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """Return to the page that the form stood on, never to another site; say if it is beside it."""
    if request.POST.get("apart"):
        messages.info(
            request, _("This is a new tab. Whatever you had typed is still in the other one.")
        )
    page = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        page, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(page if is_ours else reverse("home"))


def _keep(response: HttpResponse, cookie: str, value: str) -> None:
    response.set_cookie(
        cookie,
        value,
        max_age=A_YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
