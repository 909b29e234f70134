"""Asking for an exception."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from accounts.models import ServicePro, User
from leads.models import LeadSale
from refunds.models import ExceptionRequest, OutboundMail
from refunds.services import exceptions, outbox
from refunds.services.audit import audit
from refunds.services.exceptions import ExceptionRefused
from tests.factories import refunds as make
from tests.factories.leads import LeadSaleFactory
from tests.refunds.exceptions.steps import WORDS, ask
from tests.snapshots import refused

pytestmark = pytest.mark.django_db


@pytest.mark.covers("L6")
def test_asking_grants_nothing_and_tells_the_manager(
    late_sale: LeadSale, pro: User, manager: User
) -> None:
    asked = ask(late_sale, pro)

    assert (asked.granted, asked.claim_until, asked.decided_by) == (None, None, None)
    assert outbox.send_due() == 1
    [notice] = mail.outbox
    assert notice.to == [manager.email]
    assert notice.subject == "Lead L-77: a pro asks for an exception"
    assert "Cause: Hurricane" in notice.body
    assert WORDS in notice.body
    assert f"http://testserver/desk/exceptions/{asked.uuid}/" in notice.body
    assert audit() == []


def test_manager_asks_in_the_pros_name_and_the_team_hears_of_it(
    late_sale: LeadSale, manager: User
) -> None:
    asked = ask(late_sale, manager)

    assert asked.asked_by == manager
    assert OutboundMail.objects.get(exception=asked).to == "verification@makegood.example"


@pytest.mark.parametrize("persona", ["other_pro", "other_manager", "agent", "stranger"])
def test_nobody_else_asks(
    persona: str, late_sale: LeadSale, request: pytest.FixtureRequest
) -> None:
    actor = request.getfixturevalue(persona)

    with refused(LeadSale.DoesNotExist):
        ask(late_sale, actor)


def test_what_can_still_be_claimed_needs_no_exception(pro_company: ServicePro, pro: User) -> None:
    make.PolicyVersionFactory.create(program=pro_company.program)
    sold_at = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
    sale = LeadSaleFactory.create(pro=pro_company, sold_at=sold_at)

    with time_machine.travel(datetime(2026, 3, 5, tzinfo=UTC)), refused(ExceptionRefused) as caught:
        ask(sale, pro)

    assert str(caught.value) == (
        "You can still claim it until Sat 7 Mar 2026, 23:59 EST, without an exception."
    )


def test_lead_with_a_request_is_appealed_instead(sale: LeadSale, pro: User, agent: User) -> None:
    request = make.declined(sale, pro, agent)

    with (
        time_machine.travel(timezone.now() + timedelta(days=20), tick=False),
        refused(ExceptionRefused) as caught,
    ):
        ask(sale, pro)

    assert f"There is a request for this lead: {request.reference}." in str(caught.value)


@pytest.mark.parametrize("cause", ["", "vacation", "HURRICANE"])
def test_cause_that_the_program_does_not_name(late_sale: LeadSale, pro: User, cause: str) -> None:
    with refused(ExceptionRefused):
        ask(late_sale, pro, cause=cause)


def test_program_that_makes_no_exceptions(pro_company: ServicePro, pro: User) -> None:
    version = make.PolicyVersionFactory.build(program=pro_company.program)
    document = {**version.document, "exception": None}
    make.PolicyVersionFactory.create(program=pro_company.program, document=document)
    sale = LeadSaleFactory.create(pro=pro_company, sold_at=timezone.now() - timedelta(days=21))

    with refused(ExceptionRefused) as caught:
        ask(sale, pro)

    assert str(caught.value) == "This program makes no exceptions."


@pytest.mark.parametrize("words", ["", "  \n"])
def test_asking_without_words(late_sale: LeadSale, pro: User, words: str) -> None:
    with refused(ExceptionRefused):
        ask(late_sale, pro, words=words)


def test_one_wish_at_a_time(asked: ExceptionRequest, pro: User) -> None:
    with refused(ExceptionRefused) as caught:
        ask(asked.sale, pro)

    assert "An exception was asked for before" in str(caught.value)


def test_after_a_refusal_it_can_be_asked_again(
    asked: ExceptionRequest, pro: User, manager: User
) -> None:
    exceptions.refuse(exception_uuid=asked.uuid, actor=manager, answer="No storm on record.")

    again = ask(asked.sale, pro, cause="outage")

    assert again.granted is None
    assert ExceptionRequest.objects.count() == 2
