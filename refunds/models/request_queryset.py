from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from accounts.models import Transfer, User
from refunds.models.states import UNDECIDED_STATES, State

if TYPE_CHECKING:
    from refunds.models.request import RefundRequest  # noqa: F401 (named in the base's brackets)


class RefundRequestQuerySet(models.QuerySet["RefundRequest"]):
    """Questions about many requests."""

    def visible_to(self, user: User) -> "RefundRequestQuerySet":
        """Keep the requests of the pros that the user belongs to."""
        return self.filter(pro__memberships__user=user)

    def managed_by(self, user: User) -> "RefundRequestQuerySet":
        """Keep the requests of the pros that the user looks after."""
        return self.filter(pro__account_manager=user)

    def with_sale(self) -> "RefundRequestQuerySet":
        """Bring along what pages and services read of the sale."""
        return self.select_related(
            "program", "pro", "policy_version", "sale__lead__category", "sale__lead__contact"
        )

    def waiting_for_pro(self) -> "RefundRequestQuerySet":
        """Keep those that go on only when the pro does something."""
        return self.filter(state=State.AWAITING_PRO)

    def undecided(self) -> "RefundRequestQuerySet":
        """Keep those that still wait for a decision, the first or the one of an appeal."""
        return self.filter(state__in=UNDECIDED_STATES)

    def live(self) -> "RefundRequestQuerySet":
        """Keep those that stand in the way of another request for the same sale."""
        return self.exclude(state=State.WITHDRAWN).exclude(may_file_again=True)

    def giving_way(self) -> "RefundRequestQuerySet":
        """Keep the refusals that can give way to a credit: neither appealed nor final (X32)."""
        return self.filter(state=State.DECLINED)

    def giving_way_to(self, reason: str) -> "RefundRequestQuerySet":
        """Keep the refusals that give way to a fee that the clock proves due for a reason (P2, P3).

        What a person answered to the same question stands, and what was decided on an appeal; but
        a fee that is only held was never due, whatever was decided (P4, C44).
        """
        return self.filter(_gives_way_to(reason))

    def standing_against(self, reason: str) -> "RefundRequestQuerySet":
        """Keep those to which a sale is left, whatever the clock proves for a reason (P2, P3)."""
        return self.live().exclude(_gives_way_to(reason))


def _gives_way_to(reason: str) -> Q:
    is_held = Q(sale__charge__kind=Transfer.Kind.HOLD, sale__capture__isnull=True)
    is_refusal = Q(state=State.DECLINED) | Q(state=State.FINAL_DECLINED) & is_held
    is_answer = Q(may_file_again=False) & (Q(reason=reason) | Q(decided_reason=reason))
    return is_refusal & ~is_answer
