"""A case before the seller of its lead: put, refused, put again, agreed, and recovered."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from accounts import ledger
from accounts.models import LedgerAccount, Membership, Program, ServicePro, Transfer, User
from leads.models import LeadSale, LeadSeller
from leads.services import catalogue
from refunds import mails
from refunds.models import Finding, OutboundMail, RefundRequest, SellerCase, SellerMessage
from refunds.services import decide, investigate, outbox, reverse, seller_clock, sellers, withdraw
from refunds.services.audit import audit
from refunds.services.change import NotAllowed, Stale
from refunds.services.decide import NotProven
from refunds.services.investigate import WordsMissing
from refunds.services.sellers import CaseRefused
from tests.conftest import hand_over
from tests.factories import refunds as make
from tests.factories.accounts import MembershipFactory, ProgramFactory, ServiceProFactory
from tests.factories.leads import LeadSaleFactory
from tests.snapshots import refused

pytestmark = pytest.mark.django_db

Answer = SellerMessage.Answer
QUESTION = "Please look at your records of this lead."
PACIFIC = ZoneInfo("America/Los_Angeles")
MONDAY = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)  # 10:00 in Los Angeles
THURSDAY_ENDS = datetime(2026, 3, 5, 23, 59, 59, tzinfo=PACIFIC)


@pytest.fixture
def aiqoo(db: None) -> Program:
    """A program that needs its sellers' consent."""
    return ProgramFactory.create(code="aiqoo", name="AIQOO", time_zone="America/Los_Angeles")


@pytest.fixture
def buyer(aiqoo: Program, manager: User) -> User:
    """A user of a pro of that program."""
    company = ServiceProFactory.create(program=aiqoo, account_manager=manager)
    return MembershipFactory.create(pro=company).user


@pytest.fixture
def seller(aiqoo: Program) -> LeadSeller:
    """A seller with an account, who reads mail."""
    return catalogue.add_seller(
        program_id=aiqoo.pk,
        code="projectbay",
        name="ProjectBay",
        email="cases@projectbay.example",
        guidelines="Every lead was asked for in the last 24 hours.",
    )


@pytest.fixture
def sale(buyer: User, seller: LeadSeller) -> LeadSale:
    """A lead of that seller, sold to the pro for 50.00 on the Monday."""
    with time_machine.travel(MONDAY, tick=False):
        return LeadSaleFactory.create(pro=buyer.memberships.get().pro, lead__seller=seller)


@pytest.fixture
def request_in_review(sale: LeadSale, buyer: User) -> RefundRequest:
    """A claim that waits for a person, filed on the Monday."""
    with time_machine.travel(MONDAY, tick=False):
        return make.investigating(sale, buyer, reason="no_request_submitted")


Step = Callable[..., RefundRequest]


def put(request: RefundRequest, actor: User, step: Step = sellers.ask) -> RefundRequest:
    step(
        reference=request.reference,
        actor=actor,
        expected_version=make.again(request).version,
        text=QUESTION,
    )
    return make.again(request)


def hear(request: RefundRequest, actor: User, answer: SellerMessage.Answer) -> RefundRequest:
    sellers.answer(
        reference=request.reference,
        actor=actor,
        expected_version=make.again(request).version,
        answer=answer,
        text="Our records show the form as it was sent.",
    )
    return make.again(request)


def support(request: RefundRequest, actor: User) -> RefundRequest:
    investigate.add_finding(
        reference=request.reference,
        actor=actor,
        expected_version=make.again(request).version,
        kind=Finding.Kind.CONTACT_CALL,
        result=Finding.Result.SUPPORTS,
        note="Called the customer, who never asked for an estimate.",
    )
    return make.again(request)


def approve(request: RefundRequest, actor: User) -> RefundRequest:
    return decide.approve(
        reference=request.reference,
        actor=actor,
        expected_version=make.again(request).version,
    )


def as_goodwill(request: RefundRequest, actor: User, note: str = "She was clear.") -> RefundRequest:
    return decide.approve_as_goodwill(
        reference=request.reference,
        actor=actor,
        expected_version=make.again(request).version,
        note=note,
    )


