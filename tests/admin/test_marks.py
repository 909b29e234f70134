"""Marks on the case page: a link each that plays from there, set and taken away by the team."""

from collections.abc import Callable

import pytest

from accounts.models import User
from leads.models import CallRecording, Lead, LeadSale, RecordingMark
from leads.services import recordings
from refunds.models import RefundRequest
from refunds.services import investigate
from tests.admin.pages import page
from tests.conftest import SignedIn
from tests.factories import refunds
from tests.factories.leads import CallRecordingFactory, LeadFactory
from tests.snapshots import everything

Data = dict[str, object]


@pytest.fixture
def case(sale: LeadSale, pro: User) -> RefundRequest:
    """A claim about a live call."""
    Lead.objects.filter(pk=sale.lead_id).update(kind=Lead.Kind.LIVE_CALL)
    return refunds.again(refunds.investigating(sale, pro))


@pytest.fixture
def recording(case: RefundRequest) -> CallRecording:
    """The recording of the call: 1:35."""
    return CallRecordingFactory.create(lead=case.sale.lead)


@pytest.fixture
def elsewhere() -> CallRecording:
    """The recording of another lead."""
    return CallRecordingFactory.create(lead=LeadFactory.create(kind=Lead.Kind.LIVE_CALL))


def marked(recording: CallRecording, by: User, second: int = 40) -> RecordingMark:
    return recordings.mark(
        recording_uuid=recording.uuid, actor=by, second=second, words="A stranger answers."
    )


def test_a_place_is_marked_and_links_to_where_it_plays(
    browser: SignedIn, case: RefundRequest, recording: CallRecording, agent: User
) -> None:
    sent = {"recording": recording.uuid, "place": "0:40", "words": "A stranger answers."}

    answer = browser.post(page(case, "mark"), sent, follow=True)

    assert answer.redirect_chain == [(page(case), 302)]
    assert "0:40 is marked." in answer.text
    kept = RecordingMark.objects.get()
    assert (kept.recording, kept.second, kept.words, kept.author) == (
        recording,
        40,
        "A stranger answers.",
        agent,
    )
    assert f'href="/recordings/{recording.uuid}/#t=40"' in answer.text


def test_marking_leaves_the_request_as_it_was(
    browser: SignedIn, case: RefundRequest, recording: CallRecording
) -> None:
    browser.post(
        page(case, "mark"), {"recording": recording.uuid, "place": "0:40", "words": "A voice."}
    )

    assert refunds.again(case).version == case.version


def test_marks_stand_in_the_order_of_the_recording(
    browser: SignedIn, case: RefundRequest, recording: CallRecording, agent: User, lead: User
) -> None:
    for second, by in ((90, agent), (5, lead), (40, agent)):
        marked(recording, by, second)

    [shown] = browser.get(page(case)).context["recordings"]

    assert [(mark.at, mark.who, mark.may_go) for mark in shown.marks] == [
        ("0:05", "Lena Lead", False),
        ("0:40", "Vera Verifier", True),
        ("1:30", "Vera Verifier", True),
    ]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"place": ""}, "Say which place is marked: minutes and seconds, such as 1:35."),
        ({"place": "there"}, "Write minutes and seconds, such as 1:35."),
        ({"place": "9" * 30}, "Write minutes and seconds, such as 1:35."),
        ({"place": "1:36"}, "The recording ends at 1:35: mark a place before that."),
        ({"place": "-0:05"}, "The recording ends at 1:35: mark a place before that."),
        ({"words": " "}, "Say what is heard there."),
        ({"words": "x" * 201}, "at most 200 characters"),
        ({"words": "a\x00b"}, "Null characters are not allowed."),
        ({"recording": "none"}, "This page came back incomplete."),
    ],
)
def test_a_mark_that_is_none_is_refused_and_stays_filled_in(
    browser: SignedIn, case: RefundRequest, recording: CallRecording, wrong: Data, sentence: str
) -> None:
    sent = {"recording": recording.uuid, "place": "0:40", "words": "A voice.", **wrong}
    before = everything()

    answer = browser.post(page(case, "mark"), sent)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert everything() == before
    if "recording" not in wrong:
        [shown] = answer.context["recordings"]
        assert shown.form["place"].value() == sent["place"]


def test_another_lead_s_recording_is_not_marked_from_here(
    browser: SignedIn, case: RefundRequest, elsewhere: CallRecording
) -> None:
    before = everything()

    answer = browser.post(
        page(case, "mark"), {"recording": elsewhere.uuid, "place": "0:40", "words": "A voice."}
    )

    assert answer.status_code == 422
    assert "This lead has no such recording." in answer.text
    assert everything() == before


def test_a_mark_is_taken_away(
    browser: SignedIn, case: RefundRequest, recording: CallRecording, agent: User
) -> None:
    mark = marked(recording, agent)

    answer = browser.post(page(case, "unmark"), {"mark": mark.uuid}, follow=True)

    assert "The mark is gone." in answer.text
    assert not RecordingMark.objects.exists()


@pytest.mark.parametrize("whose", ["a colleague's", "another lead's", "no"])
def test_only_one_s_own_mark_of_this_lead_is_taken_away(  # noqa: PLR0917 (fixtures)
    browser: SignedIn,
    case: RefundRequest,
    recording: CallRecording,
    elsewhere: CallRecording,
    agent: User,
    other_agent: User,
    whose: str,
) -> None:
    marks = {
        "a colleague's": marked(recording, other_agent).uuid,
        "another lead's": marked(elsewhere, agent).uuid,
        "no": "none",
    }
    before = everything()

    answer = browser.post(page(case, "unmark"), {"mark": marks[whose]})

    assert answer.status_code == 422
    assert '<div class="errornote" role="alert">' in answer.text
    assert everything() == before


@pytest.mark.parametrize("name", ["mark", "unmark"])
def test_marks_of_a_decided_case_stay(
    browser: SignedIn, sale: LeadSale, pro: User, agent: User, name: str
) -> None:
    Lead.objects.filter(pk=sale.lead_id).update(kind=Lead.Kind.LIVE_CALL)
    sale.lead.refresh_from_db()
    decided = refunds.approved(sale, pro, agent)
    recording = CallRecordingFactory.create(lead=sale.lead)
    mark = marked(recording, agent)
    sent = {"mark": mark.uuid, "recording": recording.uuid, "place": "0:50", "words": "A voice."}
    before = everything()

    answer = browser.post(page(decided, name), sent)

    assert answer.status_code == 409
    assert everything() == before
    assert page(decided, "mark") not in answer.text
    assert "0:40" in answer.text


def test_what_a_recording_shows_stands_under_it(
    browser: SignedIn, case: RefundRequest, recording: CallRecording, agent: User
) -> None:
    CallRecordingFactory.create(lead=case.sale.lead)
    add = finding_of(case, agent)
    add(kind="recording", note="A stranger answers.", recording=recording.uuid)
    add(kind="contact_call", note="They say so too.")

    context = browser.get(page(case)).context

    assert [[one.words for one in shown.findings] for shown in context["recordings"]] == [
        ["A stranger answers."],
        [],
    ]
    assert [one.words for one in context["findings"]] == ["They say so too."]


def finding_of(case: RefundRequest, agent: User) -> Callable[..., object]:
    def add(**told: object) -> object:
        return investigate.add_finding(
            reference=case.reference,
            actor=agent,
            expected_version=refunds.again(case).version,
            result="supports",  # type: ignore[arg-type] # as a form has it
            **told,  # type: ignore[arg-type]
        )

    return add
