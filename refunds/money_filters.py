"""The filters of Transactions, kept in the address."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import django_filters
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Transfer
from refunds.date_windows import CHOICES, NOT_LISTED, DayFilter, DaysForm, Span, span

Kind = Transfer.Kind

# What pros look for. A held fee that is given back is a credit as well, one that is due a charge.
KINDS: Mapping[str, Sequence[Transfer.Kind]] = {
    "top_ups": (Kind.TOP_UP, Kind.BONUS),
    "charges": (Kind.LEAD_CHARGE, Kind.CAPTURE),
    "credits": (Kind.REFUND_CREDIT, Kind.GOODWILL, Kind.RELEASE),
    "held": (Kind.HOLD, Kind.CAPTURE, Kind.RELEASE),
    "corrections": (Kind.REVERSAL, Kind.ADJUSTMENT),
}
KIND_LABELS = [
    ("top_ups", _("Top-ups and bonus")),
    ("charges", _("Charges for leads")),
    ("credits", _("Credits")),
    ("held", _("Held fees")),
    ("corrections", _("Taken back or corrected")),
]


class MoneyFilter(django_filters.FilterSet):  # type: ignore[misc] # the package has no types
    """By when an amount came or went, and what it was (L18, L19); days are the program's."""

    kind = django_filters.ChoiceFilter(
        label=_("What"),
        choices=KIND_LABELS,
        empty_label=_("Everything"),
        error_messages=NOT_LISTED,
    )
    when = django_filters.ChoiceFilter(
        label=_("When"), choices=CHOICES, empty_label=_("Any time"), error_messages=NOT_LISTED
    )
    since = DayFilter(label=_("First day"))
    until = DayFilter(label=_("Last day"))

    class Meta:
        form = DaysForm

    def __init__(self, data: QueryDict, *, zone: ZoneInfo) -> None:
        super().__init__(data, Transfer.objects.all())
        self.zone = zone

    def filter_queryset(self, queryset: QuerySet[Transfer]) -> QuerySet[Transfer]:
        """Keep the kinds and the span; what is wrong in the form cuts nothing off."""
        if self.kinds:
            queryset = queryset.filter(kind__in=self.kinds)
        if self.span.since:
            queryset = queryset.filter(posted_at__gte=self.span.since)
        return queryset.filter(posted_at__lt=self.span.until) if self.span.until else queryset

    @property
    def is_active(self) -> bool:
        """Say whether the filter can hide anything; what is valid does, beside what is not."""
        return bool(self.kinds) or self.span != Span()

    @property
    def kinds(self) -> Sequence[Transfer.Kind]:
        """The kinds of transfer that are wanted; none of them: all."""
        return KINDS.get(self._given().get("kind") or "", ())

    @property
    def span(self) -> Span:
        """From when until when."""
        given = self._given()
        return span(
            given.get("when") or "",
            first=given.get("since"),
            last=given.get("until"),
            today=timezone.now().astimezone(self.zone).date(),
            zone=self.zone,
        )

    def _given(self) -> Mapping[str, Any]:
        self.form.is_valid()
        given: Mapping[str, Any] = self.form.cleaned_data
        return given
