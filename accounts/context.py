"""What every page shows: where one can go, how one's account stands, and in which theme."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access
from accounts.models import User
from accounts.preferences import THEMES, theme_of
from accounts.standing import standings


def shell(request: HttpRequest) -> dict[str, object]:
    """Add the theme, the navigation and, for a pro, how each of their companies stands.

    It asks the database twice; a page that has asked already who the person is, once.
    """
    theme: dict[str, object] = {"theme": theme_of(request.COOKIES), "themes": THEMES}
    user = getattr(request, "user", None)
    if not isinstance(user, User) or request.path.startswith("/admin/"):
        return theme
    own = standings(user)
    return theme | {
        "navigation": _navigation(request, user, is_pro=bool(own)),
        "standings": own,
    }


def _navigation(request: HttpRequest, user: User, *, is_pro: bool) -> list[dict[str, object]]:
    entries: list[tuple[str, str]] = []
    duties = access.duties(user)
    if is_pro:
        entries += [
            ("lead_list", _("My leads")),
            ("request_list", _("Refund status")),
            ("transactions", _("Transactions")),
            ("rules", _("Rules")),
        ]
    if access.USE_DESK in duties:
        entries += [
            ("desk_appeals", _("Appeals")),
            ("desk_exceptions", _("Exceptions")),
            ("desk_reversals", _("Reversals")),
        ]
    if user.is_staff and (begins_at := access.admin_home(duties)):
        entries.append((begins_at, _("Verification")))
    return [
        {"name": name, "label": label, "url": url, "current": request.path == url}
        for name, label in entries
        for url in [reverse(name)]
    ]
