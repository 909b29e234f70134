"""The letter of a refusal in a program of quotes: the need was real, and the contact is kept."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
import time_machine
from django.core import mail

from accounts.models import User
from refunds.services import file, outbox
from tests.factories.accounts import MembershipFactory
from tests.factories.quotes import quotes, teacher

pytestmark = pytest.mark.django_db

SENT = datetime(2026, 3, 2, 2, tzinfo=UTC)
NEXT_DAY = datetime(2026, 3, 3, 2, tzinfo=UTC)


@pytest.mark.covers("P15", "P16")
def test_a_need_that_is_met_by_now_was_real(manager: User) -> None:
    company = teacher(manager)
    member = MembershipFactory.create(pro=company).user
    [sale] = quotes(1, company, sent_at=SENT)

    with time_machine.travel(NEXT_DAY, tick=False):
        request = file.file_claim(
            sale_uuid=sale.uuid,
            actor=member,
            command_id=uuid4(),
            reason="already_resolved",
            explanation="They told me that they have found a teacher.",
            details={},
        )
        outbox.send_due()

    assert request.state == "declined"
    letter = " ".join(mail.outbox[-1].body.split())
    assert mail.outbox[-1].to == [member.email]
    assert "the need was real when it was posted" in letter
    assert "Keep the contact" in letter
