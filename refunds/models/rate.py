from django.db import models
from django.db.models import F, Q

from accounts.models import Program, ServicePro
from leads.models import LeadSeller


class Rate(models.Model):
    """How many of the sales of some 90 days were claimed, and how many credited.

    Of a pro's, of a seller's leads, or with neither of a whole program. A nightly count: see
    ``refunds.services.rates``.
    """

    program = models.ForeignKey(
        Program,
        models.CASCADE,
        related_name="+",
        db_index=False,  # the constraints' indexes begin with it
    )
    pro = models.ForeignKey(ServicePro, models.CASCADE, null=True, related_name="+")
    seller = models.ForeignKey(LeadSeller, models.CASCADE, null=True, related_name="+")
    sales = models.PositiveIntegerField()
    claimed = models.PositiveIntegerField(help_text="Sales that the pro claimed.")
    credited = models.PositiveIntegerField(help_text="Sales that a credit stands for.")
    counted_on = models.DateField(help_text="The program's day on which it was counted.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["program", "pro"], condition=Q(pro__isnull=False), name="one_rate_a_pro"
            ),
            models.UniqueConstraint(
                fields=["program", "seller"],
                condition=Q(seller__isnull=False),
                name="one_rate_a_seller",
            ),
            models.UniqueConstraint(
                fields=["program"],
                condition=Q(pro__isnull=True, seller__isnull=True),
                name="one_rate_a_program",
            ),
            models.CheckConstraint(
                condition=Q(pro__isnull=True) | Q(seller__isnull=True),
                name="rate_of_a_pro_or_a_seller",
            ),
            models.CheckConstraint(
                condition=Q(claimed__lte=F("sales"), credited__lte=F("sales")),
                name="rate_within_its_sales",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.credited} of {self.sales} credited"
