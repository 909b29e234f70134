from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.mailbox import read_mails


@login_not_required
@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    """List the mails in ``var/mail``, the newest first, while DEBUG is on."""
    _debug_only()
    mails = reversed(read_mails(settings.MAIL_DIR))
    return render(request, "accounts/mail_list.html", {"mails": list(mails)})


@login_not_required
@require_safe
def mail_detail(request: HttpRequest, name: str) -> HttpResponse:
    """Show the text of one mail, while DEBUG is on."""
    _debug_only()
    mails = {mail.name: mail for mail in read_mails(settings.MAIL_DIR)}
    if name not in mails:
        raise Http404
    return render(request, "accounts/mail_detail.html", {"mail": mails[name]})


def _debug_only() -> None:
    if not settings.DEBUG:
        raise Http404
