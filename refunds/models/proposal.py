from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from leads.models import LeadSale
from refunds.models.request import RefundRequest
from refunds.models.states import State


class CreditProposalQuerySet(models.QuerySet["CreditProposal"]):
    """Questions about many proposals."""

    def unsettled(self) -> "CreditProposalQuerySet":
        """Keep those that were neither credited nor dismissed."""
        return self.filter(request__isnull=True, dismissed_at__isnull=True)

    def waiting(self) -> "CreditProposalQuerySet":
        """Keep those that wait for a person; a sale that its pro claimed is decided as a claim.

        A refusal that was not appealed gives way to the credit.
        """
        claimed = RefundRequest.objects.live().filter(sale=OuterRef("sale"))
        claimed = claimed.exclude(state=State.DECLINED)
        return self.unsettled().exclude(Exists(claimed))


class CreditProposal(models.Model):
    """A sale that the team should look at, because its contact was proven bad elsewhere (X32).

    Other pros who bought from the contact may be credited without a request of theirs.
    """

    sale = models.OneToOneField(LeadSale, models.PROTECT, related_name="credit_proposal")
    because_of = models.ForeignKey(RefundRequest, models.PROTECT, related_name="proposals")
    reason = models.CharField(max_length=40)
    proposed_at = models.DateTimeField()
    request = models.OneToOneField(
        RefundRequest, models.PROTECT, null=True, related_name="credit_proposal"
    )
    dismissed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    dismissed_at = models.DateTimeField(null=True)
    dismissal = models.TextField(blank=True, help_text="Why the sale is not credited.")

    objects = CreditProposalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(dismissed_by__isnull=True, dismissed_at__isnull=True, dismissal="")
                | (
                    Q(dismissed_by__isnull=False, dismissed_at__isnull=False, request__isnull=True)
                    & ~Q(dismissal="")
                ),
                name="proposal_dismissed_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["proposed_at", "id"],
                condition=Q(request__isnull=True, dismissed_at__isnull=True),
                name="proposal_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} for {self.sale_id}"
