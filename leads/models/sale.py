import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import ServicePro, Transfer, User
from leads.models.catalogue import Campaign
from leads.models.lead import Lead


@dataclass(frozen=True)
class ContactForPro:
    """What a pro may read of the contact of a sale; "" is what they may not.

    ``is_awaited``: the pro gets all of it later, and nothing yet (P4, X29). ``phone`` is what is
    dialled, ``phone_written`` what a page shows of it, where the page asked for that.
    """

    name: str = ""
    phone: str = ""
    email: str = ""
    is_not_to_be_called: bool = False
    is_phone_verified: bool = False
    is_awaited: bool = False
    phone_written: str = ""


def contact_for_pro(  # noqa: PLR0913 (all by name, as a row has them)
    *,
    detached_at: datetime | None,
    revealed_at: datetime | None,
    name: str,
    phone: str,
    email: str,
    do_not_call_at: datetime | None,
    phone_verified_at: datetime | None,
    phone_written: str = "",
) -> ContactForPro:
    """Return the contact as the pro may read it: all that the portal shows comes from here.

    Nothing once the lead has left the account (L22), and nothing until the pro got the contact
    (P3, P4, X29).
    """
    if detached_at is not None:
        return ContactForPro()
    if revealed_at is None:
        return ContactForPro(is_awaited=True)
    return ContactForPro(
        name=name,
        phone=phone,
        email=email,
        is_not_to_be_called=do_not_call_at is not None,
        is_phone_verified=phone_verified_at is not None,
        phone_written=phone_written,
    )


class LeadSaleQuerySet(models.QuerySet["LeadSale"]):
    """Questions about many sales."""

    def visible_to(self, user: User) -> "LeadSaleQuerySet":
        """Keep the sales of the pros that the user belongs to."""
        return self.filter(pro__memberships__user=user)

    def for_person(self, user: User) -> "LeadSaleQuerySet":
        """Keep the sales of the pros that the user belongs to or looks after."""
        pros = ServicePro.objects.filter(Q(memberships__user=user) | Q(account_manager=user))
        return self.filter(pro__in=pros.values("pk"))

    def attached(self) -> "LeadSaleQuerySet":
        """Keep the sales whose lead is still in the pro's account (L22)."""
        return self.filter(detached_at__isnull=True)

    def locked(self) -> "LeadSaleQuerySet":
        """Lock sales before their money moves, each with its lead and what was paid for it.

        The order everywhere is: a request that exists, sales, wallets. Without the key: a claim
        that is being filed may go on referring to its sale.
        """
        return self.select_for_update(of=("self",), no_key=True).select_related(
            "lead__program", "charge__source", "charge__destination"
        )

    def with_lead(self) -> "LeadSaleQuerySet":
        """Bring along what a row on a page shows."""
        return self.select_related("lead__category", "lead__contact", "lead__program", "pro")