def case_of(request: RefundRequest) -> SellerCase:
    return SellerCase.objects.get(request=request)


def kinds(request: RefundRequest) -> list[str]:
    return list(request.events.order_by("pk").values_list("kind", flat=True))


# --- Preparing and asking ---


@pytest.mark.covers("A17", "A18")
def test_case_is_prepared_when_a_claim_goes_to_a_person(
    request_in_review: RefundRequest, seller: LeadSeller
) -> None:
    case = case_of(request_in_review)

    assert (case.seller, case.status, case.rounds) == (seller, "prepared", 0)
    assert case.opened_at == MONDAY
    assert case.seller.guidelines == "Every lead was asked for in the last 24 hours."


def test_program_that_asks_no_seller_has_no_case(pro: User, agent: User) -> None:
    request = make.investigating(LeadSaleFactory.create(pro=pro.memberships.get().pro), pro)

    assert not SellerCase.objects.exists()
    with refused(CaseRefused):
        put(request, agent)


@pytest.mark.covers("A19", "X17")
def test_asking_waits_for_the_seller_until_the_end_of_the_third_business_day(
    request_in_review: RefundRequest, agent: User
) -> None:
    with time_machine.travel(MONDAY, tick=False):
        request = put(request_in_review, agent)

    case = case_of(request)
    assert (request.state, case.status, case.rounds) == ("with_seller", "asked", 1)
    assert case.answer_due_at == THURSDAY_ENDS
    [message] = case.messages.all()
    assert (message.at, message.author, message.direction, message.answer, message.text) == (
        MONDAY,
        agent,
        "to_seller",
        "",
        QUESTION,
    )


def test_seller_who_agreed_to_be_quicker_is_held_to_it(
    request_in_review: RefundRequest, seller: LeadSeller, agent: User
) -> None:
    for days, due_on in ((1, date(2026, 3, 3)), (9, date(2026, 3, 5))):
        LeadSeller.objects.filter(pk=seller.pk).update(response_days=days)
        fresh = make.again(request_in_review)

        due_at = sellers.answer_due_at(fresh, MONDAY)

        assert due_at.astimezone(PACIFIC).date() == due_on


@pytest.mark.covers("A19")
def test_seller_gets_a_mail_that_names_the_lead_and_not_the_pro(
    request_in_review: RefundRequest, sale: LeadSale, buyer: User, agent: User
) -> None:
    with time_machine.travel(MONDAY, tick=False):
        put(request_in_review, agent)

    mail = OutboundMail.objects.get(kind="seller_case")
    words = mails.render(mail)
    assert mail.to == "cases@projectbay.example"
    assert sale.lead.reference in words.subject
    for text in (words.text, words.html):
        for part in (
            "The customer says they never asked for an estimate",
            make.EXPLANATION,
            QUESTION,
            "Thu 5 Mar 2026, 23:59 PST",
            "verification@makegood.example",
            request_in_review.reference,
        ):
            assert part in text
        for private in (sale.pro.name, buyer.email, buyer.name, "/requests/"):
            assert private not in text


def test_team_passes_on_what_a_seller_without_an_address_is_asked(
    request_in_review: RefundRequest, seller: LeadSeller, agent: User
) -> None:
    LeadSeller.objects.filter(pk=seller.pk).update(email="")
    put(request_in_review, agent)

    mail = OutboundMail.objects.get(kind="seller_case")
    assert mail.to == "verification@makegood.example"
    assert "Please pass this on to them." in mails.render(mail).text


# --- Answers ---


@pytest.mark.covers("A20", "X16")
def test_refusal_stands_against_the_claim(request_in_review: RefundRequest, agent: User) -> None:
    support(request_in_review, agent)
    put(request_in_review, agent)

    request = hear(request_in_review, agent, Answer.REFUSES)

    assert (request.state, case_of(request).status) == ("investigating", "refused")
    finding = request.findings.get(kind="seller_answer")
    assert (finding.result, finding.author) == ("contradicts", agent)
    assert decide.verdict_now(request).codes == ("verified", "seller_refused")
    with refused(NotProven):
        approve(request, agent)


