"""Other pros who bought from a contact that was proven bad."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Program, User
from refunds.models import CreditProposal, RefundRequest, State
from refunds.services import reverse, withdraw
from refunds.services.audit import audit
from tests.refunds import credits
from tests.refunds.consequences.steps import fresh

pytestmark = pytest.mark.django_db


@pytest.mark.covers("X32")
def test_others_who_bought_from_the_contact_are_proposed(
    pro360: Program, manager: User, agent: User
) -> None:
    contact = credits.contact_of(pro360)
    mine = credits.pro_of(pro360, manager)
    sale, again = credits.sold(contact, mine), credits.sold(contact, mine)
    siblings = [credits.sold(contact, credits.pro_of(pro360, manager)) for _ in range(3)]
    claimed = credits.sold(contact, credits.pro_of(pro360, manager))
    claim = credits.claimed(claimed, "wrong_contact_info")
    other = credits.contact_of(pro360, phone="+14045550198", email="other@example.com")
    stranger = credits.sold(other, credits.pro_of(pro360, manager))

    request = credits.approved(credits.claimed(sale, "recruitment"), agent)

    proposals = CreditProposal.objects.order_by("sale")
    assert [proposal.sale for proposal in proposals] == [*siblings, claimed]
    assert {(p.because_of, p.reason, p.proposed_at) for p in proposals} == {
        (request, "recruitment", request.decided_at)
    }
    assert not hasattr(again, "credit_proposal")
    assert not hasattr(stranger, "credit_proposal")
    event = request.events.get(kind="proposed")
    assert (event.data, event.visible_to_pro) == ({"sales": 4}, False)
    assert {proposal.sale for proposal in CreditProposal.objects.waiting()} == set(siblings)
    withdraw.withdraw(
        reference=claim.reference,
        actor=credits.user_of(claimed.pro),
        expected_version=claim.version,
    )
    assert set(CreditProposal.objects.waiting()) == set(proposals)


@pytest.mark.covers("X32")
def test_another_phone_with_the_same_email_is_the_same_person(
    pro360: Program, manager: User, agent: User
) -> None:
    sale = credits.sold(credits.contact_of(pro360), credits.pro_of(pro360, manager))
    same = credits.contact_of(pro360, phone="+14045550198")
    without_phone = credits.contact_of(pro360, phone="")
    strangers = [
        credits.contact_of(pro360, phone="+14045550197", email=""),
        credits.contact_of(pro360, phone="+14045550196", email="quill@example.com"),
        credits.contact_of(credits.program_of("aiqoo"), phone="+14045550195"),
    ]
    theirs = [
        credits.sold(one, credits.pro_of(one.program, manager))
        for one in (same, without_phone, *strangers)
    ]

    credits.approved(credits.claimed(sale, "recruitment"), agent)

    proposed = CreditProposal.objects.order_by("sale").values_list("sale", flat=True)
    assert list(proposed) == [one.pk for one in theirs[:2]]


@pytest.mark.covers("X32")
def test_contacts_without_an_email_are_not_one_person(
    pro360: Program, manager: User, agent: User
) -> None:
    contacts = [
        credits.contact_of(pro360, phone=phone, email="")
        for phone in ("+14045550199", "+14045550198")
    ]
    sale, _other = (credits.sold(one, credits.pro_of(pro360, manager)) for one in contacts)

    credits.approved(credits.claimed(sale, "recruitment"), agent)

    assert not CreditProposal.objects.exists()


@pytest.mark.covers("X32", "C42")
def test_a_reversal_dismisses_what_its_credit_proposed(
    pro360: Program, manager: User, agent: User
) -> None:
    contact = credits.contact_of(pro360)
    sale, settled, left = (credits.sold(contact, credits.pro_of(pro360, manager)) for _ in range(3))
    request = credits.approved(credits.claimed(sale, "recruitment"), agent)
    given = credits.credit_by_us(settled, agent, "recruitment")

    reversed_ = reverse.reverse(
        reference=request.reference,
        actor=agent,
        expected_version=RefundRequest.objects.get(pk=request.pk).version,
        reason="They are a customer after all.",
    )

    dismissed = CreditProposal.objects.get(sale=left)
    assert dismissed.dismissed_by == agent
    assert dismissed.dismissed_at == reversed_.events.get(kind="reversed").at
    assert dismissed.dismissal == (
        f"The credit of {request.reference}, on which this proposal rests, was reversed."
    )
    kept = CreditProposal.objects.get(sale=settled)
    assert (kept.request, kept.dismissed_at) == (given, None)
    assert audit() == []


@pytest.mark.covers("X32")
def test_each_proposed_sale_is_credited_once(pro360: Program, manager: User, agent: User) -> None:
    contact = credits.contact_of(pro360)
    sale = credits.sold(contact, credits.pro_of(pro360, manager))
    siblings = [credits.sold(contact, credits.pro_of(pro360, manager)) for _ in range(3)]
    credits.approved(credits.claimed(sale, "recruitment"), agent)

    given = [credits.credit_by_us(sibling, agent, "recruitment") for sibling in siblings]

    assert [request.state for request in given] == [State.APPROVED] * 3
    settled = CreditProposal.objects.order_by("sale")
    assert [proposal.request for proposal in settled] == given
    assert not CreditProposal.objects.waiting().exists()
    assert fresh(contact).terminated_at is not None
    assert "terminated" not in credits.kinds(given[0])
    assert RefundRequest.objects.filter(state=State.APPROVED).count() == 4
    assert audit() == []


@pytest.mark.covers("X32")
def test_a_sale_is_proposed_once(conxpros: Program, manager: User, agent: User) -> None:
    contact = credits.contact_of(conxpros)
    first, second, third = (
        credits.sold(contact, credits.pro_of(conxpros, manager)) for _ in range(3)
    )

    credits.approved(credits.claimed(first, "looking_for_work"), agent)
    request = credits.approved(credits.claimed(second, "no_request"), agent)

    assert CreditProposal.objects.get(sale=third).reason == "looking_for_work"
    assert "proposed" not in credits.kinds(request)


def test_a_duplicate_says_nothing_of_other_pros(
    conxpros: Program, manager: User, agent: User
) -> None:
    contact = credits.contact_of(conxpros)
    mine, other = credits.pro_of(conxpros, manager), credits.pro_of(conxpros, manager)
    credits.sold(contact, mine, sold_at=timezone.now() - timedelta(days=5))
    credits.sold(contact, other)

    request = credits.claimed(credits.sold(contact, mine), "duplicate")

    assert request.state == State.APPROVED  # the machine's own
    assert not CreditProposal.objects.exists()
