"""What every step of a claim's pages knows: the lead, its rules, and the draft of who asks."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.models import User
from leads.models import LeadSale
from refunds.documents import worded_policy_of
from refunds.models import ClaimDraft, PolicyVersion
from refunds.policy.document import Policy, Reason
from refunds.services import drafts
from refunds.services.facts import policy_version_for
from refunds.services.windows import window_of
from refunds.views.lead_rows import LeadRow, lead_rows
from refunds.views.person import PersonRequest


@dataclass(frozen=True)
class Opened:
    """A lead that is being claimed; ``grace_until``: the last second of its draft."""

    sale: LeadSale
    policy: Policy
    row: LeadRow
    draft: ClaimDraft | None
    grace_until: datetime | None
    at: datetime

    @property
    def offered(self) -> tuple[Reason, ...]:
        """The reasons that can be chosen for such a lead."""
        return self.policy.offered_for(self.sale.lead.kind)

    @property
    def drafted_reason(self) -> Reason | None:
        """The reason of the draft, if it is still offered."""
        return self.offered_reason(self.draft.reason) if self.draft else None

    @property
    def in_grace(self) -> bool:
        """Whether it is too late for the lead, and not for the draft of it."""
        until = self.grace_until
        return self.row.standing.is_too_late and until is not None and self.at <= until

    @property
    def is_open(self) -> bool:
        """Whether a claim could be sent now."""
        return self.row.standing.can_be_claimed or self.in_grace

    def offered_reason(self, code: str) -> Reason | None:
        """Return the reason of that code, if it can be chosen."""
        return next((reason for reason in self.offered if reason.code == code), None)

    def drafted_anew(self, user: User) -> "Opened":
        """Return the same with the draft as it is stored now."""
        return replace(self, draft=drafts.draft_of(self.sale, user))


def open_claim(request: PersonRequest, sale_uuid: UUID) -> Opened:
    """Look up a lead of the person's own account; raises Http404 for any other."""
    sales = LeadSale.objects.visible_to(request.user).attached().with_lead()
    sale = get_object_or_404(
        sales.select_related("campaign", "pro__account_manager"), uuid=sale_uuid
    )
    try:
        policy = worded_policy_of(policy_version_for(sale))
    except PolicyVersion.DoesNotExist as error:
        raise Http404 from error
    at = timezone.now()
    [row] = lead_rows([sale], at=at)
    draft = drafts.draft_of(sale, request.user)
    return Opened(sale, policy, row, draft, _grace_until(sale, policy, draft), at)


def typed_answers(reason: Reason, data: Mapping[str, str]) -> dict[str, str]:
    """Return what was typed for a reason's questions, by their names; what wasn't sent is left."""
    fields = {detail.name: f"detail_{detail.name}" for detail in reason.details}
    return {name: data[field] for name, field in fields.items() if field in data}


def _grace_until(sale: LeadSale, policy: Policy, draft: ClaimDraft | None) -> datetime | None:
    if draft is None:
        return None
    opening = window_of(sale, policy)
    return opening.grace_until(draft.worded_at, grace_hours=policy.draft_grace_hours)
