"""The shape of what a verifier sends about a seller's case, a recording, or another reason."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.audio import ACCEPT, CleanRecording, clean_recording
from refunds.admin.forms import choice_field, version_field, words_field
from refunds.documents import worded_policy_of
from refunds.models import RefundRequest, SellerMessage
from refunds.policy.document import Detail, Reason
from refunds.services.decide import offered_for

Answer = SellerMessage.Answer


class PutForm(forms.Form):
    """Puts a case to the seller."""

    version = version_field()
    text = words_field(
        gettext_lazy("What should the seller look at?"),
        required=gettext_lazy("Write what the seller should look at."),
        help_text=gettext_lazy("The seller reads this, and so does the pro."),
    )


class AnswerForm(forms.Form):
    """Records what the seller answered."""

    version = version_field()
    answer = choice_field(
        gettext_lazy("The seller"),
        [(Answer.AGREES, Answer.AGREES.label), (Answer.REFUSES, Answer.REFUSES.label)],
        required=gettext_lazy("Say whether the seller agrees or refuses."),
    )
    text = words_field(
        gettext_lazy("What the seller said"),
        required=gettext_lazy("Write what the seller said."),
        help_text=gettext_lazy("The pro reads this, word for word."),
    )


class GoodwillForm(forms.Form):
    """Credits a claim though the seller refused it."""

    version = version_field()
    note = words_field(
        gettext_lazy("Note for the pro"),
        required=gettext_lazy("Say why it is credited all the same: the pro will read it."),
        help_text=gettext_lazy("Added to the letter."),
    )


class RecordingField(forms.FileField):
    """One recording, checked by its ending and its first bytes (trap 29)."""

    def clean(self, data: object, initial: object = None) -> CleanRecording:
        """Return the recording if it may be kept."""
        return clean_recording(super().clean(data, initial))


class RecordingForm(forms.Form):
    """Attaches the recording of a live call; it is the lead's, whatever its request does."""

    file = RecordingField(
        label=gettext_lazy("The recording"),
        help_text=gettext_lazy("An MP3, WAV, OGG or M4A file."),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        error_messages={
            "required": gettext_lazy("Choose the recording."),
            "empty": gettext_lazy("This file is empty."),
        },
    )
    length = forms.DurationField(
        label=gettext_lazy("How long it plays"),
        help_text=gettext_lazy("Minutes and seconds, such as 4:35."),
        error_messages={
            "required": gettext_lazy("Say how long the recording plays."),
            "invalid": gettext_lazy("Write minutes and seconds, such as 4:35."),
            "overflow": gettext_lazy("Write minutes and seconds, such as 4:35."),
        },
    )


class OtherReasonForm(forms.Form):
    """Chooses the reason to approve under, and the details that the team found for it (X35)."""

    reason = forms.ChoiceField(label=gettext_lazy("Approve for the reason"))

    def __init__(self, data: Mapping[str, object] | None, *, case: RefundRequest) -> None:
        chosen = str((data or {}).get("reason", case.reason))
        policy = worded_policy_of(case.policy_version)
        codes = [reason.code for reason in offered_for(case)]
        self.asks = policy.reason(chosen) if chosen in codes else None
        super().__init__(data, initial={"reason": case.reason})
        field = self.fields["reason"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(code, _label(policy.reason(code), code)) for code in codes]
        for detail in self.asks.details if self.asks else ():
            self.fields[f"detail_{detail.name}"] = _detail_field(detail, case)

    @property
    def details(self) -> Mapping[str, str]:
        """The details that were given, as strings."""
        given = {
            name.removeprefix("detail_"): str(value)
            for name, value in self.cleaned_data.items()
            if name.startswith("detail_")
        }
        return {name: value for name, value in given.items() if value}


def _label(reason: Reason | None, code: str) -> str:
    return reason.label if reason else code


def _detail_field(detail: Detail, case: RefundRequest) -> forms.Field:
    initial = case.details.get(detail.name, "")
    if detail.kind == "category":
        names = case.program.categories.order_by("name").values_list("code", "name")
        return _choice(detail, list(names), initial)
    if detail.kind == "choice":
        return _choice(detail, list(detail.choice_labels.items()), initial)
    kind = "date" if detail.kind == "date" else "text"
    return forms.CharField(
        label=detail.label,
        required=False,
        max_length=300,
        initial=initial,
        widget=forms.TextInput(attrs={"type": kind}),
    )


def _choice(detail: Detail, choices: list[tuple[str, str]], initial: str) -> forms.Field:
    return forms.ChoiceField(
        label=detail.label,
        choices=[("", _("Not known")), *choices],
        required=False,
        initial=initial,
    )
