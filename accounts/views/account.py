from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import preferences
from accounts.forms import RemindersForm
from accounts.models import User
from accounts.standing import teams


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """One's account: language, theme, mails, how one signs in, and who else is in the firm."""
    user = request.user
    if not isinstance(user, User):
        raise PermissionDenied
    if request.method == "POST":
        form = RemindersForm(request.POST)
        form.full_clean()
        wanted: bool = form.cleaned_data["wants_reminders"]
        preferences.keep_reminders(user_id=user.pk, wanted=wanted)
        messages.success(request, _on() if wanted else _off())
        return redirect("account")
    form = RemindersForm(initial={"wants_reminders": user.wants_reminders})
    return render(request, "accounts/account.html", {"form": form, "teams": teams(user)})


def _on() -> str:
    return _("We write to you before leads can no longer be refunded.")


def _off() -> str:
    return _("You won't get reminders any more.")
