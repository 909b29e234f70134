"""Parts of a file: a player that jumps to a place asks for the bytes from there on (RFC 9110)."""

import re
from dataclasses import dataclass
from typing import IO

from django.http import FileResponse, HttpRequest, HttpResponse

ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")

Answer = FileResponse | HttpResponse


@dataclass(frozen=True)
class Part:
    """The first and the last byte of a part, counted from 0."""

    first: int
    last: int


@dataclass
class Window:
    """So many bytes of a file from where it stands on, to be read as a file; closes it."""

    file: IO[bytes]
    left: int

    def read(self, size: int) -> bytes:
        """Return the next bytes, at most ``size`` of them."""
        chunk = self.file.read(min(size, self.left))
        self.left -= len(chunk)
        return chunk

    def close(self) -> None:
        """Close the file."""
        self.file.close()


def whole_or_part(request: HttpRequest, content: IO[bytes], *, size: int, kind: str) -> Answer:
    """Send a file of ``size`` bytes, or the one part of it that is asked for; closes the file.

    What asks for several parts, or for none that is written well, gets the whole.
    """
    asked = ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None or not any(asked.groups()):
        answer: Answer = FileResponse(content, content_type=kind)
    elif part := _part(asked[1], asked[2], size):
        answer = _partial(content, part, size=size, kind=kind)
    else:
        content.close()
        answer = HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    answer["Accept-Ranges"] = "bytes"
    return answer


def _part(first: str, last: str, size: int) -> Part | None:
    """Return the part between two places, or the last so many bytes; None where nothing is."""
    if not first:
        part = Part(max(size - int(last), 0), size - 1)
    else:
        part = Part(int(first), min(int(last), size - 1) if last else size - 1)
    return part if part.first <= part.last else None


def _partial(content: IO[bytes], part: Part, *, size: int, kind: str) -> FileResponse:
    length = part.last - part.first + 1
    content.seek(part.first)
    answer = FileResponse(Window(content, length), status=206, content_type=kind)
    answer["Content-Range"] = f"bytes {part.first}-{part.last}/{size}"
    answer["Content-Length"] = str(length)
    return answer
