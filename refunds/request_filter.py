"""The filter of Refund status, kept in the address (L18)."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import django_filters
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from refunds.date_windows import CHOICES, NOT_LISTED, DayFilter, DaysForm, span
from refunds.models.request_queryset import RefundRequestQuerySet


class RequestFilter(django_filters.FilterSet):  # type: ignore[misc] # the package has no types
    """By when a refund was asked for; days are the program's."""

    when = django_filters.ChoiceFilter(
        label=_("Asked for"), choices=CHOICES, empty_label=_("Any time"), error_messages=NOT_LISTED
    )
    since = DayFilter(label=_("First day"))
    until = DayFilter(label=_("Last day"))

    class Meta:
        form = DaysForm

    def __init__(self, data: QueryDict, queryset: RefundRequestQuerySet, *, zone: ZoneInfo) -> None:
        super().__init__(data, queryset)
        self.every = queryset
        self.zone = zone

    @cached_property
    def condition(self) -> Q:
        """What the filter asks of a request; what is valid counts, beside what is not."""
        self.form.is_valid()
        given: Mapping[str, Any] = self.form.cleaned_data
        asked = span(
            given.get("when") or "",
            first=given.get("since"),
            last=given.get("until"),
            today=timezone.now().astimezone(self.zone).date(),
            zone=self.zone,
        )
        since = Q(submitted_at__gte=asked.since) if asked.since else Q()
        return since & Q(submitted_at__lt=asked.until) if asked.until else since

    @property
    def is_active(self) -> bool:
        """Say whether the filter can hide anything."""
        return self.condition != Q()

    def kept(self) -> RefundRequestQuerySet:
        """Return what was asked for within the days."""
        return self.every.filter(self.condition)

    def hidden(self) -> RefundRequestQuerySet:
        """Return what the days keep from being listed."""
        return self.every.exclude(self.condition) if self.is_active else self.every.none()
