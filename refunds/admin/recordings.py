"""The marks in a live call's recording: set and taken away on the case page."""

from collections.abc import Callable

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from leads.models import CallRecording, RecordingMark
from leads.services import recordings
from refunds.admin import case as case_pages
from refunds.admin import seller_panels, steps
from refunds.admin.forms import MarkForm, UnmarkForm
from refunds.models import RefundRequest
from refunds.services.change import RefundError, overtaken


@steps.get_or_post
def mark(request: HttpRequest, reference: str) -> HttpResponse:
    """Mark a place in a recording; a GET leads to the case page, where the form is."""
    case = case_pages.find(reference)
    form = MarkForm(steps.posted(request))

    def act() -> str:
        kept = recordings.mark(
            recording_uuid=_recording(case, form).uuid,
            actor=steps.actor(request),
            second=int(form.cleaned_data["place"].total_seconds()),
            words=form.cleaned_data["words"],
        )
        return _("%(at)s is marked.") % {"at": recordings.playing_time(kept.second)}

    return _from_the_case_page(request, case, form, act)


@steps.get_or_post
def unmark(request: HttpRequest, reference: str) -> HttpResponse:
    """Take a mark away; a GET leads to the case page, where the button is."""
    case = case_pages.find(reference)
    form = UnmarkForm(steps.posted(request))

    def act() -> str:
        recordings.unmark(mark_uuid=_mark(case, form).uuid, actor=steps.actor(request))
        return _("The mark is gone.")

    return _from_the_case_page(request, case, form, act)


def _from_the_case_page(
    request: HttpRequest,
    case: RefundRequest,
    form: MarkForm | UnmarkForm,
    act: Callable[[], str],
) -> HttpResponse:
    if not form.is_bound:
        return redirect(steps.CASE, case.reference)
    answer = steps.answered(request, form, _worded(case, act))
    if answer.is_done:
        return redirect(steps.CASE, case.reference)
    return case_pages.draw(
        request, case, refused=form, problem=answer.problem, status=answer.status
    )


def _worded(case: RefundRequest, act: Callable[[], str]) -> Callable[[], str]:
    """Refuse what comes too late, and let the pages read the recordings' refusals as any other."""

    def worded() -> str:
        if not seller_panels.may_attach(case):
            raise overtaken(case)
        try:
            return act()
        except recordings.RecordingRefused as refusal:
            raise RefundError(str(refusal)) from refusal

    return worded


def _recording(case: RefundRequest, form: forms.Form) -> CallRecording:
    """Return the recording of the case's own lead that the form names."""
    of_the_lead = case.sale.lead.recordings
    found = of_the_lead.filter(uuid=form.cleaned_data["recording"]).first()
    if found is None:
        raise recordings.RecordingRefused(_("This lead has no such recording."))
    return found


def _mark(case: RefundRequest, form: forms.Form) -> RecordingMark:
    """Return the mark that the form names, if it is in a recording of the case's own lead."""
    of_the_lead = RecordingMark.objects.filter(recording__lead=case.sale.lead_id)
    found = of_the_lead.filter(uuid=form.cleaned_data["mark"]).first()
    if found is None:
        raise recordings.RecordingRefused(_("This mark is gone already."))
    return found
