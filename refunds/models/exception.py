import uuid
from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Program, User
from leads.models import LeadSale


class Cause(models.TextChoices):
    """What may keep a pro from claiming in time (L6, X26)."""

    HURRICANE = "hurricane", _("Hurricane")
    NATURAL_DISASTER = "natural_disaster", _("Natural disaster")
    OUTAGE = "outage", _("Outage")
    OTHER = "other", _("Something else that nobody could prevent")


class ExceptionQuerySet(models.QuerySet["ExceptionRequest"]):
    """Questions about many exceptions."""

    def undecided(self) -> "ExceptionQuerySet":
        """Keep those that wait for a person."""
        return self.filter(decided_at__isnull=True)

    def granted(self) -> "ExceptionQuerySet":
        """Keep those that open a window again."""
        return self.filter(granted=True)

    def managed_by(self, user: User) -> "ExceptionQuerySet":
        """Keep those of the pros that the user looks after."""
        return self.filter(sale__pro__account_manager=user)

    def with_sale(self) -> "ExceptionQuerySet":
        """Bring along what pages, mails and services read of the sale."""
        return self.select_related(
            "sale__lead__category",
            "sale__lead__contact",
            "sale__lead__program",
            "sale__pro__account_manager",
            "asked_by",
        )


class ExceptionRequest(models.Model):
    """The wish to claim a sale after its window closed, and a person's answer (L6, X26)."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sale = models.ForeignKey(LeadSale, models.PROTECT, related_name="exceptions")
    cause = models.CharField(max_length=20, choices=Cause.choices)
    words = models.TextField(help_text="What kept the pro from claiming in time.")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    granted = models.BooleanField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True, help_text="The reason, as the pro reads it.")
    claim_until = models.DateTimeField(
        null=True, help_text="The last second in which the sale can be claimed after all."
    )

    objects = ExceptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sale"],
                condition=Q(granted__isnull=True) | Q(granted=True),
                name="one_exception_a_sale",
            ),
            models.CheckConstraint(
                condition=Q(granted__isnull=True, decided_by__isnull=True, decided_at__isnull=True)
                | (
                    Q(granted__isnull=False, decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(answer="")
                ),
                name="exception_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(granted=True, claim_until__isnull=False)
                | (~Q(granted=True) & Q(claim_until__isnull=True))
                | Q(granted__isnull=True, claim_until__isnull=True),
                name="exception_granted_until",
            ),
            models.CheckConstraint(
                condition=Q(cause__in=["hurricane", "natural_disaster", "outage", "other"]),
                name="exception_cause_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at", "id"],
                condition=Q(granted__isnull=True),
                name="exception_undecided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cause} for {self.sale_id}"

    def covers(self, at: datetime) -> bool:
        """Say whether a claim at that moment is in time by this exception."""
        return bool(self.granted) and self.claim_until is not None and at <= self.claim_until


class DeclaredEvent(models.Model):
    """Something that kept everybody in an area from working, as staff declared it (L6).

    The windows that it touches are longer by as many days as it took from them, until somebody
    withdraws it: claims that were filed by then keep what they had.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    program = models.ForeignKey(Program, models.PROTECT, related_name="declared_events")
    name = models.CharField(max_length=100)
    cause = models.CharField(max_length=20, choices=Cause.choices)
    postal_codes = models.JSONField(
        default=list, help_text='Postal codes, and prefixes that end in a star: ["30301", "303*"].'
    )
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="The last day of it, in the program's zone.")
    declared_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["program", "name", "starts_on", "ends_on"],
                condition=Q(withdrawn_at__isnull=True),
                name="event_declared_once",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_by__isnull=True, withdrawn_at__isnull=True)
                | Q(withdrawn_by__isnull=False, withdrawn_at__isnull=False),
                name="event_withdrawn_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on")), name="declared_event_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(cause__in=["hurricane", "natural_disaster", "outage", "other"]),
                name="declared_event_cause_known",
            ),
        ]
        indexes = [models.Index(fields=["program", "ends_on"], name="declared_event_of_program")]

    def __str__(self) -> str:
        return self.name
