from django.db import models
from django.db.models import F, Q

from accounts.models import Transfer, User
from refunds.models.request import RefundRequest


class Correction(models.Model):
    """A final credit that was got by fraud, taken back by two people (X22).

    The request's state stays; the money moves by an adjustment. One that was dismissed is kept, and
    the credit may be doubted again.
    """

    request = models.ForeignKey(RefundRequest, models.PROTECT, related_name="corrections")
    reason = models.TextField()
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    transfer = models.OneToOneField(Transfer, models.PROTECT, null=True, related_name="corrects")
    dismissed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    dismissed_at = models.DateTimeField(null=True)
    dismissal = models.TextField(blank=True, help_text="Why the credit stays.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(dismissed_at__isnull=True),
                name="one_correction_a_request",
            ),
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
            models.CheckConstraint(
                condition=Q(dismissed_by__isnull=True, dismissed_at__isnull=True, dismissal="")
                | Q(
                    ~Q(dismissal=""),
                    dismissed_by__isnull=False,
                    dismissed_at__isnull=False,
                    confirmed_at__isnull=True,
                ),
                name="correction_dismissed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"Correction of {self.request_id}"
