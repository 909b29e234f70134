from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from accounts.models import User
from leads.models import ContactAttempt, LeadSale
from leads.services.attempts import AttemptRefused, log_attempt
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.leads import LeadSaleFactory
from tests.snapshots import refused

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
SOLD_AT = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)


def log(
    sale: LeadSale,
    at: datetime,
    actor: User | None = None,
    by: ContactAttempt.By = ContactAttempt.By.PRO,
) -> ContactAttempt:
    member = actor or MembershipFactory.create(pro=sale.pro, user__email="ada@example.com").user
    with time_machine.travel(NOW, tick=False):
        return log_attempt(
            sale_id=sale.pk,
            actor=member,
            channel=ContactAttempt.Channel.TEXT,
            by=by,
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
    with refused(AttemptRefused) as caught:
        log(sale, at)
    assert str(caught.value) == sentence


@pytest.mark.covers("P4", "X29")
def test_contact_that_is_not_shown_is_tried_by_the_team_alone() -> None:
    sale = LeadSaleFactory.create(sold_at=SOLD_AT, contact_revealed_at=None)
    member = MembershipFactory.create(pro=sale.pro).user

    with refused(AttemptRefused) as caught:
        log(sale, SOLD_AT, member)

    assert str(caught.value) == (
        "There is nothing to log yet: you get the details once the contact replies."
    )
    assert log(sale, SOLD_AT, by=ContactAttempt.By.TEAM).by == "team"


def test_same_attempt_is_logged_once() -> None:
    sale = LeadSaleFactory.create(sold_at=SOLD_AT)
    member = MembershipFactory.create(pro=sale.pro).user
    log(sale, SOLD_AT, member)

    with pytest.raises(AttemptRefused, match="This attempt is in the log already"):
        log(sale, SOLD_AT, member)

    assert ContactAttempt.objects.count() == 1


def test_pro_logs_for_their_own_sales_only() -> None:
    sale = LeadSaleFactory.create(sold_at=SOLD_AT)

    with pytest.raises(LeadSale.DoesNotExist):
        log(sale, SOLD_AT, UserFactory.create())

    assert ContactAttempt.objects.count() == 0
