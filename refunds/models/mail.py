import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import ServicePro
from refunds.models.event import RefundEvent
from refunds.models.exception import ExceptionRequest


class OutboundMail(models.Model):
    """A mail that is owed to somebody. The row is the job; Celery only rings (design §8)."""

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("Receipt")
        QUESTION = "question", _("Question")
        DECISION = "decision", _("Decision")
        APPEAL_RECEIPT = "appeal_receipt", _("Receipt of an appeal")
        APPEAL_NOTICE = "appeal_notice", _("Appeal to decide")
        APPEAL_DECISION = "appeal_decision", _("Decision on an appeal")
        WITHDRAWAL = "withdrawal", _("Withdrawal")
        REVERSAL_NOTICE = "reversal_notice", _("Credit to be given back")
        REVERSAL = "reversal", _("Reversal")
        CORRECTION = "correction", _("Correction")
        SELLER_CASE = "seller_case", _("Case for the seller")
        SELLER_REMINDER = "seller_reminder", _("Reminder to the seller")
        EXCEPTION_NOTICE = "exception_notice", _("Exception to decide")
        EXCEPTION_DECISION = "exception_decision", _("Decision on an exception")
        OVERDUE = "overdue", _("Past the decision limit")
        REMINDER = "reminder", _("Windows that close soon")

    class Status(models.TextChoices):
        QUEUED = "queued", _("Waiting to be sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed; needs a person")
        DROPPED = "dropped", _("Not needed any more")

    # No index on the two that nothing looks up by: the uuid goes out in the Message-ID, and a mail
    # of an event is found by its key. An overdue sweep would pay for both with every row.
    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=200)
    event = models.ForeignKey(
        RefundEvent, models.PROTECT, null=True, related_name="mails", db_index=False
    )
    exception = models.ForeignKey(
        ExceptionRequest,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="mails",
        db_index=False,  # the index below leaves out the many mails that are about none
    )
    pro = models.ForeignKey(
        ServicePro,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="mails",
        db_index=False,
        help_text="Whose leads a reminder is about.",
    )
    kind = models.CharField(max_length=20, choices=Kind.choices)
    to = models.EmailField()
    locale = models.CharField(max_length=10, default="en")
    status = models.CharField(max_length=7, choices=Status.choices, default=Status.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], name="mail_key_once"),
            models.CheckConstraint(
                condition=Q(status="sent", sent_at__isnull=False)
                | Q(status__in=["queued", "failed", "dropped"], sent_at__isnull=True),
                name="mail_sent_has_time",
            ),
            models.CheckConstraint(
                condition=Q(event__isnull=False, exception__isnull=True, pro__isnull=True)
                | Q(event__isnull=True, exception__isnull=False, pro__isnull=True)
                | Q(event__isnull=True, exception__isnull=True, pro__isnull=False),
                name="mail_is_about_one_thing",
            ),
        ]
        indexes = [
            models.Index(
                fields=["not_before", "id"], condition=Q(status="queued"), name="mail_due"
            ),
            models.Index(
                fields=["exception"],
                condition=Q(exception__isnull=False),
                name="mail_of_exception",
            ),
            models.Index(fields=["pro"], condition=Q(pro__isnull=False), name="mail_of_pro"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to}"

    @property
    def told(self) -> RefundEvent:
        """The event that the mail tells of. Raises LookupError where it is about an exception."""
        if self.event is None:
            raise LookupError(f"Mail {self.uuid} tells of no event.")
        return self.event
