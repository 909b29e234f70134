import secrets
import uuid
from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from accounts.models import Program, ServicePro, Transfer, User
from leads.models import LeadSale
from refunds.models.appeal import Appeal
from refunds.models.policy_version import PolicyVersion
from refunds.models.request_queryset import RefundRequestQuerySet
from refunds.models.states import (
    APPEAL_STATES,
    CREDITED_STATES,
    DECIDED_STATES,
    OPEN_STATES,
    UNDECIDED_STATES,
    State,
)

REFERENCE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is mistaken for another


def new_reference() -> str:
    """Return a number for a new request that can be read out over the phone."""
    return "RF-" + "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(8))


class RefundRequest(ConcurrentTransitionMixin, models.Model):
    """A pro's request to get back what one sale cost, and what became of it.

    Its state changes only by the transitions below, run by ``refunds.services``; the database
    holds the constraints whatever the code does.
    """

    class Origin(models.TextChoices):
        CLAIM = "claim", _("Claimed by the pro")
        PROACTIVE = "proactive", _("Credited by the team")
        AUTOMATIC = "automatic", _("Credited by the machine")

    class Channel(models.TextChoices):
        PORTAL = "portal", _("Portal")
        ACCOUNT_MANAGER = "account_manager", _("Account manager")
        CSV = "csv", _("CSV file")
        API = "api", _("API")
        TEAM = "team", _("Verification team")
        SYSTEM = "system", _("Makegood itself")

    class Extension(models.TextChoices):
        DETAILS_MISSING = "details_missing", _("Details were missing")
        SELLER_REAPPEAL = "seller_reappeal", _("The case went to the seller again")

    reference = models.CharField(max_length=12, unique=True, default=new_reference, editable=False)
    command_id = models.UUIDField(
        unique=True, default=uuid.uuid4, help_text="The form that filed it; files it once."
    )
    program = models.ForeignKey(Program, models.PROTECT, related_name="requests")
    pro = models.ForeignKey(ServicePro, models.PROTECT, related_name="requests")
    sale = models.ForeignKey(LeadSale, models.PROTECT, related_name="requests")
    policy_version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="requests")
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.CLAIM)
    channel = models.CharField(max_length=16, choices=Channel.choices, default=Channel.PORTAL)
    filed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    # The claim
    reason = models.CharField(max_length=40)
    explanation = models.TextField()
    details = models.JSONField(default=dict)
    submitted_at = models.DateTimeField()
    begun_at = models.DateTimeField(
        null=True, help_text="When its draft was begun, which may be what makes it in time."
    )

    # Where it stands
    state = FSMField(choices=State.choices, default=State.SUBMITTED, protected=True)
    version = models.PositiveIntegerField(
        default=1, help_text="Grows with every change; a page that was drawn earlier is stale."
    )
    holder = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,  # the index below leaves out the many that nobody holds any more
    )
    held_until = models.DateTimeField(
        null=True, help_text="Until when nobody else may take it; it is anybody's after that."
    )
    question = models.TextField(blank=True)
    asked_at = models.DateTimeField(null=True)
    answer_due_at = models.DateTimeField(
        null=True, help_text="Until when the pro's answer is waited for, while it is."
    )

    # The verdict: each code with its outcome, the fact it rests on, and where that came from
    checks = models.JSONField(default=list)
    credit_cents = models.PositiveBigIntegerField(
        default=0, help_text="What an approval would credit, or has credited; minor units."
    )
    target_on = models.DateField()
    limit_on = models.DateField()
    due_at = models.DateTimeField(help_text="The last second of limit_on in the program's zone.")
    overdue_flagged_at = models.DateTimeField(null=True)
    extension = models.CharField(
        max_length=20,
        choices=Extension.choices,
        blank=True,
        help_text="Why the decision dates moved last (A22).",
    )

    # The decision
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_reason = models.CharField(
        max_length=40, blank=True, help_text="The reason that was approved (X35)."
    )
    decision_note = models.TextField(blank=True, help_text="Added to the letter by the decider.")
    may_file_again = models.BooleanField(
        default=False,
        help_text="Declined, and in the way of no other: too early (X27), or its fee came back.",
    )
    appeal_until = models.DateTimeField(null=True)
    credit = models.OneToOneField(Transfer, models.PROTECT, null=True, related_name="credited_to")

    # The appeal, and the reversal
    appeal = models.OneToOneField(Appeal, models.PROTECT, null=True, related_name="request")
    appeal_decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    appeal_decided_at = models.DateTimeField(null=True)
    reversal_asked_at = models.DateTimeField(
        null=True, help_text="When the pro asked to give the credit back (L25)."
    )
    reversal = models.OneToOneField(
        Transfer, models.PROTECT, null=True, related_name="reversed_from"
    )

    objects = RefundRequestQuerySet.as_manager()

    class Meta:
        permissions = [
            ("verify", "Investigates and decides requests"),
            ("use_desk", "Decides appeals at the desk"),
            ("lead", "Leads the verification team"),
            ("read_books", "Reads the money's books"),
            ("audit", "Reads everything and changes nothing"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["sale"],
                condition=~Q(state="withdrawn") & Q(may_file_again=False),
                name="one_live_request_a_sale",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="request_state_known"),
            models.CheckConstraint(
                condition=Q(may_file_again=False) | Q(state__in=["declined", "final_declined"]),
                name="only_refused_may_file_again",
            ),
            models.CheckConstraint(
                condition=Q(state__in=CREDITED_STATES, credit__isnull=False)
                | (~Q(state__in=CREDITED_STATES) & Q(credit__isnull=True)),
                name="credit_if_and_only_if_credited",
            ),
            models.CheckConstraint(
                condition=Q(state="reversed", reversal__isnull=False)
                | (~Q(state="reversed") & Q(reversal__isnull=True)),
                name="reversal_if_and_only_if_reversed",
            ),
            models.CheckConstraint(
                condition=Q(reversal__isnull=True) | ~Q(reversal=F("credit")),
                name="reversal_is_another_transfer",
            ),
            models.CheckConstraint(
                condition=Q(state__in=APPEAL_STATES, appeal__isnull=False)
                | (~Q(state__in=APPEAL_STATES) & Q(appeal__isnull=True)),
                name="appeal_if_and_only_if_appealed",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=DECIDED_STATES,
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                )
                | (
                    ~Q(state__in=DECIDED_STATES)
                    & Q(decided_by__isnull=True, decided_at__isnull=True)
                ),
                name="decider_if_and_only_if_decided",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["final_approved", "final_declined"],
                    appeal_decided_by__isnull=False,
                    appeal_decided_at__isnull=False,
                )
                | (
                    ~Q(state__in=["final_approved", "final_declined"])
                    & Q(appeal_decided_by__isnull=True, appeal_decided_at__isnull=True)
                ),
                name="appeal_decider_if_and_only_if_final",
            ),
            # The null test is needed: a comparison with NULL counts as held.
            models.CheckConstraint(
                condition=Q(appeal_decided_by__isnull=True) | ~Q(appeal_decided_by=F("decided_by")),
                name="appeal_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(held_until__isnull=True) | Q(holder__isnull=False),
                name="held_has_holder",
            ),
        ]
        indexes = [
            models.Index(fields=["pro", "-submitted_at", "-id"], name="request_of_pro_by_time"),
            models.Index(
                fields=["due_at", "id"],
                condition=Q(
                    state__in=["investigating", "with_seller"], overdue_flagged_at__isnull=True
                ),
                name="request_not_yet_flagged",
            ),
            models.Index(
                fields=["pro"], condition=Q(state="awaiting_pro"), name="request_waiting_for_pro"
            ),
            models.Index(
                fields=["answer_due_at", "id"],
                condition=Q(state="awaiting_pro"),
                name="request_answer_due",
            ),
            models.Index(
                fields=["pro", "sale"],
                condition=Q(state__in=UNDECIDED_STATES),
                name="request_undecided_of_pro",
            ),
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state__in=["submitted", "investigating", "with_seller"]),
                name="request_queue",
            ),
            models.Index(
                fields=["holder", "due_at", "id"],
                condition=Q(state__in=OPEN_STATES, holder__isnull=False),
                name="request_of_holder",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        """Say whether the request still waits for its first decision."""
        return self.state in OPEN_STATES

    @property
    def has_given_way(self) -> bool:
        """Say whether it was declined, and another request of its sale stands in its place.

        The sale was claimed again (X27) or credited without a claim (P2, X32).
        """
        return self.may_file_again and self.appeal_until is None

    def can_be_appealed(self, at: datetime) -> bool:
        """Say whether the pro may still appeal (C43, X25), also what may be claimed again."""
        return (
            self.state == State.DECLINED
            and self.appeal_until is not None
            and at <= self.appeal_until
        )

    # --- The machine. A body sets fields on ``self`` and nothing else (design §7). ---

    @transition(field=state, source=State.SUBMITTED, target=State.INVESTIGATING)
    def investigate(self) -> None:
        """Let a person look into it."""

    @transition(field=state, source=[State.SUBMITTED, State.INVESTIGATING], target=State.APPROVED)
    def approve(self, *, by: User, at: datetime, credit: Transfer) -> None:
        """Credit the sale."""
        self.decided_by = by
        self.decided_at = at
        self.credit = credit
        self.credit_cents = credit.amount_cents

    @transition(field=state, source=[State.SUBMITTED, State.INVESTIGATING], target=State.DECLINED)
    def decline(
        self, *, by: User, at: datetime, appeal_until: datetime, may_file_again: bool = False
    ) -> None:
        """Refuse the claim; the sale may be claimed again where it says so (X27)."""
        self.decided_by = by
        self.decided_at = at
        self.appeal_until = appeal_until
        self.may_file_again = may_file_again

    @transition(field=state, source=State.INVESTIGATING, target=State.AWAITING_PRO)
    def ask_pro(self, *, question: str, at: datetime, answer_due_at: datetime) -> None:
        """Wait for the pro; the clock stands still."""
        self.question = question
        self.asked_at = at
        self.answer_due_at = answer_due_at

    @transition(field=state, source=State.AWAITING_PRO, target=State.INVESTIGATING)
    def resume(self) -> None:
        """Go on after the pro's answer."""
        self.asked_at = None
        self.answer_due_at = None

    @transition(field=state, source=State.AWAITING_PRO, target=State.INVESTIGATING)
    def go_on_unanswered(self) -> None:
        """Go on without the pro's answer."""
        self.asked_at = None
        self.answer_due_at = None

    @transition(field=state, source=State.INVESTIGATING, target=State.WITH_SELLER)
    def put_to_seller(self) -> None:
        """Wait for the seller; the clock runs on."""

    @transition(field=state, source=State.WITH_SELLER, target=State.INVESTIGATING)
    def hear_seller(self) -> None:
        """Go on after the seller's answer or silence."""

    @transition(field=state, source=State.DECLINED, target=State.APPEALED)
    def file_appeal(self, *, appeal: Appeal) -> None:
        """Put the decision before the account manager; nothing else is asked of the sale now."""
        self.appeal = appeal
        self.may_file_again = False

    @transition(field=state, source=State.APPEALED, target=State.FINAL_APPROVED)
    def overturn(self, *, by: User, at: datetime, credit: Transfer) -> None:
        """Credit the sale after all, for good."""
        self.appeal_decided_by = by
        self.appeal_decided_at = at
        self.credit = credit
        self.credit_cents = credit.amount_cents

    @transition(field=state, source=State.APPEALED, target=State.FINAL_DECLINED)
    def uphold(self, *, by: User, at: datetime) -> None:
        """Refuse for good."""
        self.appeal_decided_by = by
        self.appeal_decided_at = at

    @transition(field=state, source=State.APPROVED, target=State.REVERSED)
    def reverse(self, *, reversal: Transfer) -> None:
        """Take the credit back."""
        self.reversal = reversal

    @transition(
        field=state,
        source=[
            State.SUBMITTED,
            State.INVESTIGATING,
            State.AWAITING_PRO,
            State.WITH_SELLER,
        ],
        target=State.WITHDRAWN,
    )
    def withdraw(self) -> None:
        """Let the pro take the claim back."""
