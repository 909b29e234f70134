"""Credits that the team gives without a claim: for which reasons, once, and how they are told."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import Program, ServicePro, Transfer, User
from leads.models import LeadSale
from refunds.models import CreditProposal, Finding, RefundRequest, State
from refunds.policy.document import load_preset, preset_codes
from refunds.services import outbox, proactive, proposals, withdraw
from refunds.services.audit import audit
from refunds.services.change import NotAllowed
from refunds.services.decide import NotProven
from refunds.services.file import AlreadyRequested, CommandReused
from refunds.services.investigate import WordsMissing
from tests.conftest import SignedIn, hand_over
from tests.factories import refunds as make
from tests.factories.accounts import MembershipFactory
from tests.pages.claims.pages import continue_with, send
from tests.refunds import credits
from tests.snapshots import everything, refused

pytestmark = pytest.mark.django_db

SIX = {
    "incorrect_contact",  # C23a
    "non_working_phone",  # C23b
    "no_request",  # C23c
    "looking_for_work",  # C23d
    "duplicate",  # C23e
    "testing_solicitation",  # C23f
}
PROACTIVE = {
    "aiqoo": set(),
    "conxpros": SIX,
    "legalplan": set(),
    "pro360": {"recruitment", "advertisement", "price_check"},
}
REASONS = [(code, reason.code) for code in preset_codes() for reason in load_preset(code).reasons]


@pytest.fixture
def program(db: None) -> Program:
    return credits.program_of("conxpros")


@pytest.fixture
def company(program: Program, manager: User) -> ServicePro:
    return credits.pro_of(program, manager)


@pytest.fixture
def sale(program: Program, company: ServicePro) -> LeadSale:
    return credits.sold(credits.contact_of(program), company, lead__reference="L-77")


@pytest.mark.covers("C23", "C23a", "C23b", "C23c", "C23d", "C23e", "C23f")
@pytest.mark.parametrize(("code", "reason"), REASONS)
def test_the_team_credits_for_the_policys_reasons_alone(
    code: str, reason: str, manager: User, agent: User
) -> None:
    program = credits.program_of(code)
    contact, company = credits.contact_of(program), credits.pro_of(program, manager)
    credits.sold(contact, company, sold_at=timezone.now() - timedelta(days=9))
    sale = credits.sold(contact, company)

    if reason in PROACTIVE[code]:
        request = credits.credit_by_us(sale, agent, reason)
        assert (request.state, request.credit_cents) == (State.APPROVED, sale.price_cents)
        assert audit() == []
    else:
        with refused(proactive.NotProactive):
            credits.credit_by_us(sale, agent, reason)


def test_a_reason_that_no_program_has_is_refused(sale: LeadSale, agent: User) -> None:
    with refused(proactive.NotProactive):
        credits.credit_by_us(sale, agent, "bad_mood")


def test_a_credit_without_a_claim_leaves_its_trace(sale: LeadSale, agent: User) -> None:
    request = credits.credit_by_us(sale, agent, "looking_for_work")

    assert (request.origin, request.channel, request.filed_by) == ("proactive", "team", agent)
    assert (request.reason, request.decided_by, request.explanation) == (
        "looking_for_work",
        agent,
        "",
    )
    finding = request.findings.get()
    assert (finding.kind, finding.result, finding.note) == (
        "contact_call",
        "supports",
        credits.NOTE,
    )
    assert credits.kinds(request) == ["opened", "screened", "finding", "approved"]
    assert LeadSale.objects.get(pk=sale.pk).credited_cents == 5000
    assert audit() == []


@pytest.mark.covers("C24")
def test_the_pro_is_told_by_one_mail(sale: LeadSale, company: ServicePro, agent: User) -> None:
    request = credits.credit_by_us(sale, agent, "looking_for_work")

    outbox.send_due()

    [letter] = mail.outbox
    assert letter.to == [credits.user_of(company).email]
    assert letter.subject == f"{request.reference}: we credited lead L-77 to you ourselves"
    assert "You did not claim it: we looked at lead L-77 ourselves" in letter.body
    assert "$50.00 went back to your balance" in letter.body
    assert "The reason: They are looking for a job." in letter.body
    assert credits.NOTE in letter.body
    assert "your request" not in letter.body.lower()


@pytest.mark.covers("C25")
def test_the_portal_shows_it(sale: LeadSale, company: ServicePro, agent: User) -> None:
    request = credits.credit_by_us(sale, agent, "looking_for_work")
    browser = SignedIn(credits.user_of(company))

    leads = browser.get("/leads/").text
    listed = browser.get("/requests/?tab=decided").text
    page = browser.get(f"/requests/{request.reference}/").text

    assert "$50.00 credited by us, without a claim of yours:" in leads
    assert request.reference in leads
    assert "Opened without a claim:" in listed
    assert "Asked for:" not in listed
    assert "Credited by us" in page
    assert "Opened by our team, without a claim" in page
    assert "Your claim" not in page
    assert credits.NOTE in page


@pytest.mark.covers("C26")
def test_a_claim_after_it_is_told_why_not(sale: LeadSale, company: ServicePro, agent: User) -> None:
    request = credits.credit_by_us(sale, agent, "looking_for_work")

    with refused(AlreadyRequested) as caught:
        credits.claimed(sale, "incorrect_contact")

    told = str(caught.value)
    assert told.startswith("We credited this lead on ")
    assert f"The reason: They are looking for a job ({request.reference})." in told
    browser = SignedIn(credits.user_of(company))
    answer = browser.get(f"/leads/{sale.uuid}/refund/", follow=True)
    assert answer.redirect_chain == [(f"/requests/{request.reference}/", 302)]
    assert "We credited this lead on " in answer.text


@pytest.mark.covers("C26")
def test_a_form_that_was_open_meanwhile_links_to_the_credit(
    sale: LeadSale, company: ServicePro, agent: User
) -> None:
    pro = SignedIn(credits.user_of(company))
    assert continue_with(pro, sale).status_code == 302
    request = credits.credit_by_us(sale, agent, "looking_for_work")
    before = everything()

    answer = pro.get(send(pro, sale)["Location"], follow=True)

    assert answer.redirect_chain == [(f"/requests/{request.reference}/", 302)]
    assert "We credited this lead on " in answer.text
    assert everything() == before


@pytest.mark.covers("C26")
def test_a_sale_that_was_approved_gets_no_second_credit(sale: LeadSale, agent: User) -> None:
    credits.approved(credits.claimed(sale, "incorrect_contact"), agent)

    with refused(AlreadyRequested):
        credits.credit_by_us(sale, agent, "looking_for_work")


@pytest.mark.parametrize("state", ["investigating", "declined", "appealed", "reversed"])
def test_a_sale_with_a_request_is_decided_there(
    state: str, sale: LeadSale, company: ServicePro, agent: User, manager: User
) -> None:
    pro = credits.user_of(company)
    name = {"reversed": "reversed_"}.get(state, state)
    people = (pro,) if state == "investigating" else (pro, agent)
    request = getattr(make, name)(sale, *people)

    with refused(AlreadyRequested) as caught:
        credits.credit_by_us(sale, agent, "looking_for_work")

    assert request.reference in str(caught.value)


def test_a_sale_whose_claim_was_withdrawn_can_be_credited(
    sale: LeadSale, company: ServicePro, agent: User
) -> None:
    make.withdrawn(sale, credits.user_of(company))

    assert credits.credit_by_us(sale, agent, "looking_for_work").state == State.APPROVED


def test_a_duplicate_must_be_one_in_the_books(sale: LeadSale, agent: User) -> None:
    with refused(NotProven):
        credits.credit_by_us(sale, agent, "duplicate")


def test_it_takes_words(sale: LeadSale, agent: User) -> None:
    with refused(WordsMissing):
        credits.credit_by_us(sale, agent, "looking_for_work", note="  ")


@pytest.mark.parametrize("who", ["manager", "stranger", "pro_user"])
def test_only_the_team_credits(
    who: str, sale: LeadSale, company: ServicePro, request: pytest.FixtureRequest
) -> None:
    user = credits.user_of(company) if who == "pro_user" else request.getfixturevalue(who)

    with refused(NotAllowed):
        credits.credit_by_us(sale, user, "looking_for_work")


def test_nobody_credits_their_own_pro(sale: LeadSale, company: ServicePro, agent: User) -> None:
    MembershipFactory.create(pro=company, user=agent)

    with refused(NotAllowed):
        credits.credit_by_us(sale, agent, "looking_for_work")


def test_nobody_credits_a_pro_that_they_look_after(
    sale: LeadSale, company: ServicePro, agent: User
) -> None:
    hand_over(company, agent)

    with refused(NotAllowed):
        credits.credit_by_us(sale, agent, "looking_for_work")


def sent(sale: LeadSale, agent: User, command_id: UUID, **changes: object) -> RefundRequest:
    """Send the same form, or one with something else in it."""
    return proactive.credit(
        sale_uuid=sale.uuid,
        actor=agent,
        command_id=command_id,
        established=credits.established(**{"reason": "looking_for_work", **changes}),  # type: ignore[arg-type] # as a form gives
    )


def test_a_form_that_is_sent_twice_credits_once(sale: LeadSale, agent: User) -> None:
    command_id = uuid4()
    first = sent(sale, agent, command_id)
    before = everything()

    again = sent(sale, agent, command_id, note=f" {credits.NOTE} ")

    assert again == first
    assert everything() == before
    assert Transfer.objects.filter(kind=Transfer.Kind.REFUND_CREDIT).count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"note": "Something else."},
        {"reason": "no_request"},
        {"kind": Finding.Kind.HISTORY},
        {"details": {"who": "solicitor"}},
    ],
)
def test_a_form_that_comes_back_with_other_words_is_refused(
    changes: dict[str, object], sale: LeadSale, agent: User
) -> None:
    command_id = uuid4()
    sent(sale, agent, command_id)

    with refused(CommandReused):
        sent(sale, agent, command_id, **changes)


def test_a_claims_form_is_no_credit_of_the_teams(
    sale: LeadSale, company: ServicePro, agent: User
) -> None:
    claim = credits.claimed(sale, "incorrect_contact")

    with refused(CommandReused):
        sent(sale, agent, claim.command_id)


@pytest.fixture
def proposal(sale: LeadSale, program: Program, manager: User, agent: User) -> CreditProposal:
    """The sale, proposed because another pro's claim proved its contact bad."""
    other = credits.sold(sale.lead.contact, credits.pro_of(program, manager))
    credits.approved(credits.claimed(other, "looking_for_work"), agent)
    return CreditProposal.objects.get(sale=sale)


