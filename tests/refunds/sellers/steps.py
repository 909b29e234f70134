"""The steps that a verifier takes with a seller, as the tests take them."""

from collections.abc import Callable
from datetime import UTC, datetime

from accounts.models import User
from refunds.models import Finding, RefundRequest, SellerCase, SellerMessage
from refunds.services import decide, investigate, sellers
from tests.factories import refunds as make

Answer = SellerMessage.Answer


QUESTION = "Please look at your records of this lead."


MONDAY = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)  # 10:00 in Los Angeles


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
