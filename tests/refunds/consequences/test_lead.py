"""The lead leaves the account, and comes back."""

from pathlib import Path

import pytest
from django.utils import timezone

from accounts.models import Program, User
from leads.models import LeadSale
from refunds.models import CreditProposal, PolicyVersion, RefundRequest, State
from refunds.services import consequences, contacts, decide, money, reverse
from refunds.services.audit import audit
from tests.factories.accounts import ProgramFactory
from tests.factories.leads import (
    CampaignFactory,
    CategoryFactory,
    PriceFactory,
)
from tests.factories.refunds import PolicyVersionFactory
from tests.refunds import credits
from tests.refunds.consequences.steps import fresh, offered_again
from tests.snapshots import refused

pytestmark = pytest.mark.django_db

TO_ANOTHER = (
    "A lead of this contact was refunded to this pro and left its account; a new one goes to "
    "another pro (L24)."
)


@pytest.fixture
def legalplan(db: None) -> Program:
    return credits.program_of("legalplan")


@pytest.mark.covers("C20")
def test_a_contact_who_asked_not_to_be_called_is_marked(
    conxpros: Program, manager: User, agent: User
) -> None:
    contact = credits.contact_of(conxpros)
    first, second = (credits.sold(contact, credits.pro_of(conxpros, manager)) for _ in range(2))

    request = credits.approved(credits.claimed(first, "do_not_call"), agent)
    again = credits.approved(credits.claimed(second, "do_not_call"), agent)

    assert fresh(contact).do_not_call_at == request.decided_at
    assert credits.kinds(request)[-1] == "do_not_call"
    assert "do_not_call" not in credits.kinds(again)
    assert not CreditProposal.objects.exists()


@pytest.mark.covers("L22")
def test_a_refunded_lead_leaves_the_account(legalplan: Program, manager: User, agent: User) -> None:
    sale = credits.sold(credits.contact_of(legalplan), credits.pro_of(legalplan, manager))

    request = credits.approved(credits.claimed(sale, "mailbox_full"), agent)

    kept = LeadSale.objects.get(pk=sale.pk)
    assert kept.detached_at == request.decided_at
    assert not LeadSale.objects.attached().exists()
    assert credits.kinds(request)[-2:] == ["approved", "detached"]


@pytest.mark.covers("C11")
def test_a_partial_credit_leaves_the_lead(manager: User, agent: User) -> None:
    program = ProgramFactory.create()
    version = detaching(program)
    siding = CategoryFactory.create(program=program, code="siding")
    PriceFactory.create(category=siding, cents=3000)
    company = credits.pro_of(program, manager)
    campaign = CampaignFactory.create(
        pro=company, categories=[siding, CategoryFactory.create(program=program)]
    )
    sale = credits.sold(credits.contact_of(program), company, campaign=campaign)
    claim = credits.claimed(sale, "wrong_category", details={"corrected_category": "siding"})

    request = credits.approved(claim, agent)

    assert request.policy_version == version
    assert (request.state, request.credit_cents) == (State.APPROVED, 2000)
    assert LeadSale.objects.get(pk=sale.pk).detached_at is None
    assert "detached" not in credits.kinds(request)


def detaching(program: Program) -> PolicyVersion:
    """Publish conXpros's policy with refunded leads leaving the account."""
    version = PolicyVersionFactory.build(program=program)
    version.document["detaches_refunded_leads"] = True
    version.save()
    return version


@pytest.mark.covers("L23", "L24")
def test_a_person_who_comes_back_is_a_new_lead_for_another_pro(
    legalplan: Program, manager: User, agent: User, tmp_path: Path
) -> None:
    contact = credits.contact_of(legalplan)
    refunded, new = credits.pro_of(legalplan, manager), credits.pro_of(legalplan, manager)
    sale = credits.sold(contact, refunded)
    credits.approved(credits.claimed(sale, "mailbox_full"), agent)

    assert offered_again(tmp_path, contact, refunded, "L-back") == [TO_ANOTHER]
    assert offered_again(tmp_path, contact, new, "L-new") == []

    back = LeadSale.objects.exclude(pk=sale.pk).get()
    assert (back.pro, back.lead.contact, back.detached_at) == (new, contact, None)
    assert back.lead != sale.lead
    assert consequences.was_sold_on(LeadSale.objects.get(pk=sale.pk))


