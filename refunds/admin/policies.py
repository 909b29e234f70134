"""Policies: each version's document, what it changes, and from when a draft is to hold (X1)."""

from collections.abc import Mapping
from datetime import datetime, time

from django import forms
from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import formats
from refunds.admin import labels, steps
from refunds.admin.doors import for_leads, for_readers
from refunds.admin.forms import DateInput
from refunds.admin.shell import shell
from refunds.documents import differences, policy_of, text_of
from refunds.models import PolicyVersion
from refunds.policy.moments import at_local_time
from refunds.services import policies


class PublishForm(forms.Form):
    """The day from whose start a draft is to hold."""

    starts_on = forms.DateField(
        label=gettext_lazy("Holds from"),
        help_text=gettext_lazy(
            "From the start of that day in the program's time zone, for leads that are sold then."
        ),
        widget=DateInput,
        error_messages={
            "required": gettext_lazy("Give the day from which it holds."),
            "invalid": gettext_lazy("Give a day, such as 2026-03-07."),
        },
    )


def urls(site: AdminSite) -> list[URLPattern]:
    """Return the addresses of these pages."""
    return [
        path("policies/", for_readers(site, policy_list), name="policy_list"),
        path(
            "policies/<slug:program>/<int:number>/",
            for_leads(site, policy_detail),
            name="policy_detail",
        ),
    ]


def policy_list(request: HttpRequest) -> HttpResponse:
    """List every version of every program, the newest first."""
    now = timezone.now()
    numbered = sorted(_numbered().items(), key=lambda one: (one[0].program.code, -one[1]))
    in_force = {pk: _in_force(pk, now) for pk in {version.program_id for version, _n in numbered}}
    context = {
        **shell(request, _("Policies")),
        "rows": [
            _row(version, number, in_force[version.program_id], now) for version, number in numbered
        ],
    }
    return TemplateResponse(request, "admin/refunds/policies/list.html", context)


@steps.get_or_post
def policy_detail(request: HttpRequest, program: str, number: int) -> HttpResponse:
    """Show a version beside the one in force; publish it where it is a draft."""
    version = _find(program, number)
    form = PublishForm(steps.posted(request))

    def act() -> str:
        starts_at = at_local_time(form.cleaned_data["starts_on"], time.min, policy_of(version).zone)
        published = policies.publish(
            version_pk=version.pk, effective_from=starts_at, author=steps.actor(request)
        )
        start = formats.instant(published.effective_from, published.program)
        return _("Published: it holds for leads that are sold from %(start)s on.") % {
            "start": start
        }

    answer = steps.answered(request, form, act)
    if answer.is_done:
        return redirect("admin:policy_detail", program, number)
    title = _("%(program)s, version %(number)d") % {"program": version.program, "number": number}
    context = {
        **shell(request, title, ("admin:policy_list", _("Policies"))),
        **_shown(_find(program, number), number, timezone.now()),
        "form": form,
        "problem": answer.problem,
    }
    template = "admin/refunds/policies/detail.html"
    return TemplateResponse(request, template, context, status=answer.status)


def _shown(version: PolicyVersion, number: int, now: datetime) -> dict[str, object]:
    current = _in_force(version.program_id, now)
    return {
        "row": _row(version, number, current, now),
        "is_draft": version.published_at is None,
        "is_in_force": version == current,
        "changes": "\n".join(differences(current, version)) if current else "",
        "document": text_of(version),
    }


def _numbered() -> Mapping[PolicyVersion, int]:
    """Number the versions of each program as they were written: their address, and their name."""
    counts: dict[int, int] = {}
    numbered = {}
    for version in PolicyVersion.objects.select_related("program", "author").order_by("pk"):
        counts[version.program_id] = counts.get(version.program_id, 0) + 1
        numbered[version] = counts[version.program_id]
    return numbered


def _find(program: str, number: int) -> PolicyVersion:
    versions = (
        PolicyVersion.objects.filter(program__code=program)
        .select_related("program", "author")
        .order_by("pk")
    )
    found = versions[number - 1 : number].first() if number > 0 else None
    if found is None:
        raise Http404
    return found


def _in_force(program_id: int, now: datetime) -> PolicyVersion | None:
    try:
        return PolicyVersion.objects.in_force(program_id, now)
    except PolicyVersion.DoesNotExist:
        return None


def _row(
    version: PolicyVersion, number: int, current: PolicyVersion | None, now: datetime
) -> dict[str, object]:
    is_draft = version.published_at is None
    return {
        "program": str(version.program),
        "number": number,
        "url": reverse("admin:policy_detail", args=[version.program.code, number]),
        "state": _state(version, current, now),
        "starts": "" if is_draft else formats.instant(version.effective_from, version.program),
        "author": str(version.author or _("Makegood itself")),
    }


def _state(version: PolicyVersion, current: PolicyVersion | None, now: datetime) -> labels.Tag:
    if version.published_at is None:
        return labels.Tag(_("Draft"), labels.PLAIN)
    if version == current:
        return labels.Tag(_("In force"), labels.GOOD)
    if version.effective_from > now:
        return labels.Tag(_("Begins later"), labels.INFO)
    return labels.Tag(_("For leads sold before"), labels.PLAIN)