def test_a_credit_settles_the_proposal(proposal: CreditProposal, agent: User) -> None:
    request = credits.credit_by_us(proposal.sale, agent, proposal.reason)

    assert CreditProposal.objects.get(pk=proposal.pk).request == request
    assert not CreditProposal.objects.waiting().exists()


def test_a_proposal_is_dismissed_with_words(proposal: CreditProposal, agent: User) -> None:
    proposals.dismiss(sale_uuid=proposal.sale.uuid, actor=agent, words=" They won the job. ")

    dismissed = CreditProposal.objects.get(pk=proposal.pk)
    assert (dismissed.dismissed_by, dismissed.dismissal, dismissed.request) == (
        agent,
        "They won the job.",
        None,
    )
    assert dismissed.dismissed_at is not None
    assert not CreditProposal.objects.waiting().exists()


def test_a_dismissed_sale_can_be_credited_after_all(proposal: CreditProposal, agent: User) -> None:
    proposals.dismiss(sale_uuid=proposal.sale.uuid, actor=agent, words="They won the job.")

    request = credits.credit_by_us(proposal.sale, agent, proposal.reason)

    assert request.state == State.APPROVED
    assert CreditProposal.objects.get(pk=proposal.pk).request is None


def test_a_dismissal_needs_words(proposal: CreditProposal, agent: User) -> None:
    with refused(proposals.DismissalRefused):
        proposals.dismiss(sale_uuid=proposal.sale.uuid, actor=agent, words=" ")


