"""The shape of what a verifier sends about a sale that nobody claimed."""

from collections.abc import Mapping, Sequence
from typing import cast

from django import forms
from django.utils.translation import gettext_lazy as _

from refunds.admin.forms import MAX_LENGTH, choice_field, words_field
from refunds.policy.document import Reason
from refunds.services.proactive import FINDING_KINDS


class CreditForm(forms.Form):
    """Credits a sale for one of the reasons that its policy lets the team credit by itself."""

    command_id = forms.UUIDField(widget=forms.HiddenInput)
    reason = choice_field(_("What was wrong"), [], required=_("Choose what was wrong."))
    kind = choice_field(
        _("Where from"),
        [(kind.value, kind.label) for kind in FINDING_KINDS],
        required=_("Choose where the fact comes from."),
    )
    note = forms.CharField(
        label=_("What was established, and how"),
        help_text=_("The pro reads this, word for word: name nobody who told you."),
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say in the note what was established, and how.")},
    )

    def __init__(
        self,
        data: Mapping[str, object] | None,
        *,
        reasons: Sequence[Reason],
        initial: Mapping[str, object],
    ) -> None:
        super().__init__(data, initial=dict(initial))
        field = cast("forms.ChoiceField", self.fields["reason"])
        field.choices = [("", _("Choose…")), *((one.code, one.label) for one in reasons)]


class DismissForm(forms.Form):
    """Leaves a proposed sale as it is."""

    words = words_field(
        _("Why is it not credited?"),
        required=_("Say why this sale is not credited: colleagues will read it."),
        help_text=_("Only the team reads this."),
    )
