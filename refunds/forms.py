"""The shape of what people send from the portal and the desk. No queries in here."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MaxValueValidator, RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from refunds.models import Cause
from refunds.policy.document import Detail, Policy, Reason
from refunds.uploads import ACCEPT, CleanFile, clean_file

TEXT_MAX = 5000
APPEAL_MIN = 20
EXCEPTION_MIN = 20
NUMBER_MAX = 10_000
TOO_LONG = gettext_lazy("That is %(show_value)s characters long. Keep it to %(limit_value)s.")

# By the program's country: how its postal codes are written, and how we say so.
POSTAL_CODES = {
    "US": (
        r"^\d{5}(-\d{4})?\Z",
        gettext_lazy("Give a ZIP code of five digits, such as 30301 or 30301-1234, for: %(label)s"),
    ),
    "TW": (
        r"^(\d{3}|\d{5}|\d{6})\Z",
        gettext_lazy("Give a postal code of 3, 5 or 6 digits, such as 106, for: %(label)s"),
    ),
}
OTHER_POSTAL_CODES = (r"^.{1,16}\Z", gettext_lazy("Give a postal code for: %(label)s"))
Choices = Sequence[tuple[str, str]]


class FilesInput(forms.ClearableFileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True


class EvidenceField(forms.FileField):
    """Some files, each checked and where it is a picture drawn anew (trap 29)."""

    widget = FilesInput

    def __init__(self) -> None:
        super().__init__(
            label=_("Files"),
            required=False,
            widget=FilesInput(attrs={"accept": ACCEPT}),
            help_text=ngettext_lazy(
                "A picture (JPEG, PNG, WebP) or a PDF, of at most %(megabytes)d MB.",
                "Pictures (JPEG, PNG, WebP) or PDFs, at most %(files)d, each of at most "
                "%(megabytes)d MB.",
                settings.EVIDENCE_MAX_FILES,
            )
            % {
                "files": settings.EVIDENCE_MAX_FILES,
                "megabytes": settings.EVIDENCE_MAX_BYTES // (1024 * 1024),
            },
        )

    def clean(self, data: Any, initial: Any = None) -> list[CleanFile]:  # noqa: ANN401 (Django's signature)
        """Return the files that may be kept; one sentence for each that may not."""
        uploads: list[UploadedFile[Any]] = (
            data if isinstance(data, list) else [data] if data else []
        )
        if len(uploads) > settings.EVIDENCE_MAX_FILES:
            raise ValidationError(_too_many_files())
        kept: list[CleanFile] = []
        problems: list[str] = []
        for upload in uploads:
            try:
                kept.append(clean_file(upload))
            except ValidationError as error:
                problems += error.messages
        if problems:
            raise ValidationError(" ".join(problems))
        return kept


def _too_many_files() -> str:
    return ngettext(
        "Send at most %(count)d file.",
        "Send at most %(count)d files.",
        settings.EVIDENCE_MAX_FILES,
    ) % {"count": settings.EVIDENCE_MAX_FILES}


class VersionField(forms.IntegerField):
    """The version of the request that the page was drawn from."""

    default_error_messages = {
        "required": gettext_lazy("This page is incomplete. Open it again, and send it from there."),
        "invalid": gettext_lazy("This page is incomplete. Open it again, and send it from there."),
    }

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput)


class VersionForm(forms.Form):
    """A step that needs nothing but that its page is still true: withdrawing."""

    version = VersionField()


class ReplyForm(forms.Form):
    """A pro's answer to the team's question."""

    version = VersionField()
    answer = forms.CharField(
        label=gettext_lazy("Your answer"),
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": gettext_lazy("Write your answer."),
            "max_length": TOO_LONG,
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 (Django's signature)
        super().__init__(*args, **kwargs)
        self.fields["files"] = EvidenceField()


class AppealForm(forms.Form):
    """A pro's one appeal."""

    version = VersionField()
    text = forms.CharField(
        label=gettext_lazy("What is wrong with the decision?"),
        help_text=gettext_lazy("Name the reason above that you disagree with, and what shows it."),
        min_length=APPEAL_MIN,
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={
            "required": gettext_lazy("Say what is wrong with the decision."),
            "min_length": gettext_lazy(
                "Say what is wrong with the decision in at least %(limit_value)s characters: "
                "which reason, and what shows it."
            ),
            "max_length": TOO_LONG,
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 (Django's signature)
        super().__init__(*args, **kwargs)
        self.fields["files"] = EvidenceField()


class AppealDecisionForm(forms.Form):
    """What the account manager writes to the pro, whichever way it goes."""

    version = VersionField()
    sentence = forms.CharField(
        label=gettext_lazy("What the pro will read"),
        help_text=gettext_lazy("One or two sentences: what you looked at, and what it showed."),
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": gettext_lazy("Write the sentence that the pro will read."),
            "max_length": TOO_LONG,
        },
    )
    is_final = forms.BooleanField(
        label=gettext_lazy("I know that this is final"),
        error_messages={"required": gettext_lazy("Say that you know that this is final.")},
    )


class OverturnForm(AppealDecisionForm):
    """The same for a claim that came too late: overturning it takes a cause (X26)."""

    exception_cause = forms.ChoiceField(
        label=gettext_lazy("What kept the pro from asking in time?"),
        help_text=gettext_lazy("Needed to overturn: the claim came after its time."),
        choices=[("", gettext_lazy("Nothing that counts")), *Cause.choices],
        required=False,
    )

    field_order = ("version", "exception_cause", "sentence", "is_final")


class GiveBackForm(forms.Form):
    """A pro's wish to give a credit back, because the lead bought after all (L25)."""

    version = VersionField()
    words = forms.CharField(
        label=gettext_lazy("Why do you want to give it back?"),
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": gettext_lazy("Say why you want to give the credit back."),
            "max_length": TOO_LONG,
        },
    )


class ReversalForm(forms.Form):
    """Carries out a pro's wish to give a credit back."""

    version = VersionField()
    reason = forms.CharField(
        label=gettext_lazy("What the pro will read"),
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": gettext_lazy("Write the sentence that the pro will read."),
            "max_length": TOO_LONG,
        },
    )
    debit_only = forms.BooleanField(
        label=gettext_lazy("Take the credit back even if the lead can't come back"),
        required=False,
    )


