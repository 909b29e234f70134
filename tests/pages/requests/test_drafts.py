"""Claims that were begun and not sent stand above Refund status."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts import formats
from accounts.models import ServicePro, User
from leads.models import LeadSale
from refunds.documents import policy_of
from refunds.models import ClaimDraft
from refunds.services.facts import policy_version_for
from refunds.services.windows import window_of
from tests.factories import refunds as life
from tests.factories.accounts import MembershipFactory
from tests.factories.leads import LeadSaleFactory
from tests.pages.browser import text_of

Begin = Callable[[User], ClaimDraft]


@pytest.fixture
def begin(sale: LeadSale) -> Begin:
    """Begin a claim of the sale."""

    def begun(author: User) -> ClaimDraft:
        now = timezone.now()
        return ClaimDraft.objects.create(sale=sale, author=author, begun_at=now, saved_at=now)

    return begun


def test_a_draft_leads_back_to_its_claim(
    sale: LeadSale, pro: User, pro_client: Client, begin: Begin
) -> None:
    saved = formats.instant(begin(pro).saved_at, sale.lead.program)
    closes_at = window_of(sale, policy_of(policy_version_for(sale))).closes_at
    page = text_of(pro_client.get("/requests/"))
    assert f"Send it by {formats.instant(closes_at, sale.lead.program)}." in page
    assert "Not sent yet" in page
    assert f'href="/leads/{sale.uuid}/refund/">Go on with lead {sale.lead.reference}</a>' in page
    assert f"{sale.lead.category.name} · {sale.lead.contact_name} · saved {saved}" in page


def test_a_draft_that_is_too_late_is_not_offered(
    sale: LeadSale, pro: User, pro_client: Client, begin: Begin
) -> None:
    begin(pro)
    LeadSale.objects.filter(pk=sale.pk).update(sold_at=timezone.now() - timedelta(days=30))
    assert "Not sent yet" not in text_of(pro_client.get("/requests/"))


@pytest.mark.parametrize(
    ("drafts", "words"),
    [(11, "and 1 more: My leads has it"), (12, "and 2 more: My leads has them")],
)
def test_ten_are_shown_and_the_others_counted(
    sale: LeadSale, pro: User, pro_client: Client, drafts: int, words: str
) -> None:
    now = timezone.now()
    for _number in range(drafts):
        another = LeadSaleFactory.create(pro=sale.pro)
        ClaimDraft.objects.create(sale=another, author=pro, begun_at=now, saved_at=now)
    page = text_of(pro_client.get("/requests/"))
    assert page.count("Go on with lead") == 10
    assert f"<p>{words}</p>" in page


def test_without_a_draft_nothing_is_said(pro_client: Client, sale: LeadSale) -> None:
    assert "Not sent yet" not in text_of(pro_client.get("/requests/"))


def test_a_colleagues_draft_is_theirs(
    pro_company: ServicePro, pro_client: Client, begin: Begin
) -> None:
    begin(MembershipFactory.create(pro=pro_company).user)
    assert "Not sent yet" not in text_of(pro_client.get("/requests/"))


def test_a_draft_of_a_lead_that_is_claimed_is_not_offered(
    sale: LeadSale, pro: User, pro_client: Client, begin: Begin
) -> None:
    begin(pro)
    life.investigating(sale, pro)
    assert "Not sent yet" not in text_of(pro_client.get("/requests/"))


def test_a_contact_that_was_not_shown_is_not_told(
    sale: LeadSale, pro: User, pro_client: Client, begin: Begin
) -> None:
    LeadSale.objects.filter(pk=sale.pk).update(contact_revealed_at=None)
    begin(pro)
    page = text_of(pro_client.get("/requests/"))
    assert sale.lead.reference in page
    assert sale.lead.contact_name not in page
