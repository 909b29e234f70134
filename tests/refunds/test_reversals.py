"""Reversals: by the team on what contradicts, or at the pro's wish; the money, seller and lead."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from accounts import ledger
from accounts.models import LedgerAccount, Membership, ServicePro, User
from leads.models import LeadSale
from refunds.models import Finding, OutboundMail, RefundRequest
from refunds.services import decide, file, investigate, outbox, reverse
from refunds.services.audit import audit
from refunds.services.change import NotAllowed, Stale
from refunds.services.reverse import ReversalRefused
from tests.factories import refunds as make
from tests.factories.accounts import ProgramFactory, ServiceProFactory
from tests.factories.leads import LeadFactory, LeadSaleFactory
from tests.snapshots import refused

pytestmark = pytest.mark.django_db

REASON = "The contact hired the pro after all."
LATE = timedelta(days=90, seconds=1)


@pytest.fixture
def approved(pro_company: ServicePro, pro: User, agent: User) -> RefundRequest:
    """An approval of the agent's, of conxpros."""
    return make.approved(LeadSaleFactory.create(pro=pro_company), pro, agent)


@pytest.fixture
def legal_pro(pro: User, manager: User) -> ServicePro:
    """A second company of ``pro``, in a program where a refunded lead leaves the account."""
    program = ProgramFactory.create(code="legalplan", name="Legal plan leads")
    company = ServiceProFactory.create(program=program, account_manager=manager)
    Membership.objects.create(user=pro, pro=company)
    return company


@pytest.fixture
def detached(legal_pro: ServicePro, pro: User, agent: User) -> RefundRequest:
    """An approval by which the lead left the account."""
    sale = LeadSaleFactory.create(pro=legal_pro)
    make.PolicyVersionFactory.create(program=legal_pro.program)
    request = file.file_claim(
        sale_uuid=sale.uuid,
        actor=pro,
        command_id=uuid4(),
        reason="wrong_number",
        explanation=make.EXPLANATION,
        details={"how_confirmed": "The man said so."},
    )
    investigate.add_finding(
        reference=request.reference,
        actor=agent,
        expected_version=request.version,
        kind=Finding.Kind.CONTACT_CALL,
        result=Finding.Result.SUPPORTS,
        note="A stranger answered.",
    )
    decide.approve(
        reference=request.reference,
        actor=agent,
        expected_version=make.again(request).version,
    )
    return make.again(request)


def ask(request: RefundRequest, actor: User, words: str = REASON) -> RefundRequest:
    return reverse.ask(
        reference=request.reference,
        actor=actor,
        expected_version=make.again(request).version,
        words=words,
    )


def take_back(
    request: RefundRequest, actor: User, *, at_wish: bool = False, debit_only: bool = False
) -> RefundRequest:
    return reverse.reverse(
        reference=request.reference,
        actor=actor,
        expected_version=make.again(request).version,
        reason=REASON,
        at_wish=at_wish,
        debit_only=debit_only,
    )


def kinds(request: RefundRequest, since: int) -> list[str]:
    return list(request.events.order_by("pk").values_list("kind", flat=True))[since:]


def sell_on(sale: LeadSale) -> None:
    """Sell a later lead of the same contact to another pro."""
    lead = LeadFactory.create(program=sale.lead.program, contact=sale.lead.contact)
    other = ServiceProFactory.create(program=sale.lead.program)
    LeadSaleFactory.create(pro=other, lead=lead, sold_at=timezone.now())


# --- Asking ---


@pytest.mark.covers("L25")
def test_asking_moves_no_money_and_tells_the_manager(
    approved: RefundRequest, pro: User, manager: User
) -> None:
    asked = ask(approved, pro)

    assert (asked.state, asked.reversal is None) == ("approved", True)
    assert asked.reversal_asked_at is not None
    outbox.send_due()
    notice = mail.outbox[-1]
    assert notice.to == [manager.email]
    assert notice.subject == f"{approved.reference}: a pro wants to give a credit back"
    assert "$50.00" in notice.body
    assert REASON in notice.body
    assert f"http://testserver/desk/reversals/{approved.reference}/" in notice.body
    assert audit() == []


def test_asking_twice_is_refused(approved: RefundRequest, pro: User) -> None:
    ask(approved, pro)

    with refused(ReversalRefused):
        ask(approved, pro)


@pytest.mark.parametrize("words", ["", " \n"])
def test_asking_without_words(approved: RefundRequest, pro: User, words: str) -> None:
    with refused(ReversalRefused):
        ask(approved, pro, words)


@pytest.mark.parametrize("persona", ["other_pro", "manager", "agent", "stranger"])
def test_only_the_pro_asks(
    persona: str, approved: RefundRequest, request: pytest.FixtureRequest
) -> None:
    actor = request.getfixturevalue(persona)

    with refused(RefundRequest.DoesNotExist):
        ask(approved, actor)


@pytest.mark.covers("L25")
def test_nobody_bought_whose_contact_the_pro_never_got(approved: RefundRequest, pro: User) -> None:
    LeadSale.objects.filter(pk=approved.sale_id).update(contact_revealed_at=None)

    with refused(ReversalRefused) as caught:
        ask(approved, pro)

    assert "You never got this contact" in str(caught.value)
    assert not reverse.can_be_asked(make.again(approved), timezone.now())


