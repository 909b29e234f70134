"""The stretches of days that a list can be cut to, and the fields of a form that says which.

Days are the program's.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

CUSTOM = "custom"
CHOICES = [
    ("today", _("Today")),
    ("week", _("The last 7 days")),
    ("month", _("This month")),
    (CUSTOM, _("From one day to another")),
]
YEARS = range(2000, 3000)
NOT_LISTED = {"invalid_choice": _("Choose one of the list, or all.")}
NO_DAY = _("Write the day as year-month-day, such as 2026-03-31.")


@dataclass(frozen=True)
class Span:
    """From one instant on, and until before another; None: without an end."""

    since: datetime | None = None
    until: datetime | None = None

    @property
    def last_moment(self) -> datetime | None:
        """The last microsecond of the span, None where it has no end."""
        return self.until - timedelta(microseconds=1) if self.until else None


def span(name: str, *, first: date | None, last: date | None, today: date, zone: ZoneInfo) -> Span:
    """Return the span of a choice; ``first`` and ``last`` are the days of one's own, both in it.

    The days count as soon as they are given without a choice.
    """
    if name == "today":
        return Span(midnight(today, zone))
    if name == "week":
        return Span(midnight(today - timedelta(days=6), zone))
    if name == "month":
        return Span(midnight(today.replace(day=1), zone))
    return Span(
        midnight(first, zone) if first else None,
        midnight(last + timedelta(days=1), zone) if last else None,
    )


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant at which a day begins in a zone."""
    return datetime.combine(day, time.min, tzinfo=zone)


class DayField(forms.DateField):
    """A day as the browser's calendar gives it, in a year that has amounts."""

    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    input_formats = ("%Y-%m-%d",)
    default_error_messages = {"invalid": NO_DAY}

    def validate(self, value: date | None) -> None:
        """Refuse years out of which the next midnight may lead."""
        super().validate(value)
        if value is not None and value.year not in YEARS:
            raise forms.ValidationError(NO_DAY)


class DayFilter(django_filters.DateFilter):  # type: ignore[misc] # the package has no types
    """A day of one's own."""

    field_class = DayField


class ForwardForm(forms.Form):
    """Holds the two days of one's own against each other."""

    def clean(self) -> dict[str, object]:
        """Refuse days that lead backwards.

        A choice of days without any hides nothing: whoever chose it is about to give them.
        """
        given = super().clean() or {}
        first, last = given.get("since"), given.get("until")
        if first and last and last < first:
            self.add_error("until", _("Choose a last day that is not before the first."))
        return given


class DaysForm(ForwardForm):
    """Wants a day of one's own where those were chosen."""

    def clean(self) -> dict[str, object]:
        """Refuse days that lead backwards, and a choice of days without any."""
        given = super().clean()
        has_day = given.get("since") or given.get("until")
        if given.get("when") == CUSTOM and not (has_day or self.errors):
            self.add_error("since", _("Choose the first day, the last day, or both."))
        return given
