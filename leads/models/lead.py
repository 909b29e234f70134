from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Program
from leads.models.catalogue import Category, LeadSeller
from leads.models.contact import Contact


class Lead(models.Model):
    """What a contact asked for, as it came from a seller."""

    class Kind(models.TextChoices):
        WEB = "web", _("Web form")
        LIVE_CALL = "live_call", _("Live call")

    program = models.ForeignKey(Program, models.PROTECT, related_name="leads")
    reference = models.CharField(
        max_length=40, help_text="The lead's number in the lead-distribution system."
    )
    seller = models.ForeignKey(LeadSeller, models.PROTECT, related_name="leads")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="leads")
    contact_name = models.CharField(
        max_length=150, help_text="The name as it was given with this lead (C9)."
    )
    category = models.ForeignKey(Category, models.PROTECT, related_name="leads")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.WEB)
    postal_code = models.CharField(max_length=16)
    street = models.CharField(max_length=200, blank=True)
    job_date = models.DateField(null=True, blank=True)
    submitted_at = models.DateTimeField()
    fingerprint = models.CharField(
        max_length=64, help_text="The same for two leads that are the same request (A2)."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["program", "reference"], name="lead_reference_once_a_program"
            ),
        ]

    def __str__(self) -> str:
        return self.reference
