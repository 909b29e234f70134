"""What comes back from a seller who agreed, and goes back with a reversal."""

import pytest

from accounts.models import Transfer, User
from leads.models import LeadSeller
from refunds.models import RefundRequest
from refunds.services import reverse, sellers
from refunds.services.audit import audit
from tests.factories import refunds as make
from tests.refunds.sellers.steps import MONDAY, Answer, approve, case_of, hear, kinds, put

pytestmark = pytest.mark.django_db


@pytest.mark.covers("X16")
def test_what_was_recovered_is_given_back_once(
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
