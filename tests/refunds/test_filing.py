"""Filing: what the machine answers at once, and what one form may do."""

from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest
import time_machine

from accounts.models import ServicePro, User
from leads.models import LeadSale
from refunds.models import Evidence, RefundRequest, State
from refunds.policy.document import load_preset
from refunds.services import appeal, decide, file, investigate, money
from refunds.services.appeal import AppealRefused
from refunds.services.file import ClaimRefused, CommandReused
from refunds.services.money import CreditRefused
from refunds.uploads import CleanFile
from tests.factories import refunds as make
from tests.factories.accounts import MembershipFactory, ProgramFactory, ServiceProFactory
from tests.factories.leads import (
    CampaignFactory,
    CategoryFactory,
    ContactAttemptFactory,
    LeadSaleFactory,
    PriceFactory,
)
from tests.snapshots import refused

pytestmark = pytest.mark.django_db

SOLD_AT = datetime(2026, 3, 2, 14, tzinfo=UTC)  # a Monday, 09:00 in the program's zone
PHOTO = CleanFile("call log.png", "image/png", b"drawn anew")


@pytest.fixture
def sale(pro_company: ServicePro) -> LeadSale:
    sale = LeadSaleFactory.create(pro=pro_company, sold_at=SOLD_AT)
    make.PolicyVersionFactory.create(program=sale.lead.program)
    return sale


def claim(
    sale: LeadSale,
    pro: User,
    *,
    reason: str = "incorrect_contact",
    explanation: str = make.EXPLANATION,
    command_id: UUID | None = None,
    details: dict[str, str] | None = None,
    files: tuple[CleanFile, ...] = (),
) -> RefundRequest:
    with time_machine.travel(SOLD_AT + timedelta(hours=2), tick=False):
        return file.file_claim(
            sale_uuid=sale.uuid,
            actor=pro,
            command_id=command_id or uuid4(),
            reason=reason,
            explanation=explanation,
            details=details or {},
            files=files,
        )


@pytest.mark.covers("C36", "X27")
def test_claim_that_is_too_early_can_be_filed_again(sale: LeadSale, pro: User) -> None:
    ContactAttemptFactory.create(sale=sale, at=SOLD_AT + timedelta(minutes=4))

    first = claim(sale, pro, reason="non_contact")

    assert (first.state, first.may_file_again) == (State.DECLINED, True)
    assert claim(sale, pro).state == State.INVESTIGATING


def test_form_of_an_early_claim_sent_twice_files_once(sale: LeadSale, pro: User) -> None:
    command_id = uuid4()
    ContactAttemptFactory.create(sale=sale, at=SOLD_AT + timedelta(minutes=4))

    first = claim(sale, pro, reason="non_contact", command_id=command_id)
    second = claim(sale, pro, reason="non_contact", command_id=command_id)

    assert second == first
    assert RefundRequest.objects.count() == 1


def test_same_form_with_another_file_is_refused(sale: LeadSale, pro: User) -> None:
    command_id = uuid4()
    claim(sale, pro, command_id=command_id)

    with refused(CommandReused):
        claim(sale, pro, command_id=command_id, files=(PHOTO,))


def test_same_form_with_the_same_file_files_once(sale: LeadSale, pro: User) -> None:
    command_id = uuid4()
    first = claim(sale, pro, command_id=command_id, files=(PHOTO,))

    assert claim(sale, pro, command_id=command_id, files=(PHOTO,)) == first
    assert Evidence.objects.count() == 1


@pytest.mark.covers("A14")
@pytest.mark.parametrize("blank", ["\u200b", "\ufeff", "\u2800", "\u3164", " "])
def test_explanation_that_shows_nothing_is_refused(blank: str, sale: LeadSale, pro: User) -> None:
    with refused(ClaimRefused) as caught:
        claim(sale, pro, explanation=blank * 30)

    assert "at least 20 characters" in str(caught.value)


