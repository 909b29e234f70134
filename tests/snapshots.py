"""What a refusal must leave as it was: every row that a request's services write."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from django.db import models

from accounts.models import LedgerAccount, Program, Transfer
from leads.models import (
    CallRecording,
    Campaign,
    Contact,
    ContactAttempt,
    LeadSale,
    RecordingMark,
)
from refunds.models import (
    Appeal,
    ClaimDraft,
    Correction,
    CreditProposal,
    DeclaredEvent,
    DraftFile,
    Evidence,
    ExceptionRequest,
    Finding,
    OutboundMail,
    PolicyVersion,
    Rate,
    RefundEvent,
    RefundRequest,
    ReminderRun,
    SellerCase,
    SellerMessage,
)

WATCHED: tuple[type[models.Model], ...] = (
    Appeal,
    CallRecording,
    Campaign,
    ClaimDraft,
    Contact,
    ContactAttempt,
    Correction,
    CreditProposal,
    DeclaredEvent,
    DraftFile,
    Evidence,
    ExceptionRequest,
    Finding,
    LeadSale,
    LedgerAccount,
    OutboundMail,
    PolicyVersion,
    Program,
    Rate,
    RecordingMark,
    RefundEvent,
    RefundRequest,
    ReminderRun,
    SellerCase,
    SellerMessage,
    Transfer,
)


def everything() -> dict[str, Sequence[object]]:
    """Return all that stands in the watched tables."""
    return {
        model.__name__: list(model._default_manager.order_by("pk").values()) for model in WATCHED
    }


@contextmanager
def refused(*errors: type[Exception]) -> Iterator[pytest.ExceptionInfo[Exception]]:
    """Expect one of the errors from the block, and everything to be as it was before.

    An error of the database's needs an ``atomic()`` of the block's own, as in life (trap 10).
    """
    before = everything()
    with pytest.raises(errors) as caught:
        yield caught
    assert everything() == before
