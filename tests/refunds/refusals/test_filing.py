"""Claims that are not filed; a refusal changes nothing."""

from datetime import timedelta
from typing import TypedDict
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import ServicePro, User
from leads.models import LeadSale
from refunds.models import RefundRequest
from refunds.services.file import AlreadyRequested, ClaimRefused, CommandReused
from tests.factories import refunds as make
from tests.factories.leads import LeadSaleFactory
from tests.refunds.refusals.steps import BLANK, People, claim
from tests.refunds.states import in_state
from tests.snapshots import refused

pytestmark = pytest.mark.django_db


class Words(TypedDict, total=False):
    """What a form may say besides."""

    reason: str
    explanation: str


@pytest.mark.covers("A14", "X34")
@pytest.mark.parametrize("explanation", [*BLANK, "x" * 19, "   " + "x" * 19 + "   "])
def test_claim_without_an_explanation(sale: LeadSale, pro: User, explanation: str) -> None:
    make.PolicyVersionFactory.create(program=sale.lead.program)

    with refused(ClaimRefused) as caught:
        claim(sale, pro, explanation=explanation)

    assert "at least 20 characters" in str(caught.value)


def test_claim_with_an_explanation_that_just_suffices(sale: LeadSale, pro: User) -> None:
    assert claim(sale, pro, explanation="x" * 20).state == "investigating"


@pytest.mark.covers("A13", "C40")
@pytest.mark.parametrize("reason", ["", "no_such_reason", "INCORRECT_CONTACT"])
def test_claim_for_an_unknown_reason(sale: LeadSale, pro: User, reason: str) -> None:
    make.PolicyVersionFactory.create(program=sale.lead.program)

    with refused(ClaimRefused) as caught:
        claim(sale, pro, reason=reason)

    assert "Choose one from the list" in str(caught.value)


@pytest.mark.covers("C9b")
def test_claim_whose_answer_rules_the_reason_out(sale: LeadSale, pro: User) -> None:
    make.PolicyVersionFactory.create(program=sale.lead.program)

    with refused(ClaimRefused) as caught:
        claim(sale, pro, details={"who_answered": "household"})

    assert "If that answer is not what happened, tell us what did." in str(caught.value)


@pytest.mark.covers("C1", "C35")
def test_claim_that_is_late(pro_company: ServicePro, pro: User) -> None:
    sale = LeadSaleFactory.create(pro=pro_company, sold_at=timezone.now() - timedelta(days=6))
    make.PolicyVersionFactory.create(program=pro_company.program)

    with refused(ClaimRefused) as caught:
        claim(sale, pro)

    assert "too late" in str(caught.value)


@pytest.mark.parametrize("persona", ["other_pro", "manager", "agent", "stranger"])
def test_claim_for_a_sale_of_somebody_else(
    sale: LeadSale, persona: str, request: pytest.FixtureRequest
) -> None:
    actor = request.getfixturevalue(persona)
    make.PolicyVersionFactory.create(program=sale.lead.program)

    with refused(LeadSale.DoesNotExist):
        claim(sale, actor)


@pytest.mark.covers("X27")
@pytest.mark.parametrize("state", ["investigating", "awaiting_pro", "approved", "declined"])
def test_second_claim_for_the_sale(state: str, sale: LeadSale, people: People) -> None:
    first = in_state(state, sale, **people)

    with refused(AlreadyRequested) as caught:
        claim(sale, people["pro"])

    assert caught.value.args[0].startswith(f"There is a request for this lead: {first.reference}.")


def test_claim_sent_twice_is_filed_once(sale: LeadSale, pro: User) -> None:
    command_id = uuid4()
    first = claim(sale, pro, command_id=command_id)
    assert first.events.count() == 2

    second = claim(sale, pro, command_id=command_id)

    assert second == first
    assert RefundRequest.objects.count() == 1
    assert first.events.count() == 2
    assert first.evidence.count() == 1


@pytest.mark.parametrize(
    "other", [{"reason": "non_working_phone"}, {"explanation": "Something else altogether."}]
)
def test_form_sent_again_with_other_answers(sale: LeadSale, pro: User, other: Words) -> None:
    command_id = uuid4()
    claim(sale, pro, command_id=command_id)

    with refused(CommandReused):
        claim(sale, pro, command_id=command_id, **other)


def test_form_sent_again_for_another_sale(sale: LeadSale, pro: User) -> None:
    command_id = uuid4()
    claim(sale, pro, command_id=command_id)
    other_sale = LeadSaleFactory.create(pro=sale.pro)

    with refused(CommandReused):
        claim(other_sale, pro, command_id=command_id)
