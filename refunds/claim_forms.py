"""The form of a claim: what its reason asks, the explanation, and the files. No queries in here."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from refunds.forms import TEXT_MAX, TOO_LONG, Choices, EvidenceField
from refunds.policy.document import Detail, Policy, Reason

NUMBER_MAX = 10_000

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


class SendForm(forms.Form):
    """Sends the draft that was looked at: which one, and as it was saved when."""

    command_id = forms.UUIDField()
    saved_at = forms.DateTimeField(input_formats=["%Y-%m-%dT%H:%M:%S.%f%z"])


class ClaimForm(forms.Form):
    """A claim for one reason: the details that it asks for, and the explanation.

    Files are checked and kept one by one; their field is here for what is said of them.
    """

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
    def words(self) -> str:
        """The explanation as it was typed, also where it is too short."""
        return str(self.data.get("explanation", "")).strip()

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