@pytest.mark.covers("A19", "A20", "A22", "A22b", "A23", "X16")
def test_refusal_reappeal_agreement_approval_and_recovery(
    request_in_review: RefundRequest, seller: LeadSeller, agent: User
) -> None:
    with time_machine.travel(MONDAY, tick=False):
        put(request_in_review, agent)
        hear(request_in_review, agent, Answer.REFUSES)
        before = make.again(request_in_review)
        again = put(request_in_review, agent, sellers.reappeal)
        hear(request_in_review, agent, Answer.AGREES)
        request = approve(request_in_review, agent)

    assert (before.target_on, before.limit_on) == (date(2026, 3, 11), date(2026, 3, 11))
    assert (again.target_on, again.limit_on) == (date(2026, 3, 16), date(2026, 3, 16))
    assert again.due_at == datetime(2026, 3, 16, 23, 59, 59, tzinfo=PACIFIC)
    assert again.extension == "seller_reappeal"
    extended = request.events.get(kind="extended")
    assert extended.data == {"why": "seller_reappeal", "days": 3, "limit_on": "2026-03-16"}
    assert (extended.visible_to_pro, extended.actor) == (True, agent)
    case = case_of(request)
    assert (case.status, case.rounds) == ("agreed", 2)
    assert [(one.direction, one.answer) for one in case.messages.order_by("pk")] == [
        ("to_seller", ""),
        ("from_seller", "refuses"),
        ("to_seller", ""),
        ("from_seller", "agrees"),
    ]
    recovery = case.recovery
    assert recovery is not None
    assert (recovery.kind, recovery.amount_cents) == ("seller_recovery", 5000)
    assert (recovery.source, recovery.destination.kind) == (seller.account, "refunds")
    assert kinds(request) == [
        "filed",
        "screened",
        "seller_asked",
        "seller_answered",
        "reappealed",
        "extended",
        "seller_answered",
        "approved",
        "recovered",
    ]
    assert request.events.get(kind="recovered").visible_to_pro is False
    assert ledger.wallet(request.pro, LedgerAccount.Kind.PAID).balance_cents == 100_000
    assert audit() == []


@pytest.mark.covers("A20", "A23", "X16")
def test_refusal_stands_though_the_seller_is_silent_when_asked_again(
    request_in_review: RefundRequest, agent: User
) -> None:
    support(request_in_review, agent)
    with time_machine.travel(MONDAY, tick=False):
        put(request_in_review, agent)
        hear(request_in_review, agent, Answer.REFUSES)
        put(request_in_review, agent, sellers.reappeal)
    with time_machine.travel(THURSDAY_ENDS + timedelta(seconds=1), tick=False):
        seller_clock.note_silence()
    request = make.again(request_in_review)

    assert case_of(request).status == "silent"
    assert decide.verdict_now(request).codes == ("verified", "seller_refused")
    with refused(NotProven):
        approve(request, agent)
    given = as_goodwill(request, agent)
    assert given.credit is not None
    assert given.credit.kind == "goodwill"
    assert case_of(request).recovery is None
    assert audit() == []


@pytest.mark.covers("X16")
def test_recovery_is_given_back_with_the_reversal(
    request_in_review: RefundRequest, seller: LeadSeller, agent: User
) -> None:
    put(request_in_review, agent)
    hear(request_in_review, agent, Answer.AGREES)
    approve(request_in_review, agent)
    fresh = make.again(request_in_review)

    for _again in range(2):
        sellers.give_back(fresh, actor=agent, at=MONDAY)

    returned = case_of(fresh).recovery_returned
    assert returned is not None
    assert (returned.kind, returned.amount_cents) == ("seller_return", 5000)
    assert (returned.source.kind, returned.destination) == ("refunds", seller.account)
    assert Transfer.objects.filter(kind="seller_return").count() == 1
    assert kinds(fresh)[-1] == "returned"


