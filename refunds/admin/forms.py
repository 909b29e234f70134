"""The shape of what a verifier sends. Each form carries the version that its page was drawn with;
whether a decision may be taken is the services' to say."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Union, cast
from uuid import UUID

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext_lazy as _

from refunds import letters
from refunds.documents import worded_policy_of
from refunds.models import Finding, RefundRequest
from refunds.policy.codes import TEAM_CODES
from refunds.policy.verdict import CheckJSON, Outcome, Verdict
from refunds.services.decide import decline_codes
from refunds.services.reverse import wish_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MAX_LENGTH = 2000
Words = Union[str, "_StrPromise"]

INCOMPLETE = _("This page came back incomplete. Open the case again and decide from there.")


class DateInput(forms.DateInput):
    """A day, chosen from a calendar."""

    input_type = "date"


def version_field() -> forms.IntegerField:
    """Return the hidden field that tells a stale page from a fresh one."""
    return forms.IntegerField(
        min_value=0,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("required", "invalid", "min_value"), INCOMPLETE),
    )


def uuid_field() -> forms.UUIDField:
    """Return the hidden field that says which of several things a form is about."""
    return forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("required", "invalid"), INCOMPLETE),
    )


def words_field(label: Words, *, required: Words, help_text: Words = "") -> forms.CharField:
    """Return a field for a few sentences; ``required`` is what is said when it is empty."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=MAX_LENGTH,
        required=bool(required),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": required},
    )


def choice_field(
    label: Words, choices: Sequence[tuple[str, Words]], *, required: Words
) -> forms.ChoiceField:
    """Return a field that starts without a choice; ``required`` is what is said about that."""
    return forms.ChoiceField(
        label=label,
        choices=[("", _("Choose…")), *choices],
        error_messages={"required": required, "invalid_choice": required},
    )


def written(form: forms.Form) -> str:
    """Return the words that somebody typed into a form, to be shown where it isn't drawn again."""
    texts = [field for field in form.visible_fields() if isinstance(field.field, forms.CharField)]
    return "\n".join(str(field.value()) for field in texts if field.value())


# The seller's answer is recorded on the seller's case.
FOUND_BY_THE_TEAM = [
    choice for choice in Finding.Kind.choices if choice[0] != Finding.Kind.SELLER_ANSWER
]


class TakeForm(forms.Form):
    """Takes a request."""

    version = version_field()


class FindingForm(forms.Form):
    """Adds a fact that the team established, in one line; a button for each result sends it."""

    version = version_field()
    kind = choice_field(
        _("Where from"), FOUND_BY_THE_TEAM, required=_("Choose where the fact comes from.")
    )
    result = choice_field(
        _("What it shows"), Finding.Result.choices, required=_("Choose what it shows.")
    )
    note = forms.CharField(
        label=_("What was established, and how"),
        help_text=_("The pro reads this, word for word."),
        max_length=MAX_LENGTH,
        error_messages={"required": _("Say in the note what was established, and how.")},
    )

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        initial: dict[str, object] | None = None,
        recordings: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(data, initial=initial)
        if recordings:
            self.fields["recording"] = forms.ChoiceField(
                label=_("Which recording"),
                choices=[("", _("None")), *recordings],
                required=False,
                initial=recordings[0][0] if len(recordings) == 1 else "",
            )

    @property
    def results(self) -> Sequence[tuple[str, Words]]:
        """The results, each of which is a button."""
        return Finding.Result.choices


class MarkForm(forms.Form):
    """Marks a place in a recording."""

    recording = uuid_field()
    place = forms.DurationField(
        label=_("At"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "placeholder": "1:35"}),
        error_messages={
            "required": _("Say which place is marked: minutes and seconds, such as 1:35."),
            "invalid": _("Write minutes and seconds, such as 1:35."),
            "overflow": _("Write minutes and seconds, such as 1:35."),
        },
    )
    words = forms.CharField(
        label=_("What is heard there"),
        max_length=200,
        error_messages={"required": _("Say what is heard there.")},
    )

    def __init__(
        self, data: Mapping[str, object] | None = None, *, recording: UUID | None = None
    ) -> None:
        about = str((data or {}).get("recording", recording))
        super().__init__(data, initial={"recording": recording}, auto_id=f"mark_{about}_%s")

    def is_about(self, recording: UUID) -> bool:
        """Say whether it is the form under that recording."""
        return str(self["recording"].value()) == str(recording)


