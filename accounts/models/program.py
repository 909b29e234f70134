from django.db import models


class Program(models.Model):
    """One marketplace with one policy."""

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
