from django.db import models
from django.utils.translation import gettext_lazy as _


class Program(models.Model):
    """One marketplace with one policy."""

    class ChargeMode(models.TextChoices):
        UPFRONT = "upfront", _("At the sale")
        ON_REPLY = "on_reply", _("When the contact replies")

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    time_zone = models.CharField(max_length=64)
    currency = models.CharField(max_length=3)
    currency_decimals = models.PositiveSmallIntegerField(
        help_text="Digits after the decimal point: 2 for USD, 0 for TWD."
    )
    country = models.CharField(max_length=2)
    subdivision = models.CharField(max_length=10, blank=True)
    locale = models.CharField(max_length=10, default="en")
    charge_mode = models.CharField(
        max_length=10,
        choices=ChargeMode.choices,
        default=ChargeMode.UPFRONT,
        help_text="Whether a sale is charged at once, or held until the contact replies (X28).",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(charge_mode__in=["upfront", "on_reply"]),
                name="charge_mode_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ClosedDay(models.Model):
    """A day on which a program does not work, besides weekends and public holidays."""

    program = models.ForeignKey(Program, models.CASCADE, related_name="closed_days")
    date = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["program", "date"], name="closed_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.program_id} {self.date}"
