"""Final is final: every route past an appeal's decision is refused, and changes nothing (C44, X22).

A route is a page, a crafted POST, a service, the machine, or the rows themselves.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.utils import timezone
from django_fsm import TransitionNotAllowed

from accounts import ledger
from accounts.models import LedgerAccount, ServicePro, Transfer, User
from leads.models import LeadSale
from refunds.models import Appeal, RefundRequest, State
from refunds.services import appeal, decide, investigate, reverse, withdraw
from refunds.services.change import RefundError
from tests.conftest import SignedIn, hand_over
from tests.factories import refunds as make
from tests.factories.accounts import UserFactory
from tests.factories.leads import LeadSaleFactory
from tests.refunds.states import in_state
from tests.snapshots import everything

pytestmark = pytest.mark.django_db

WORDS = "We have a new recording of the call that nobody has heard yet."
FINAL = ("final_approved", "final_declined")
REFUSALS = (RefundError, TransitionNotAllowed, IntegrityError)


@dataclass(frozen=True)
class World:
    """A request, and who tries what with it."""

    request: RefundRequest
    pro: User
    agent: User
    manager: User
    root: User


Route = Callable[[World], object]


def by_service(who: str, service: Callable[..., object], **words: object) -> Route:
    """Call a service as the page of the latest version would."""

    def route(world: World) -> object:
        return service(
            reference=world.request.reference,
            actor=getattr(world, who),
            expected_version=world.request.version,
            **words,
        )

    return route


def by_post(who: str, path: str, **data: object) -> Route:
    """Send a form that nobody was given, from the latest version."""

    def route(world: World) -> object:
        browser = SignedIn(getattr(world, who))
        url = path.replace("REF", world.request.reference)
        return browser.post(url, {"version": world.request.version, "complete": "1", **data})

    return route


def by_row(**changes: Callable[[World], object]) -> Route:
    """Change the row past the machine."""

    def route(world: World) -> object:
        values = {name: value(world) for name, value in changes.items()}
        return RefundRequest.objects.filter(pk=world.request.pk).update(**values)

    return route


def by_machine(name: str, **arguments: Callable[[World], object]) -> Route:
    """Run a transition on the row and save it, past the services."""

    def route(world: World) -> None:
        request = make.again(world.request)
        values = {key: value(world) for key, value in arguments.items()}
        getattr(request, name)(**values)
        request.save()

    return route


def by_assignment(world: World) -> None:
    """Set the state by hand, which the protected field refuses."""
    request = make.again(world.request)
    with pytest.raises(AttributeError):
        request.state = State.APPEALED
    raise TransitionNotAllowed


def another_appeal(world: World) -> Appeal:
    return Appeal(text=WORDS, filed_by=world.pro, filed_at=timezone.now())


def stored_appeal(world: World) -> int:
    made = another_appeal(world)
    made.save()
    return made.pk


def another_transfer(world: World) -> Transfer:
    pro = world.request.pro
    return ledger.post(
        ledger.Movement(
            kind=Transfer.Kind.GOODWILL,
            source=ledger.house_account(pro.program, LedgerAccount.Kind.GOODWILL),
            destination=ledger.wallet(pro, LedgerAccount.Kind.PAID),
            amount_cents=5000,
            key="goodwill:finality",
        ),
        at=timezone.now(),
    )


def now(world: World) -> object:
    return timezone.now()


ADMIN = "/admin/refunds/refundrequest/REF"
SECOND_LOOKS: Mapping[str, Route] = {
    # A second appeal
    "service: appeal": by_service("pro", appeal.file_appeal, text=WORDS),
    "page: appeal": by_post("pro", "/requests/REF/appeal/", text=WORDS),
    "admin: appeal": by_post("root", f"{ADMIN}/appeal/", text=WORDS),
    "admin: stock form": by_post("root", f"{ADMIN}/change/", state="appealed"),
    "machine: appeal": by_machine("file_appeal", appeal=another_appeal),
    "row: appeal": by_row(appeal=stored_appeal),
    "row: appealed": by_row(state=lambda world: "appealed"),
    "row: declined": by_row(state=lambda world: "declined", appeal=lambda world: None),
    "assignment": by_assignment,
    # A second decision of the appeal
    "service: uphold": by_service("manager", appeal.uphold, sentence=WORDS),
    "service: overturn": by_service("manager", appeal.overturn, sentence=WORDS),
    "page: uphold": by_post("manager", "/desk/appeals/REF/uphold/", sentence=WORDS, is_final="on"),
    "page: overturn": by_post(
        "manager", "/desk/appeals/REF/overturn/", sentence=WORDS, is_final="on"
    ),
    "row: another decider": by_row(appeal_decided_by=lambda world: world.root),
    "row: another time": by_row(appeal_decided_at=now),
    # A new decision by the team
    "service: approve": by_service("agent", decide.approve),
    "service: decline": by_service(
        "agent", decide.decline, codes=["claim_not_supported"], note=WORDS
    ),
    "service: take": by_service("agent", investigate.take),
    "admin: approve": by_post("agent", f"{ADMIN}/approve/", note=WORDS),
    "admin: decline": by_post(
        "agent", f"{ADMIN}/decline/", codes=["claim_not_supported"], note=WORDS
    ),
    "admin: take": by_post("agent", f"{ADMIN}/take/"),
    "machine: approve": by_machine(
        "approve", by=lambda world: world.agent, at=now, credit=another_transfer
    ),
    "row: another credit": by_row(credit=another_transfer),
    # A reversal, or taking the claim back
    "service: reverse": by_service("agent", reverse.reverse, reason=WORDS),
    "service: reverse at wish": by_service("manager", reverse.reverse, reason=WORDS, at_wish=True),
    "service: ask for a reversal": by_service("pro", reverse.ask, words=WORDS),
    "service: withdraw": by_service("pro", withdraw.withdraw),
    "page: give back": by_post("pro", "/requests/REF/give-back/", words=WORDS),
    "page: reversal": by_post("manager", "/desk/reversals/REF/", reason=WORDS),
    "page: withdraw": by_post("pro", "/requests/REF/withdraw/"),
    "admin: reverse": by_post("agent", f"{ADMIN}/reverse/", reason=WORDS),
    "machine: reverse": by_machine("reverse", reversal=another_transfer),
    "row: reversed": by_row(state=lambda world: "reversed", reversal=another_transfer),
}

OWN_DECISIONS: Mapping[str, Route] = {
    "service: uphold": by_service("agent", appeal.uphold, sentence=WORDS),
    "service: overturn": by_service("agent", appeal.overturn, sentence=WORDS),
    "page: uphold": by_post("agent", "/desk/appeals/REF/uphold/", sentence=WORDS, is_final="on"),
    "page: overturn": by_post(
        "agent", "/desk/appeals/REF/overturn/", sentence=WORDS, is_final="on"
    ),
    "machine: uphold": by_machine("uphold", by=lambda world: world.agent, at=now),
    "machine: overturn": by_machine(
        "overturn", by=lambda world: world.agent, at=now, credit=another_transfer
    ),
    "row: upheld": by_row(
        state=lambda world: "final_declined",
        appeal_decided_by=lambda world: world.agent,
        appeal_decided_at=now,
    ),
}


@pytest.fixture
def root(db: None) -> User:
    """Somebody who may do everything that the admin offers."""
    return UserFactory.create(is_staff=True, is_superuser=True)


@pytest.fixture
def sale(pro_company: ServicePro) -> LeadSale:
    """A sale for 50.00 out of 1,000.00 paid funds."""
    return LeadSaleFactory.create(pro=pro_company)


@pytest.fixture
def in_world(
    sale: LeadSale, pro: User, agent: User, manager: User, root: User
) -> Callable[[str], World]:
    """Make the world around a request in some state."""

    def made(state: str) -> World:
        request = in_state(state, sale, pro=pro, agent=agent, manager=manager)
        return World(request, pro, agent, manager, root)

    return made


def assert_refused(route: Route, world: World) -> None:
    """Expect an error, or an answer that refuses, and everything to be as it was."""
    before = everything()
    try:
        with transaction.atomic():
            answer = route(world)
    except REFUSALS:
        pass
    else:
        assert isinstance(answer, HttpResponse), "nothing stood in the way"
        assert answer.status_code in (403, 404, 405, 409, 422)
    assert everything() == before


@pytest.mark.covers("C44", "X22", "X25")
@pytest.mark.parametrize("route", SECOND_LOOKS)
@pytest.mark.parametrize("state", FINAL)
def test_what_an_appeal_decided_is_out_of_reach(
    state: str, route: str, in_world: Callable[[str], World]
) -> None:
    assert_refused(SECOND_LOOKS[route], in_world(state))


@pytest.mark.covers("X25")
@pytest.mark.parametrize(
    "route", ["service: appeal", "page: appeal", "admin: appeal", "machine: appeal"]
)
def test_appeal_that_waits_is_not_filed_again(route: str, in_world: Callable[[str], World]) -> None:
    assert_refused(SECOND_LOOKS[route], in_world("appealed"))


@pytest.mark.covers("X25")
@pytest.mark.parametrize("route", OWN_DECISIONS)
def test_first_decider_does_not_decide_the_appeal(
    route: str, deciding_manager: User, in_world: Callable[[str], World]
) -> None:
    world = in_world("appealed")
    hand_over(world.request.pro, deciding_manager)

    assert_refused(OWN_DECISIONS[route], world)


@pytest.mark.covers("C44")
@pytest.mark.parametrize("decision", [appeal.uphold, appeal.overturn])
def test_decision_that_is_sent_twice_is_taken_once(
    decision: Callable[..., RefundRequest], in_world: Callable[[str], World]
) -> None:
    world = in_world("appealed")
    once = partial(
        decision,
        reference=world.request.reference,
        actor=world.manager,
        expected_version=world.request.version,
        sentence=WORDS,
    )
    once()

    assert_refused(lambda _world: once(), world)
