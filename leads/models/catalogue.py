from datetime import datetime

from django.db import models
from django.db.models import F, Q

from accounts.models import LedgerAccount, Program, ServicePro, User


class LeadSeller(models.Model):
    """Where a program's leads come from (A17)."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="sellers")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=150)
    email = models.EmailField(blank=True)
    guidelines = models.TextField(blank=True, help_text="The quality that the seller agreed to.")
    response_days = models.PositiveSmallIntegerField(
        default=3, help_text="Business days that the seller has to answer a case."
    )
    account = models.OneToOneField(
        LedgerAccount, models.PROTECT, null=True, related_name="seller", editable=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["program", "code"], name="seller_code_once_a_program"),
        ]

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    """A kind of work that a program sells leads for."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="categories")
    code = models.SlugField()
    name = models.CharField(max_length=100)
    needs_owner_approval = models.BooleanField(
        default=False, help_text="Only the property's owner can order this work (C16, X10)."
    )

    class Meta:
        verbose_name_plural = "categories"
        constraints = [
            models.UniqueConstraint(
                fields=["program", "code"], name="category_code_once_a_program"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Price(models.Model):
    """What a lead of a category costs from an instant on."""

    category = models.ForeignKey(Category, models.CASCADE, related_name="prices")
    cents = models.PositiveBigIntegerField(help_text="Minor units of the program's currency.")
    valid_from = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["category", "valid_from"], name="price_once_a_start"),
            models.CheckConstraint(condition=Q(cents__gt=0), name="price_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.category_id}: {self.cents}"


class Campaign(models.Model):
    """What a pro wants to buy: kinds of work, and where (A16).

    A row is one version and stays as it is: ``services.campaigns`` replaces it by the next one of
    the same name. A sale refers to the version that it was sold under, and is judged by that (A3,
    A4, C11, C12), like it is by its price and its policy.
    """

    pro = models.ForeignKey(ServicePro, models.CASCADE, related_name="campaigns")
    name = models.CharField(max_length=100, help_text="Common to all versions.")
    categories = models.ManyToManyField(Category, related_name="campaigns")
    postal_codes = models.JSONField(
        default=list, help_text='Postal codes, and prefixes that end in a star: ["30301", "303*"].'
    )
    valid_from = models.DateTimeField(
        null=True, blank=True, help_text="Empty for the first version, which holds from the start."
    )
    replaced_at = models.DateTimeField(
        null=True, blank=True, help_text="Empty while the version is in force."
    )
    changed_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who made this version out of the one before.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pro", "name"],
                condition=Q(replaced_at__isnull=True),
                name="campaign_name_once_a_pro",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True, changed_by__isnull=True)
                | Q(valid_from__isnull=False, changed_by__isnull=False),
                name="campaign_changed_by_somebody",
            ),
            # The null tests are needed: a comparison with NULL counts as held.
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(replaced_at__isnull=True)
                | Q(replaced_at__gte=F("valid_from")),
                name="campaign_replaced_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def was_in_force(self, at: datetime) -> bool:
        """Say whether this is the version by which a lead was sold at an instant."""
        has_begun = self.valid_from is None or self.valid_from <= at
        return has_begun and (self.replaced_at is None or at < self.replaced_at)