@pytest.mark.covers("P2")
@pytest.mark.parametrize("reason", ["quote_unread", "quote_unanswered"])
@pytest.mark.parametrize("by_manager", [False, True])
def test_what_the_system_raises_is_not_filed_by_hand(
    reason: str, by_manager: bool, manager: User
) -> None:
    program = ProgramFactory.create(code="pro360", name="PRO360")
    company = ServiceProFactory.create(program=program, account_manager=manager)
    sale = LeadSaleFactory.create(pro=company, sold_at=SOLD_AT)
    make.PolicyVersionFactory.create(
        program=program, document=load_preset("pro360").model_dump(mode="json")
    )
    member = MembershipFactory.create(pro=company).user
    by_hand = partial(file.file_claim, actor=member)
    if by_manager:
        by_hand = partial(file.file_for_pro, actor=manager, reported_at=SOLD_AT)

    with time_machine.travel(SOLD_AT + timedelta(days=40), tick=False), refused(ClaimRefused) as no:
        by_hand(
            sale_uuid=sale.uuid,
            command_id=uuid4(),
            reason=reason,
            explanation=make.EXPLANATION,
            details={},
        )

    assert "no such reason for this lead" in str(no.value)


@pytest.mark.covers("X18")
def test_answer_moves_the_dates_by_the_business_days_that_it_took(
    sale: LeadSale, pro: User, agent: User
) -> None:
    request = claim(sale, pro)
    assert (str(request.target_on), str(request.limit_on)) == ("2026-03-04", "2026-03-05")
    with time_machine.travel(SOLD_AT + timedelta(hours=3), tick=False):
        asked = investigate.ask_pro(
            reference=request.reference,
            actor=agent,
            expected_version=request.version,
            question="Which number did you dial?",
        )

    # Asked on Monday, answered on the next Monday: five business days.
    with time_machine.travel(SOLD_AT + timedelta(days=7), tick=False):
        answered = investigate.reply(
            reference=request.reference,
            actor=pro,
            expected_version=asked.version,
            answer="The one on the lead.",
        )

    assert (str(answered.target_on), str(answered.limit_on)) == ("2026-03-11", "2026-03-12")
    assert answered.due_at == datetime(2026, 3, 13, 3, 59, 59, tzinfo=UTC)


@pytest.mark.covers("X37")
def test_credit_beyond_what_is_left_is_refused(sale: LeadSale, pro: User) -> None:
    request = claim(sale, pro)
    LeadSale.objects.filter(pk=sale.pk).update(credited_cents=1)

    with refused(CreditRefused):
        money.credit(request, cents=5000, at=SOLD_AT)


def test_ground_ticked_twice_is_kept_once(sale: LeadSale, pro: User, agent: User) -> None:
    request = claim(sale, pro)

    declined = decide.decline(
        reference=request.reference,
        actor=agent,
        expected_version=request.version,
        codes=["claim_not_supported", "claim_not_supported"],
        note="It rings.",
    )

    assert [check["code"] for check in declined.checks].count("claim_not_supported") == 1


@pytest.mark.covers("C11")
def test_category_that_is_none_is_refused(sale: LeadSale, pro: User) -> None:
    with pytest.raises(ClaimRefused, match="“plumbery” is no category of this program"):
        claim(sale, pro, reason="wrong_category", details={"corrected_category": "plumbery"})

    assert not RefundRequest.objects.exists()


@pytest.mark.covers("X13")
def test_appeal_does_not_credit_a_difference_that_there_is_not(
    pro_company: ServicePro, pro: User, manager: User
) -> None:
    program = pro_company.program
    categories = [
        CategoryFactory.create(program=program, code=code) for code in ("roofing", "solar")
    ]
    for category, cents in zip(categories, (5000, 8000), strict=True):
        PriceFactory.create(category=category, cents=cents, valid_from=SOLD_AT - timedelta(days=9))
    campaign = CampaignFactory.create(pro=pro_company, categories=categories)
    sale = LeadSaleFactory.create(pro=pro_company, campaign=campaign, sold_at=SOLD_AT)
    make.PolicyVersionFactory.create(program=program)
    request = claim(sale, pro, reason="wrong_category", details={"corrected_category": "solar"})
    assert [check["code"] for check in request.checks] == ["no_price_difference"]
    with time_machine.travel(SOLD_AT + timedelta(days=1), tick=False):
        appealed = appeal.file_appeal(
            reference=request.reference,
            actor=pro,
            expected_version=request.version,
            text="It should have been cheaper.",
        )

    with refused(AppealRefused):
        appeal.overturn(
            reference=request.reference,
            actor=manager,
            expected_version=appealed.version,
            sentence=make.SENTENCE,
        )
