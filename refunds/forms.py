"""The shape of what people send from the portal and the desk. No queries in here."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from accounts.formats import listed
from refunds.models import Cause
from refunds.uploads import ACCEPT, CleanFile, clean_file

TEXT_MAX = 5000
APPEAL_MIN = 20
EXCEPTION_MIN = 20
TOO_LONG = gettext_lazy("That is %(show_value)s characters long. Keep it to %(limit_value)s.")

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
            raise ValidationError([*problems, *_to_choose_again(kept)])
        return kept


def tell_of_lost_files(form: forms.Form) -> None:
    """Say which good files a checked form loses when it comes back."""
    for sentence in _to_choose_again(form.cleaned_data.get("files", [])):
        form.add_error("files", sentence)


def _to_choose_again(kept: Sequence[CleanFile]) -> list[str]:
    """Say which good files a form that comes back has lost: a browser sends none of them twice."""
    if not kept:
        return []
    again = ngettext(
        "Nothing is wrong with %(names)s, but it was not kept: choose it again.",
        "Nothing is wrong with %(names)s, but they were not kept: choose them again.",
        len(kept),
    )
    return [again % {"names": listed(one.name for one in kept)}]


def _check_files(form: forms.Form) -> None:
    """Refuse what was cut off on its way, and say which good files anything else loses."""
    if "complete" not in form.data:
        form.add_error("files", _("The upload was interrupted. Choose the files again."))
    elif form.errors:
        tell_of_lost_files(form)


def _check_arrival(form: forms.Form) -> None:
    """Refuse words that were cut off on their way: the form's last field came not with them."""
    if "complete" not in form.data:
        form.add_error(
            None,
            _("Only a part of this arrived, so nothing was sent. Read what is here, and send it."),
        )


def _too_many_files() -> str:
    return ngettext(
        "Send at most %(count)d file, and choose it again.",
        "Send at most %(count)d files, and choose them again.",
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

    def clean(self) -> None:
        """Let nothing be sent without the files that were chosen."""
        _check_files(self)


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

    def clean(self) -> None:
        """Let nothing be sent without the files that were chosen."""
        _check_files(self)


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

    def clean(self) -> None:
        """Let nothing be sent of which only the beginning arrived."""
        _check_arrival(self)


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

    def clean(self) -> None:
        """Let nothing be sent of which only the beginning arrived."""
        _check_arrival(self)


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
