"""Keeps the recordings of live calls, which alone can prove a claim about them (L14, X20)."""

import uuid

from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import access
from accounts.models import User
from leads.audio import CleanRecording
from leads.models import CallRecording, Lead

LONGEST_SECONDS = 24 * 60 * 60


class RecordingRefused(Exception):
    """A recording that can't be kept; its text is a sentence for the user."""


def attach(
    *, program_id: int, lead_reference: str, actor: User, file: CleanRecording, seconds: int
) -> CallRecording:
    """Keep the recording of a live call under a random name; ``seconds`` is how long it plays.

    Raises Lead.DoesNotExist, and RecordingRefused for somebody who is none of the verification
    team, a lead that was no live call, a length that no call has, and a file that is kept already.
    """
    if not access.is_verifier(actor):
        raise RecordingRefused(_("Only the verification team can do this."))
    lead = Lead.objects.get(program_id=program_id, reference=lead_reference)
    _ensure_fitting(lead, file, seconds)
    name = default_storage.save(f"recordings/{uuid.uuid4().hex}{file.ending}", file.upload)
    try:
        with transaction.atomic():
            return CallRecording.objects.create(
                lead=lead,
                file=name,
                content_type=file.content_type,
                sha256=file.sha256,
                seconds=seconds,
                attached_by=actor,
                attached_at=timezone.now(),
            )
    except IntegrityError as error:
        default_storage.delete(name)
        raise _on_file() from error
    except BaseException:
        default_storage.delete(name)
        raise


def _ensure_fitting(lead: Lead, file: CleanRecording, seconds: int) -> None:
    if lead.kind != Lead.Kind.LIVE_CALL:
        raise RecordingRefused(_("This lead was no live call: there is no recording of it."))
    if not 0 < seconds <= LONGEST_SECONDS:
        raise RecordingRefused(_("Say how long the recording plays: up to 24 hours."))
    if lead.recordings.filter(sha256=file.sha256).exists():
        raise _on_file()


def _on_file() -> RecordingRefused:
    return RecordingRefused(_("This recording is on file already."))
