from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from refunds.models.request import RefundRequest


class RefundEvent(models.Model):
    """What happened to a request, when, and by whom. Triggers refuse to change or delete one."""

    class Kind(models.TextChoices):
        FILED = "filed", _("Claim filed")
        OPENED = "opened", _("Opened by the team")
        SCREENED = "screened", _("Checked by the machine")
        TAKEN = "taken", _("Taken by a verifier")
        FINDING = "finding", _("Fact established")
        ASKED = "asked", _("Question to the pro")
        REPLIED = "replied", _("Answer from the pro")
        UNANSWERED = "unanswered", _("No answer from the pro")
        SELLER_ASKED = "seller_asked", _("Put to the seller")
        SELLER_ANSWERED = "seller_answered", _("Answer from the seller")
        SELLER_SILENT = "seller_silent", _("No answer from the seller")
        REAPPEALED = "reappealed", _("Put to the seller again")
        EXTENDED = "extended", _("Decision date moved")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")
        APPEALED = "appealed", _("Appealed")
        UPHELD = "upheld", _("Decision upheld")
        OVERTURNED = "overturned", _("Decision overturned")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        REVERSAL_ASKED = "reversal_asked", _("Pro asked to give the credit back")
        REVERSED = "reversed", _("Credit reversed")
        DETACHED = "detached", _("Lead left the account")
        ATTACHED = "attached", _("Lead came back to the account")
        TERMINATED = "terminated", _("Contact shut out")
        DO_NOT_CALL = "do_not_call", _("Contact not to be called")
        PROPOSED = "proposed", _("Other pros proposed for a credit")
        RECOVERED = "recovered", _("Recovered from the seller")
        RETURNED = "returned", _("Recovery given back to the seller")
        SUSPECTED = "suspected", _("Correction proposed")
        DISMISSED = "dismissed", _("Correction dismissed")
        CORRECTED = "corrected", _("Credit corrected")
        OVERDUE = "overdue", _("Past the decision limit")

    STAFF_KINDS = (
        Kind.PROPOSED,
        Kind.RECOVERED,
        Kind.RETURNED,
        Kind.SUSPECTED,
        Kind.DISMISSED,
    )

    # No index of their own: the one below begins with the request, and nobody asks by actor.
    request = models.ForeignKey(
        RefundRequest, models.PROTECT, related_name="events", db_index=False
    )
    kind = models.CharField(max_length=20, choices=Kind.choices)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20)
    data = models.JSONField(default=dict)
    visible_to_pro = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["request", "at", "id"], name="event_of_request_by_time")]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M}"
