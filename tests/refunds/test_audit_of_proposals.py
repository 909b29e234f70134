"""The audit finds what somebody could plant about proposed credits past the code (X32)."""

import pytest

from accounts.models import User
from refunds.models import CreditProposal, RefundRequest
from refunds.services import proposals
from refunds.services.audit import audit
from tests.refunds import credits

pytestmark = [pytest.mark.django_db, pytest.mark.covers("X32")]


@pytest.fixture
def bad(manager: User, agent: User) -> RefundRequest:
    """A credit for somebody who looked for work; two others bought from that contact."""
    program = credits.program_of("conxpros")
    contact = credits.contact_of(program)
    first, *others = [credits.sold(contact, credits.pro_of(program, manager)) for _ in range(3)]
    request = credits.approved(credits.claimed(first, "looking_for_work"), agent)
    assert CreditProposal.objects.filter(sale__in=others).count() == 2
    assert audit() == []
    return request


@pytest.fixture
def settled(bad: RefundRequest, agent: User) -> CreditProposal:
    """The first of the two proposals, credited."""
    proposal = CreditProposal.objects.order_by("pk").first()
    assert proposal
    credits.credit_by_us(proposal.sale, agent, proposal.reason)
    assert audit() == []
    return CreditProposal.objects.get(pk=proposal.pk)


def test_settled_by_the_credit_of_another_sale(settled: CreditProposal, agent: User) -> None:
    other = CreditProposal.objects.exclude(pk=settled.pk).get()
    taken = settled.request
    CreditProposal.objects.filter(pk=settled.pk).update(request=None)
    CreditProposal.objects.filter(pk=other.pk).update(request=taken)

    assert audit() == [f"proposal {other.pk} was settled by something else than a credit for it"]


def test_settled_by_a_claim_that_was_not_credited(bad: RefundRequest, agent: User) -> None:
    proposal = CreditProposal.objects.order_by("pk").first()
    assert proposal
    claim = credits.claimed(proposal.sale, "looking_for_work")
    CreditProposal.objects.filter(pk=proposal.pk).update(request=claim)

    assert audit() == [f"proposal {proposal.pk} was settled by something else than a credit for it"]


def test_proposed_because_of_another_contact(bad: RefundRequest, manager: User) -> None:
    program = bad.program
    stranger = credits.sold(
        credits.contact_of(program, phone="+14045550198", email="somebody.else@example.com"),
        credits.pro_of(program, manager),
    )
    planted = CreditProposal.objects.create(
        sale=stranger, because_of=bad, reason="no_request", proposed_at=bad.submitted_at
    )

    assert audit() == [f"proposal {planted.pk} names no other buyer of the same contact"]


def test_proposed_to_the_pro_whose_claim_it_was(bad: RefundRequest) -> None:
    again = credits.sold(bad.sale.lead.contact, bad.pro)
    planted = CreditProposal.objects.create(
        sale=again, because_of=bad, reason="no_request", proposed_at=bad.submitted_at
    )

    assert audit() == [f"proposal {planted.pk} names no other buyer of the same contact"]


def test_dismissed_proposals_hold(bad: RefundRequest, agent: User) -> None:
    for proposal in CreditProposal.objects.all():
        proposals.dismiss(sale_uuid=proposal.sale.uuid, actor=agent, words="They won the job.")

    assert audit() == []
