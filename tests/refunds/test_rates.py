"""The rates of pros and sellers are counted once a day, from the sales of 90 days."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import ServicePro, User
from leads.models import LeadSale
from refunds.models import Rate
from refunds.services import rates
from tests.factories import refunds as make
from tests.factories.accounts import MembershipFactory, ProgramFactory, ServiceProFactory
from tests.factories.leads import LeadSaleFactory, LeadSellerFactory
from tests.snapshots import everything

pytestmark = pytest.mark.django_db

Numbers = tuple[int, int, int]


def numbers() -> dict[str, Numbers]:
    """Return sales, claimed and credited by whose they are."""
    return {
        str(rate.pro or rate.seller or "all"): (rate.sales, rate.claimed, rate.credited)
        for rate in Rate.objects.select_related("pro", "seller")
    }


@pytest.fixture
def sales(pro_company: ServicePro) -> list[LeadSale]:
    """Four sales of a seller's leads to ``pro_company``, and one to another pro."""
    seller = LeadSellerFactory.create(program=pro_company.program, name="Seller")
    other = ServiceProFactory.create(program=pro_company.program, name="Other Pro")
    companies = [pro_company] * 4 + [other]
    return [LeadSaleFactory.create(pro=pro, lead__seller=seller) for pro in companies]


def test_rates_are_counted_by_pro_by_seller_and_for_all(
    sales: list[LeadSale], pro: User, agent: User
) -> None:
    other = MembershipFactory.create(pro=sales[4].pro).user
    make.approved(sales[0], pro, agent)
    make.declined(sales[1], pro, agent)
    make.withdrawn(sales[2], pro)
    make.approved(sales[4], other, agent)

    assert rates.count_due() == 1

    assert numbers() == {
        str(sales[0].pro): (4, 2, 1),
        "Other Pro": (1, 1, 1),
        "Seller": (5, 3, 2),
        "all": (5, 3, 2),
    }


def test_a_reversed_credit_is_claimed_and_not_credited(
    sales: list[LeadSale], pro: User, agent: User
) -> None:
    make.reversed_(sales[0], pro, agent)

    rates.count_due()

    assert numbers()["all"] == (5, 1, 0)


def test_only_the_sales_of_ninety_days_count(pro_company: ServicePro) -> None:
    at = timezone.now()
    for days, seconds in ((90, 0), (90, -1), (0, 0), (0, -1)):
        sold_at = at - timedelta(days=days, seconds=seconds)
        LeadSaleFactory.create(pro=pro_company, sold_at=sold_at)

    rates.count(pro_company.program, at=at)

    assert numbers()["all"] == (2, 0, 0)


def test_a_sweep_that_is_run_again_changes_nothing(sales: list[LeadSale]) -> None:
    with time_machine.travel(datetime(2026, 3, 4, 12, tzinfo=UTC), tick=False):
        assert rates.count_due() == 1
        before = everything()

        assert rates.count_due() == 0

    assert everything() == before


def test_each_program_is_counted_when_its_own_day_has_begun() -> None:
    program = ProgramFactory.create()
    ProgramFactory.create(code="pro360", time_zone="Asia/Taipei")
    with time_machine.travel(datetime(2026, 3, 4, 15, 59, tzinfo=UTC), tick=False):
        assert rates.count_due() == 2

    with time_machine.travel(datetime(2026, 3, 4, 16, 0, tzinfo=UTC), tick=False):
        assert rates.count_due() == 1

    counted = dict(Rate.objects.values_list("program__code", "counted_on"))
    assert counted == {"pro360": date(2026, 3, 5), program.code: date(2026, 3, 4)}


def test_the_next_count_takes_the_place_of_the_last_one(sales: list[LeadSale]) -> None:
    rates.count_due()
    with time_machine.travel(timezone.now() + timedelta(days=91)):
        rates.count_due()

    assert numbers() == {"all": (0, 0, 0)}


@pytest.mark.parametrize("more", [0, 5])
def test_a_count_costs_the_same_for_many_sales(
    sales: list[LeadSale], more: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(more):
        pro = ServiceProFactory.create(program=sales[0].pro.program)
        LeadSaleFactory.create(pro=pro)

    with django_assert_num_queries(9):  # four counts, the lock, delete and insert, a savepoint
        rates.count(sales[0].pro.program, at=timezone.now())


def test_a_program_has_one_rate_of_each(pro_company: ServicePro) -> None:
    counted = {"sales": 1, "claimed": 0, "credited": 0, "counted_on": date(2026, 3, 4)}
    seller = LeadSellerFactory.create(program=pro_company.program)
    for whose in ({}, {"pro": pro_company}, {"seller": seller}):
        Rate.objects.create(program=pro_company.program, **whose, **counted)
        with pytest.raises(IntegrityError), transaction.atomic():
            Rate.objects.create(program=pro_company.program, **whose, **counted)


@pytest.mark.parametrize("wrong", [{"claimed": 2}, {"credited": 2}])
def test_no_more_is_claimed_or_credited_than_sold(wrong: dict[str, int]) -> None:
    program = ProgramFactory.create()
    right = {"sales": 1, "claimed": 0, "credited": 0}
    with pytest.raises(IntegrityError), transaction.atomic():
        Rate.objects.create(program=program, counted_on=date(2026, 3, 4), **{**right, **wrong})
