"""Recordings of calls are played to staff who look into a claim, and can't do anything else."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts import access
from accounts.models import User
from leads.models import CallRecording
from refunds.views.person import PersonRequest
from refunds.views.ranges import Answer, whole_or_part

# Opened by itself, from a mark say, the browser's player asks for the file again, as the reader.
PLAYS_ALONE = "sandbox allow-same-origin; default-src 'none'; media-src 'self'"


@require_safe
def recording(request: PersonRequest, recording_uuid: UUID) -> Answer:
    """Send a recording, or the part from a mark on, to the team or to the account manager of a pro
    who bought the lead."""
    found = get_object_or_404(_visible_to(request.user), uuid=recording_uuid)
    try:
        content = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = whole_or_part(request, content, size=found.file.size, kind=found.content_type)
    # The middleware leaves a policy alone that a response brings along.
    response["Content-Security-Policy"] = PLAYS_ALONE
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _visible_to(user: User) -> QuerySet[CallRecording]:
    if access.may_read_admin(user):
        return CallRecording.objects.all()
    if access.is_account_manager(user):
        return CallRecording.objects.filter(lead__sales__pro__account_manager=user).distinct()
    return CallRecording.objects.none()
