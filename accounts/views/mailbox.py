"""The mails that the embedded kind wrote to files, shown while DEBUG is on."""

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    """List the mails in ``var/mail``, the newest first."""
    _debug_only()
    paths = sorted(settings.MAIL_DIR.glob("*.log"), key=lambda path: path.stat().st_mtime)
    mails = [{"name": path.name, "message": _read(path)} for path in reversed(paths)]
    return render(request, "accounts/mail_list.html", {"mails": mails})


@login_not_required
@require_safe
def mail_detail(request: HttpRequest, name: str) -> HttpResponse:
    """Show the text of one mail."""
    _debug_only()
    path = settings.MAIL_DIR / Path(name).name
    if not path.is_file():
        raise Http404
    message = _read(path)
    body = message.get_body(("plain",))
    text = body.get_content() if body else ""
    return render(request, "accounts/mail_detail.html", {"message": message, "text": text})


def _debug_only() -> None:
    if not settings.DEBUG:
        raise Http404


def _read(path: Path) -> EmailMessage:
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
