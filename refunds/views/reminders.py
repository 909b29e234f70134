"""Stopping the digests, from a mail and without signing in."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts import preferences
from refunds.reminder_mails import user_of_token


@login_not_required
@csrf_exempt  # the signed address is the authority: mail programs post to it without a session
@require_http_methods(["GET", "HEAD", "POST"])
def reminders_stop(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether the digests shall stop, and stop them by a POST.

    A GET changes nothing: mail scanners open every address (trap 33).
    """
    user_id = user_of_token(token)
    if user_id is None:
        raise Http404
    is_stopped = request.method == "POST"
    if is_stopped:
        preferences.keep_reminders(user_id=user_id, wanted=False)
    return render(request, "refunds/reminders_stop.html", {"is_stopped": is_stopped})