@pytest.mark.covers("C42", "X16")
def test_reversal_gives_the_seller_back_what_was_recovered(
    request_in_review: RefundRequest, agent: User
) -> None:
    put(request_in_review, agent)
    hear(request_in_review, agent, Answer.AGREES)
    approve(request_in_review, agent)
    fresh = make.again(request_in_review)

    reverse.reverse(
        reference=fresh.reference,
        actor=agent,
        expected_version=fresh.version,
        reason="The customer hired the pro.",
    )

    assert kinds(fresh)[-2:] == ["reversed", "returned"]
    assert case_of(fresh).recovery_returned is not None
    assert audit() == []


def test_nothing_is_recovered_twice_or_from_a_seller_who_refused(
    request_in_review: RefundRequest, agent: User
) -> None:
    put(request_in_review, agent)
    hear(request_in_review, agent, Answer.AGREES)
    approve(request_in_review, agent)

    sellers.recover(make.again(request_in_review), actor=agent, at=MONDAY)

    assert Transfer.objects.filter(kind="seller_recovery").count() == 1


def test_seller_without_an_account_gets_one_by_the_recovery(
    request_in_review: RefundRequest, seller: LeadSeller, agent: User
) -> None:
    LeadSeller.objects.filter(pk=seller.pk).update(account=None)
    put(request_in_review, agent)
    hear(request_in_review, agent, Answer.AGREES)

    approve(request_in_review, agent)

    account = LeadSeller.objects.get(pk=seller.pk).account
    assert account is not None
    assert account.kind == "seller_recoverable"
    assert case_of(request_in_review).recovery is not None
    assert audit() == []


# --- Goodwill ---


@pytest.mark.covers("X16")
def test_goodwill_credits_what_only_the_seller_stands_against(
    request_in_review: RefundRequest, agent: User
) -> None:
    support(request_in_review, agent)
    put(request_in_review, agent)
    hear(request_in_review, agent, Answer.REFUSES)

    request = as_goodwill(request_in_review, agent)

    assert (request.state, request.credit_cents) == ("approved", 5000)
    credit = Transfer.objects.get(kind="goodwill")
    assert request.credit == credit
    assert (credit.source.kind, credit.destination, credit.amount_cents) == (
        "goodwill",
        request.sale.charge.source,
        5000,
    )
    assert LeadSale.objects.get().credited_cents == 5000
    assert case_of(request).recovery is None
    assert audit() == []
    letter = mails.render(OutboundMail.objects.get(kind="decision"))
    for text in (letter.text, letter.html):
        assert "The seller of the lead did not agree. We give it back to you ourselves" in text
        assert "can be put to them again" not in text
        assert "She was clear." in text


@pytest.mark.covers("X16")
@pytest.mark.parametrize("answer", [None, Answer.AGREES, Answer.REFUSES])
def test_goodwill_is_for_a_proven_claim_that_the_seller_refused(
    request_in_review: RefundRequest, agent: User, answer: SellerMessage.Answer | None
) -> None:
    if answer:
        put(request_in_review, agent)
        hear(request_in_review, agent, answer)

    with refused(NotProven) as caught:
        as_goodwill(request_in_review, agent)

    assert "only the seller stands against" in str(caught.value)


def test_goodwill_is_not_for_what_the_contact_contradicts(
    request_in_review: RefundRequest, agent: User
) -> None:
    put(request_in_review, agent)
    request = hear(request_in_review, agent, Answer.REFUSES)
    investigate.add_finding(
        reference=request.reference,
        actor=agent,
        expected_version=request.version,
        kind=Finding.Kind.CONTACT_CALL,
        result=Finding.Result.CONTRADICTS,
        note="She asked for it.",
    )

    with refused(NotProven):
        as_goodwill(request, agent)


