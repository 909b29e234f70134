"""Marks in a recording: set by the team, and taken away by whoever set them or by a lead."""

from uuid import uuid4

import pytest

from accounts.models import User
from leads.models import CallRecording, RecordingMark
from leads.services import recordings
from leads.services.recordings import RecordingRefused
from tests.factories.leads import CallRecordingFactory, LeadFactory
from tests.snapshots import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def recording() -> CallRecording:
    """A recording of 1:35."""
    return CallRecordingFactory.create(lead=LeadFactory.create(), seconds=95)


def marked(recording: CallRecording, actor: User, second: int = 40) -> RecordingMark:
    return recordings.mark(
        recording_uuid=recording.uuid, actor=actor, second=second, words="  A voice says no. "
    )


def test_a_mark_is_kept_with_its_place_its_words_and_its_author(
    recording: CallRecording, agent: User
) -> None:
    kept = marked(recording, agent)

    assert (kept.recording, kept.second, kept.words, kept.author) == (
        recording,
        40,
        "A voice says no.",
        agent,
    )


@pytest.mark.parametrize("second", [0, 95])
def test_the_first_and_the_last_second_can_be_marked(
    recording: CallRecording, agent: User, second: int
) -> None:
    assert marked(recording, agent, second).second == second


@pytest.mark.parametrize("second", [-1, 96])
def test_no_place_outside_the_recording_is_marked(
    recording: CallRecording, agent: User, second: int
) -> None:
    with refused(RecordingRefused) as caught:
        marked(recording, agent, second)

    assert str(caught.value) == "The recording ends at 1:35: mark a place before that."


def test_a_mark_needs_words(recording: CallRecording, agent: User) -> None:
    with refused(RecordingRefused) as caught:
        recordings.mark(recording_uuid=recording.uuid, actor=agent, second=40, words=" ")

    assert str(caught.value) == "Say what is heard there."


def test_a_place_is_marked_once_by_a_person(
    recording: CallRecording, agent: User, other_agent: User
) -> None:
    marked(recording, agent)

    with refused(RecordingRefused) as caught:
        marked(recording, agent)

    assert str(caught.value) == "You marked 0:40 already."
    assert marked(recording, other_agent).author == other_agent


def test_only_the_team_marks_and_unmarks(
    recording: CallRecording, agent: User, pro: User, auditor: User, manager: User
) -> None:
    mark = marked(recording, agent)

    for somebody in (pro, auditor, manager):
        with refused(RecordingRefused):
            marked(recording, somebody)
        with refused(RecordingRefused):
            recordings.unmark(mark_uuid=mark.uuid, actor=somebody)


def test_a_recording_that_is_none_is_not_marked(agent: User) -> None:
    with refused(CallRecording.DoesNotExist):
        recordings.mark(recording_uuid=uuid4(), actor=agent, second=1, words="A voice.")


def test_an_author_takes_a_mark_away(recording: CallRecording, agent: User) -> None:
    mark = marked(recording, agent)

    recordings.unmark(mark_uuid=mark.uuid, actor=agent)

    assert not RecordingMark.objects.exists()
    with refused(RecordingRefused) as caught:
        recordings.unmark(mark_uuid=mark.uuid, actor=agent)
    assert str(caught.value) == "This mark is gone already."


def test_a_lead_takes_away_what_a_colleague_may_not(
    recording: CallRecording, agent: User, other_agent: User, lead: User
) -> None:
    mark = marked(recording, agent)

    with refused(RecordingRefused) as caught:
        recordings.unmark(mark_uuid=mark.uuid, actor=other_agent)
    assert str(caught.value) == "Only Vera Verifier or a lead can take it away."

    recordings.unmark(mark_uuid=mark.uuid, actor=lead)

    assert not RecordingMark.objects.exists()