@pytest.mark.parametrize("settled", ["credited", "dismissed"])
def test_a_settled_proposal_is_not_dismissed(
    settled: str, proposal: CreditProposal, agent: User, other_agent: User
) -> None:
    if settled == "credited":
        credits.credit_by_us(proposal.sale, agent, proposal.reason)
    else:
        proposals.dismiss(sale_uuid=proposal.sale.uuid, actor=agent, words="They won the job.")

    with refused(proposals.ProposalSettled):
        proposals.dismiss(sale_uuid=proposal.sale.uuid, actor=other_agent, words="No.")


def test_only_the_team_dismisses(proposal: CreditProposal, manager: User) -> None:
    with refused(NotAllowed):
        proposals.dismiss(sale_uuid=proposal.sale.uuid, actor=manager, words="No.")


def test_nobody_dismisses_for_a_pro_that_they_look_after(
    proposal: CreditProposal, company: ServicePro, agent: User
) -> None:
    hand_over(company, agent)

    with refused(NotAllowed):
        proposals.dismiss(sale_uuid=proposal.sale.uuid, actor=agent, words="No.")


def test_a_sale_without_a_proposal_is_not_dismissed(sale: LeadSale, agent: User) -> None:
    with refused(CreditProposal.DoesNotExist):
        proposals.dismiss(sale_uuid=sale.uuid, actor=agent, words="No.")


def test_a_proposal_does_not_wait_while_its_pro_claims(
    proposal: CreditProposal, company: ServicePro
) -> None:
    claim = credits.claimed(proposal.sale, "no_request")
    assert not CreditProposal.objects.waiting().exists()

    file_withdrawal(claim, company)

    assert CreditProposal.objects.waiting().get() == proposal


def file_withdrawal(claim: RefundRequest, company: ServicePro) -> None:
    """Let the pro take its claim back."""
    withdraw.withdraw(
        reference=claim.reference,
        actor=credits.user_of(company),
        expected_version=claim.version,
    )
