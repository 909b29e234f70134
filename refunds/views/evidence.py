"""Evidence is served to whom it concerns, as a download that can't run (trap 29)."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts import access
from accounts.models import User
from refunds.models import Evidence
from refunds.views.person import PersonRequest


@require_safe
def evidence(request: PersonRequest, evidence_uuid: UUID) -> FileResponse:
    """Send one file of a request to its pro, its account manager, or the team.

    Not to the pro once the lead has left the account: a screenshot shows the contact (L22).
    """
    found = get_object_or_404(_visible_to(request.user), uuid=evidence_uuid)
    try:
        content = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        content,
        as_attachment=True,
        filename=found.original_name,
        content_type=found.content_type,
    )
    # The middleware leaves a policy alone that a response brings along.
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _visible_to(user: User) -> QuerySet[Evidence]:
    if access.may_read_admin(user):
        return Evidence.objects.all()
    concerned = Q(request__pro__memberships__user=user, request__sale__detached_at__isnull=True)
    if access.is_account_manager(user):
        concerned |= Q(request__pro__account_manager=user)
    return Evidence.objects.filter(concerned).distinct()
