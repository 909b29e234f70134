from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.models import User
from refunds.admin import counters, events, exceptions, policies, proactive, queue
from refunds.models import RefundRequest

OURS = ("accounts", "leads", "refunds")
PAGES = (exceptions, events, policies, proactive)  # each offers ``urls(site)``
AnyModel = TypeVar("AnyModel", bound=Model)


class MakegoodAdminSite(AdminSite):
    """The verification team's admin, and all that it offers.

    Registration happens here and not on import: this module is loaded while Django makes the
    default site, and what registers itself meanwhile is lost with a half-made one.
    """

    site_header = _("Makegood verification")
    site_title = _("Makegood")
    index_title = _("Verification")
    site_url = "/"
    enable_nav_sidebar = False

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.register(RefundRequest, queue.RefundRequestAdmin)

    def register(
        self,
        model_or_iterable: type[AnyModel] | Iterable[type[AnyModel]],
        admin_class: "type[ModelAdmin[AnyModel]] | None" = None,
        **options: Any,  # noqa: ANN401 (as Django has it),
    ) -> None:
        """Register our own models alone.

        Django's groups stay out, for ``access`` alone says what they may do; allauth's rows too.
        """
        models = (
            [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        )
        offered = [model for model in models if model._meta.app_label in OURS]
        super().register(offered, admin_class, **options)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Route to our own pages as well; before the stock ones, whose last takes everything."""
        own = [url for module in PAGES for url in module.urls(self)]
        return [*own, *super().get_urls()]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Add whether the reader may act, as a verifier or as a lead; who only reads sees that."""
        user = request.user
        return super().each_context(request) | {
            "may_act": isinstance(user, User) and access.is_verifier(user),
            "may_lead": isinstance(user, User) and access.is_lead(user),
        }

    @method_decorator(login_not_required)
    def login(
        self, request: HttpRequest, extra_context: Mapping[str, object] | None = None
    ) -> HttpResponse:
        """Let the team in by the same door as everybody, with its second step."""
        if not request.user.is_authenticated:
            return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
        if not self.has_permission(request):
            raise PermissionDenied
        return redirect("admin:index")

    def index(
        self, request: HttpRequest, extra_context: Mapping[str, object] | None = None
    ) -> TemplateResponse:
        """Show the stock index with what waits for the team on top."""
        counts = counters.counters() if queue.may_read(request) else []
        return super().index(request, {"counters": counts, **(extra_context or {})})