def test_goodwill_says_why(request_in_review: RefundRequest, agent: User) -> None:
    support(request_in_review, agent)
    put(request_in_review, agent)
    hear(request_in_review, agent, Answer.REFUSES)

    with refused(WordsMissing):
        as_goodwill(request_in_review, agent, note="  ")


# --- What is refused ---


@pytest.mark.parametrize(
    "step",
    [
        put,
        lambda request, actor: put(request, actor, sellers.reappeal),
        lambda request, actor: hear(request, actor, Answer.AGREES),
        as_goodwill,
    ],
    ids=["ask", "reappeal", "answer", "goodwill"],
)
def test_only_verifiers_take_these_steps(
    request_in_review: RefundRequest,
    buyer: User,
    manager: User,
    step: Callable[[RefundRequest, User], RefundRequest],
) -> None:
    for actor in (buyer, manager):
        with refused(NotAllowed):
            step(request_in_review, actor)


@pytest.mark.parametrize("step", [sellers.ask, sellers.reappeal])
def test_case_is_not_put_by_somebody_who_is_partial(
    request_in_review: RefundRequest, agent: User, step: Step
) -> None:
    Membership.objects.create(user=agent, pro=request_in_review.pro)

    with refused(NotAllowed):
        put(request_in_review, agent, step)


def test_answer_is_not_written_by_somebody_who_is_partial(
    request_in_review: RefundRequest, other_agent: User, deciding_manager: User
) -> None:
    put(request_in_review, other_agent)
    hand_over(request_in_review.pro, deciding_manager)

    with refused(NotAllowed):
        hear(request_in_review, deciding_manager, Answer.AGREES)


@pytest.mark.parametrize("text", ["", "  \n"])
def test_nothing_is_put_or_heard_without_words(
    request_in_review: RefundRequest, agent: User, text: str
) -> None:
    for step in (sellers.ask, sellers.reappeal):
        with refused(WordsMissing):
            step(
                reference=request_in_review.reference,
                actor=agent,
                expected_version=request_in_review.version,
                text=text,
            )
    asked = put(request_in_review, agent)
    with refused(WordsMissing):
        sellers.answer(
            reference=asked.reference,
            actor=agent,
            expected_version=asked.version,
            answer=Answer.AGREES,
            text=text,
        )


def test_silence_is_no_answer_to_write_down(request_in_review: RefundRequest, agent: User) -> None:
    put(request_in_review, agent)

    with refused(CaseRefused):
        hear(request_in_review, agent, Answer.SILENT)


def test_answer_is_given_once(request_in_review: RefundRequest, agent: User) -> None:
    asked = put(request_in_review, agent)
    hear(request_in_review, agent, Answer.AGREES)

    for version in (asked.version, make.again(asked).version):
        with refused(Stale):
            sellers.answer(
                reference=asked.reference,
                actor=agent,
                expected_version=version,
                answer=Answer.REFUSES,
                text="We changed our mind.",
            )


@pytest.mark.covers("A23")
def test_case_is_put_again_by_its_own_way(request_in_review: RefundRequest, agent: User) -> None:
    with refused(CaseRefused):
        put(request_in_review, agent, sellers.reappeal)  # nobody has refused
    put(request_in_review, agent)
    hear(request_in_review, agent, Answer.REFUSES)
    with refused(CaseRefused):
        put(request_in_review, agent)
    put(request_in_review, agent, sellers.reappeal)
    hear(request_in_review, agent, Answer.AGREES)
    for step in (sellers.ask, sellers.reappeal):
        with refused(CaseRefused):
            put(request_in_review, agent, step)


@pytest.mark.covers("A19")
@pytest.mark.parametrize("meanwhile", ["withdrawn", "answered"])
def test_seller_is_not_asked_for_what_nobody_waits_for(
    request_in_review: RefundRequest, buyer: User, agent: User, meanwhile: str
) -> None:
    asked = put(request_in_review, agent)
    if meanwhile == "withdrawn":
        withdraw.withdraw(reference=asked.reference, actor=buyer, expected_version=asked.version)
    else:
        hear(asked, agent, Answer.AGREES)

    outbox.send_due()

    dropped = OutboundMail.objects.get(kind="seller_case")
    assert (dropped.status, dropped.sent_at, dropped.lease_until) == ("dropped", None, None)
    assert not OutboundMail.objects.exclude(pk=dropped.pk).exclude(status="sent").exists()
    assert outbox.send_due() == 0
    assert audit() == []


