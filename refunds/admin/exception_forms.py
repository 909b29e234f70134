"""The shape of an answer to a wish for an exception, and of an event that is declared."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Program
from refunds.admin.forms import DateInput, choice_field, words_field
from refunds.models import Cause


class ExceptionForm(forms.Form):
    """Answers the wish for an exception; its buttons say which way."""

    answer = words_field(
        _("What the pro will read"), required=_("Write the reason that the pro will read.")
    )
    outcome = forms.ChoiceField(
        choices=[("grant", _("Grant")), ("refuse", _("Refuse"))],
        error_messages={
            "required": _("Grant it or refuse it."),
            "invalid_choice": _("Grant it or refuse it."),
        },
    )

    @property
    def is_grant(self) -> bool:
        """Say whether the exception is granted."""
        return str(self.cleaned_data["outcome"]) == "grant"


class DeclareForm(forms.Form):
    """Declares an event that kept an area from working."""

    program = forms.ModelChoiceField(
        Program.objects.order_by("name"),
        label=_("Program"),
        empty_label=_("Choose…"),
        error_messages={"required": _("Choose the program.")},
    )
    name = forms.CharField(
        label=_("Name"),
        help_text=_("As people know it: pros read it."),
        max_length=100,
        error_messages={"required": _("Give it the name by which people know it.")},
    )
    cause = choice_field(_("Cause"), Cause.choices, required=_("Choose the cause."))
    postal_codes = words_field(
        _("Where"),
        required=_("Say where it was: at least one postal code."),
        help_text=_("Postal codes, and prefixes that end in a star: 30301 303*"),
    )
    starts_on = forms.DateField(
        label=_("First day"),
        widget=DateInput,
        error_messages={"required": _("Give the first day.")},
    )
    ends_on = forms.DateField(
        label=_("Last day"),
        widget=DateInput,
        help_text=_("In the program's time zone."),
        error_messages={"required": _("Give the last day.")},
    )

    def clean_postal_codes(self) -> list[str]:
        """Return the codes as a list, however they were set apart."""
        return str(self.cleaned_data["postal_codes"]).replace(",", " ").split()
