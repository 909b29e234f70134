"""The shape of what is sent about taking a final credit back (X22)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from refunds.admin.forms import version_field, words_field


class ProposeForm(forms.Form):
    """Proposes to take a final credit back."""

    version = version_field()
    reason = words_field(
        _("What shows the fraud?"),
        required=_("Say what shows the fraud: the pro will read it."),
        help_text=_("The pro reads this, once another person has confirmed it."),
    )


class ConfirmForm(forms.Form):
    """Confirms what another person proposed."""

    version = version_field()


class DismissForm(forms.Form):
    """Lets a credit stay that somebody proposed to take back."""

    version = version_field()
    reason = words_field(
        _("Why does the credit stay?"),
        required=_("Say why the credit stays: colleagues will read it."),
        help_text=_("Only the team reads this."),
    )
