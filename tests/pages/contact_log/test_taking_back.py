"""A slip is taken back by its author, for a while, and stays in sight."""

from typing import TYPE_CHECKING

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from leads.models import LeadSale
from tests.factories import refunds as life
from tests.factories.leads import ContactAttemptFactory
from tests.pages.browser import text_of
from tests.pages.contact_log.log import (
    DAY_1,
    SOLD,
    at,
    tap,
)
from tests.snapshots import everything

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer


def taken_back(client: Client, sale: LeadSale, clock: str, **headers: str) -> "Answer":
    """Take back the latest attempt of a log."""
    url = f"/leads/{sale.uuid}/contact-log/take-back/"
    form = {"attempt": str(sale.attempts.latest("pk").pk)}
    with time_machine.travel(at(DAY_1, clock), tick=False):
        return client.post(url, form, follow=True, headers=headers)


TAKEN_BACK = "It is taken back: it counts for nothing, and stays in your log as that."


@pytest.mark.covers("C21f")
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["whole", "in-place"])
def test_slip_is_taken_back_and_stays_in_sight(
    sold: LeadSale, pro_client: Client, headers: dict[str, str]
) -> None:
    reached = text_of(tap(pro_client, sold, "reached", headers={"HX-Request": "true"}))
    assert "You reached somebody, so a claim that nobody answers would be declined." in reached
    assert reached.count("Take it back<") == 1

    page = text_of(taken_back(pro_client, sold, "10:07", **headers))

    assert page.count(TAKEN_BACK) == 1
    assert "You reached somebody" not in page
    assert "Take it back<" not in page
    assert "<s>Call: Reached somebody</s>" in page
    assert "Taken back on Mon 2 Mar 2026, 10:07 EST. It counts for nothing." in page
    assert ("autofocus" in page) == bool(headers)


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["whole", "in-place"])
def test_slip_that_is_too_old_is_refused_in_words(
    sold: LeadSale, pro_client: Client, headers: dict[str, str]
) -> None:
    tap(pro_client, sold, "call")
    before = everything()

    page = text_of(taken_back(pro_client, sold, "10:16", **headers))

    assert page.count("An attempt can be taken back for ten minutes.") == 1
    assert "Take it back<" not in page
    assert everything() == before


def test_each_of_ones_own_slips_can_be_taken_back_and_no_others(
    sold: LeadSale, pro_client: Client
) -> None:
    ContactAttemptFactory.create(sale=sold, at=SOLD, logged_at=at(DAY_1, "10:04"))
    tap(pro_client, sold, "call")
    page = text_of(tap(pro_client, sold, "text", headers={"HX-Request": "true"}))
    assert page.count("Take it back<") == 2


@pytest.mark.parametrize("key", ["", "x", "0", "-1", "9" * 30])
def test_attempt_that_there_is_not_is_not_found(
    sold: LeadSale, pro_client: Client, key: str
) -> None:
    tap(pro_client, sold, "call")
    before = everything()
    url = f"/leads/{sold.uuid}/contact-log/take-back/"
    assert pro_client.post(url, {"attempt": key}).status_code == 404
    assert everything() == before


def test_log_of_a_lead_that_is_claimed_offers_no_way_back(
    sold: LeadSale, pro: User, pro_client: Client
) -> None:
    tap(pro_client, sold, "call")
    with time_machine.travel(at(DAY_1, "10:06"), tick=False):
        life.investigating(sold, pro)
        page = text_of(pro_client.get(f"/leads/{sold.uuid}/contact-log/"))
    assert "Call: Nobody reached" in page
    assert "Take it back<" not in page
