"""Declared events: who declares what, and what becomes of the windows that one touches (L6)."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine

from accounts.models import Program, User
from leads.models import LeadSale
from refunds.models import DeclaredEvent, Finding, RefundRequest
from refunds.policy.verdict import Outcome
from refunds.services import decide, declared, file, investigate
from refunds.services.change import NotAllowed
from refunds.services.declared import AlreadyWithdrawn, DeclarationRefused
from tests.factories import refunds as make
from tests.factories.accounts import ProgramFactory
from tests.factories.leads import LeadSaleFactory
from tests.snapshots import refused

pytestmark = pytest.mark.django_db

FACTS: dict[str, object] = {
    "name": "Hurricane Ida",
    "cause": "hurricane",
    "postal_codes": ["30301", "303*"],
    "starts_on": date(2026, 3, 4),
    "ends_on": date(2026, 3, 5),
}


@pytest.fixture
def program(db: None) -> Program:
    """conxpros, with its policy."""
    program = ProgramFactory.create()
    make.PolicyVersionFactory.create(program=program)
    return program


def declare(program: Program, actor: User, **changes: object) -> DeclaredEvent:
    return declared.declare(program=program, actor=actor, **(FACTS | changes))  # type: ignore[arg-type] # of a table


@pytest.mark.covers("L6")
def test_event_is_on_record_with_who_declared_it(program: Program, lead: User) -> None:
    event = declare(program, lead, postal_codes=[" 30301", "303*", "", "30301"])

    assert (event.name, event.cause, event.declared_by) == ("Hurricane Ida", "hurricane", lead)
    assert event.postal_codes == ["30301", "303*"]
    assert (event.starts_on, event.ends_on) == (date(2026, 3, 4), date(2026, 3, 5))


@pytest.mark.parametrize("persona", ["pro", "manager", "stranger", "agent", "auditor"])
def test_only_a_lead_declares(
    persona: str, program: Program, request: pytest.FixtureRequest
) -> None:
    actor = request.getfixturevalue(persona)

    with refused(NotAllowed):
        declare(program, actor)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": "  "}, "Give it the name that people know it by."),
        ({"postal_codes": []}, "Say where it was: at least one postal code."),
        ({"postal_codes": [" "]}, "Say where it was: at least one postal code."),
        ({"postal_codes": ["3*3"]}, "“3*3” is no postal code"),
        ({"ends_on": date(2026, 3, 3)}, "It ends before it starts."),
        ({"ends_on": date(2026, 5, 3)}, "It lasts longer than 60 days"),
        ({"cause": "vacation"}, "makes no exceptions for this cause"),
    ],
)
def test_event_that_does_not_hold(
    changes: dict[str, object], sentence: str, program: Program, lead: User
) -> None:
    with refused(DeclarationRefused) as caught:
        declare(program, lead, **changes)

    assert sentence in str(caught.value)


def test_double_click_declares_once(program: Program, lead: User) -> None:
    declare(program, lead)

    with refused(DeclarationRefused) as caught:
        declare(program, lead, name=" Hurricane Ida ")

    assert "is declared already" in str(caught.value)


@pytest.mark.covers("L6")
def test_withdrawn_event_makes_no_window_longer(
    program: Program, pro: User, lead: User, agent: User
) -> None:
    company = pro.memberships.get().pro
    sold_at = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
    filed, late = (
        LeadSaleFactory.create(pro=company, sold_at=sold_at, lead__postal_code="30301")
        for _ in range(2)
    )
    event = declare(program, lead)
    last_second = datetime(2026, 3, 10, 3, 59, 59, tzinfo=UTC)  # by the event alone, as above

    with time_machine.travel(last_second, tick=False):
        assert claim(filed, pro) == "investigating"
        withdrawn = declared.withdraw(event_uuid=event.uuid, actor=lead)
        with refused(file.ClaimRefused):
            claim(late, pro)

    assert (withdrawn.withdrawn_by, withdrawn.withdrawn_at) == (lead, last_second)
    kept = RefundRequest.objects.get(sale=filed)
    assert "window_extended" in {check["code"] for check in kept.checks}
    assert decide.verdict_now(kept).outcome == Outcome.INVESTIGATE  # and not too late since
    approved = approve(kept, agent)
    credited = LeadSale.objects.get(pk=filed.pk).credited_cents
    assert (approved.state, credited) == ("approved", filed.price_cents)
    assert "window_extended" in {check["code"] for check in approved.checks}


@pytest.mark.covers("L6")
def test_event_withdrawn_before_a_claim_is_nothing_to_its_decision(
    program: Program, pro: User, lead: User
) -> None:
    company = pro.memberships.get().pro
    sale = LeadSaleFactory.create(
        pro=company,
        sold_at=datetime(2026, 3, 2, 15, 0, tzinfo=UTC),
        lead__postal_code="30301",
    )
    event = declare(program, lead)
    in_time = datetime(2026, 3, 7, 15, 0, tzinfo=UTC)

    with time_machine.travel(in_time - timedelta(seconds=1), tick=False):
        declared.withdraw(event_uuid=event.uuid, actor=lead)
    with time_machine.travel(in_time, tick=False):
        claim(sale, pro)

    verdict = decide.verdict_now(RefundRequest.objects.get(sale=sale))
    assert verdict.closes_at == datetime(2026, 3, 8, 4, 59, 59, tzinfo=UTC)
    assert "window_extended" not in verdict.codes


def test_event_is_withdrawn_once_and_can_be_declared_again(program: Program, lead: User) -> None:
    event = declare(program, lead)
    declared.withdraw(event_uuid=event.uuid, actor=lead)

    with refused(AlreadyWithdrawn):
        declared.withdraw(event_uuid=event.uuid, actor=lead)
    assert declare(program, lead).withdrawn_at is None


@pytest.mark.parametrize("persona", ["pro", "manager", "stranger", "agent", "auditor"])
def test_only_a_lead_withdraws(
    persona: str, program: Program, lead: User, request: pytest.FixtureRequest
) -> None:
    event = declare(program, lead)
    actor = request.getfixturevalue(persona)

    with refused(NotAllowed):
        declared.withdraw(event_uuid=event.uuid, actor=actor)


def test_sixty_days_are_the_most(program: Program, lead: User) -> None:
    assert declare(program, lead, ends_on=date(2026, 5, 2)).pk  # 4 March is the first of 60


@pytest.mark.covers("L6")
@pytest.mark.parametrize(
    ("postal_code", "is_longer"), [("30301", True), ("30399", True), ("30401", False)]
)
def test_window_there_is_longer_by_the_days_that_it_took(
    postal_code: str,
    is_longer: bool,
    program: Program,
    pro: User,
    lead: User,
) -> None:
    # Sold Mon 2 March: to be claimed until Sat 7 March, and two days more.
    sale = LeadSaleFactory.create(
        pro=pro.memberships.get().pro,
        sold_at=datetime(2026, 3, 2, 15, 0, tzinfo=UTC),
        lead__postal_code=postal_code,
    )
    declare(program, lead)
    last_second = datetime(2026, 3, 10, 3, 59, 59, tzinfo=UTC)  # Mon 9 March, 23:59:59 EDT

    with time_machine.travel(last_second, tick=False):
        if is_longer:
            assert claim(sale, pro) == "investigating"
        else:
            with refused(file.ClaimRefused):
                claim(sale, pro)


def approve(request: RefundRequest, agent: User) -> RefundRequest:
    finding = investigate.add_finding(
        reference=request.reference,
        actor=agent,
        expected_version=request.version,
        kind=Finding.Kind.CONTACT_CALL,
        result=Finding.Result.SUPPORTS,
        note="Called the number: it belongs to somebody else.",
    )
    return decide.approve(
        reference=request.reference, actor=agent, expected_version=finding.request.version
    )


def claim(sale: LeadSale, pro: User) -> str:
    filed = file.file_claim(
        sale_uuid=sale.uuid,
        actor=pro,
        command_id=uuid4(),
        reason="incorrect_contact",
        explanation=make.EXPLANATION,
        details={},
    )
    return filed.state
