"""Keeps the recordings of live calls, which alone can prove a claim about them (L14, X20), and
the marks that the team sets in them."""

import uuid

from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import access
from accounts.models import User
from leads.audio import CleanRecording
from leads.models import CallRecording, Lead, RecordingMark
from leads.models.recording_mark import LONGEST_SECONDS


class RecordingRefused(Exception):
    """A recording or a mark that can't be kept; its text is a sentence for the user."""


def attach(
    *, program_id: int, lead_reference: str, actor: User, file: CleanRecording, seconds: int
) -> CallRecording:
    """Keep the recording of a live call under a random name; ``seconds`` is how long it plays.

    Raises Lead.DoesNotExist, and RecordingRefused for somebody who is none of the verification
    team, a lead that was no live call, a length that no call has, and a file that is kept already.
    """
    _ensure_verifier(actor)
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


def mark(*, recording_uuid: uuid.UUID, actor: User, second: int, words: str) -> RecordingMark:
    """Mark a place in a recording, counted in seconds from its beginning.

    Raises CallRecording.DoesNotExist, and RecordingRefused for somebody who is none of the
    verification team, a place behind the recording's end, one that the actor marked already, and
    a mark without words.
    """
    _ensure_verifier(actor)
    recording = CallRecording.objects.get(uuid=recording_uuid)
    if not 0 <= second <= recording.seconds:
        raise RecordingRefused(
            _("The recording ends at %(end)s: mark a place before that.")
            % {"end": playing_time(recording.seconds)}
        )
    if not words.strip():
        raise RecordingRefused(_("Say what is heard there."))
    try:
        with transaction.atomic():
            return RecordingMark.objects.create(
                recording=recording,
                second=second,
                words=words.strip(),
                author=actor,
                at=timezone.now(),
            )
    except IntegrityError as error:
        raise RecordingRefused(
            _("You marked %(at)s already.") % {"at": playing_time(second)}
        ) from error


def unmark(*, mark_uuid: uuid.UUID, actor: User) -> None:
    """Take a mark away: its author's own, or as a lead anybody's.

    Raises RecordingRefused, also where it is gone already.
    """
    _ensure_verifier(actor)
    found = RecordingMark.objects.filter(uuid=mark_uuid).first()
    if found is None:
        raise RecordingRefused(_("This mark is gone already."))
    if not may_unmark(found, actor):
        raise RecordingRefused(
            _("Only %(author)s or a lead can take it away.") % {"author": found.author}
        )
    found.delete()


def may_unmark(mark: RecordingMark, actor: User) -> bool:
    """Say whether the actor may take a mark away."""
    return mark.author_id == actor.pk or access.is_lead(actor)


def playing_time(seconds: int) -> str:
    """Return a place in a recording in minutes and seconds, such as 4:05."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes}:{rest:02d}"


def _ensure_verifier(actor: User) -> None:
    if not access.is_verifier(actor):
        raise RecordingRefused(_("Only the verification team can do this."))


def _ensure_fitting(lead: Lead, file: CleanRecording, seconds: int) -> None:
    if lead.kind != Lead.Kind.LIVE_CALL:
        raise RecordingRefused(_("This lead was no live call: there is no recording of it."))
    if not 0 < seconds <= LONGEST_SECONDS:
        raise RecordingRefused(_("Say how long the recording plays: up to 24 hours."))
    if lead.recordings.filter(sha256=file.sha256).exists():
        raise _on_file()


def _on_file() -> RecordingRefused:
    return RecordingRefused(_("This recording is on file already."))
