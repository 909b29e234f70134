"""A program that asks its sellers, and a claim that waits there."""

import pytest
import time_machine

from accounts.models import Program, User
from leads.models import LeadSale, LeadSeller
from leads.services import catalogue
from refunds.models import RefundRequest
from refunds.services.audit import audit
from tests.factories import refunds as make
from tests.factories.accounts import MembershipFactory, ProgramFactory, ServiceProFactory
from tests.factories.leads import LeadSaleFactory
from tests.refunds.sellers.steps import MONDAY, Answer, approve, hear, put


@pytest.fixture
def aiqoo(db: None) -> Program:
    """A program that needs its sellers' consent."""
    return ProgramFactory.create(code="aiqoo", name="AIQOO", time_zone="America/Los_Angeles")


@pytest.fixture
def buyer(aiqoo: Program, manager: User) -> User:
    """A user of a pro of that program."""
    company = ServiceProFactory.create(program=aiqoo, account_manager=manager)
    return MembershipFactory.create(pro=company).user


@pytest.fixture
def seller(aiqoo: Program) -> LeadSeller:
    """A seller with an account, who reads mail."""
    return catalogue.add_seller(
        program_id=aiqoo.pk,
        code="projectbay",
        name="ProjectBay",
        email="cases@projectbay.example",
        guidelines="Every lead was asked for in the last 24 hours.",
    )


@pytest.fixture
def sale(buyer: User, seller: LeadSeller) -> LeadSale:
    """A lead of that seller, sold to the pro for 50.00 on the Monday."""
    with time_machine.travel(MONDAY, tick=False):
        return LeadSaleFactory.create(pro=buyer.memberships.get().pro, lead__seller=seller)


@pytest.fixture
def request_in_review(sale: LeadSale, buyer: User) -> RefundRequest:
    """A claim that waits for a person, filed on the Monday."""
    with time_machine.travel(MONDAY, tick=False):
        return make.investigating(sale, buyer, reason="no_request_submitted")


@pytest.fixture
def recovered(request_in_review: RefundRequest, agent: User) -> RefundRequest:
    """A credit that was recovered from the seller, in books that hold."""
    put(request_in_review, agent)
    hear(request_in_review, agent, Answer.AGREES)
    approve(request_in_review, agent)
    assert audit() == []
    return make.again(request_in_review)
