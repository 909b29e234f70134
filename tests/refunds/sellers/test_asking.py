"""Putting a case to the seller of its lead, and what the answer brings."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from accounts import ledger
from accounts.models import LedgerAccount, User
from leads.models import LeadSale, LeadSeller
from refunds import mails
from refunds.models import OutboundMail, RefundRequest, SellerCase
from refunds.services import decide, seller_clock, sellers
from refunds.services.audit import audit
from refunds.services.decide import NotProven
from refunds.services.sellers import CaseRefused
from tests.factories import refunds as make
from tests.factories.leads import LeadSaleFactory
from tests.refunds.sellers.steps import (
    MONDAY,
    QUESTION,
    Answer,
    approve,
    as_goodwill,
    case_of,
    hear,
    kinds,
    put,
    support,
)
from tests.snapshots import refused

pytestmark = pytest.mark.django_db

PACIFIC = ZoneInfo("America/Los_Angeles")


THURSDAY_ENDS = datetime(2026, 3, 5, 23, 59, 59, tzinfo=PACIFIC)


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
