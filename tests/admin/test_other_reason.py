"""Approving under another reason, and what the decline page says of thin notes."""

import pytest

from accounts.models import ServicePro, User
from leads.models import LeadSale
from refunds.models import RefundRequest
from tests.admin.pages import page
from tests.conftest import SignedIn
from tests.factories import refunds
from tests.factories.leads import CampaignFactory, CategoryFactory, LeadSaleFactory, PriceFactory
from tests.snapshots import everything


@pytest.fixture
def sale(pro_company: ServicePro) -> LeadSale:
    """A roofing lead, sold by a campaign that takes siding as well, for 30.00."""
    roofing, siding = (
        CategoryFactory.create(program=pro_company.program, code=code)
        for code in ("roofing", "siding")
    )
    PriceFactory.create(category=siding, cents=3000)
    CampaignFactory.create(pro=pro_company, categories=[roofing, siding])
    return LeadSaleFactory.create(pro=pro_company)


@pytest.fixture
def case(sale: LeadSale, pro: User, agent: User) -> RefundRequest:
    """A claim about it that a finding supports."""
    return refunds.again(refunds.supported(sale, pro, agent))


@pytest.mark.covers("X35", "C11")
def test_page_foretells_and_does_what_another_reason_brings(
    browser: SignedIn, case: RefundRequest
) -> None:
    before = everything()
    address = f"{page(case, 'approve')}?reason=wrong_category&detail_corrected_category=siding"

    shown = browser.get(address)

    assert shown.context["money"]["amount"] == "$20.00"
    assert "Approve and credit $20.00" in shown.text
    assert "For the reason" in shown.text
    assert everything() == before

    browser.post(address, {"version": case.version, "note": ""})

    approved = refunds.again(case)
    assert (approved.state, approved.credit_cents) == ("approved", 2000)
    assert (approved.reason, approved.decided_reason) == ("incorrect_contact", "wrong_category")


@pytest.mark.covers("X35")
def test_page_asks_what_the_other_reason_asks_for(browser: SignedIn, case: RefundRequest) -> None:
    plain = browser.get(page(case, "approve"))
    other = browser.get(f"{page(case, 'approve')}?reason=wrong_category")

    assert 'name="detail_corrected_category"' not in plain.text
    assert "<details >" in plain.text
    assert 'name="detail_corrected_category"' in other.text
    assert "<details open>" in other.text
    assert '<option value="changed_mind"' not in plain.text


@pytest.mark.parametrize(
    "query",
    [
        "reason=changed_mind",
        "reason=no_such_reason",
        "reason=wrong_category&detail_corrected_category=no_such_category",
    ],
)
def test_what_is_not_offered_is_neither_foretold_nor_done(
    browser: SignedIn, case: RefundRequest, query: str
) -> None:
    before = everything()
    address = f"{page(case, 'approve')}?{query}"

    shown = browser.get(address)
    answer = browser.post(address, {"version": case.version, "note": ""})

    assert shown.status_code == 200
    assert "Approve and credit" not in shown.text
    assert answer.status_code == 422
    assert "Correct the reason and the details first" in answer.text
    assert everything() == before


@pytest.mark.covers("C39", "X27")
def test_decline_page_says_to_ask_first(browser: SignedIn, case: RefundRequest) -> None:
    before = everything()
    shown = browser.get(page(case, "decline")).text
    answer = browser.post(
        page(case, "decline"),
        {"version": case.version, "codes": ["notes_unclear"], "note": "Too short."},
    )

    assert "are no reason by themselves yet" in shown
    assert answer.status_code == 422
    assert "Ask the pro once what is missing" in answer.text
    assert everything() == before


@pytest.mark.covers("C39", "X27")
def test_decline_page_says_nothing_of_it_once_the_pro_was_asked(
    browser: SignedIn, case: RefundRequest, agent: User
) -> None:
    asked = refunds.answered(case, agent)

    assert "are no reason by themselves yet" not in browser.get(page(asked, "decline")).text
