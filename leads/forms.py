"""The shape of what a pro sends about a lead. No queries and no clock in here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import formats
from leads.models import ContactAttempt

YEARS = range(2000, 3000)


class TapForm(forms.Form):
    """One tap for what was done this moment, on a log that was drawn at ``seen_at``."""

    TAPS: Mapping[str, tuple[ContactAttempt.Channel, bool]] = {
        "call": (ContactAttempt.Channel.CALL, False),
        "text": (ContactAttempt.Channel.TEXT, False),
        "email": (ContactAttempt.Channel.EMAIL, False),
        "reached": (ContactAttempt.Channel.CALL, True),
    }

    tap = forms.ChoiceField(choices=[(tap, tap) for tap in TAPS])
    seen_at = forms.DateTimeField(input_formats=["%Y-%m-%dT%H:%M:%S.%f%z"])

    def clean_seen_at(self) -> datetime:
        """Refuse moments outside the years: some of them are none in another zone."""
        seen_at: datetime = self.cleaned_data["seen_at"]
        if seen_at.year not in YEARS:
            raise forms.ValidationError(self.fields["seen_at"].error_messages["invalid"])
        return seen_at

    @property
    def attempt(self) -> tuple[ContactAttempt.Channel, bool]:
        """How the contact was tried, and whether somebody was reached."""
        return self.TAPS[self.cleaned_data["tap"]]


class AttemptForm(forms.Form):
    """One try to reach the contact of a sale; the day and the time are the program's."""

    channel = forms.ChoiceField(
        label=gettext_lazy("How did you try?"),
        choices=ContactAttempt.Channel.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Say whether you called, texted or wrote an e-mail."),
            "invalid_choice": gettext_lazy("Choose a call, a text or an e-mail."),
        },
    )
    reached = forms.TypedChoiceField(
        label=gettext_lazy("Did you reach somebody?"),
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Say whether you reached somebody."),
            "invalid_choice": gettext_lazy("Choose yes or no."),
        },
    )
    made_on = forms.DateField(
        label=gettext_lazy("Day"),
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": gettext_lazy("Give the day on which you tried."),
            "invalid": gettext_lazy("Give a day, such as 2026-03-07."),
        },
    )
    made_time = forms.TimeField(
        input_formats=["%H:%M", "%H:%M:%S"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={
            "required": gettext_lazy("Give the time at which you tried."),
            "invalid": gettext_lazy("Give a time, such as 14:05."),
        },
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 (Django's signature)
        zone: ZoneInfo,
        sold_at: datetime,
        now: datetime,
        **kwargs: Any,  # noqa: ANN401 (Django's signature)
    ) -> None:
        self.now = now.astimezone(zone)
        self.sold_at = sold_at.astimezone(zone)
        super().__init__(*args, **kwargs)
        self.fields["made_on"].initial = self.now.date()
        self.fields["made_time"].initial = self.now.time()
        self.fields["made_time"].label = _("Time (%(zone)s)") % {
            "zone": formats.zone_at(now, zone.key)
        }

    def clean(self) -> None:
        """Join the day and the time to ``made_at``."""
        super().clean()
        day, time = self.cleaned_data.get("made_on"), self.cleaned_data.get("made_time")
        if day is None or time is None:
            return
        made_at = datetime.combine(day, time, tzinfo=self.now.tzinfo)
        if made_at > self.now:
            wrong = "made_on" if day > self.now.date() else "made_time"
            self.add_error(wrong, _("This is still to come. Log it after you made it."))
        elif _is_skipped(made_at):
            self.add_error("made_time", _("The clocks were put forward over this time. Check it."))
        self.cleaned_data["made_at"] = self._not_before_the_sale(made_at)

    def _not_before_the_sale(self, made_at: datetime) -> datetime:
        """Take a call in the minute of the delivery as made after it: people give no seconds."""
        is_same_minute = made_at == self.sold_at.replace(second=0, microsecond=0)
        return self.sold_at if is_same_minute else made_at


def _is_skipped(at: datetime) -> bool:
    """Whether no clock showed this time, because it was put forward over it (PEP 495)."""
    before, after = at.replace(fold=0).utcoffset(), at.replace(fold=1).utcoffset()
    return before is not None and after is not None and before < after
