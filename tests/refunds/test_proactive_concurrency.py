"""Credits of the team's and claims of the pros' at once: one request, one credit, clean books."""

from functools import partial
from uuid import uuid4

import pytest

from accounts.models import Program, Transfer, User
from leads.models import Contact
from refunds.models import CreditProposal, RefundRequest, State
from refunds.services import decide, proactive
from refunds.services.audit import audit
from tests.refunds import credits
from tests.refunds.test_concurrency import at_once, kinds_of, thread_count

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def program(db: None) -> Program:
    return credits.program_of("conxpros")


def credited() -> int:
    return Transfer.objects.filter(kind=Transfer.Kind.REFUND_CREDIT).count()


@pytest.mark.covers("C26")
def test_a_credit_and_the_pros_own_claim_at_once_are_one_request(
    program: Program, manager: User, agent: User
) -> None:
    contact, company = credits.contact_of(program), credits.pro_of(program, manager)
    for _round in range(5):
        sale = credits.sold(contact, company)

        outcomes = at_once(
            partial(credits.credit_by_us, sale, agent, "no_request"),
            partial(credits.claimed, sale, "no_request"),
            partial(credits.credit_by_us, sale, agent, "looking_for_work"),
        )

        assert kinds_of(outcomes) == {"RefundRequest": 1, "AlreadyRequested": 2}
        request = RefundRequest.objects.get(sale=sale)
        is_ours = request.origin == RefundRequest.Origin.PROACTIVE
        assert request.state == (State.APPROVED if is_ours else State.INVESTIGATING)
    assert credited() == RefundRequest.objects.filter(origin="proactive").count()
    assert audit() == []


def test_one_form_sent_many_times_credits_once(
    program: Program, manager: User, agent: User
) -> None:
    sale = credits.sold(credits.contact_of(program), credits.pro_of(program, manager))
    command_id = uuid4()

    def send() -> str:
        return proactive.credit(
            sale_uuid=sale.uuid,
            actor=agent,
            command_id=command_id,
            established=credits.established("no_request"),
        ).reference

    references = at_once(*[send] * thread_count())

    assert set(references) == {RefundRequest.objects.get().reference}
    assert credited() == 1
    assert audit() == []


@pytest.mark.covers("X32")
def test_claims_about_one_contact_approved_at_once_propose_each_other_sale_once(
    manager: User, agent: User
) -> None:
    program = credits.program_of("pro360")
    contact = credits.contact_of(program)
    sales = [credits.sold(contact, credits.pro_of(program, manager)) for _ in range(4)]
    left = [credits.sold(contact, credits.pro_of(program, manager)) for _ in range(3)]
    findings = [found(credits.claimed(sale, "recruitment"), agent) for sale in sales]

    outcomes = at_once(*[partial(approve, request, agent) for request in findings])

    assert kinds_of(outcomes) == {"RefundRequest": 4}
    assert {proposal.sale for proposal in CreditProposal.objects.waiting()} == set(left)
    assert Contact.objects.get().terminated_at is not None
    terminations = [kind for one in findings for kind in credits.kinds(one) if kind == "terminated"]
    assert len(terminations) == 1
    assert audit() == []


def found(request: RefundRequest, agent: User) -> RefundRequest:
    return credits.supported(request, agent).request


def approve(request: RefundRequest, agent: User) -> RefundRequest:
    return decide.approve(
        reference=request.reference, actor=agent, expected_version=request.version
    )
