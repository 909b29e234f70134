"""How a person wants the pages: the language, which is theirs everywhere, and the theme."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from accounts.models import User

THEME_COOKIE = "theme"
THEMES = {"": _("Automatic"), "light": _("Light"), "dark": _("Dark")}


def theme_of(cookies: Mapping[str, str]) -> str:
    """Return the theme that the browser keeps, "" where it follows the machine's."""
    kept = cookies.get(THEME_COOKIE, "")
    return kept if kept in THEMES else ""


def keep_language(*, user_id: int, language: str) -> None:
    """Make a language the person's own, on every browser and in their mails."""
    User.objects.filter(pk=user_id).update(language=language)


def keep_reminders(*, user_id: int, wanted: bool) -> None:
    """Write to the person before windows close, or no longer."""
    User.objects.filter(pk=user_id).update(wants_reminders=wanted)
