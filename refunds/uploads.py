"""What a file must be before it may become evidence (traps 29 and 30)."""

import hashlib
import io
import struct
import unicodedata
from dataclasses import dataclass
from pathlib import PurePath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

# Ending -> (format, content type). The ending and the content must both say the same.
PICTURES = {
    ".jpg": ("JPEG", "image/jpeg"),
    ".jpeg": ("JPEG", "image/jpeg"),
    ".png": ("PNG", "image/png"),
    ".webp": ("WEBP", "image/webp"),
}
PDF = ".pdf"
ACCEPT = ",".join([*PICTURES, PDF])

# What Pillow keeps beside the pixels that their colors can't do without.
COLORS = {"icc_profile", "transparency"}
# What Pillow raises on damaged files; OSError includes UnidentifiedImageError.
DAMAGED = (
    OSError,
    ValueError,
    SyntaxError,
    TypeError,
    IndexError,
    struct.error,
    Image.DecompressionBombError,
)


@dataclass(frozen=True)
class CleanFile:
    """A file that was checked, and where it is a picture drawn anew."""

    name: str
    content_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        """The digest of the content, in hex."""
        return hashlib.sha256(self.content).hexdigest()


def clean_file(upload: "UploadedFile[bytes]") -> CleanFile:
    """Check one upload and return what may be kept of it.

    Pictures are decoded and written anew, which drops EXIF and whatever hides behind them.
    Raises ValidationError with a sentence that names the file.
    """
    name = clean_name(upload.name or "")
    ending = PurePath(name).suffix.lower()
    if ending not in PICTURES and ending != PDF:
        raise ValidationError(
            _("“%(name)s” is not a picture (JPEG, PNG, WebP) or a PDF. Choose another file.")
            % {"name": name}
        )
    if upload.size is None or upload.size > settings.EVIDENCE_MAX_BYTES:
        megabytes = settings.EVIDENCE_MAX_BYTES // (1024 * 1024)
        raise ValidationError(
            _("“%(name)s” is larger than %(megabytes)d MB. Choose a smaller file.")
            % {"name": name, "megabytes": megabytes}
        )
    content = upload.read()
    if ending == PDF:
        return CleanFile(name, "application/pdf", _clean_pdf(name, content))
    image_format, content_type = PICTURES[ending]
    return CleanFile(name, content_type, _redraw(name, content, image_format))


def clean_name(name: str) -> str:
    """Return a file name without control and bidi characters, at most 150 characters long."""
    plain = "".join(
        letter for letter in PurePath(name).name if unicodedata.category(letter)[0] != "C"
    ).strip()
    path = PurePath(plain or "file")
    return path.stem[: 150 - len(path.suffix)] + path.suffix


def _clean_pdf(name: str, content: bytes) -> bytes:
    if not content.startswith(b"%PDF-"):
        raise ValidationError(_unreadable(name))
    return content


def _redraw(name: str, content: bytes, image_format: str) -> bytes:
    drawn = io.BytesIO()
    try:
        _picture(name, content, image_format).save(drawn, image_format)
    except DAMAGED as error:
        raise ValidationError(_unreadable(name)) from error
    return drawn.getvalue()


def _picture(name: str, content: bytes, image_format: str) -> Image.Image:
    """Return the decoded picture; WebP's decoder holds three more until it is let go.

    A photo that is larger than other pictures may be is decoded at half its width and height.
    """
    with Image.open(io.BytesIO(content), formats=[image_format]) as image:
        _check_pixels(name, image, image_format)
        if image.width * image.height > settings.EVIDENCE_MAX_PIXELS:
            image.draft(None, (image.width // 2, image.height // 2))
        _turn_upright(image)
        plain = _in_plain_colors(image)
    return plain.copy() if image_format == "WEBP" and plain is image else plain


def _check_pixels(name: str, image: Image.Image, image_format: str) -> None:
    """Refuse before anything is decoded: a small file may unfold to gigabytes."""
    is_photo = image_format == "JPEG"
    most = settings.EVIDENCE_MAX_JPEG_PIXELS if is_photo else settings.EVIDENCE_MAX_PIXELS
    if image.width * image.height > most:
        raise ValidationError(
            _("“%(name)s” has more than %(most)d megapixels. Send a smaller picture.")
            % {"name": name, "most": most // 1_000_000}
        )


def _turn_upright(image: Image.Image) -> None:
    """Apply the orientation, and forget all else that the file says beside its colors.

    ``getexif`` reads once and remembers. Without the raw EXIF, ``exif_transpose`` doesn't write
    it anew, which fails where any other tag is damaged.
    """
    image.load()
    image.getexif()
    image.info = {key: value for key, value in image.info.items() if key in COLORS}
    ImageOps.exif_transpose(image, in_place=True)


def _in_plain_colors(image: Image.Image) -> Image.Image:
    """Return the picture as RGB, or RGBA where it has transparency, with 8 bits for each."""
    if image.mode.startswith("I"):
        image.info.pop("transparency", None)
        image = image.convert("I").point([value >> 8 for value in range(65536)], "L")
    mode = "RGBA" if image.has_transparency_data else "RGB"
    return image if image.mode == mode else image.convert(mode)


def _unreadable(name: str) -> str:
    return _("“%(name)s” can't be read as what its name says. Choose another file.") % {
        "name": name
    }
