from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from refunds.models.request import RefundRequest


class RefundEvent(models.Model):
    """What happened to a request, when, and by whom. Triggers refuse to change or delete one."""

    class Kind(models.TextChoices):
        FILED = "filed", _("Claim filed")
        SCREENED = "screened", _("Checked by the machine")
        TAKEN = "taken", _("Taken by a verifier")
        FINDING = "finding", _("Fact established")
        ASKED = "asked", _("Question to the pro")
        REPLIED = "replied", _("Answer from the pro")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")
        APPEALED = "appealed", _("Appealed")
        UPHELD = "upheld", _("Decision upheld")
        OVERTURNED = "overturned", _("Decision overturned")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        REVERSED = "reversed", _("Credit reversed")
        OVERDUE = "overdue", _("Past the decision limit")

    request = models.ForeignKey(RefundRequest, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, related_name="+")
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20)
    data = models.JSONField(default=dict)
    visible_to_pro = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["request", "at", "id"], name="event_of_request_by_time")]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M}"
