"""Where a request can stand, and the groups of states that questions are asked about."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a request stands (design §7)."""

    SUBMITTED = "submitted", _("Submitted")
    INVESTIGATING = "investigating", _("In review")
    AWAITING_PRO = "awaiting_pro", _("Needs your answer")
    WITH_SELLER = "with_seller", _("With the seller")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")
    APPEALED = "appealed", _("Appealed")
    FINAL_APPROVED = "final_approved", _("Approved after appeal")
    FINAL_DECLINED = "final_declined", _("Declined after appeal")
    REVERSED = "reversed", _("Reversed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


OPEN_STATES = ("submitted", "investigating", "awaiting_pro", "with_seller")
UNDECIDED_STATES = (*OPEN_STATES, "appealed")
CREDITED_STATES = ("approved", "final_approved", "reversed")
APPEAL_STATES = ("appealed", "final_approved", "final_declined")
FINAL_STATES = ("final_approved", "final_declined", "reversed", "withdrawn")
DECIDED_STATES = (
    "approved",
    "declined",
    "appealed",
    "final_approved",
    "final_declined",
    "reversed",
)
