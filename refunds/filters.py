"""The filters of My leads, kept in the address."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any
from zoneinfo import ZoneInfo

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import Program
from leads.models import Lead, LeadSale
from leads.phones import PhoneRefused, to_e164
from refunds.date_windows import CHOICES, NOT_LISTED, DayFilter, ForwardForm, Span, span
from refunds.lead_choices import Offer

FEWEST_DIGITS = 4  # of a phone, before somebody is looked for by them
PHONE = re.compile(r"[\d\s()+./\-]+")
LONGEST_TEXT = 100
REVEALED = Q(contact_revealed_at__isnull=False)


class LeadForm(ForwardForm):
    """The fields of My leads, most of which are folded away on a phone."""

    @property
    def is_narrowed(self) -> bool:
        """Say whether anything is chosen besides the text, whatever comes of it."""
        return any(self.data.get(name) for name in self.fields if name != "q")


class LeadFilter(django_filters.FilterSet):  # type: ignore[misc] # the package has no types
    """By when a lead was bought, where it stands, what it is about and what is known of it.

    Days are the program's.
    """

    when = django_filters.ChoiceFilter(
        label=_("Bought"), choices=CHOICES, empty_label=_("Any time"), error_messages=NOT_LISTED
    )
    since = DayFilter(label=_("From"), input_formats=["%Y-%m-%d"])
    until = DayFilter(label=_("Up to and including"), input_formats=["%Y-%m-%d"])
    status = django_filters.ChoiceFilter(
        label=_("Status"),
        choices=LeadSale.Status.choices,
        empty_label=_("All"),
        error_messages=NOT_LISTED,
    )
    category = django_filters.ChoiceFilter(
        label=_("Category"), empty_label=_("All"), error_messages=NOT_LISTED
    )
    campaign = django_filters.ChoiceFilter(
        label=_("Campaign"), empty_label=_("All"), error_messages=NOT_LISTED
    )
    q = django_filters.CharFilter(
        label=_("Lead, name or phone"),
        widget=forms.TextInput({"type": "search", "autocomplete": "off"}),
        max_length=LONGEST_TEXT,
    )

    class Meta:
        form = LeadForm

    def __init__(
        self,
        data: QueryDict,
        queryset: QuerySet[LeadSale],
        *,
        programs: Sequence[Program],
        offer: Offer,
    ) -> None:
        super().__init__(data, queryset)
        self.programs = programs
        self.offer = offer
        self.filters["category"].extra["choices"] = offer.category_choices
        self.filters["campaign"].extra["choices"] = [
            (name, name) for name in sorted(offer.campaigns)
        ]

    @property
    def is_active(self) -> bool:
        """Say whether the filter can hide anything; what is valid does, beside what is not."""
        return self.condition != Q()

    @cached_property
    def condition(self) -> Q:
        """What the filter asks of a sale that is in the pro's account."""
        self.form.is_valid()
        given = self.form.cleaned_data
        condition = _bought(self._span(given))
        if status := given.get("status"):
            condition &= Q(status=status)
        if category := given.get("category"):
            condition &= Q(lead__category__in=self.offer.categories[category])
        if campaign := given.get("campaign"):
            condition &= Q(campaign__in=self.offer.campaigns[campaign])
        if text := given.get("q"):
            condition &= says(text, self.programs)
        return condition

    def filter_queryset(self, queryset: QuerySet[LeadSale]) -> QuerySet[LeadSale]:
        """Keep what fits all that was asked for and could be understood."""
        return queryset.filter(self.condition)

    def _span(self, given: Mapping[str, Any]) -> Span:
        zone = ZoneInfo(self.programs[0].time_zone)
        return span(
            given.get("when") or "",
            first=given.get("since"),
            last=given.get("until"),
            today=timezone.now().astimezone(zone).date(),
            zone=zone,
        )


def says(text: str, programs: Sequence[Program]) -> Q:
    """Return what finds sales by their lead's number, and by the contact's name or phone.

    What a pro may not read of a contact finds nothing (P3, P4, L22): leads that left the account
    are none of the list. A whole phone, in any writing, is looked up instead of looked for.
    """
    text = unicodedata.normalize("NFKC", text)
    is_phone = PHONE.fullmatch(text) is not None
    if is_phone and (phones := _phones(text, programs)):
        return _called(phones, text, programs)
    known = Q(lead__contact_name__icontains=text)
    if is_phone:
        known |= _has_digits(re.sub(r"\D", "", text))
    return Q(lead__reference__icontains=text) | REVEALED & known


def _called(phones: Collection[str], text: str, programs: Sequence[Program]) -> Q:
    # One list of leads that indexes find; an OR would have every lead of the pro's looked at.
    leads = Lead.objects.filter(program__in=programs)
    by_phone = leads.filter(contact__program__in=programs, contact__phone__in=phones)
    found = by_phone.values("pk").union(leads.filter(reference=text).values("pk"))
    return Q(lead__in=found) & (REVEALED | Q(lead__reference=text))


def _has_digits(digits: str) -> Q:
    """Return what finds phones by some of their digits, also behind a leading zero."""
    parts = {part for part in (digits, digits.lstrip("0")) if len(part) >= FEWEST_DIGITS}
    return reduce(or_, (Q(lead__contact__phone__contains=part) for part in parts), Q(pk__in=[]))


def _phones(text: str, programs: Sequence[Program]) -> set[str]:
    return {phone for program in programs if (phone := _e164(text, program.country))}


def _e164(text: str, country: str) -> str:
    try:
        return to_e164(text, country=country)
    except PhoneRefused:
        return ""


def _bought(when: Span) -> Q:
    condition = Q(sold_at__gte=when.since) if when.since else Q()
    return condition & Q(sold_at__lt=when.until) if when.until else condition
