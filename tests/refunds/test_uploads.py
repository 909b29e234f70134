"""What is kept of a file that is sent as evidence: what it shows, and nothing else (trap 29)."""

import io
import struct
from typing import cast

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from refunds.uploads import CleanFile, clean_file, clean_name

UNREADABLE = "can't be read as what its name says"


def encoded(image: Image.Image, image_format: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, image_format, **options)
    return file.getvalue()


def cleaned(name: str, content: bytes) -> CleanFile:
    return clean_file(SimpleUploadedFile(name, content))


def seen(name: str, content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(cleaned(name, content).content))


def damaged_exif(orientation: int) -> bytes:
    """An orientation, and a width that is text where a number belongs."""
    tags = struct.pack("<HHIHxx", Base.Orientation, 3, 1, orientation)
    tags += struct.pack("<HHI4s", Base.ImageWidth, 2, 4, b"abc\0")
    tags += struct.pack("<HHI4s", Base.XResolution, 2, 4, b"abc\0")
    return b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", 3) + tags + b"\0\0\0\0"


@pytest.mark.parametrize(("ending", "image_format"), [("jpg", "JPEG"), ("webp", "WEBP")])
def test_orientation_outlives_damaged_exif(ending: str, image_format: str) -> None:
    content = encoded(Image.new("RGB", (40, 30)), image_format, exif=damaged_exif(6))
    assert seen(f"photo.{ending}", content).size == (30, 40)


def test_chunk_that_is_damaged_is_refused_with_a_sentence() -> None:
    content = encoded(Image.new("RGB", (4, 4)), "PNG")
    end = content.index(b"IEND") - 4
    damaged = content[:end] + b"\0\0\0\0gAMA" + struct.pack(">I", 0x3161E2A0) + content[end:]
    with pytest.raises(ValidationError, match=UNREADABLE):
        cleaned("log.png", damaged)


def test_orientation_is_applied_and_position_dropped() -> None:
    photo = Image.new("RGB", (40, 30), "blue")
    photo.paste("red", (0, 0, 20, 30))
    exif = photo.getexif()
    exif[Base.Orientation] = 6
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (33.0, 45.0, 0.0)
    content = encoded(photo, "JPEG", exif=exif, comment=b"33.75 N")
    assert Image.open(io.BytesIO(content)).getexif().get_ifd(IFD.GPSInfo)
    kept = seen("photo.jpg", content)
    assert kept.size == (30, 40)
    top, bottom = kept.getpixel((15, 5)), kept.getpixel((15, 35))
    assert isinstance(top, tuple) and isinstance(bottom, tuple)
    assert top[0] > 200 > bottom[0]
    assert not kept.getexif()
    assert "comment" not in kept.info


def test_as_many_pixels_as_a_phone_takes_and_no_more() -> None:
    assert seen("photo.png", encoded(Image.new("L", (4000, 4000)), "PNG")).size == (4000, 4000)
    with pytest.raises(ValidationError, match="has more than 16 megapixels"):
        cleaned("bomb.png", encoded(Image.new("L", (4000, 4001)), "PNG"))


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"exif": damaged_exif(6)}])
def test_photo_of_24_megapixels_is_kept_at_half_its_size(options: dict[str, object]) -> None:
    photo = Image.new("RGB", (5712, 4284), "blue")
    photo.paste("red", (0, 0, 2856, 4284))
    kept = seen("photo.jpg", encoded(photo, "JPEG", **options))
    is_turned = "exif" in options
    assert kept.size == ((2142, 2856) if is_turned else (2856, 2142))
    red, green, blue = cast("tuple[int, ...]", kept.getpixel((20, 20)))
    assert (red > 240, green < 20, blue < 20) == (True, True, True)


def test_photo_with_a_second_picture_behind_it_is_kept_at_half_its_size() -> None:
    photo = Image.new("RGB", (5712, 4284), "blue")
    second = Image.new("RGB", (40, 30), "red")
    content = encoded(photo, "MPO", save_all=True, append_images=[second])
    assert Image.open(io.BytesIO(content)).format == "MPO"
    kept = seen("photo.jpg", content)
    assert (kept.format, kept.size) == ("JPEG", (2856, 2142))


def test_photo_that_others_may_be_as_large_as_stays_as_it_is() -> None:
    photo = encoded(Image.new("RGB", (4000, 4000)), "JPEG")
    assert seen("photo.jpg", photo).size == (4000, 4000)


def test_photo_of_more_than_25_megapixels_is_refused() -> None:
    with pytest.raises(ValidationError, match="has more than 25 megapixels"):
        cleaned("photo.jpg", encoded(Image.new("L", (5000, 5001)), "JPEG"))


def test_pixels_are_counted_before_they_are_decoded() -> None:
    content = encoded(Image.new("L", (4000, 4001)), "PNG")
    with pytest.raises(ValidationError, match="has more than 16 megapixels"):
        cleaned("bomb.png", content[: content.index(b"IDAT") + 8])


def test_palette_with_transparency_keeps_what_it_shows() -> None:
    picture = Image.new("P", (2, 1))
    picture.putpalette([0, 0, 0, 0, 0, 0])
    picture.putpixel((1, 0), 1)
    kept = seen("log.png", encoded(picture, "PNG", transparency=b"\x00\xff"))
    assert kept.mode == "RGBA"
    assert [kept.getpixel((x, 0)) for x in (0, 1)] == [(0, 0, 0, 0), (0, 0, 0, 255)]


@pytest.mark.parametrize("options", [{}, {"transparency": 300}])
def test_grey_of_16_bits_keeps_its_shades(options: dict[str, object]) -> None:
    picture = Image.new("I;16", (256, 1))
    for x in range(256):
        picture.putpixel((x, 0), x * 257)
    kept = seen("scan.png", encoded(picture, "PNG", **options))
    assert [kept.getpixel((x, 0)) for x in range(256)] == [(x, x, x) for x in range(256)]


@pytest.mark.parametrize("name", ["paper.pdf", "photo.jpg", "photo.webp"])
def test_content_that_is_not_what_its_name_says_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match=UNREADABLE):
        cleaned(name, encoded(Image.new("RGB", (4, 4)), "PNG"))


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("a\x00b.png", "ab.png"),
        ("call\u202egnp.exe.png", "callgnp.exe.png"),
        ("../../etc/log.png", "log.png"),
        ("\u2066\x00\u2069", "file"),
        ("x" * 300 + ".png", "x" * 146 + ".png"),
    ],
)
def test_name_is_cleaned(name: str, kept: str) -> None:
    assert clean_name(name) == kept