@pytest.mark.covers("A23")
def test_only_the_last_question_goes_to_the_seller(
    request_in_review: RefundRequest, agent: User
) -> None:
    put(request_in_review, agent)
    hear(request_in_review, agent, Answer.REFUSES)
    put(request_in_review, agent, sellers.reappeal)

    outbox.send_due()

    questions = OutboundMail.objects.filter(kind="seller_case").order_by("pk")
    assert list(questions.values_list("status", flat=True)) == ["dropped", "sent"]


def test_answer_is_no_finding_to_add(request_in_review: RefundRequest, agent: User) -> None:
    with refused(investigate.NotAFinding):
        investigate.add_finding(
            reference=request_in_review.reference,
            actor=agent,
            expected_version=request_in_review.version,
            kind=Finding.Kind.SELLER_ANSWER,
            result=Finding.Result.SUPPORTS,
            note="They agree.",
        )


def test_nobody_waits_for_the_seller_of_a_claim_that_was_taken_back(
    request_in_review: RefundRequest, buyer: User, agent: User
) -> None:
    asked = put(request_in_review, agent)

    withdraw.withdraw(reference=asked.reference, actor=buyer, expected_version=asked.version)

    case = case_of(asked)
    assert (case.status, case.answer_due_at, case.rounds) == ("prepared", None, 1)


@pytest.mark.covers("X16")
def test_advisory_seller_who_refuses_does_not_stand_in_the_way(
    pro_company: ServicePro, pro: User, agent: User
) -> None:
    make.asks_sellers(pro_company.program)
    request = make.investigating(LeadSaleFactory.create(pro=pro_company), pro)
    put(request, agent)
    hear(request, agent, Answer.REFUSES)
    support(request, agent)

    approved = approve(request, agent)

    assert approved.credit is not None
    assert approved.credit.kind == "refund_credit"
    assert case_of(request).recovery is None
    assert audit() == []


# --- What the audit finds ---


@pytest.fixture
def recovered(request_in_review: RefundRequest, agent: User) -> RefundRequest:
    """A credit that was recovered from the seller, in books that hold."""
    put(request_in_review, agent)
    hear(request_in_review, agent, Answer.AGREES)
    approve(request_in_review, agent)
    assert audit() == []
    return make.again(request_in_review)


@pytest.mark.covers("X16")
def test_audit_finds_a_recovery_without_its_case(recovered: RefundRequest) -> None:
    case = case_of(recovered)
    SellerCase.objects.filter(pk=case.pk).update(recovery=None)

    assert audit() == [
        f"request {recovered} is credited, and its seller who agreed has paid nothing",
        f"transfer {case.recovery_id} recovers for no request",
    ]


def test_audit_finds_a_recovery_of_something_else(recovered: RefundRequest) -> None:
    SellerCase.objects.filter(request=recovered).update(recovery=recovered.credit_id)

    assert (
        f"request {recovered} recovered something else than its credit from the seller" in audit()
    )


def test_audit_finds_goodwill_that_no_seller_refused(
    request_in_review: RefundRequest, agent: User
) -> None:
    support(request_in_review, agent)
    put(request_in_review, agent)
    hear(request_in_review, agent, Answer.REFUSES)
    as_goodwill(request_in_review, agent)
    SellerCase.objects.update(status="prepared")

    assert audit() == [
        f"request {request_in_review} was credited as goodwill, and no seller refused"
    ]


def test_audit_finds_something_else_given_back(recovered: RefundRequest) -> None:
    SellerCase.objects.filter(request=recovered).update(recovery_returned=recovered.credit_id)

    assert audit() == [f"request {recovered} gave something else back than it recovered"]
