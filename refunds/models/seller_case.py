from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Transfer, User
from leads.models import LeadSeller
from refunds.models.request import RefundRequest


class SellerCaseQuerySet(models.QuerySet["SellerCase"]):
    """Questions about many cases."""

    def put_to(self, seller: LeadSeller) -> "SellerCaseQuerySet":
        """Keep the cases that a seller was asked about."""
        return self.filter(seller=seller, rounds__gt=0)

    def silences(self) -> list[bool]:
        """Say of each case whether the seller once let the time to answer pass (X17)."""
        silence = SellerMessage.objects.filter(answer=SellerMessage.Answer.SILENT)
        told = self.annotate(was_silent=Exists(silence.filter(case=OuterRef("pk"))))
        return list(told.values_list("was_silent", flat=True))

    def unanswered_since(self, at: datetime) -> "SellerCaseQuerySet":
        """Keep the cases in which the seller let the time to answer pass since that moment."""
        silence = SellerMessage.objects.filter(answer=SellerMessage.Answer.SILENT, at__gte=at)
        return self.filter(Exists(silence.filter(case=OuterRef("pk"))))


class SellerCase(models.Model):
    """What the team puts before the seller of a request's lead (A18), and what came of it.

    The pro's decision stands on the request; what is got back from the seller stands here (X16).
    """

    class Status(models.TextChoices):
        PREPARED = "prepared", _("Prepared")
        ASKED = "asked", _("Waiting for the seller")
        AGREED = "agreed", _("Seller agreed")
        REFUSED = "refused", _("Seller refused")
        SILENT = "silent", _("Seller did not answer")

    request = models.OneToOneField(RefundRequest, models.PROTECT, related_name="seller_case")
    seller = models.ForeignKey(LeadSeller, models.PROTECT, related_name="cases")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PREPARED)
    opened_at = models.DateTimeField()
    rounds = models.PositiveSmallIntegerField(
        default=0, help_text="How often the case was put to the seller; a re-appeal is one more."
    )
    answer_due_at = models.DateTimeField(
        null=True, help_text="The last second in which the seller's answer is in time (X17)."
    )
    reminded_at = models.DateTimeField(null=True)
    recovery = models.OneToOneField(
        Transfer, models.PROTECT, null=True, related_name="recovered_for"
    )
    recovery_returned = models.OneToOneField(
        Transfer, models.PROTECT, null=True, related_name="returned_for"
    )

    objects = SellerCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["prepared", "asked", "agreed", "refused", "silent"]),
                name="seller_case_status_known",
            ),
            models.CheckConstraint(
                condition=Q(status="asked", answer_due_at__isnull=False) | ~Q(status="asked"),
                name="asked_seller_has_until_when",
            ),
            models.CheckConstraint(
                condition=Q(recovery__isnull=True) | Q(status="agreed"),
                name="recovery_from_a_seller_who_agreed",
            ),
            models.CheckConstraint(
                condition=Q(recovery_returned__isnull=True) | Q(recovery__isnull=False),
                name="returned_only_what_was_recovered",
            ),
        ]
        indexes = [
            models.Index(
                fields=["answer_due_at", "id"],
                condition=Q(status="asked"),
                name="seller_case_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"Case of {self.request_id} for {self.seller_id}"


class SellerMessage(models.Model):
    """One exchange with a seller: when, by whom, in which direction (A19, A20)."""

    class Direction(models.TextChoices):
        TO_SELLER = "to_seller", _("To the seller")
        FROM_SELLER = "from_seller", _("From the seller")

    class Answer(models.TextChoices):
        AGREES = "agrees", _("Agrees")
        REFUSES = "refuses", _("Refuses")
        SILENT = "silent", _("No answer")

    case = models.ForeignKey(SellerCase, models.PROTECT, related_name="messages")
    at = models.DateTimeField()
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    direction = models.CharField(max_length=12, choices=Direction.choices)
    answer = models.CharField(
        max_length=8, choices=Answer.choices, blank=True, help_text="What an answer came to."
    )
    text = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(direction="from_seller") | Q(answer=""),
                name="only_a_seller_answers",
            ),
        ]
        indexes = [models.Index(fields=["case", "at", "id"], name="message_of_case_by_time")]

    def __str__(self) -> str:
        return f"{self.direction} at {self.at:%Y-%m-%d %H:%M}"
