"""Recordings of live calls: what is kept, what is refused, and to whom they are played."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from accounts.models import ServicePro, User
from leads.audio import clean_recording
from leads.models import CallRecording, Lead
from leads.services import recordings
from leads.services.recordings import RecordingRefused
from tests.factories.leads import LeadFactory, LeadSaleFactory
from tests.snapshots import refused
from tests.sounds import HEADS, sound

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]

# No script runs in it, whatever is in the file; the browser's player gets the file and no more.
PLAYS_ALONE = "sandbox allow-same-origin; default-src 'none'; media-src 'self'"


@pytest.fixture(autouse=True)
def _every_file_has_its_row(db: None, tmp_path: Path) -> Iterator[None]:
    """See after each test that nothing refused left a file behind."""
    with override_settings(MEDIA_ROOT=tmp_path):
        yield
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == (
        CallRecording.objects.count()
    )


@pytest.fixture
def lead(pro_company: ServicePro) -> Lead:
    """A live call that was sold to ``pro_company``."""
    return LeadSaleFactory.create(pro=pro_company, lead__kind=Lead.Kind.LIVE_CALL).lead


def upload(name: str = "call.ogg", content: bytes = b"") -> "SimpleUploadedFile":
    return SimpleUploadedFile(name, content or sound())


def attach(
    lead: Lead, actor: User, *, file: SimpleUploadedFile | None = None, seconds: int = 95
) -> CallRecording:
    return recordings.attach(
        program_id=lead.program_id,
        lead_reference=lead.reference,
        actor=actor,
        file=clean_recording(file or upload()),
        seconds=seconds,
    )


@pytest.mark.covers("L12")
@pytest.mark.parametrize(
    ("ending", "content_type"),
    [
        (".mp3", "audio/mpeg"),
        (".wav", "audio/wav"),
        (".ogg", "audio/ogg"),
        (".m4a", "audio/mp4"),
    ],
)
def test_recording_is_kept_under_a_random_name(
    lead: Lead, agent: User, ending: str, content_type: str
) -> None:
    kept = attach(lead, agent, file=upload(f"Petra's call{ending.upper()}", sound(ending)))

    assert (kept.content_type, kept.seconds, kept.attached_by) == (content_type, 95, agent)
    assert len(kept.sha256) == 64
    name = str(kept.file.name)
    assert name.startswith("recordings/")
    assert name.endswith(ending)
    assert "Petra" not in name
    with default_storage.open(name) as file:
        assert file.read() == sound(ending)


@pytest.mark.parametrize("ending", HEADS)
@pytest.mark.parametrize("other", [*HEADS, ""])
def test_name_and_first_bytes_say_the_same(ending: str, other: str) -> None:
    content = sound(other) if other else b"<html><script>alert(1)</script>"
    if other == ending:
        assert clean_recording(upload(f"call{ending}", content)).ending == ending
        return
    with pytest.raises(ValidationError, match="not what its name says"):
        clean_recording(upload(f"call{ending}", content))


@pytest.mark.parametrize("head", [b"\xff\xfb\x90\x00", b"\xff\xf3\x40\xc0", b"\xff\xe3\x18\xc4"])
def test_mp3_without_a_tag_is_one(head: bytes) -> None:
    assert clean_recording(upload("call.mp3", head)).content_type == "audio/mpeg"


@pytest.mark.parametrize("head", [b"\xff", b"\xff\xff\x90", b"\xff\xeb\x90", b"\xff\xd8\xff\xe0"])
def test_what_only_begins_like_an_mp3_is_none(head: bytes) -> None:
    with pytest.raises(ValidationError, match="not what its name says"):
        clean_recording(upload("call.mp3", head))


@pytest.mark.parametrize("name", ["call.html", "call.svg", "call", "call.ogg.exe", ".mp3"])
def test_other_endings_are_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="an MP3, WAV, OGG or M4A file"):
        clean_recording(upload(name))


def test_size_is_capped() -> None:
    with override_settings(RECORDING_MAX_BYTES=1024 * 1024):
        clean_recording(upload(content=sound(body=b"\x00" * (1024 * 1024 - 10))))
        with pytest.raises(ValidationError, match="larger than 1 MB"):
            clean_recording(upload(content=sound(body=b"\x00" * (1024 * 1024 - 9))))


def test_only_verifiers_attach(lead: Lead, pro: User, manager: User, stranger: User) -> None:
    for actor in (pro, manager, stranger):
        with refused(RecordingRefused):
            attach(lead, actor)


def test_web_lead_has_no_recording(agent: User) -> None:
    lead = LeadFactory.create()

    with refused(RecordingRefused) as caught:
        attach(lead, agent)

    assert "no live call" in str(caught.value)


@pytest.mark.parametrize("seconds", [-1, 0, 24 * 60 * 60 + 1])
def test_length_is_one_that_a_call_has(lead: Lead, agent: User, seconds: int) -> None:
    with refused(RecordingRefused):
        attach(lead, agent, seconds=seconds)


def test_same_recording_is_kept_once(lead: Lead, agent: User) -> None:
    attach(lead, agent)

    with refused(RecordingRefused) as caught:
        attach(lead, agent)

    assert "on file already" in str(caught.value)


def test_same_recording_sent_twice_at_once_is_kept_once(
    lead: Lead, agent: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    attach(lead, agent)
    monkeypatch.setattr(recordings, "_ensure_fitting", lambda *_args: None)  # looked before it came

    with refused(RecordingRefused) as caught:
        attach(lead, agent)

    assert "on file already" in str(caught.value)


@pytest.mark.parametrize("who", ["agent", "manager"])
def test_staff_listen_to_it(
    lead: Lead, agent: User, signed_in: SignIn, request: pytest.FixtureRequest, who: str
) -> None:
    kept = attach(lead, agent)

    response = signed_in(request.getfixturevalue(who)).get(f"/recordings/{kept.uuid}/")

    assert response.status_code == 200
    assert response.getvalue() == sound()
    assert response["Content-Type"] == "audio/ogg"
    assert response["Content-Security-Policy"] == PLAYS_ALONE
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("bytes=0-", (0, 209)),
        ("bytes=2-4", (2, 4)),
        ("bytes=200-900", (200, 209)),
        ("bytes=-3", (207, 209)),
        ("bytes=-900", (0, 209)),
    ],
)
def test_a_player_jumps_to_a_place(
    lead: Lead, agent: User, signed_in: SignIn, asked: str, told: tuple[int, int]
) -> None:
    kept = attach(lead, agent)
    first, last = told

    response = signed_in(agent).get(f"/recordings/{kept.uuid}/", headers={"range": asked})

    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/210"
    assert response["Content-Length"] == str(last - first + 1)
    assert response.getvalue() == sound()[first : last + 1]
    assert response["Content-Security-Policy"] == PLAYS_ALONE
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("asked", ["", "bytes=-", "bytes=1-2,4-5", "seconds=3-", "bytes=a-b"])
def test_what_asks_for_no_one_part_gets_the_whole(
    lead: Lead, agent: User, signed_in: SignIn, asked: str
) -> None:
    kept = attach(lead, agent)

    response = signed_in(agent).get(f"/recordings/{kept.uuid}/", headers={"range": asked})

    assert (response.status_code, response["Accept-Ranges"]) == (200, "bytes")
    assert response.getvalue() == sound()


@pytest.mark.parametrize("asked", ["bytes=210-", "bytes=9-3", "bytes=-0"])
def test_a_part_behind_the_end_is_none(
    lead: Lead, agent: User, signed_in: SignIn, asked: str
) -> None:
    kept = attach(lead, agent)

    response = signed_in(agent).get(f"/recordings/{kept.uuid}/", headers={"range": asked})

    assert (response.status_code, response["Content-Range"]) == (416, "bytes */210")
    assert response.content == b""


def test_others_do_not_learn_that_it_exists(
    lead: Lead, agent: User, signed_in: SignIn, request: pytest.FixtureRequest
) -> None:
    kept = attach(lead, agent)

    for persona in ("pro", "other_pro", "other_manager", "stranger"):
        user = request.getfixturevalue(persona)
        assert signed_in(user).get(f"/recordings/{kept.uuid}/").status_code == 404
    assert Client().get(f"/recordings/{kept.uuid}/").status_code == 302


def test_recording_that_is_gone_is_not_found(lead: Lead, agent: User, signed_in: SignIn) -> None:
    kept = attach(lead, agent)
    default_storage.delete(str(kept.file.name))

    assert signed_in(agent).get(f"/recordings/{kept.uuid}/").status_code == 404
    kept.delete()


def test_pages_may_play_our_own_recordings_alone() -> None:
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]

    assert directives["media-src"] == ["'self'"]
