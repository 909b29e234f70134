from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from leads.models import ContactAttempt, LeadSale
from leads.services.attempts import AttemptRefused, log_attempt
from tests.factories.accounts import UserFactory
from tests.factories.leads import LeadSaleFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
SOLD_AT = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)


def log(sale: LeadSale, at: datetime) -> ContactAttempt:
    with time_machine.travel(NOW, tick=False):
        return log_attempt(
            sale_id=sale.pk,
            actor=UserFactory.create(email="ada@example.com"),
            channel=ContactAttempt.Channel.TEXT,
            by=ContactAttempt.By.PRO,
            reached=True,
            at=at,
        )


@pytest.mark.parametrize("at", [SOLD_AT, SOLD_AT + timedelta(minutes=5), NOW])
def test_logs_when_it_was_made(at: datetime) -> None:
    sale = LeadSaleFactory.create(sold_at=SOLD_AT)
    log(sale, at)
    attempt = ContactAttempt.objects.get()
    assert (attempt.sale, attempt.at, attempt.channel) == (sale, at, "text")
    assert (attempt.by, attempt.reached, attempt.logged_by.email) == (
        "pro",
        True,
        "ada@example.com",
    )


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        (
            NOW + timedelta(seconds=1),
            "This time is in the future. Log the attempt after you made it.",
        ),
        (
            SOLD_AT - timedelta(seconds=1),
            "This time is before the lead was sold to you. Check the date.",
        ),
    ],
)
def test_refuses_a_time_that_can_not_be(at: datetime, sentence: str) -> None:
    sale = LeadSaleFactory.create(sold_at=SOLD_AT)
    with pytest.raises(AttemptRefused) as refused:
        log(sale, at)
    assert str(refused.value) == sentence
    assert ContactAttempt.objects.count() == 0
