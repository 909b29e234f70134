from django.db import models
from django.db.models import Q

from accounts.models import LedgerAccount, Program, ServicePro


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
    """What a pro wants to buy: kinds of work, and where (A16)."""

    pro = models.ForeignKey(ServicePro, models.CASCADE, related_name="campaigns")
    name = models.CharField(max_length=100)
    categories = models.ManyToManyField(Category, related_name="campaigns")
    postal_codes = models.JSONField(
        default=list, help_text='Postal codes, and prefixes that end in a star: ["30301", "303*"].'
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pro", "name"], name="campaign_name_once_a_pro"),
        ]

    def __str__(self) -> str:
        return self.name
