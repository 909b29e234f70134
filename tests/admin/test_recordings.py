"""A live call's recording: attached, played on the case page, and named by the finding."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from leads.models import CallRecording, Lead, LeadSale
from refunds.models import Finding, RefundRequest
from tests.admin.pages import page
from tests.conftest import SignedIn
from tests.factories import refunds
from tests.snapshots import everything
from tests.sounds import sound


@pytest.fixture
def case(sale: LeadSale, pro: User) -> RefundRequest:
    """A claim about a live call."""
    Lead.objects.filter(pk=sale.lead_id).update(kind=Lead.Kind.LIVE_CALL)
    return refunds.again(refunds.investigating(sale, pro))


def attach(browser: SignedIn, case: RefundRequest, **data: object) -> CallRecording:
    browser.post(
        page(case, "recording"),
        {
            "file": SimpleUploadedFile("call.ogg", sound()),
            "length": "1:35",
            **data,
        },
    )
    return CallRecording.objects.get()


@pytest.mark.covers("L12", "L14")
def test_recording_is_attached_and_played_on_the_case_page(
    browser: SignedIn, case: RefundRequest, agent: User
) -> None:
    kept = attach(browser, case)

    assert (kept.lead, kept.seconds, kept.attached_by) == (case.sale.lead, 95, agent)
    answer = browser.get(page(case))
    assert f'src="/recordings/{kept.uuid}/"' in answer.text
    assert "media-src 'self'" in answer["Content-Security-Policy"]


@pytest.mark.covers("L14", "X20")
def test_finding_of_a_live_call_needs_its_recording(browser: SignedIn, case: RefundRequest) -> None:
    found = {"version": case.version, "kind": "recording", "result": "supports", "note": "At 0:40."}
    before = everything()

    answer = browser.post(page(case, "finding"), found)

    assert answer.status_code == 422
    assert "Choose the recording that you listened to" in answer.text
    assert everything() == before

    kept = attach(browser, case)
    browser.post(page(case, "finding"), {**found, "recording": str(kept.uuid)})

    assert Finding.objects.get().recording == kept


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"length": ""}, "Say how long the recording plays."),
        ({"length": "long"}, "Write minutes and seconds, such as 4:35."),
        ({"length": "0:00"}, "up to 24 hours"),
        ({"file": ""}, "Choose the recording."),
        ({"file": SimpleUploadedFile("call.mp3", b"<html>")}, "not what its name says"),
    ],
    ids=["no length", "no number", "nothing", "no file", "another file"],
)
def test_what_is_no_recording_is_refused(
    browser: SignedIn, case: RefundRequest, data: dict[str, object], sentence: str
) -> None:
    before = everything()

    answer = browser.post(
        page(case, "recording"),
        {
            "file": SimpleUploadedFile("call.ogg", sound()),
            "length": "1:35",
            **data,
        },
    )

    assert answer.status_code == 422
    assert sentence in answer.text
    assert everything() == before


def test_web_lead_offers_no_recording(browser: SignedIn, sale: LeadSale, pro: User) -> None:
    case = refunds.investigating(sale, pro)

    assert page(case, "recording") not in browser.get(page(case)).text
    answer = browser.get(page(case, "recording"), follow=True)
    assert answer.redirect_chain == [(page(case), 302)]
