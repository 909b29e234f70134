"""Whoever refused a claim and for whatever reason, its pro's account manager looks at it again."""

import pytest

from accounts.access import machine
from accounts.models import User
from refunds.models import RefundRequest, State
from refunds.policy.document import load_preset
from refunds.services import appeal
from refunds.services.audit import audit
from tests.refunds import credits

pytestmark = [pytest.mark.django_db, pytest.mark.covers("C43")]

NEVER = [reason.code for reason in load_preset("conxpros").offered if not reason.eligible]


def looked_at_again(request: RefundRequest, manager: User) -> RefundRequest:
    appealed = appeal.file_appeal(
        reference=request.reference,
        actor=credits.user_of(request.pro),
        expected_version=request.version,
        text="Please ask them again.",
    )
    return credits.overturned(appealed, manager)


@pytest.mark.parametrize("reason", NEVER)
def test_a_reason_that_is_never_credited(reason: str, manager: User) -> None:
    program = credits.program_of("conxpros")
    sale = credits.sold(credits.contact_of(program), credits.pro_of(program, manager))
    request = credits.claimed(sale, reason)
    assert (request.state, request.decided_by) == (State.DECLINED, machine())

    decided = looked_at_again(request, manager)

    assert (decided.state, decided.credit_cents) == (State.FINAL_APPROVED, 5000)
    assert audit() == []
