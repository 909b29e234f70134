"""A reversal may leave less than nothing: no leads come then, and the pro reads why (X23, L21)."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client

from accounts import ledger
from accounts.models import LedgerAccount, ServicePro, User
from leads.services.intake import Summary
from refunds.models import RefundRequest
from refunds.services import reverse
from refunds.services.audit import audit
from refunds.services.charging import import_sales
from tests.factories import refunds as make
from tests.factories.accounts import MembershipFactory, ServiceProFactory, fund
from tests.factories.leads import CampaignFactory, LeadSaleFactory, LeadSellerFactory
from tests.leads.sales_csv import row, write
from tests.snapshots import everything

pytestmark = pytest.mark.django_db

PAUSED = "The pro gets no leads now: it isn't active, or a wallet of its is below zero (X23)."


@pytest.fixture
def poor(manager: User) -> ServicePro:
    """A pro with 50.00, and all that a row of a sales file names."""
    company = ServiceProFactory.create(account_manager=manager, code="P-1", paid_cents=5000)
    LeadSellerFactory.create(program=company.program, code="S-1")
    CampaignFactory.create(pro=company)
    return company


@pytest.fixture
def person(poor: ServicePro) -> User:
    """A user of ``poor``."""
    return MembershipFactory.create(pro=poor).user


@pytest.fixture
def credited(poor: ServicePro, person: User, agent: User) -> RefundRequest:
    """A lead that cost all there was, and was credited."""
    return make.approved(LeadSaleFactory.create(pro=poor), person, agent)


def spend_and_take_back(credited: RefundRequest, agent: User) -> None:
    """Spend the credit, then reverse it: the wallet is 50.00 below zero."""
    LeadSaleFactory.create(pro=credited.pro)
    reverse.reverse(
        reference=credited.reference,
        actor=agent,
        expected_version=credited.version,
        reason="The contact hired the pro after all.",
    )


def sell(folder: Path, **changes: str) -> Summary:
    return import_sales(
        path=write(folder / "sales.csv", row(price="50.00", **changes)),
        report_path=folder / "report.csv",
    )


def balance(pro: ServicePro) -> int | None:
    return ledger.wallet(pro, LedgerAccount.Kind.PAID).balance_cents


@pytest.mark.covers("X23")
def test_reversal_leaves_less_than_nothing(credited: RefundRequest, agent: User) -> None:
    spend_and_take_back(credited, agent)

    assert balance(credited.pro) == -5000
    assert audit() == []


@pytest.mark.covers("X23")
def test_no_lead_is_sold_below_zero(credited: RefundRequest, agent: User, tmp_path: Path) -> None:
    spend_and_take_back(credited, agent)
    with transaction.atomic():
        fund(credited.pro, LedgerAccount.Kind.BONUS, 20_000)  # one wallet below zero suffices
    before = everything()

    sell(tmp_path)

    assert PAUSED in (tmp_path / "report.csv").read_text(encoding="utf-8")
    assert everything() == before


@pytest.mark.covers("X23")
def test_credit_that_lifts_the_wallet_lets_leads_come_again(
    credited: RefundRequest, person: User, agent: User, tmp_path: Path
) -> None:
    spend_and_take_back(credited, agent)
    bought = credited.pro.sales.exclude(pk=credited.sale_id).get()
    make.approved(bought, person, agent)  # the wallet is at zero again
    with transaction.atomic():
        fund(credited.pro, LedgerAccount.Kind.PAID, 5000)

    sell(tmp_path)

    assert (balance(credited.pro), credited.pro.sales.count()) == (0, 3)


@pytest.mark.covers("X23")
def test_every_page_of_the_pro_says_why(
    credited: RefundRequest, person: User, agent: User, signed_in: Callable[[User], Client]
) -> None:
    spend_and_take_back(credited, agent)

    for path in ("/leads/", "/requests/", "/transactions/"):
        page = " ".join(signed_in(person).get(path).content.decode().split())
        assert f"No leads come to {credited.pro}: a credit was taken back, and $50.00" in page


def test_pro_above_zero_reads_nothing_of_it(
    credited: RefundRequest, person: User, signed_in: Callable[[User], Client]
) -> None:
    assert "No leads come" not in signed_in(person).get("/leads/").content.decode()


@pytest.mark.covers("L21")
def test_credit_of_an_active_account_buys_the_next_lead_at_once(
    poor: ServicePro, person: User, agent: User, tmp_path: Path
) -> None:
    sale = LeadSaleFactory.create(pro=poor)
    sell(tmp_path)
    assert poor.sales.count() == 1  # nothing is left to buy with

    make.approved(sale, person, agent)
    sell(tmp_path)

    assert (balance(poor), poor.sales.count()) == (0, 2)


@pytest.mark.covers("L21")
@pytest.mark.parametrize("status", ["paused", "closed"])
def test_credit_of_an_inactive_account_buys_nothing(
    status: str, credited: RefundRequest, tmp_path: Path
) -> None:
    ServicePro.objects.filter(pk=credited.pro_id).update(status=status)

    sell(tmp_path)

    assert (balance(credited.pro), credited.pro.sales.count()) == (5000, 1)
    assert PAUSED in (tmp_path / "report.csv").read_text(encoding="utf-8")
