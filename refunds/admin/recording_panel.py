"""What the case page shows of a live call's recordings: each with its marks and its findings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from accounts import formats
from accounts.models import User
from leads.models import CallRecording, Lead, RecordingMark
from leads.services.recordings import may_unmark, playing_time
from refunds.admin import happening_panels
from refunds.admin.forms import MarkForm
from refunds.admin.panels import Moment
from refunds.models import Finding, RefundRequest


@dataclass(frozen=True)
class Mark:
    """A marked place: a link that plays from there, and whether the reader may take it away."""

    uuid: str
    at: str
    second: int
    url: str
    words: str
    who: str
    may_go: bool


@dataclass(frozen=True)
class Recording:
    """A recording to play, what was marked in it, and what it was found to show."""

    uuid: str
    url: str
    name: str
    marks: Sequence[Mark]
    findings: Sequence[Moment]
    form: MarkForm


def recordings(
    case: RefundRequest, found: Iterable[Finding], reader: User, form: MarkForm | None = None
) -> list[Recording]:
    """Return the recordings of a live call, oldest first; none of another lead.

    ``form``: a mark that was refused, drawn again under its recording.
    """
    findings = list(found)
    marks = RecordingMark.objects.select_related("author").order_by("second", "pk")
    return [
        Recording(
            uuid=str(one.uuid),
            url=reverse("recording", args=[one.uuid]),
            name=_name(one, case),
            marks=[_mark(mark, one, reader) for mark in one.marks.all()],
            findings=happening_panels.findings(
                [finding for finding in findings if finding.recording_id == one.pk], case
            ),
            form=form if form and form.is_about(one.uuid) else MarkForm(recording=one.uuid),
        )
        for one in _of(case).prefetch_related(Prefetch("marks", marks))
    ]


def choices(case: RefundRequest) -> list[tuple[str, str]]:
    """Return the recordings as a finding can name them."""
    return [(str(one.uuid), _name(one, case)) for one in _of(case)]


def _of(case: RefundRequest) -> QuerySet[CallRecording]:
    lead = case.sale.lead
    if lead.kind != Lead.Kind.LIVE_CALL:
        return CallRecording.objects.none()
    return lead.recordings.select_related("attached_by").order_by("pk")


def _mark(mark: RecordingMark, recording: CallRecording, reader: User) -> Mark:
    return Mark(
        uuid=str(mark.uuid),
        at=playing_time(mark.second),
        second=mark.second,
        url=f"{reverse('recording', args=[recording.uuid])}#t={mark.second}",
        words=mark.words,
        who=str(mark.author),
        may_go=may_unmark(mark, reader),
    )


def _name(recording: CallRecording, case: RefundRequest) -> str:
    at = formats.instant(recording.attached_at, case.program)
    return formats.beside([playing_time(recording.seconds), recording.attached_by, at])