class LeadSale(models.Model):
    """One lead sold to one pro at one price."""

    class Status(models.TextChoices):
        NEW = "new", _("New")
        CONTACTED = "contacted", _("Contacted")
        WON = "won", _("Won")
        LOST = "lost", _("Lost")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    lead = models.ForeignKey(Lead, models.PROTECT, related_name="sales")
    pro = models.ForeignKey(ServicePro, models.PROTECT, related_name="sales")
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="sales")
    price_cents = models.PositiveBigIntegerField()
    credited_cents = models.PositiveBigIntegerField(
        default=0, help_text="What was given back of the price, and not taken again."
    )
    charge = models.OneToOneField(Transfer, models.PROTECT, related_name="sale")
    capture = models.OneToOneField(
        Transfer,
        models.PROTECT,
        null=True,
        related_name="captured_sale",
        help_text="What became of a fee that was held and is due now (X28).",
    )
    released_cents = models.PositiveBigIntegerField(
        default=0, help_text="What was given back of a held fee before it was due."
    )
    sold_at = models.DateTimeField()
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.NEW)
    contact_revealed_at = models.DateTimeField(null=True, blank=True)
    detached_at = models.DateTimeField(null=True, blank=True)

    objects = LeadSaleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lead", "pro"], name="lead_sold_once_to_a_pro"),
            models.CheckConstraint(condition=Q(price_cents__gt=0), name="sale_price_positive"),
            # The bound that no two rows can be compared for (trap 2).
            models.CheckConstraint(
                condition=Q(credited_cents__gte=0, credited_cents__lte=F("price_cents")),
                name="credits_within_the_charge",
            ),
            models.CheckConstraint(
                condition=Q(released_cents__gte=0, released_cents__lte=F("price_cents")),
                name="releases_within_the_charge",
            ),
        ]
        indexes = [
            # The last two let a filter pass over what it hides without reading the rows.
            models.Index(
                fields=["pro", "-sold_at", "-id", "status", "campaign"], name="sale_of_pro_by_time"
            ),
            models.Index(
                fields=["sold_at", "id"],
                condition=Q(contact_revealed_at__isnull=True, credited_cents=0),
                name="sale_without_its_contact",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id} to {self.pro_id}"

    @property
    def held_cents(self) -> int:
        """What is still held of the price: neither due yet nor given back (X28).

        Reads the charge: bring it along.
        """
        if self.charge.kind != Transfer.Kind.HOLD or self.capture_id is not None:
            return 0
        return self.price_cents - self.released_cents

    @property
    def is_detached(self) -> bool:
        """Say whether the lead has left the pro's account (L22)."""
        return self.detached_at is not None

    @property
    def is_contact_revealed(self) -> bool:
        """Say whether the pro got the contact's details (P3, X29)."""
        return self.contact_revealed_at is not None

    @property
    def contact_for_pro(self) -> ContactForPro:
        """The contact as the pro may read it: see ``contact_for_pro``.

        Reads the lead and its contact: bring them along (``with_lead``).
        """
        contact = self.lead.contact
        return contact_for_pro(
            detached_at=self.detached_at,
            revealed_at=self.contact_revealed_at,
            name=self.lead.contact_name,
            phone=contact.phone,
            email=contact.email,
            do_not_call_at=contact.do_not_call_at,
            phone_verified_at=contact.phone_verified_at,
        )


class Quote(models.Model):
    """The offer that a pro sent to the contact of a sale.

    The sweep looks at each twice, whatever happened meanwhile: when it has to have been read, and
    when it has to have been answered. Its two indexes hold what it has not looked at yet.
    """

    sale = models.OneToOneField(LeadSale, models.CASCADE, related_name="quote")
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    read_confirmed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the sweep saw that it had been read in time."
    )
    settled_at = models.DateTimeField(
        null=True, blank=True, help_text="When the sweep was done with it."
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["sent_at", "id"],
                condition=Q(read_confirmed_at__isnull=True, settled_at__isnull=True),
                name="quote_unread",
            ),
            models.Index(
                fields=["sent_at", "id"],
                condition=Q(read_confirmed_at__isnull=False, settled_at__isnull=True),
                name="quote_unanswered",
            ),
        ]

    def __str__(self) -> str:
        return f"Quote for {self.sale_id}"


class ContactAttemptQuerySet(models.QuerySet["ContactAttempt"]):
    """Questions about many attempts."""

    def standing(self) -> "ContactAttemptQuerySet":
        """Keep those that count: what was taken back is on record, and no more than that."""
        return self.filter(taken_back_at__isnull=True)


class ContactAttempt(models.Model):
    """One try to reach the contact of a sale, by the pro or by the team."""

    class Channel(models.TextChoices):
        CALL = "call", _("Call")
        TEXT = "text", _("Text")
        EMAIL = "email", _("E-mail")

    class By(models.TextChoices):
        PRO = "pro", _("The pro")
        TEAM = "team", _("The verification team")

    sale = models.ForeignKey(LeadSale, models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    channel = models.CharField(max_length=5, choices=Channel.choices)
    by = models.CharField(max_length=4, choices=By.choices)
    reached = models.BooleanField(default=False)
    logged_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    logged_at = models.DateTimeField(
        null=True, blank=True, help_text="Empty for those from before this was kept."
    )
    taken_back_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When the pro who logged it said that it was a slip. It counts for nothing then.",
    )

    objects = ContactAttemptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sale", "at", "channel", "by"],
                condition=Q(taken_back_at__isnull=True),
                name="attempt_logged_once",
            ),
            # The null test is needed: a comparison with NULL counts as held.
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True)
                | Q(by="pro", logged_at__isnull=False, taken_back_at__gte=F("logged_at")),
                name="attempt_of_a_pro_taken_back_after_it_was_logged",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} for {self.sale_id} at {self.at:%Y-%m-%d %H:%M}"


class CallRecording(models.Model):
    """The recording of a live call, which alone can prove a claim about it (L14)."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    lead = models.ForeignKey(Lead, models.CASCADE, related_name="recordings")
    file = models.FileField(max_length=200)
    content_type = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    seconds = models.PositiveIntegerField()
    attached_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    attached_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lead", "sha256"], name="recording_once_a_lead"),
        ]

    def __str__(self) -> str:
        return f"Recording of {self.lead_id}"
