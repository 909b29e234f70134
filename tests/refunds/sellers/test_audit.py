"""What the audit finds wrong with sellers' money."""

import pytest

from accounts.models import User
from refunds.models import RefundRequest, SellerCase
from refunds.services.audit import audit
from tests.refunds.sellers.steps import Answer, as_goodwill, case_of, hear, put, support

pytestmark = pytest.mark.django_db


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
