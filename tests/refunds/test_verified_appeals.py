"""What an appeal may credit where every credit is verified, and live calls by their recording."""

import pytest

from accounts.models import Program, User
from leads.models import Lead
from refunds.models import Finding, RefundRequest, State
from refunds.services import investigate
from refunds.services.appeal import AppealRefused
from tests.factories.leads import CallRecordingFactory
from tests.refunds import credits
from tests.snapshots import refused

pytestmark = pytest.mark.django_db

Kind, Result = Finding.Kind, Finding.Result
NO_RECORDING = (
    "For a live call the recording alone decides, and none proves this claim. Ask the "
    "verification team to listen to it and write down what it shows; else uphold the decision."
)
NOTHING_FOUND = (
    "This program credits what its verification team has established, and nothing that it found "
    "supports this claim. Ask the team to look into it; else uphold the decision."
)


@pytest.fixture
def legalplan(db: None) -> Program:
    return credits.program_of("legalplan")


def appealed(
    program: Program,
    manager: User,
    agent: User,
    *,
    kind: str = Lead.Kind.WEB,
    reason: str = "mailbox_full",
) -> RefundRequest:
    """Return an appealed claim, for which nobody found anything."""
    sale = credits.sold(
        credits.contact_of(program), credits.pro_of(program, manager), lead__kind=kind
    )
    return credits.appealed(credits.claimed(sale, reason), agent)


def found(
    request: RefundRequest, agent: User, kind: Finding.Kind, result: Finding.Result
) -> RefundRequest:
    recording = (
        CallRecordingFactory.create(lead=request.sale.lead, attached_by=agent)
        if kind == Kind.RECORDING
        else None
    )
    return investigate.add_finding(
        reference=request.reference,
        actor=agent,
        expected_version=request.version,
        kind=kind,
        result=result,
        note="Nobody spoke for two minutes.",
        recording=recording.uuid if recording else None,
    ).request


@pytest.mark.covers("L11")
def test_what_nobody_verified_is_not_overturned(
    legalplan: Program, manager: User, agent: User
) -> None:
    request = appealed(legalplan, manager, agent)

    with refused(AppealRefused) as caught:
        credits.overturned(request, manager)

    assert str(caught.value) == NOTHING_FOUND


@pytest.mark.covers("L11")
@pytest.mark.parametrize("result", [Result.CONTRADICTS, Result.INCONCLUSIVE])
def test_a_finding_that_supports_nothing_is_not_enough(
    result: Finding.Result, legalplan: Program, manager: User, agent: User
) -> None:
    request = found(appealed(legalplan, manager, agent), agent, Kind.HISTORY, result)

    with refused(AppealRefused):
        credits.overturned(request, manager)


@pytest.mark.covers("L11", "L12")
@pytest.mark.parametrize("kind", [Kind.HISTORY, Kind.CONTACT_CALL])
def test_what_the_team_finds_after_the_appeal_lets_it_succeed(
    kind: Finding.Kind, legalplan: Program, manager: User, agent: User
) -> None:
    request = found(appealed(legalplan, manager, agent), agent, kind, Result.SUPPORTS)
    assert request.state == State.APPEALED

    decided = credits.overturned(request, manager)

    assert (decided.state, decided.credit_cents) == (
        State.FINAL_APPROVED,
        decided.sale.price_cents,
    )
    assert credits.kinds(decided)[-4:] == ["appealed", "finding", "overturned", "detached"]


@pytest.mark.covers("L14", "X20")
def test_a_live_call_without_a_recording_is_not_overturned(
    legalplan: Program, manager: User, agent: User
) -> None:
    request = appealed(legalplan, manager, agent, kind=Lead.Kind.LIVE_CALL)
    request = found(request, agent, Kind.CONTACT_CALL, Result.SUPPORTS)

    with refused(AppealRefused) as caught:
        credits.overturned(request, manager)

    assert str(caught.value) == NO_RECORDING


@pytest.mark.covers("L14", "X20")
@pytest.mark.parametrize("result", [Result.CONTRADICTS, Result.INCONCLUSIVE])
def test_a_recording_that_does_not_prove_it_is_not_overturned(
    result: Finding.Result, legalplan: Program, manager: User, agent: User
) -> None:
    request = appealed(legalplan, manager, agent, kind=Lead.Kind.LIVE_CALL)
    request = found(request, agent, Kind.RECORDING, result)

    with refused(AppealRefused) as caught:
        credits.overturned(request, manager)

    assert str(caught.value) == NO_RECORDING


@pytest.mark.covers("L14", "X20")
def test_a_recording_that_proves_it_lets_the_appeal_succeed(
    legalplan: Program, manager: User, agent: User
) -> None:
    request = appealed(legalplan, manager, agent, kind=Lead.Kind.LIVE_CALL)
    request = found(request, agent, Kind.RECORDING, Result.SUPPORTS)

    assert credits.overturned(request, manager).state == State.FINAL_APPROVED


@pytest.mark.covers("L11", "L14")
@pytest.mark.parametrize(
    ("kind", "state"), [(Kind.HISTORY, "appealed"), (Kind.RECORDING, "final_approved")]
)
def test_a_live_call_of_a_reason_that_is_never_credited_needs_its_recording_too(
    kind: Finding.Kind, state: str, legalplan: Program, manager: User, agent: User
) -> None:
    request = appealed(legalplan, manager, agent, kind=Lead.Kind.LIVE_CALL, reason="not_interested")
    request = found(request, agent, kind, Result.SUPPORTS)

    if state == "appealed":
        with refused(AppealRefused):
            credits.overturned(request, manager)
    else:
        assert credits.overturned(request, manager).state == state


def test_other_programs_may_credit_as_a_courtesy(manager: User, agent: User) -> None:
    request = appealed(credits.program_of("conxpros"), manager, agent, reason="incorrect_contact")

    assert credits.overturned(request, manager).state == State.FINAL_APPROVED