class ExceptionForm(forms.Form):
    """A pro's wish to ask for a refund although it is too late."""

    cause = forms.ChoiceField(
        label=gettext_lazy("What kept you from asking in time?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose what kept you from asking in time."),
            "invalid_choice": gettext_lazy("Choose what kept you from asking in time."),
        },
    )
    words = forms.CharField(
        label=gettext_lazy("What happened, and from when to when?"),
        help_text=gettext_lazy("Say why you could not ask on any day while it was open."),
        min_length=EXCEPTION_MIN,
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": gettext_lazy("Say what happened, and from when to when."),
            "min_length": gettext_lazy(
                "Say in at least %(limit_value)s characters what happened, and from when to when."
            ),
            "max_length": TOO_LONG,
        },
    )

    def __init__(self, *args: Any, causes: Choices, **kwargs: Any) -> None:  # noqa: ANN401 (Django's signature)
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["cause"]).choices = causes


class ExceptionAnswerForm(forms.Form):
    """What the pro reads about the exception that they asked for, whichever way it goes."""

    answer = forms.CharField(
        label=gettext_lazy("What the pro will read"),
        help_text=gettext_lazy("One or two sentences: what you looked at, and what it showed."),
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": gettext_lazy("Write the reason that the pro will read."),
            "max_length": TOO_LONG,
        },
    )


