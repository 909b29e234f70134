"""A claim is held against the campaign as it was when the lead was sold (A3, A4, A16, C11, C12)."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine

from accounts.models import ServicePro, User
from leads.models import Campaign, LeadSale
from leads.services import campaigns
from refunds.models import RefundRequest
from refunds.services import file
from tests.factories import refunds as make
from tests.factories.leads import CampaignFactory, CategoryFactory, LeadSaleFactory

pytestmark = pytest.mark.django_db

SOLD_AT = datetime(2026, 3, 2, 14, tzinfo=UTC)
CHANGED_AT = SOLD_AT + timedelta(hours=1)
CLAIMED_AT = SOLD_AT + timedelta(hours=2)

INSIDE = ("declined", ["inside_service_area"])
OUTSIDE = ("approved", ["outside_service_area"])
TAKEN = ("declined", ["category_matches"])
NOT_TAKEN = ("approved", ["category_not_subscribed"])


@pytest.fixture
def campaign(pro_company: ServicePro) -> Campaign:
    """Roofing around 303, of a pro whose policy is conXpros'."""
    make.PolicyVersionFactory.create(program=pro_company.program)
    return CampaignFactory.create(pro=pro_company, postal_codes=["303*"])


def change(campaign: Campaign, pro: User, category: str, area: str) -> Campaign:
    """Change both at once, an hour after the first sale."""
    other = CategoryFactory.create(program=campaign.pro.program, code=category)
    with time_machine.travel(CHANGED_AT, tick=False):
        return campaigns.change(
            campaign=campaign, actor=pro, categories=[other], postal_codes=[area]
        )


def claim(sale: LeadSale, pro: User, reason: str) -> RefundRequest:
    details = {"corrected_category": sale.lead.category.code} if reason == "wrong_category" else {}
    with time_machine.travel(CLAIMED_AT, tick=False):
        return file.file_claim(
            sale_uuid=sale.uuid,
            actor=pro,
            command_id=uuid4(),
            reason=reason,
            explanation=make.EXPLANATION,
            details=details,
        )


def told(request: RefundRequest) -> tuple[str, list[str]]:
    """What became of the claim, and what was said of the campaign."""
    of_campaign = {*INSIDE[1], *OUTSIDE[1], *TAKEN[1], *NOT_TAKEN[1]}
    codes = [check["code"] for check in request.checks]
    return request.state, [code for code in codes if code in of_campaign]


@pytest.mark.covers("A4", "A16", "C12")
@pytest.mark.parametrize(
    ("postal_code", "before", "after"), [("30301", INSIDE, OUTSIDE), ("90210", OUTSIDE, INSIDE)]
)
def test_area_is_that_of_the_day_of_sale(
    postal_code: str,
    before: tuple[str, list[str]],
    after: tuple[str, list[str]],
    campaign: Campaign,
    pro: User,
) -> None:
    old = LeadSaleFactory.create(pro=campaign.pro, sold_at=SOLD_AT, lead__postal_code=postal_code)
    change(campaign, pro, "roofing", "902*")
    new = LeadSaleFactory.create(
        pro=campaign.pro, sold_at=CHANGED_AT, lead__postal_code=postal_code
    )

    assert told(claim(old, pro, "wrong_location")) == before
    assert told(claim(new, pro, "wrong_location")) == after


@pytest.mark.covers("A3", "A16", "C11", "X12")
@pytest.mark.parametrize(
    ("category", "before", "after"),
    [("roofing", TAKEN, NOT_TAKEN), ("siding", NOT_TAKEN, TAKEN)],
)
def test_categories_are_those_of_the_day_of_sale(
    category: str,
    before: tuple[str, list[str]],
    after: tuple[str, list[str]],
    campaign: Campaign,
    pro: User,
) -> None:
    lead = {"lead__category__code": category}
    old = LeadSaleFactory.create(pro=campaign.pro, sold_at=SOLD_AT, **lead)
    change(campaign, pro, "siding", "303*")
    new = LeadSaleFactory.create(pro=campaign.pro, sold_at=CHANGED_AT, **lead)

    assert told(claim(old, pro, "wrong_category")) == before
    assert told(claim(new, pro, "wrong_category")) == after
