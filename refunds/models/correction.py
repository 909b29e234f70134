from django.db import models
from django.db.models import F, Q

from accounts.models import Transfer, User
from refunds.models.request import RefundRequest


class Correction(models.Model):
    """A final credit that was got by fraud, taken back by two people (X22).

    The request's state stays; the money moves by an adjustment.
    """

    request = models.OneToOneField(RefundRequest, models.PROTECT, related_name="correction")
    reason = models.TextField()
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    transfer = models.OneToOneField(Transfer, models.PROTECT, null=True, related_name="corrects")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="correction_has_reason"),
            models.CheckConstraint(
                condition=Q(
                    confirmed_by__isnull=True, confirmed_at__isnull=True, transfer__isnull=True
                )
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False, transfer__isnull=False),
                name="correction_confirmed_with_transfer",
            ),
            # The null test is needed: a comparison with NULL counts as held.
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")),
                name="correction_by_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"Correction of {self.request_id}"