class ClaimForm(forms.Form):
    """A claim for one reason: the details that it asks for, the explanation and the files."""

    command_id = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={
            "required": gettext_lazy("This page is incomplete. Open it again from the lead."),
            "invalid": gettext_lazy("This page is incomplete. Open it again from the lead."),
        },
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 (Django's signature)
        policy: Policy,
        reason: Reason,
        categories: Choices,
        today: date,
        **kwargs: Any,  # noqa: ANN401 (Django's signature)
    ) -> None:
        super().__init__(*args, **kwargs)
        self.reason = reason
        for detail in reason.details:
            self.fields[_field_name(detail)] = _detail_field(
                detail, categories, today=today, country=policy.country
            )
        self.fields["explanation"] = _explanation_field(policy.explanation_min_length)
        self.fields["files"] = EvidenceField()

    @property
    def details(self) -> Mapping[str, str]:
        """The details that were given, as strings; days as ISO dates."""
        given = {
            detail.name: self.cleaned_data.get(_field_name(detail))
            for detail in self.reason.details
        }
        return {name: str(value) for name, value in given.items() if value not in (None, "")}


def _field_name(detail: Detail) -> str:
    return f"detail_{detail.name}"


def _explanation_field(min_length: int) -> forms.CharField:
    too_short = ngettext(
        "Tell us what happened in at least %(count)d character: what you tried, when, and what "
        "you heard.",
        "Tell us what happened in at least %(count)d characters: what you tried, when, and what "
        "you heard.",
        min_length,
    ) % {"count": min_length}
    return forms.CharField(
        label=_("What happened?"),
        help_text=ngettext(
            "What you tried, when, and what you heard: at least %(count)d character.",
            "What you tried, when, and what you heard: at least %(count)d characters.",
            min_length,
        )
        % {"count": min_length},
        min_length=min_length,
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": too_short,
            "min_length": too_short,
            "max_length": TOO_LONG,
        },
    )


def _detail_field(detail: Detail, categories: Choices, *, today: date, country: str) -> forms.Field:
    common: dict[str, Any] = {
        "label": detail.label
        if detail.is_needed
        else _("%(label)s (optional)") % {"label": detail.label},
        "required": detail.is_needed,
        "error_messages": {
            "required": _("Answer this: %(label)s") % {"label": detail.label},
            "invalid_choice": _("Choose one of the answers to: %(label)s") % _to_be_filled(detail),
            "invalid": _("Give a day, such as 2026-03-07, for: %(label)s")
            % {"label": detail.label},
        },
    }
    if detail.kind == "date":
        not_yet = _("That day is still to come: %(label)s") % _to_be_filled(detail)
        return forms.DateField(
            widget=_DateInput(today), validators=[MaxValueValidator(today, not_yet)], **common
        )
    if detail.kind == "category":
        return forms.ChoiceField(choices=[("", _("Choose one")), *categories], **common)
    if detail.kind == "choice":
        return forms.ChoiceField(
            choices=list(detail.choice_labels.items()), widget=forms.RadioSelect, **common
        )
    if detail.kind == "number":
        return _number_field(detail, common)
    common["error_messages"]["max_length"] = TOO_LONG
    if detail.kind == "postal_code":
        return forms.CharField(validators=_postal_code_shape(detail, country), **common)
    return forms.CharField(max_length=300, **common)


def _number_field(detail: Detail, common: dict[str, Any]) -> forms.IntegerField:
    sentence = _("Give a whole number, such as 17, for: %(label)s")
    out_of_range = sentence % _to_be_filled(detail)
    common["error_messages"] |= {
        "invalid": sentence % {"label": detail.label},
        "min_value": out_of_range,
        "max_value": out_of_range,
    }
    return forms.IntegerField(min_value=0, max_value=NUMBER_MAX, **common)


def _postal_code_shape(detail: Detail, country: str) -> list[RegexValidator]:
    pattern, sentence = POSTAL_CODES.get(country, OTHER_POSTAL_CODES)
    # A code of its own: the field has a sentence for "invalid".
    return [RegexValidator(pattern, sentence % _to_be_filled(detail), code="postal_code")]


def _to_be_filled(detail: Detail) -> dict[str, str]:
    # Django fills these sentences once more, with the value: a label's own % has to survive that.
    return {"label": detail.label.replace("%", "%%")}


class _DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, latest: date) -> None:
        super().__init__(attrs={"max": latest.isoformat()}, format="%Y-%m-%d")
