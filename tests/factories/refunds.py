"""Policies, and requests in every state: they get there by the services, as in life."""

from datetime import UTC, datetime
from uuid import uuid4

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.models import Program, User
from leads.models import LeadSale
from refunds.models import (
    Evidence,
    Finding,
    PolicyVersion,
    RefundRequest,
    SellerCase,
    SellerMessage,
)
from refunds.policy.document import load_preset
from refunds.services import (
    appeal,
    decide,
    file,
    investigate,
    reverse,
    seller_clock,
    sellers,
    withdraw,
)
from tests.factories.accounts import ProgramFactory

EXPLANATION = "The man who answered said that nobody of that name lives there."
SENTENCE = "We looked at it again together with the notes of the call."


class PolicyVersionFactory(DjangoModelFactory[PolicyVersion]):
    """The preset of the program, in force since 2020."""

    class Meta:
        model = PolicyVersion
        django_get_or_create = ("program", "effective_from")

    program = factory.SubFactory(ProgramFactory)
    document = factory.LazyAttribute(
        lambda version: load_preset(version.program.code).model_dump(mode="json")
    )
    effective_from = datetime(2020, 1, 1, tzinfo=UTC)
    published_at = datetime(2020, 1, 1, tzinfo=UTC)


class EvidenceFactory(DjangoModelFactory[Evidence]):
    """A picture that came with a claim; nothing is stored under its name."""

    class Meta:
        model = Evidence

    file = original_name = "log.png"
    content_type = "image/png"
    size = 2048
    sha256 = "0" * 64
    uploaded_by = factory.SelfAttribute("request.filed_by")
    uploaded_at = factory.LazyFunction(timezone.now)


def asks_sellers(
    program: Program, *, consent: str = "advisory", response_days: int = 3
) -> PolicyVersion:
    """The program's preset, but that sellers are asked, in force since 2021."""
    PolicyVersionFactory.create(program=program)
    document = load_preset(program.code).model_dump(mode="json")
    return PolicyVersionFactory.create(
        program=program,
        document={
            **document,
            "seller_consent": consent,
            "seller_response_days": response_days,
        },
        effective_from=datetime(2021, 1, 1, tzinfo=UTC),
    )


def investigating(sale: LeadSale, pro: User, *, reason: str = "incorrect_contact") -> RefundRequest:
    """A claim that waits for a person."""
    PolicyVersionFactory.create(program=sale.lead.program)
    return file.file_claim(
        sale_uuid=sale.uuid,
        actor=pro,
        command_id=uuid4(),
        reason=reason,
        explanation=EXPLANATION,
        details={},
    )


def supported(sale: LeadSale, pro: User, agent: User) -> RefundRequest:
    """A claim that a finding supports; it can be approved."""
    request = investigating(sale, pro)
    investigate.add_finding(
        reference=request.reference,
        actor=agent,
        expected_version=request.version,
        kind=Finding.Kind.CONTACT_CALL,
        result=Finding.Result.SUPPORTS,
        note="Called the number: it belongs to somebody else.",
    )
    return again(request)


def awaiting_pro(sale: LeadSale, pro: User, agent: User) -> RefundRequest:
    """A claim that waits for the pro's answer."""
    request = investigating(sale, pro)
    return investigate.ask_pro(
        reference=request.reference,
        actor=agent,
        expected_version=request.version,
        question="Which number did you dial?",
    )


def put_to_seller(request: RefundRequest, agent: User) -> RefundRequest:
    """The claim, waiting for its seller; the program has to ask its sellers."""
    sellers.ask(
        reference=request.reference,
        actor=agent,
        expected_version=request.version,
        text="Please look at your records of this lead.",
    )
    return again(request)


def heard_from_seller(
    request: RefundRequest, agent: User, answer: SellerMessage.Answer
) -> RefundRequest:
    """The claim, after its seller was asked and has answered."""
    asked = put_to_seller(request, agent)
    sellers.answer(
        reference=asked.reference,
        actor=agent,
        expected_version=asked.version,
        answer=answer,
        text="Our records show the form as it was sent.",
    )
    return again(request)


def silent(request: RefundRequest, agent: User) -> RefundRequest:
    """The claim, after its seller was asked and said nothing in time."""
    return unanswered(put_to_seller(request, agent))


def unanswered(request: RefundRequest) -> RefundRequest:
    """The claim that was put to its seller, after the time to answer has passed."""
    SellerCase.objects.filter(request=request).update(answer_due_at=request.submitted_at)
    seller_clock.note_silence()
    return again(request)


def answered(request: RefundRequest, agent: User) -> RefundRequest:
    """The claim, after the pro was asked and has answered."""
    asked = investigate.ask_pro(
        reference=request.reference,
        actor=agent,
        expected_version=request.version,
        question="Which number did you dial?",
    )
    investigate.reply(
        reference=request.reference,
        actor=request.filed_by,
        expected_version=asked.version,
        answer="The one on the lead.",
    )
    return again(request)


def approved(sale: LeadSale, pro: User, agent: User) -> RefundRequest:
    """A claim that the agent approved."""
    request = supported(sale, pro, agent)
    return decide.approve(
        reference=request.reference, actor=agent, expected_version=request.version
    )


def declined(sale: LeadSale, pro: User, agent: User) -> RefundRequest:
    """A claim that the agent declined."""
    request = investigating(sale, pro)
    return decide.decline(
        reference=request.reference,
        actor=agent,
        expected_version=request.version,
        codes=["claim_not_supported"],
        note="The number rings and the contact answered by name.",
    )


def appealed(sale: LeadSale, pro: User, agent: User) -> RefundRequest:
    """A declined claim that the pro appealed."""
    request = declined(sale, pro, agent)
    return appeal.file_appeal(
        reference=request.reference,
        actor=pro,
        expected_version=request.version,
        text="The person who answered you is the tenant, not the contact.",
    )


def final_approved(sale: LeadSale, pro: User, agent: User, manager: User) -> RefundRequest:
    """An appeal that the manager granted."""
    request = appealed(sale, pro, agent)
    return appeal.overturn(
        reference=request.reference,
        actor=manager,
        expected_version=request.version,
        sentence=SENTENCE,
    )


def final_declined(sale: LeadSale, pro: User, agent: User, manager: User) -> RefundRequest:
    """An appeal that the manager refused."""
    request = appealed(sale, pro, agent)
    return appeal.uphold(
        reference=request.reference,
        actor=manager,
        expected_version=request.version,
        sentence=SENTENCE,
    )


def reversed_(sale: LeadSale, pro: User, agent: User) -> RefundRequest:
    """An approval that was taken back."""
    request = approved(sale, pro, agent)
    return reverse.reverse(
        reference=request.reference,
        actor=agent,
        expected_version=request.version,
        reason="The contact hired the pro after all.",
    )


def withdrawn(sale: LeadSale, pro: User) -> RefundRequest:
    """A claim that the pro took back."""
    request = investigating(sale, pro)
    return withdraw.withdraw(
        reference=request.reference, actor=pro, expected_version=request.version
    )


def again(request: RefundRequest) -> RefundRequest:
    """Fetch a request anew; ``refresh_from_db`` is a trap with a protected state (trap 15)."""
    return RefundRequest.objects.get(pk=request.pk)
