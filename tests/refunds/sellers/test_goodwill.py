"""Goodwill: a proven claim that only the seller stands against."""

import pytest

from accounts.models import Transfer, User
from leads.models import LeadSale
from refunds import mails
from refunds.models import Finding, OutboundMail, RefundRequest, SellerMessage
from refunds.services import investigate
from refunds.services.audit import audit
from refunds.services.decide import NotProven
from refunds.services.investigate import WordsMissing
from tests.refunds.sellers.steps import Answer, as_goodwill, case_of, hear, put, support
from tests.snapshots import refused

pytestmark = pytest.mark.django_db


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
