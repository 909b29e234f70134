"""What becomes of the lead and of its contact when a sale is credited."""

import csv
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import override_settings
from django.utils import timezone

from accounts.models import Program, ServicePro, User
from leads.models import Contact, LeadSale
from leads.services.intake import Summary, import_sales
from refunds.models import CreditProposal, Finding, PolicyVersion, RefundRequest, State
from refunds.services import consequences, contacts, decide, file, money, reverse, withdraw
from refunds.services.audit import audit
from refunds.uploads import CleanFile
from tests.factories.accounts import ProgramFactory
from tests.factories.leads import (
    CampaignFactory,
    CategoryFactory,
    LeadSellerFactory,
    PriceFactory,
)
from tests.factories.refunds import PolicyVersionFactory
from tests.leads.sales_csv import row, write
from tests.refunds import credits
from tests.snapshots import refused

pytestmark = pytest.mark.django_db

TERMINATED = "This contact was terminated and creates no more leads (P17)."
TO_ANOTHER = (
    "A lead of this contact was refunded to this pro and left its account; a new one goes to "
    "another pro (L24)."
)


@pytest.fixture
def pro360(db: None) -> Program:
    return credits.program_of("pro360")


@pytest.fixture
def legalplan(db: None) -> Program:
    return credits.program_of("legalplan")


@pytest.fixture
def conxpros(db: None) -> Program:
    return credits.program_of("conxpros")


def fresh(contact: Contact) -> Contact:
    return Contact.objects.get(pk=contact.pk)


def offered_again(folder: Path, contact: Contact, company: ServicePro, ref: str) -> list[str]:
    """Import one more lead of a contact for a pro; return the reasons for refusing it."""
    program = contact.program
    LeadSellerFactory.create(program=program, code=f"S-{ref}")
    CampaignFactory.create(pro=company, name=f"For {ref}")
    CategoryFactory.create(program=program, code="roofing")
    offered = row(
        program=program.code,
        lead_ref=ref,
        seller=f"S-{ref}",
        contact_name=contact.name,
        phone=contact.phone,
        email=contact.email,
        price="12" if program.currency_decimals == 0 else "12.00",
        pro=company.code,
        sold_at=timezone.now().isoformat(),
    )
    summary = import_sales(
        path=write(folder / f"{ref}.csv", offered), report_path=folder / f"{ref}-report.csv"
    )
    assert summary == Summary(read=1, added=summary.added, bad=1 - summary.added)
    with (folder / f"{ref}-report.csv").open(encoding="utf-8", newline="") as report:
        return [reason for _line, _column, reason in list(csv.reader(report))[1:]]


@pytest.mark.covers("P10", "P11", "P13", "X30")
@pytest.mark.parametrize("reason", ["recruitment", "advertisement", "price_check"])
def test_approval_shuts_the_contact_out(
    reason: str, pro360: Program, manager: User, agent: User
) -> None:
    contact = credits.contact_of(pro360)
    sale = credits.sold(contact, credits.pro_of(pro360, manager))

    request = credits.approved(credits.claimed(sale, reason), agent)

    assert request.state == State.APPROVED
    assert fresh(contact).terminated_at == request.decided_at
    assert credits.kinds(request)[-2:] == ["approved", "terminated"]
    assert audit() == []


@pytest.mark.covers("P12")
def test_wrong_information_leaves_the_contact_alone(
    pro360: Program, manager: User, agent: User
) -> None:
    contact = credits.contact_of(pro360)
    sale = credits.sold(contact, credits.pro_of(pro360, manager))

    request = credits.approved(credits.claimed(sale, "wrong_information"), agent)

    assert request.state == State.APPROVED
    assert fresh(contact).terminated_at is None
    assert credits.kinds(request)[-1] == "approved"


