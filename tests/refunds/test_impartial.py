"""Nobody decides on a case that is their own, or whose appeal they would hear."""

from collections.abc import Callable

import pytest

from accounts.models import Membership, ServicePro, User
from refunds.models import Finding, RefundRequest
from refunds.services import appeal, decide, investigate
from refunds.services.change import NotAllowed
from tests.conftest import hand_over
from tests.factories import refunds as make
from tests.factories.leads import LeadSaleFactory
from tests.snapshots import refused

pytestmark = pytest.mark.django_db

Step = Callable[[RefundRequest, User], object]


def find(request: RefundRequest, actor: User) -> object:
    return investigate.add_finding(
        reference=request.reference,
        actor=actor,
        expected_version=request.version,
        kind=Finding.Kind.CONTACT_CALL,
        result=Finding.Result.SUPPORTS,
        note="Called the number.",
    )


def approve(request: RefundRequest, actor: User) -> object:
    return decide.approve(
        reference=request.reference, actor=actor, expected_version=request.version
    )


def decline(request: RefundRequest, actor: User) -> object:
    return decide.decline(
        reference=request.reference,
        actor=actor,
        expected_version=request.version,
        codes=["claim_not_supported"],
        note="It rings.",
    )


def take(request: RefundRequest, actor: User) -> object:
    return investigate.take(
        reference=request.reference, actor=actor, expected_version=request.version
    )


def ask(request: RefundRequest, actor: User) -> object:
    return investigate.ask_pro(
        reference=request.reference,
        actor=actor,
        expected_version=request.version,
        question="Which number did you dial?",
    )


@pytest.fixture
def request_in_review(pro_company: ServicePro, pro: User, other_agent: User) -> RefundRequest:
    return make.supported(LeadSaleFactory.create(pro=pro_company), pro, other_agent)


@pytest.mark.parametrize("step", [take, find, ask, approve, decline])
def test_member_of_the_pro_is_refused(
    step: Step, request_in_review: RefundRequest, agent: User
) -> None:
    Membership.objects.create(user=agent, pro=request_in_review.pro)

    with refused(NotAllowed) as caught:
        step(request_in_review, agent)

    assert "You belong to this pro" in str(caught.value)


@pytest.mark.parametrize("step", [take, find, ask, approve, decline])
def test_account_manager_of_the_pro_is_refused(
    step: Step, request_in_review: RefundRequest, deciding_manager: User
) -> None:
    hand_over(request_in_review.pro, deciding_manager)

    with refused(NotAllowed) as caught:
        step(request_in_review, deciding_manager)

    assert "would hear its appeal" in str(caught.value)


@pytest.mark.covers("C43")
@pytest.mark.parametrize("step", [appeal.uphold, appeal.overturn])
def test_former_account_manager_is_refused(
    step: Callable[..., object], pro_company: ServicePro, pro: User, agent: User, manager: User
) -> None:
    request = make.appealed(LeadSaleFactory.create(pro=pro_company), pro, agent)
    manager.groups.clear()
    former = User.objects.get(pk=manager.pk)

    with refused(NotAllowed):
        step(
            reference=request.reference,
            actor=former,
            expected_version=request.version,
            sentence=make.SENTENCE,
        )
