from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from leads.models import CallRecording
from refunds.models.request import RefundRequest


class Finding(models.Model):
    """A fact that the verification team established about a request (L12)."""

    class Kind(models.TextChoices):
        HISTORY = "history", _("History of the lead")
        RECORDING = "recording", _("Recording")
        CONTACT_CALL = "contact_call", _("Call with the contact")
        CONTACT_MESSAGE = "contact_message", _("Message from the contact")
        SELLER_ANSWER = "seller_answer", _("Answer of the seller")

    class Result(models.TextChoices):
        SUPPORTS = "supports", _("Supports the claim")
        CONTRADICTS = "contradicts", _("Contradicts the claim")
        INCONCLUSIVE = "inconclusive", _("Proves nothing")

    request = models.ForeignKey(RefundRequest, models.PROTECT, related_name="findings")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    result = models.CharField(max_length=12, choices=Result.choices)
    note = models.TextField(help_text="What was established, in words that the pro may read.")
    recording = models.ForeignKey(
        CallRecording, models.PROTECT, null=True, blank=True, related_name="findings"
    )
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["request", "at", "id"], name="finding_of_request_by_time")]

    def __str__(self) -> str:
        return f"{self.kind} {self.result}"