class UnmarkForm(forms.Form):
    """Takes a mark away."""

    mark = uuid_field()


class AskForm(forms.Form):
    """Puts a question to the pro."""

    version = version_field()
    question = words_field(
        _("Your question"), required=_("Write the question that the pro should answer.")
    )


class ApproveForm(forms.Form):
    """Approves what the policy approves, or against the contact's word where that may be (L13)."""

    version = version_field()
    override = words_field(
        _("Why is it approved against the contact's word?"),
        required=_("Say why it is approved against the contact's word: the pro will read it."),
        help_text=_("At least 20 characters. It stands in the letter, and stays on record."),
    )
    note = words_field(
        _("Note for the pro (optional)"), required="", help_text=_("Added to the letter.")
    )

    def __init__(
        self, data: Mapping[str, object] | None, *, version: int, may_override: bool
    ) -> None:
        super().__init__(data, initial={"version": version})
        if not may_override:
            del self.fields["override"]


class ReverseForm(forms.Form):
    """Takes a credit back."""

    version = version_field()
    reason = words_field(
        _("Why is the credit taken back?"),
        required=_("Say why the credit is taken back: the pro will read it."),
        help_text=_("The pro reads this."),
    )
    at_wish = forms.BooleanField(label=_("Because the pro asked for it"), required=False)
    debit_only = forms.BooleanField(
        label=_("Take the credit back even if the lead can't come back"), required=False
    )

    def __init__(self, data: Mapping[str, object] | None, *, case: RefundRequest) -> None:
        wish = wish_of(case)
        super().__init__(
            data, initial={"version": case.version, "reason": wish, "at_wish": bool(wish)}
        )
        if not wish:
            del self.fields["at_wish"], self.fields["debit_only"]


class DeclineForm(forms.Form):
    """Declines on grounds that are ticked: what the policy found, or what a person may say."""

    version = version_field()
    codes = forms.MultipleChoiceField(
        label=_("Reasons"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one reason: the pro must be told why.")},
    )
    note = words_field(
        _("Note for the pro"),
        required="",
        help_text=_("Added to the letter. Some reasons need it: they say so."),
    )

    def __init__(
        self, data: Mapping[str, object] | None, *, case: RefundRequest, verdict: Verdict
    ) -> None:
        found = {check.code: check.as_json() for check in verdict.checks}
        self.found = [code for code, check in found.items() if check["outcome"] == Outcome.DECLINE]
        super().__init__(data, initial={"version": case.version, "codes": self.found})
        codes = decline_codes(verdict)
        checks = [found.get(code) or bare(code) for code in codes]
        policy = worded_policy_of(case.policy_version)
        lines = letters.lines_for(checks, program=case.program, policy=policy)
        boxes = cast("forms.MultipleChoiceField", self.fields["codes"])
        boxes.choices = [(line.code, _ground(line)) for line in lines]

    @property
    def found_boxes(self) -> Sequence[BoundWidget]:
        """The boxes of what the policy found."""
        return list(self["codes"])[: len(self.found)]

    @property
    def other_boxes(self) -> Sequence[BoundWidget]:
        """The boxes of what only a person may say."""
        return list(self["codes"])[len(self.found) :]


def _ground(line: letters.Line) -> str:
    needs_note = line.code in TEAM_CODES
    return f"{line.sentence} {_('(needs a note)')}" if needs_note else line.sentence


def bare(code: str) -> CheckJSON:
    """Return a ground that the team states, without what the machine found."""
    return {"code": code, "outcome": Outcome.DECLINE, "fact": {}, "source": "team"}