def test_asking_after_the_reversal_days(approved: RefundRequest, pro: User) -> None:
    with time_machine.travel(timezone.now() + LATE, tick=False), refused(ReversalRefused):
        ask(approved, pro)


# --- At the pro's wish ---


@pytest.mark.covers("L25", "X24")
def test_wish_is_carried_out_and_the_lead_comes_back(
    detached: RefundRequest, pro: User, manager: User
) -> None:
    assert detached.sale.is_detached
    ask(detached, pro)

    done = take_back(detached, manager, at_wish=True)

    assert done.state == "reversed"
    assert kinds(done, since=-3) == ["reversal_asked", "reversed", "attached"]
    assert not LeadSale.objects.get(pk=detached.sale_id).is_detached
    assert ledger.wallet(done.pro, LedgerAccount.Kind.PAID).balance_cents == 95_000
    outbox.send_due()
    letter = mail.outbox[-1].body
    assert "As you asked, the credit of $50.00 for lead" in letter
    assert "The lead is in your account again." in letter
    assert audit() == []


@pytest.mark.covers("X24")
def test_wish_for_a_lead_that_was_sold_on_is_refused(
    detached: RefundRequest, pro: User, manager: User
) -> None:
    ask(detached, pro)
    sell_on(detached.sale)

    with refused(ReversalRefused) as caught:
        take_back(detached, manager, at_wish=True)

    assert "was sold to somebody else meanwhile" in str(caught.value)


@pytest.mark.covers("X24")
def test_wish_is_carried_out_without_the_lead_where_the_manager_chooses_so(
    detached: RefundRequest, pro: User, manager: User
) -> None:
    ask(detached, pro)
    sell_on(detached.sale)

    done = take_back(detached, manager, at_wish=True, debit_only=True)

    assert done.state == "reversed"
    assert LeadSale.objects.get(pk=detached.sale_id).is_detached
    assert kinds(done, since=-2) == ["reversal_asked", "reversed"]
    outbox.send_due()
    assert "The lead does not come back to your account" in mail.outbox[-1].body
    assert audit() == []


def test_wish_that_nobody_had(approved: RefundRequest, manager: User) -> None:
    with refused(ReversalRefused):
        take_back(approved, manager, at_wish=True)


def test_wish_that_came_in_time_is_carried_out_later(
    approved: RefundRequest, pro: User, manager: User
) -> None:
    ask(approved, pro)

    with time_machine.travel(timezone.now() + LATE, tick=False):
        assert take_back(approved, manager, at_wish=True).state == "reversed"


def test_wish_carried_out_twice_is_overtaken(
    approved: RefundRequest, pro: User, manager: User
) -> None:
    ask(approved, pro)
    take_back(approved, manager, at_wish=True)

    with refused(Stale):
        take_back(approved, manager, at_wish=True)


@pytest.mark.parametrize("persona", ["pro", "other_pro", "other_manager", "stranger"])
def test_wish_is_carried_out_by_staff_only(
    persona: str, approved: RefundRequest, pro: User, request: pytest.FixtureRequest
) -> None:
    actor = request.getfixturevalue(persona)
    ask(approved, pro)

    with refused(NotAllowed):
        take_back(approved, actor, at_wish=True)


# --- By the team ---


@pytest.mark.covers("C42")
def test_what_contradicts_takes_the_credit_back_with_the_reason(
    approved: RefundRequest, agent: User, pro: User
) -> None:
    done = take_back(approved, agent)

    assert (done.state, done.reversal_asked_at) == ("reversed", None)
    assert ledger.wallet(done.pro, LedgerAccount.Kind.PAID).balance_cents == 95_000
    assert done.events.get(kind="reversed").data["reason"] == REASON
    letter = OutboundMail.objects.get(kind="reversal")
    assert letter.to == pro.email
    assert audit() == []


@pytest.mark.covers("X24")
def test_team_takes_back_without_the_lead_that_was_sold_on(
    detached: RefundRequest, agent: User
) -> None:
    sell_on(detached.sale)

    assert take_back(detached, agent).state == "reversed"
    assert LeadSale.objects.get(pk=detached.sale_id).is_detached


def test_manager_does_not_take_back_on_their_own(approved: RefundRequest, manager: User) -> None:
    with refused(NotAllowed):
        take_back(approved, manager)


def test_wish_lengthens_nothing_for_the_team(
    approved: RefundRequest, pro: User, agent: User
) -> None:
    ask(approved, pro)

    with time_machine.travel(timezone.now() + LATE, tick=False), refused(ReversalRefused):
        take_back(approved, agent)


def test_verifier_who_belongs_to_the_pro_takes_nothing_back(
    approved: RefundRequest, other_agent: User
) -> None:
    Membership.objects.create(user=other_agent, pro=approved.pro)

    with refused(NotAllowed):
        take_back(approved, other_agent)


@pytest.mark.covers("X22")
def test_last_second_of_the_reversal_days(approved: RefundRequest, agent: User) -> None:
    assert approved.decided_at is not None
    last = approved.decided_at + timedelta(days=90)

    with (
        time_machine.travel(last + timedelta(microseconds=1), tick=False),
        refused(ReversalRefused),
    ):
        take_back(approved, agent)
    with time_machine.travel(last, tick=False):
        assert take_back(approved, agent).state == "reversed"
