from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts import access
from accounts.models import User


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Send everybody to where their work is."""
    user = request.user
    if not isinstance(user, User):
        raise PermissionDenied
    duties = access.duties(user)
    if access.is_pro(user):
        return redirect("lead_list")
    if access.USE_DESK in duties:
        return redirect("desk_appeals")
    if user.is_staff and (begins_at := access.admin_home(duties)):
        return redirect(begins_at)
    raise PermissionDenied


@login_not_required
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Answer "ok" where the site and its database do."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")
