"""The desk's lists take at most 8 queries, however many rows, and whoever looks at them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import ServicePro, User
from refunds.models import ExceptionRequest
from refunds.services import exceptions, reverse
from tests.factories import refunds as life
from tests.factories.accounts import MembershipFactory
from tests.factories.leads import LeadSaleFactory

pytestmark = pytest.mark.django_db

QUERIES = 7  # session, person, duties (twice), what waits, what is done, companies
SignIn = Callable[[User], Client]
Ask = Callable[[ServicePro, User, User], object]


def _appeal(company: ServicePro, pro: User, agent: User) -> None:
    life.appealed(LeadSaleFactory.create(pro=company), pro, agent)


def _give_back(company: ServicePro, pro: User, agent: User) -> None:
    credited = life.approved(LeadSaleFactory.create(pro=company), pro, agent)
    reverse.ask(
        reference=credited.reference,
        actor=pro,
        expected_version=life.again(credited).version,
        words="They hired us after all.",
    )


def _ask_for_an_exception(company: ServicePro, pro: User, agent: User) -> ExceptionRequest:
    life.PolicyVersionFactory.create(program=company.program)
    late = LeadSaleFactory.create(pro=company, sold_at=timezone.now() - timedelta(days=21))
    return exceptions.ask(
        sale_uuid=late.uuid, actor=pro, cause="hurricane", words="The storm took our phones."
    )


@pytest.mark.parametrize("number", [3, 50])
@pytest.mark.parametrize(
    ("address", "ask"),
    [
        ("/desk/", _appeal),
        ("/desk/reversals/", _give_back),
        ("/desk/exceptions/", _ask_for_an_exception),
    ],
)
def test_number_of_rows_costs_no_query(
    *,
    pro_company: ServicePro,
    pro: User,
    agent: User,
    manager: User,
    signed_in: SignIn,
    django_assert_num_queries: DjangoAssertNumQueries,
    address: str,
    ask: Ask,
    number: int,
) -> None:
    for _one in range(number):
        ask(pro_company, pro, agent)
    client = signed_in(manager)
    with django_assert_num_queries(QUERIES):
        page = client.get(address)
    assert len(page.context["waiting"]) == number


def test_manager_with_a_company_takes_one_more(
    manager: User, signed_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    MembershipFactory.create(user=manager)
    client = signed_in(manager)
    with django_assert_num_queries(QUERIES + 1):
        client.get("/desk/")


@pytest.mark.parametrize("address", ["/desk/", "/desk/reversals/", "/desk/exceptions/"])
def test_list_says_that_it_stops(
    *,
    pro_company: ServicePro,
    pro: User,
    agent: User,
    manager: User,
    signed_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
    address: str,
) -> None:
    """The row after the last one shown tells that there are more."""
    for module in ("desk", "reversals", "exceptions"):
        monkeypatch.setattr(f"refunds.views.{module}.WAITING_SHOWN", 2)
    asks = {
        "/desk/": _appeal,
        "/desk/reversals/": _give_back,
        "/desk/exceptions/": _ask_for_an_exception,
    }
    client = signed_in(manager)
    shown = []
    for _one in range(3):
        asks[address](pro_company, pro, agent)
        page = client.get(address)
        shown.append((len(page.context["waiting"]), page.context["has_more"]))
    assert shown == [(1, False), (2, False), (2, True)]
