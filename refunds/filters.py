"""The filters of My leads, kept in the address."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import django_filters
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leads.models import LeadSale

WINDOWS = [
    ("today", _("Today")),
    ("week", _("The last 7 days")),
    ("month", _("This month")),
]
NOT_LISTED = {"invalid_choice": _("Choose one of the list, or all.")}


class LeadFilter(django_filters.FilterSet):  # type: ignore[misc] # the package has no types
    """By when a lead was bought, its category and its status; days are the program's."""

    when = django_filters.ChoiceFilter(
        label=_("Bought"),
        choices=WINDOWS,
        method="bought_since",
        empty_label=_("Any time"),
        error_messages=NOT_LISTED,
    )
    category = django_filters.ChoiceFilter(
        label=_("Category"),
        field_name="lead__category__code",
        empty_label=_("All"),
        error_messages=NOT_LISTED,
    )
    status = django_filters.ChoiceFilter(
        label=_("Status"),
        choices=LeadSale.Status.choices,
        empty_label=_("All"),
        error_messages=NOT_LISTED,
    )

    def __init__(
        self,
        data: QueryDict,
        queryset: QuerySet[LeadSale],
        *,
        zone: ZoneInfo,
        categories: Sequence[tuple[str, str]],
    ) -> None:
        super().__init__(data, queryset)
        self.zone = zone
        self.filters["category"].extra["choices"] = categories

    @property
    def is_active(self) -> bool:
        """Say whether the filter can hide anything; what is valid does, beside what is not."""
        self.form.is_valid()
        return any(self.form.cleaned_data.values())

    def bought_since(
        self, queryset: QuerySet[LeadSale], _name: str, value: str
    ) -> QuerySet[LeadSale]:
        """Keep what was bought since the window's first midnight."""
        return queryset.filter(sold_at__gte=_first_midnight(value, self.zone))


def _first_midnight(window: str, zone: ZoneInfo) -> datetime:
    today = timezone.now().astimezone(zone).date()
    first = {
        "today": today,
        "week": today - timedelta(days=6),
        "month": today.replace(day=1),
    }[window]
    return datetime.combine(first, time.min, tzinfo=zone)
