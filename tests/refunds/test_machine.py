"""The machine's arrows are those of the picture, and nothing else moves a request (design §7)."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django_fsm import TransitionNotAllowed

from accounts.models import ServicePro, Transfer, User
from leads.models import LeadSale
from refunds.models import Appeal, Finding, RefundRequest, State
from refunds.services import appeal, decide, investigate, reverse, sellers, withdraw
from refunds.services.change import Stale
from tests.factories.leads import LeadSaleFactory
from tests.refunds.states import in_state
from tests.snapshots import everything, refused

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)

PICTURE = {
    ("submitted", "investigate", "investigating"),
    ("submitted", "approve", "approved"),
    ("submitted", "decline", "declined"),
    ("investigating", "approve", "approved"),
    ("investigating", "decline", "declined"),
    ("investigating", "ask_pro", "awaiting_pro"),
    ("investigating", "put_to_seller", "with_seller"),
    ("awaiting_pro", "resume", "investigating"),
    ("awaiting_pro", "go_on_unanswered", "investigating"),
    ("with_seller", "hear_seller", "investigating"),
    ("declined", "file_appeal", "appealed"),
    ("appealed", "overturn", "final_approved"),
    ("appealed", "uphold", "final_declined"),
    ("approved", "reverse", "reversed"),
    ("submitted", "withdraw", "withdrawn"),
    ("investigating", "withdraw", "withdrawn"),
    ("awaiting_pro", "withdraw", "withdrawn"),
    ("with_seller", "withdraw", "withdrawn"),
}
TRANSITIONS = sorted({name for _source, name, _target in PICTURE})
LEGAL = {(source, name) for source, name, _target in PICTURE}
ILLEGAL = [
    (state, name) for state in State.values for name in TRANSITIONS if (state, name) not in LEGAL
]

# Each transition with arguments that its body takes.
DIRECTLY: dict[str, Callable[[RefundRequest, User], None]] = {
    "investigate": lambda request, user: request.investigate(),
    "approve": lambda request, user: request.approve(by=user, at=AT, credit=Transfer()),
    "decline": lambda request, user: request.decline(by=user, at=AT, appeal_until=AT),
    "ask_pro": lambda request, user: request.ask_pro(
        question="Which number?", at=AT, answer_due_at=AT
    ),
    "resume": lambda request, user: request.resume(),
    "go_on_unanswered": lambda request, user: request.go_on_unanswered(),
    "put_to_seller": lambda request, user: request.put_to_seller(),
    "hear_seller": lambda request, user: request.hear_seller(),
    "file_appeal": lambda request, user: request.file_appeal(appeal=Appeal()),
    "overturn": lambda request, user: request.overturn(by=user, at=AT, credit=Transfer()),
    "uphold": lambda request, user: request.uphold(by=user, at=AT),
    "reverse": lambda request, user: request.reverse(reversal=Transfer()),
    "withdraw": lambda request, user: request.withdraw(),
}

# Each service with words that it takes; screening has none of its own.
BY_SERVICE: dict[str, tuple[str, Callable[..., object], dict[str, object]]] = {
    "approve": ("agent", decide.approve, {}),
    "decline": ("agent", decide.decline, {"codes": ["notes_unclear"], "note": "Too short."}),
    "ask_pro": ("agent", investigate.ask_pro, {"question": "Which number?"}),
    "resume": ("pro", investigate.reply, {"answer": "The one on the lead."}),
    "put_to_seller": ("agent", sellers.ask, {"text": "Please look at it."}),
    "hear_seller": ("agent", sellers.answer, {"answer": "agrees", "text": "It was sent twice."}),
    "file_appeal": ("pro", appeal.file_appeal, {"text": "Nobody of that name lives there."}),
    "overturn": ("manager", appeal.overturn, {"sentence": "The call was to a neighbour."}),
    "uphold": ("manager", appeal.uphold, {"sentence": "The contact answered by name."}),
    "reverse": ("agent", reverse.reverse, {"reason": "The contact hired the pro."}),
    "withdraw": ("pro", withdraw.withdraw, {}),
}
ILLEGAL_BY_SERVICE = [(state, name) for state, name in ILLEGAL if name in BY_SERVICE]
ILLEGAL_IN_REVIEW = [state for state in State.values if state != "investigating"]

People = dict[str, User]


@pytest.fixture
def people(pro: User, agent: User, manager: User) -> People:
    """Everybody who has a part in a request."""
    return {"pro": pro, "agent": agent, "manager": manager}


@pytest.fixture
def sale(pro_company: ServicePro) -> LeadSale:
    """A sale for 50.00 out of 1,000.00 paid funds."""
    return LeadSaleFactory.create(pro=pro_company)


def test_arrows_are_those_of_the_picture() -> None:
    field = RefundRequest._meta.get_field("state")

    arrows = {
        (edge.source, edge.name, edge.target) for edge in field.get_all_transitions(RefundRequest)
    }

    assert arrows == PICTURE
    assert len(ILLEGAL) == 11 * 13 - 18
    assert set(DIRECTLY) == set(TRANSITIONS)


@pytest.mark.covers("C44")
def test_final_states_have_no_way_out() -> None:
    final = {"final_approved", "final_declined", "reversed", "withdrawn"}

    assert {source for source, _name in LEGAL} == set(State.values) - final


@pytest.mark.parametrize("state", State.values)
def test_request_can_be_in_the_state(state: str, sale: LeadSale, people: People) -> None:
    request = in_state(state, sale, **people)

    assert request.state == state


@pytest.mark.parametrize(("state", "name"), ILLEGAL)
def test_machine_refuses_an_illegal_edge(
    state: str, name: str, sale: LeadSale, people: People
) -> None:
    request = in_state(state, sale, **people)
    fields = dict(request.__dict__)

    with refused(TransitionNotAllowed):
        DIRECTLY[name](request, people["agent"])

    assert request.__dict__ == fields


@pytest.mark.parametrize(("state", "name"), ILLEGAL_BY_SERVICE)
def test_service_refuses_an_illegal_edge(
    state: str, name: str, sale: LeadSale, people: People
) -> None:
    request = in_state(state, sale, **people)
    actor, service, words = BY_SERVICE[name]

    with refused(Stale):
        service(
            reference=request.reference,
            actor=people[actor],
            expected_version=request.version,
            **words,
        )


@pytest.mark.parametrize("state", ILLEGAL_IN_REVIEW)
def test_only_a_request_in_review_is_taken(state: str, sale: LeadSale, people: People) -> None:
    request = in_state(state, sale, **people)

    with refused(Stale):
        investigate.take(
            reference=request.reference, actor=people["agent"], expected_version=request.version
        )


@pytest.mark.parametrize("state", [state for state in ILLEGAL_IN_REVIEW if state != "appealed"])
def test_only_a_request_in_review_or_appealed_gets_findings(
    state: str, sale: LeadSale, people: People
) -> None:
    request = in_state(state, sale, **people)

    with refused(Stale):
        investigate.add_finding(
            reference=request.reference,
            actor=people["agent"],
            expected_version=request.version,
            kind=Finding.Kind.HISTORY,
            result=Finding.Result.SUPPORTS,
            note="The lead was sold to the same pro before.",
        )


@pytest.mark.parametrize("state", State.values)
def test_state_cannot_be_assigned(state: str, sale: LeadSale, people: People) -> None:
    request = in_state("investigating", sale, **people)
    before = everything()

    with pytest.raises(AttributeError):
        request.state = state
    request.save()

    assert request.state == "investigating"
    assert everything() == before
