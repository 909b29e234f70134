from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.people import ServicePro
from accounts.models.program import Program


class LedgerAccount(models.Model):
    """A place where money is. Pros' wallets and holds keep a balance; house accounts are summed.

    A seller's account has the kind ``seller_recoverable`` and is pointed at by its seller, so
    that this app needs to know nothing of leads.
    """

    class Kind(models.TextChoices):
        PAID = "paid", _("Paid funds")
        BONUS = "bonus", _("Bonus funds")
        HOLD = "hold", _("Held fees")
        REVENUE = "revenue", _("Revenue")
        REFUNDS = "refunds", _("Refunds")
        GOODWILL = "goodwill", _("Goodwill")
        FUNDING = "funding", _("Funding")
        SELLER_RECOVERABLE = "seller_recoverable", _("Recoverable from a seller")

    PRO_KINDS = (Kind.PAID, Kind.BONUS, Kind.HOLD)
    WALLET_KINDS = (Kind.PAID, Kind.BONUS)
    HOUSE_KINDS = (Kind.REVENUE, Kind.REFUNDS, Kind.GOODWILL, Kind.FUNDING)

    program = models.ForeignKey(Program, models.PROTECT, related_name="ledger_accounts")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    pro = models.ForeignKey(ServicePro, models.PROTECT, null=True, related_name="ledger_accounts")
    balance_cents = models.BigIntegerField(
        null=True, help_text="Minor units; kept for pros' accounts only, changed by the ledger."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pro", "kind"], condition=Q(pro__isnull=False), name="account_once_a_pro"
            ),
            models.UniqueConstraint(
                fields=["program", "kind"],
                condition=Q(kind__in=["revenue", "refunds", "goodwill", "funding"]),
                name="house_account_once_a_program",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=["paid", "bonus", "hold"],
                    pro__isnull=False,
                    balance_cents__isnull=False,
                )
                | Q(
                    kind__in=["revenue", "refunds", "goodwill", "funding", "seller_recoverable"],
                    pro__isnull=True,
                    balance_cents__isnull=True,
                ),
                name="account_kind_fits_owner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.pro or self.program}"


TRANSFER_KINDS = (
    "top_up",
    "bonus",
    "lead_charge",
    "hold",
    "capture",
    "release",
    "refund_credit",
    "reversal",
    "goodwill",
    "seller_recovery",
    "seller_return",
    "adjustment",
)


class Transfer(models.Model):
    """A positive amount of money that moved once from one account to another.

    Written by ``accounts.ledger`` only; triggers refuse to change or delete one.
    """

    class Kind(models.TextChoices):
        TOP_UP = "top_up", _("Top-up")
        BONUS = "bonus", _("Bonus")
        LEAD_CHARGE = "lead_charge", _("Lead charge")
        HOLD = "hold", _("Fee held")
        CAPTURE = "capture", _("Fee captured")
        RELEASE = "release", _("Fee released")
        REFUND_CREDIT = "refund_credit", _("Refund credit")
        REVERSAL = "reversal", _("Refund reversed")
        GOODWILL = "goodwill", _("Goodwill credit")
        SELLER_RECOVERY = "seller_recovery", _("Recovered from a seller")
        SELLER_RETURN = "seller_return", _("Given back to a seller")
        ADJUSTMENT = "adjustment", _("Adjustment")

    program = models.ForeignKey(Program, models.PROTECT, related_name="transfers")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    source = models.ForeignKey(LedgerAccount, models.PROTECT, related_name="transfers_out")
    destination = models.ForeignKey(LedgerAccount, models.PROTECT, related_name="transfers_in")
    amount_cents = models.BigIntegerField()
    idempotency_key = models.CharField(max_length=200, unique=True)
    note = models.CharField(max_length=300, blank=True)
    posted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="transfer_positive"),
            models.CheckConstraint(
                condition=~Q(source=F("destination")), name="transfer_between_two_accounts"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=TRANSFER_KINDS), name="transfer_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(kind="adjustment") | ~Q(note=""), name="adjustment_has_reason"
            ),
        ]
        # With what is added up along them, so that a sum reads no rows where the database can.
        indexes = [
            models.Index(
                fields=["source", "-posted_at", "-id"],
                include=["amount_cents", "kind"],
                name="transfer_out_by_time",
            ),
            models.Index(
                fields=["destination", "-posted_at", "-id"],
                include=["amount_cents", "kind"],
                name="transfer_in_by_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount_cents} {self.program.currency}"
