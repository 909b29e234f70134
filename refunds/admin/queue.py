"""The queue: what waits for the verification team, most urgent first."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db.models import Case, Model, When
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import access, formats
from accounts.models import User
from refunds.admin import filters, labels, pages
from refunds.admin.doors import for_verifiers
from refunds.models import RefundRequest, State


def may_read(request: HttpRequest) -> bool:
    """Say whether the reader may see requests."""
    return isinstance(request.user, User) and access.may_read_admin(request.user)


class RequestList(ChangeList):
    """The stock list, which links to a case by its public reference and refuses NUL."""

    def get_filters_params(self, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the lookups; PostgreSQL can't be asked for NUL, so Django starts afresh."""
        lookups = super().get_filters_params(params)
        if any("\x00" in text for name in lookups for text in (name, *lookups[name])):
            raise IncorrectLookupParameters
        return lookups

    def url_for_result(self, result: Model) -> str:
        """Return the address of a request's case page."""
        return reverse("admin:refunds_refundrequest_change", args=[str(result)])


if TYPE_CHECKING:
    RequestModelAdmin = admin.ModelAdmin[RefundRequest]
else:  # the class takes no parameter when it runs
    RequestModelAdmin = admin.ModelAdmin


class RefundRequestAdmin(RequestModelAdmin):
    """Requests to look at and to decide by services; nothing can be added, edited or deleted."""

    list_display = (
        "reference",
        "program",
        "pro",
        "reason_word",
        "amount",
        "due",
        "held_by",
        "state_word",
        "proposal",
    )
    list_display_links = ("reference",)
    list_filter = (filters.StateFilter, filters.DueFilter, filters.HolderFilter, "program")
    list_per_page = 50
    list_select_related = ("program", "pro", "policy_version", "holder")
    # Where the pro is asked the clock stands still: the old limit makes nothing urgent.
    ordering = (Case(When(state=State.AWAITING_PRO, then=1), default=0), "due_at", "pk")
    sortable_by = ("due",)
    search_fields = ("^reference", "^sale__lead__reference")
    search_help_text = gettext_lazy(
        "A request's or a lead's reference, or how it begins. "
        "The list shows open requests only; a search looks through all of them."
    )
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False
    actions = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show the queue on the index to who may read it."""
        return may_read(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let verifiers and auditors read."""
        return may_read(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let nobody add; a claim is filed by a service."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let nobody edit; a request changes by services."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let nobody delete."""
        return False

    def get_changelist(self, request: HttpRequest, **kwargs: object) -> type[ChangeList]:
        """Use the list that links by reference."""
        return RequestList

    def changelist_view(
        self, request: HttpRequest, extra_context: Mapping[str, object] | None = None
    ) -> HttpResponse:
        """Show the queue."""
        context = {"title": _("Refund requests"), **(extra_context or {})}
        return super().changelist_view(request, context)

    def get_urls(self) -> list[URLPattern]:
        """Route to the queue and to a request's pages; the stock forms have no address at all."""
        queue = path(
            "",
            for_verifiers(self.admin_site, self.changelist_view),
            name="refunds_refundrequest_changelist",
        )
        return [queue, *pages.urls(self.admin_site)]

    @admin.display(description=gettext_lazy("reason"))
    def reason_word(self, request: RefundRequest) -> str:
        """Return the reason as the policy words it."""
        return labels.reason(request)

    @admin.display(description=gettext_lazy("amount"))
    def amount(self, request: RefundRequest) -> str:
        """Return what an approval credits."""
        return formats.money(request.credit_cents, request.program)

    @admin.display(description=gettext_lazy("due"), ordering="due_at")
    def due(self, request: RefundRequest) -> SafeString:
        """Return how long is left, and until which day."""
        left, day = _tag(labels.due(request, timezone.now())), labels.due_on(request)
        return format_html('{} <span class="day">{}</span>', left, day) if day else left

    @admin.display(description=gettext_lazy("held by"))
    def held_by(self, request: RefundRequest) -> str:
        """Return who looks into it."""
        if request.holder:
            return str(request.holder)
        return _("not taken") if request.is_open else "–"

    @admin.display(description=gettext_lazy("state"))
    def state_word(self, request: RefundRequest) -> SafeString:
        """Return where it stands."""
        return _tag(labels.state(request))

    @admin.display(description=gettext_lazy("machine says"))
    def proposal(self, request: RefundRequest) -> SafeString:
        """Return what the checks at filing propose."""
        return _tag(labels.proposal(request))


def _tag(tag: labels.Tag) -> SafeString:
    return format_html('<span class="tag {}">{}</span>', tag.look, tag.word)
