"""What a file must be before it may become the recording of a call (trap 29)."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

HEAD = 16  # bytes that tell what a file is


def _is_mp3(head: bytes) -> bool:
    """Tell an ID3 tag, or the header of a frame of MPEG audio, layer III."""
    if head.startswith(b"ID3"):
        return True
    is_frame = len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2
    return is_frame and head[1] & 0x18 != 0x08


# Ending -> (content type, whether the first bytes say the same).
SOUNDS: Mapping[str, tuple[str, Callable[[bytes], bool]]] = {
    ".mp3": ("audio/mpeg", _is_mp3),
    ".wav": ("audio/wav", lambda head: head[:4] == b"RIFF" and head[8:12] == b"WAVE"),
    ".ogg": ("audio/ogg", lambda head: head[:4] == b"OggS"),
    ".m4a": ("audio/mp4", lambda head: head[4:8] == b"ftyp" and head[8:11] in (b"M4A", b"mp4")),
}
ACCEPT = ",".join(SOUNDS)


@dataclass(frozen=True)
class CleanRecording:
    """A recording that was checked; its bytes stay where they were uploaded to."""

    ending: str
    content_type: str
    sha256: str
    upload: "UploadedFile[bytes]"


def clean_recording(upload: "UploadedFile[bytes]") -> CleanRecording:
    """Check one upload by its ending, its first bytes and its size.

    Raises ValidationError with a sentence. The file is never decoded, and kept under another name.
    """
    ending = PurePath(upload.name or "").suffix.lower()
    if ending not in SOUNDS:
        raise ValidationError(_("Choose a recording: an MP3, WAV, OGG or M4A file."))
    if upload.size is None or upload.size > settings.RECORDING_MAX_BYTES:
        raise ValidationError(
            _("This file is larger than %(megabytes)d MB. Choose a smaller one.")
            % {"megabytes": settings.RECORDING_MAX_BYTES // (1024 * 1024)}
        )
    content_type, says_the_same = SOUNDS[ending]
    upload.seek(0)
    if not says_the_same(upload.read(HEAD)):
        raise ValidationError(_("This file is not what its name says. Choose another one."))
    return CleanRecording(ending, content_type, _digest(upload), upload)


def _digest(upload: "UploadedFile[bytes]") -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    return digest.hexdigest()