@pytest.mark.covers("P12")
def test_wrong_information_comes_with_its_screen_capture(
    pro360: Program, manager: User, tmp_path: Path
) -> None:
    sale = credits.sold(credits.contact_of(pro360), credits.pro_of(pro360, manager))
    capture = CleanFile("capture.png", "image/png", b"drawn anew")

    with override_settings(MEDIA_ROOT=tmp_path):
        request = file.file_claim(
            sale_uuid=sale.uuid,
            actor=credits.user_of(sale.pro),
            command_id=uuid4(),
            reason="wrong_information",
            explanation="They posted piano lessons and want the cello.",
            details={},
            files=[capture],
        )

    assert request.state == State.INVESTIGATING
    kept = request.evidence.get()
    assert (kept.original_name, kept.size) == ("capture.png", len(capture.content))


@pytest.mark.covers("P10", "X32")
@pytest.mark.parametrize("denies", [True, False], ids=["the_contact_denies_it", "nobody_knows"])
def test_overturning_as_a_courtesy_leaves_the_contact_alone(
    denies: bool, pro360: Program, manager: User, agent: User
) -> None:
    contact = credits.contact_of(pro360)
    sale, _other = (credits.sold(contact, credits.pro_of(pro360, manager)) for _ in range(2))
    claim = credits.claimed(sale, "recruitment")
    if denies:
        claim = credits.found(claim, agent, result=Finding.Result.CONTRADICTS).request

    request = credits.overturned(credits.appealed(claim, agent), manager)

    assert (request.state, request.credit_cents) == (State.FINAL_APPROVED, sale.price_cents)
    assert fresh(contact).terminated_at is None
    assert not CreditProposal.objects.exists()
    assert credits.kinds(request)[-1] == "overturned"


@pytest.mark.covers("C20")
def test_overturning_as_a_courtesy_marks_nobody_do_not_call(
    conxpros: Program, manager: User, agent: User
) -> None:
    contact = credits.contact_of(conxpros)
    sale = credits.sold(contact, credits.pro_of(conxpros, manager))

    credits.overturned(credits.appealed(credits.claimed(sale, "do_not_call"), agent), manager)

    assert fresh(contact).do_not_call_at is None


@pytest.mark.covers("P10", "X32")
def test_overturning_what_the_team_confirmed_shuts_the_contact_out(
    pro360: Program, manager: User, agent: User
) -> None:
    contact = credits.contact_of(pro360)
    sale, other = (credits.sold(contact, credits.pro_of(pro360, manager)) for _ in range(2))
    claim = credits.supported(credits.claimed(sale, "recruitment"), agent).request

    request = credits.overturned(credits.appealed(claim, agent), manager)

    assert fresh(contact).terminated_at == request.appeal_decided_at
    assert CreditProposal.objects.get().sale == other
    assert credits.kinds(request)[-3:] == ["overturned", "terminated", "proposed"]


@pytest.mark.covers("P10")
def test_what_the_contact_denies_after_the_appeal_counts(
    pro360: Program, manager: User, agent: User
) -> None:
    contact = credits.contact_of(pro360)
    sale = credits.sold(contact, credits.pro_of(pro360, manager))
    claim = credits.supported(credits.claimed(sale, "recruitment"), agent).request
    request = credits.appealed(claim, agent)
    denied = credits.found(request, agent, result=Finding.Result.CONTRADICTS).request

    credits.overturned(denied, manager)

    assert fresh(contact).terminated_at is None


@pytest.mark.covers("P17")
def test_leads_of_a_terminated_contact_are_not_sold(
    pro360: Program, manager: User, agent: User, tmp_path: Path
) -> None:
    contact = credits.contact_of(pro360)
    first, second = credits.pro_of(pro360, manager), credits.pro_of(pro360, manager)
    credits.approved(credits.claimed(credits.sold(contact, first), "recruitment"), agent)

    assert offered_again(tmp_path, contact, first, "L-again") == [TERMINATED]
    assert offered_again(tmp_path, contact, second, "L-other") == [TERMINATED]
    assert LeadSale.objects.count() == 1


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
    stranger = credits.sold(
        credits.contact_of(pro360, phone="+14045550198"), credits.pro_of(pro360, manager)
    )

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
