"""What happened around a claim, and who found out what, as the case page shows it."""

from collections.abc import Iterable, Iterator

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import formats
from leads.models import ContactAttempt
from refunds import extensions, letters
from refunds.admin.forms import bare
from refunds.admin.panels import Moment
from refunds.documents import worded_policy_of
from refunds.models import Evidence, Finding, RefundEvent, RefundRequest


def attempts(case: RefundRequest, made: Iterable[ContactAttempt]) -> list[Moment]:
    """Return both sides' attempts to reach the contact, the sale and the claim on one line."""
    sale = case.sale
    marks = [(sale.sold_at, _("Lead sold")), (case.submitted_at, _("Claim filed"))]
    moments = [Moment(at, formats.instant(at, case.program), what) for at, what in marks]
    for attempt in made:
        moments.append(
            Moment(
                at=attempt.at,
                when=formats.instant(attempt.at, case.program),
                what=f"{attempt.get_by_display()}: {attempt.get_channel_display().lower()}",
                words=_result(attempt, case),
                side="team" if attempt.by == ContactAttempt.By.TEAM else "pro",
            )
        )
    return sorted(moments, key=lambda moment: moment.at)


def _result(attempt: ContactAttempt, case: RefundRequest) -> str:
    reached = _("reached the contact") if attempt.reached else _("nobody reached")
    if attempt.taken_back_at is None:
        return reached
    taken_back = _("%(result)s; taken back by the pro on %(at)s, so it counts for nothing")
    at = formats.instant(attempt.taken_back_at, case.program)
    return taken_back % {"result": reached, "at": at}


def findings(found: Iterable[Finding], case: RefundRequest) -> list[Moment]:
    """Return what the team established in words, as it is given."""
    return [
        Moment(
            at=finding.at,
            when=formats.instant(finding.at, case.program),
            what=f"{finding.get_kind_display()}: {finding.get_result_display().lower()}",
            who=str(finding.author),
            words=finding.note,
            side=finding.result,
        )
        for finding in found
    ]


def evidence(case: RefundRequest) -> dict[str, list[dict[str, str]]]:
    """Return the ``pictures`` and the other ``files`` of both sides, each oldest first."""
    files = list(case.evidence.select_related("uploaded_by").order_by("uploaded_at", "pk"))
    return {
        "pictures": [_file(file, case) for file in files if file.is_picture],
        "files": [_file(file, case) for file in files if not file.is_picture],
    }


def _file(file: Evidence, case: RefundRequest) -> dict[str, str]:
    at = formats.instant(file.uploaded_at, case.program)
    return {
        "name": file.original_name,
        "url": reverse("evidence", args=[file.uuid]),
        "about": formats.beside([filesizeformat(file.size), file.uploaded_by, at]),
    }


def history(case: RefundRequest) -> list[Moment]:
    """Return what happened to the request, newest first."""
    events = case.events.select_related("actor").order_by("-at", "-pk")
    return [
        Moment(
            at=event.at,
            when=formats.instant(event.at, case.program),
            what=event.get_kind_display(),
            who=str(event.actor),
            words=" · ".join(_event_words(event, case)),
        )
        for event in events
    ]


def _event_words(event: RefundEvent, case: RefundRequest) -> Iterator[str]:
    data = event.data
    if event.kind == RefundEvent.Kind.FINDING:
        yield str(Finding.Kind(data["kind"]).label)
        yield str(Finding.Result(data["result"]).label)
    if event.kind == RefundEvent.Kind.EXTENDED:
        yield extensions.staff_sentence(event)
    for name in ("note", "question", "answer", "text", "sentence", "reason"):
        if data.get(name):
            yield str(data[name])
    for name in ("credit_cents", "amount_cents"):
        if data.get(name):
            yield formats.money(data[name], case.program)
    if data.get("codes"):
        stated = [bare(code) for code in data["codes"]]
        policy = worded_policy_of(case.policy_version)
        lines = letters.lines_for(stated, program=case.program, policy=policy)
        yield from (line.staff_sentence for line in lines)
