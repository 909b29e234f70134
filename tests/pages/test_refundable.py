"""Which leads can be claimed: those in their window to the second, and no other."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import Program, ServicePro, User
from leads.models import LeadSale
from tests.factories.accounts import MembershipFactory, ProgramFactory, ServiceProFactory
from tests.factories.leads import LeadSaleFactory
from tests.factories.refunds import PolicyVersionFactory
from tests.pages.browser import answers, text_of
from tests.snapshots import everything

SignIn = Callable[[User], Client]

NOW = datetime(2026, 3, 11, 15, tzinfo=UTC)  # 11:00 in New York, which has changed its clocks
WINDOW = timedelta(hours=120)


@pytest.fixture
def company(manager: User) -> ServicePro:
    """A pro of the program whose window is 120 hours."""
    program: Program = ProgramFactory.create(code="legalplan", name="Legal plan leads")
    PolicyVersionFactory.create(program=program)
    return ServiceProFactory.create(program=program, account_manager=manager)


@pytest.fixture
def last_second(company: ServicePro) -> LeadSale:
    """A lead that can be claimed in this second for the last time."""
    return LeadSaleFactory.create(pro=company, sold_at=NOW - WINDOW)


@pytest.fixture
def a_second_late(company: ServicePro) -> LeadSale:
    """A lead whose window closed a second ago."""
    return LeadSaleFactory.create(pro=company, sold_at=NOW - WINDOW - timedelta(seconds=1))


@pytest.mark.covers("L2", "L3", "L5")
def test_exactly_the_leads_in_their_window_offer_a_refund(
    company: ServicePro, last_second: LeadSale, a_second_late: LeadSale, signed_in: SignIn
) -> None:
    member = MembershipFactory.create(pro=company).user

    with time_machine.travel(NOW, tick=False):
        page = text_of(signed_in(member).get("/leads/"))

    assert f'href="/leads/{last_second.uuid}/refund/"' in page
    assert f'href="/leads/{a_second_late.uuid}/refund/"' not in page
    assert "Closed since Wed 11 Mar 2026, 10:59 EDT" in page


@pytest.mark.covers("L5")
@pytest.mark.parametrize("step", ["", "details/"])
def test_a_claim_sent_for_a_lead_a_second_late_changes_nothing(
    company: ServicePro, a_second_late: LeadSale, signed_in: SignIn, step: str
) -> None:
    member = MembershipFactory.create(pro=company).user
    form = answers(reason="spam", detail_who_answered=None)
    before = everything()

    with time_machine.travel(NOW, tick=False):
        page = signed_in(member).post(f"/leads/{a_second_late.uuid}/refund/{step}", form)

        told = page if page.status_code == 422 else signed_in(member).get(page["Location"])

    assert "Closed since" in text_of(told)
    assert everything() == before


@pytest.mark.covers("L7", "L8", "L16")
def test_the_claim_cautions_before_it_is_sent(
    company: ServicePro, last_second: LeadSale, signed_in: SignIn
) -> None:
    member = MembershipFactory.create(pro=company).user

    with time_machine.travel(NOW, tick=False):
        page = text_of(signed_in(member).get(f"/leads/{last_second.uuid}/refund/"))

    assert "Ask only when you are very sure. A refunded lead leaves your account" in page
    assert "try a few times before you give a lead up" in page
    assert "Verifying takes days, nothing can speed it up" in page
