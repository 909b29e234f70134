"""What the queue can be narrowed down to. None counts rows: that would read whole tables."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from refunds.admin import labels
from refunds.models import RefundRequest, State
from refunds.models.states import OPEN_STATES

if TYPE_CHECKING:
    from django.contrib.admin.filters import _ListFilterChoices

# While the pro is asked, the clock stands still: such a request is never due.
CLOCK_RUNS = (State.SUBMITTED, State.INVESTIGATING, State.WITH_SELLER)
SUSPECTED = "suspected"


def overdue() -> Q:
    """Return the condition of requests that are past their decision limit."""
    return Q(state__in=CLOCK_RUNS, due_at__lt=timezone.now())


def due_today() -> Q:
    """Return the condition of requests whose limit is today, each in its program's zone.

    A limit is the last second of a day, so it is today's if it comes within 24 hours.
    """
    now = timezone.now()
    return Q(state__in=CLOCK_RUNS, due_at__gte=now, due_at__lt=now + timedelta(hours=24))


def suspected() -> Q:
    """Return the condition of final credits that somebody proposed to take back (X22)."""
    return Q(
        corrections__isnull=False,
        corrections__confirmed_at__isnull=True,
        corrections__dismissed_at__isnull=True,
    )


def unclaimed() -> Q:
    """Return the condition of requests in review that nobody holds."""
    return Q(state=State.INVESTIGATING, holder__isnull=True)


class StateFilter(SimpleListFilter):
    """Open requests unless another state is chosen; a search looks through all."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def __init__(
        self,
        request: HttpRequest,
        params: dict[str, list[str]],
        model: type[Model],
        model_admin: "ModelAdmin[RefundRequest]",
    ) -> None:
        self.default = "all" if request.GET.get(SEARCH_VAR) else "open"
        super().__init__(request, params, model, model_admin)

    def lookups(
        self, request: HttpRequest, model_admin: "ModelAdmin[RefundRequest]"
    ) -> list[tuple[str, str]]:
        """List the open ones, all, and each state."""
        states = [(state, labels.state_word(state)) for state in State.values]
        suspects = (SUSPECTED, _("Correction to confirm"))
        return [("open", _("Open")), ("all", _("All")), *states, suspects]

    def value(self) -> str:
        """Return what is chosen, or what holds without a choice that there is."""
        chosen = super().value()
        return chosen if chosen in dict(self.lookup_choices) else self.default

    def choices(self, changelist: ChangeList) -> Iterator["_ListFilterChoices"]:
        """Offer the lookups alone: without a choice it is not "all" that is shown."""
        for lookup, title in self.lookup_choices:
            yield {
                "selected": self.value() == lookup,
                "query_string": changelist.get_query_string({self.parameter_name: lookup}),
                "display": title,
            }

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[RefundRequest]
    ) -> QuerySet[RefundRequest]:
        """Keep the requests of the chosen state."""
        if self.value() == "all":
            return queryset
        if self.value() == "open":
            return queryset.filter(state__in=OPEN_STATES)
        if self.value() == SUSPECTED:
            return queryset.filter(suspected())
        return queryset.filter(state=self.value())


class DueFilter(SimpleListFilter):
    """By the decision limit."""

    title = gettext_lazy("due")
    parameter_name = "due"

    def lookups(
        self, request: HttpRequest, model_admin: "ModelAdmin[RefundRequest]"
    ) -> list[tuple[str, str]]:
        """List what is late and what is due."""
        return [("overdue", _("Overdue")), ("today", _("Today"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[RefundRequest]
    ) -> QuerySet[RefundRequest]:
        """Keep the requests that are due."""
        condition = {"overdue": overdue, "today": due_today}.get(self.value() or "")
        return queryset.filter(condition()) if condition else queryset


class HolderFilter(SimpleListFilter):
    """By who looks into it."""

    title = gettext_lazy("holder")
    parameter_name = "holder"

    def lookups(
        self, request: HttpRequest, model_admin: "ModelAdmin[RefundRequest]"
    ) -> list[tuple[str, str]]:
        """List the reader's own and nobody's."""
        return [("me", _("Me")), ("nobody", _("Nobody yet"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[RefundRequest]
    ) -> QuerySet[RefundRequest]:
        """Keep the requests of the chosen holder."""
        if self.value() == "me":
            return queryset.filter(holder=request.user.pk)
        return queryset.filter(unclaimed()) if self.value() == "nobody" else queryset
