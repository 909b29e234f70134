"""The case page at work: a plain case in a few clicks, marks that play, pictures that grow."""

import io
import wave
from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from leads.audio import clean_recording
from leads.models import CallRecording, Lead
from leads.services import recordings
from refunds.models import Evidence, Finding, RefundRequest, State
from tests.browser.conftest import Opened, SignIn
from tests.browser.steps import photo
from tests.browser.watch import DESK, PHONE, axe, axe_colours
from tests.browser.world import VERIFIER

QUEUE = "/admin/refunds/refundrequest/"
NOTE = "What was established, and how"
SECONDS = 95


@pytest.fixture
def case(site: str) -> RefundRequest:
    """A seeded claim that waits for a person, with a photo."""
    found = RefundRequest.objects.select_related("sale__lead", "filed_by").get(
        state=State.INVESTIGATING, program__code="conxpros", reason="non_working_phone"
    )
    content = photo()["buffer"]
    Evidence.objects.create(
        request=found,
        file=default_storage.save("call-log.jpg", ContentFile(content)),
        original_name="call log.jpg",
        content_type="image/jpeg",
        size=len(content),
        sha256="0" * 64,
        uploaded_by=found.filed_by,
        uploaded_at=timezone.now(),
    )
    return found


@pytest.fixture
def recording(case: RefundRequest) -> CallRecording:
    """The claim's lead was a live call; its recording is on file, with a mark at 1:05."""
    Lead.objects.filter(pk=case.sale.lead_id).update(kind=Lead.Kind.LIVE_CALL)
    verifier = User.objects.get(email=VERIFIER)
    kept = recordings.attach(
        program_id=case.program_id,
        lead_reference=case.sale.lead.reference,
        actor=verifier,
        file=clean_recording(SimpleUploadedFile("call.wav", silence())),
        seconds=SECONDS,
    )
    recordings.mark(
        recording_uuid=kept.uuid, actor=verifier, second=65, words="A stranger answers."
    )
    return kept


def silence() -> bytes:
    """Return a WAV file in which nothing is said."""
    content = io.BytesIO()
    with wave.open(content, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(b"\x80" * 8000 * SECONDS)
    return content.getvalue()


def address(case: RefundRequest) -> str:
    return f"{QUEUE}{case.reference}/change/"


def counter(page: Page) -> Callable[[str, str], int]:
    """Return a way to click on things by their role and name, which says how many it were."""
    clicks = 0

    def click(role: str, name: str) -> int:
        nonlocal clicks
        page.get_by_role(role, name=name).first.click()  # type: ignore[arg-type] # a role
        clicks += 1
        return clicks

    return click


def test_a_plain_case_takes_four_clicks_and_a_note(sign_in: SignIn, case: RefundRequest) -> None:
    page = sign_in(VERIFIER)
    page.goto(QUEUE)
    click = counter(page)

    click("link", case.reference)  # or the button that claims the next one
    page.get_by_label(NOTE).fill("The network says that the number is not in service.")
    click("button", "Supports the claim")
    click("link", "Approve…")
    clicks = click("button", "Approve and credit $50.00")

    expect(page.locator(".messagelist")).to_contain_text("$50.00")
    assert clicks == 4
    [finding] = Finding.objects.filter(request=case)
    assert (finding.kind, finding.result) == ("contact_call", "supports")


def test_enter_in_the_note_sends_nothing(sign_in: SignIn, case: RefundRequest) -> None:
    page = sign_in(VERIFIER)
    page.goto(address(case))

    page.get_by_label(NOTE).fill("Half a sen")
    page.get_by_label(NOTE).press("Enter")
    page.wait_for_timeout(300)

    expect(page.get_by_label(NOTE)).to_have_value("Half a sen")
    assert not Finding.objects.filter(request=case).exists()


def test_a_mark_plays_from_its_place_without_a_script(
    sign_in: SignIn, case: RefundRequest, recording: CallRecording
) -> None:
    page = sign_in(VERIFIER)
    page.goto(address(case))

    page.goto(str(page.get_by_role("link", name="1:05").get_attribute("href")))

    # The browser's own player; without parts of files it would begin at the beginning.
    player = page.locator("video")
    expect(player).to_have_js_property("duration", SECONDS)
    assert player.evaluate("video => video.currentTime") >= 65


def test_a_picture_is_there_and_grows(sign_in: SignIn, case: RefundRequest) -> None:
    page = sign_in(VERIFIER)
    page.goto(address(case))
    picture = page.get_by_alt_text("call log.jpg")
    expect(picture).to_have_js_property("naturalWidth", 600)
    before = picture.bounding_box()

    picture.click()

    after = picture.bounding_box()
    assert before is not None
    assert after is not None
    assert (before["width"], before["height"]) == (320, 240)
    assert (after["width"], after["height"]) == (600, 800)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_page_has_no_fault_and_fits(
    open_window: Opened,
    case: RefundRequest,
    recording: CallRecording,
    size: object,
    theme: str,
) -> None:
    page = open_window(VERIFIER, size=size, color_scheme=theme).new_page()
    page.goto(address(case))

    assert axe(page) + axe_colours(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