@pytest.mark.covers("X24")
def test_a_person_who_comes_back_with_another_phone_was_sold_on(
    legalplan: Program, manager: User, agent: User
) -> None:
    sale = credits.sold(credits.contact_of(legalplan), credits.pro_of(legalplan, manager))
    request = credits.approved(credits.claimed(sale, "mailbox_full"), agent)
    for other, was_sold_on in (
        ({"phone": "+14045550177", "email": "somebody.else@example.com"}, False),
        ({"phone": "+14045550178"}, True),
    ):
        contact = credits.contact_of(legalplan, **other)
        credits.sold(contact, credits.pro_of(legalplan, manager), sold_at=timezone.now())
        assert consequences.was_sold_on(LeadSale.objects.get(pk=sale.pk)) is was_sold_on

    given_back(request, agent)

    assert "attached" not in credits.kinds(request)


def test_a_lead_that_was_sold_before_the_refund_was_not_sold_on(
    legalplan: Program, manager: User, agent: User
) -> None:
    contact = credits.contact_of(legalplan)
    mine = credits.pro_of(legalplan, manager)
    sale = credits.sold(contact, mine)
    credits.sold(contact, credits.pro_of(legalplan, manager))
    assert not consequences.was_sold_on(sale)

    credits.approved(credits.claimed(sale, "mailbox_full"), agent)
    credits.sold(contact, mine, sold_at=timezone.now())

    assert not consequences.was_sold_on(LeadSale.objects.get(pk=sale.pk))


def given_back(request: RefundRequest, agent: User) -> None:
    """Reverse, then let the lead come back, as the services of a reversal do."""
    fresh = RefundRequest.objects.with_sale().get(pk=request.pk)
    consequences.reattach(fresh, actor=agent, at=timezone.now())


@pytest.mark.covers("L25")
def test_a_lead_comes_back_to_its_pro(legalplan: Program, manager: User, agent: User) -> None:
    sale = credits.sold(credits.contact_of(legalplan), credits.pro_of(legalplan, manager))
    request = credits.approved(credits.claimed(sale, "mailbox_full"), agent)

    given_back(request, agent)

    assert LeadSale.objects.get(pk=sale.pk).detached_at is None
    assert credits.kinds(request)[-1] == "attached"


@pytest.mark.covers("X24")
def test_a_lead_that_was_sold_on_does_not_come_back(
    legalplan: Program, manager: User, agent: User
) -> None:
    contact = credits.contact_of(legalplan)
    sale = credits.sold(contact, credits.pro_of(legalplan, manager))
    request = credits.approved(credits.claimed(sale, "mailbox_full"), agent)
    credits.sold(contact, credits.pro_of(legalplan, manager), sold_at=timezone.now())

    given_back(request, agent)

    assert LeadSale.objects.get(pk=sale.pk).detached_at == request.decided_at
    assert "attached" not in credits.kinds(request)


def test_money_that_is_refused_brings_no_consequence(
    pro360: Program, manager: User, agent: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact = credits.contact_of(pro360)
    sale = credits.sold(contact, credits.pro_of(pro360, manager))
    request = credits.claimed(sale, "recruitment")

    def refuse(*_args: object, **_kwargs: object) -> None:
        raise money.CreditRefused("No.")

    monkeypatch.setattr(money, "credit", refuse)
    with pytest.raises(money.CreditRefused):
        credits.approved(request, agent)

    assert fresh(contact).terminated_at is None
    assert RefundRequest.objects.get(pk=request.pk).state == State.INVESTIGATING


@pytest.mark.covers("X30")
def test_a_consequence_that_fails_takes_the_money_with_it(
    pro360: Program, manager: User, agent: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact = credits.contact_of(pro360)
    sale = credits.sold(contact, credits.pro_of(pro360, manager))
    claim = credits.claimed(sale, "recruitment")
    request = credits.supported(claim, agent).request

    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(contacts, "terminate", fail)
    with refused(RuntimeError):
        decide.approve(reference=request.reference, actor=agent, expected_version=request.version)

    assert RefundRequest.objects.get(pk=request.pk).state == State.INVESTIGATING
    assert LeadSale.objects.get(pk=sale.pk).credited_cents == 0
    assert audit() == []


def test_what_the_contact_did_stays_after_a_reversal(
    conxpros: Program, manager: User, agent: User
) -> None:
    contact = credits.contact_of(conxpros)
    sale = credits.sold(contact, credits.pro_of(conxpros, manager))
    request = credits.approved(credits.claimed(sale, "do_not_call"), agent)

    reverse.reverse(
        reference=request.reference,
        actor=agent,
        expected_version=request.version,
        reason="The contact hired the pro after all.",
    )

    assert fresh(contact).do_not_call_at == request.decided_at
