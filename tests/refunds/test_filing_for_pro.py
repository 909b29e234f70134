"""What a pro told their account manager, filed by the manager: when it was told counts."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import ServicePro, User
from leads.models import LeadSale
from refunds import mails
from refunds.models import OutboundMail, RefundEvent, RefundRequest, State
from refunds.services import file
from refunds.services.change import NotAllowed
from refunds.services.file import AlreadyRequested, ClaimRefused, CommandReused
from tests.conftest import SignedIn
from tests.factories import refunds as make
from tests.factories.leads import LeadSaleFactory
from tests.snapshots import refused

pytestmark = pytest.mark.django_db

SOLD_AT = datetime(2026, 3, 2, 14, tzinfo=UTC)  # a Monday, 09:00 in the program's zone
TOLD_AT = SOLD_AT + timedelta(days=1)
CLOSES_AT = datetime(2026, 3, 8, 4, 59, 59, tzinfo=UTC)  # Saturday's last second there
TYPED_AT = SOLD_AT + timedelta(days=8)


@pytest.fixture
def sale(pro_company: ServicePro) -> LeadSale:
    """A sale whose window has closed by the time that the manager types."""
    sale = LeadSaleFactory.create(pro=pro_company, sold_at=SOLD_AT)
    make.PolicyVersionFactory.create(program=sale.lead.program)
    return sale


def file_for_pro(
    sale: LeadSale,
    manager: User,
    *,
    reported_at: datetime = TOLD_AT,
    reason: str = "incorrect_contact",
    explanation: str = make.EXPLANATION,
    details: dict[str, str] | None = None,
    command_id: UUID | None = None,
    typed_at: datetime = TYPED_AT,
) -> RefundRequest:
    with time_machine.travel(typed_at, tick=False):
        return file.file_for_pro(
            sale_uuid=sale.uuid,
            actor=manager,
            command_id=command_id or uuid4(),
            reason=reason,
            explanation=explanation,
            details=details or {},
            reported_at=reported_at,
        )


@pytest.mark.covers("C3", "X33")
def test_the_manager_s_report_is_the_pro_s_claim(sale: LeadSale, pro: User, manager: User) -> None:
    request = make.again(file_for_pro(sale, manager))

    assert request.state == State.INVESTIGATING
    assert (request.channel, request.filed_by) == ("account_manager", manager)
    assert (request.pro, request.submitted_at) == (sale.pro, TOLD_AT)
    # Told on Tuesday: two business days and three.
    assert (str(request.target_on), str(request.limit_on)) == ("2026-03-05", "2026-03-06")
    receipt = OutboundMail.objects.get()
    assert (receipt.kind, receipt.to) == ("receipt", pro.email)


@pytest.mark.covers("X33")
def test_the_event_keeps_when_it_was_told_and_when_typed(sale: LeadSale, manager: User) -> None:
    request = file_for_pro(sale, manager)

    filed = request.events.get(kind=RefundEvent.Kind.FILED)
    assert (filed.actor, filed.at) == (manager, TYPED_AT)
    assert filed.data == {"files": 0, "reported_at": TOLD_AT.isoformat()}


@pytest.mark.covers("X33")
def test_what_the_event_keeps_is_never_changed(sale: LeadSale, manager: User) -> None:
    filed = file_for_pro(sale, manager).events.filter(kind=RefundEvent.Kind.FILED)

    for changed in ({"data": {"reported_at": TYPED_AT.isoformat()}}, {"at": TOLD_AT}):
        with refused(DatabaseError), transaction.atomic():
            filed.update(**changed)


@pytest.mark.covers("C3")
def test_every_pro_has_an_account_manager(sale: LeadSale) -> None:
    with refused(IntegrityError), transaction.atomic():
        ServicePro.objects.filter(pk=sale.pro_id).update(account_manager=None)


@pytest.mark.covers("C1", "X33")
def test_told_in_the_last_second_is_in_time(sale: LeadSale, manager: User) -> None:
    assert file_for_pro(sale, manager, reported_at=CLOSES_AT).state == State.INVESTIGATING


@pytest.mark.covers("C35", "X33")
def test_told_too_late_is_declined(sale: LeadSale, manager: User) -> None:
    request = file_for_pro(sale, manager, reported_at=CLOSES_AT + timedelta(seconds=1))

    assert request.state == State.DECLINED
    assert "window_closed" in [check["code"] for check in request.checks]


@pytest.mark.covers("C39", "X34")
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"explanation": "  "}, "explanation_missing"),
        ({"reason": "wrong_category"}, "details_missing"),
        ({"reason": "bad_mood"}, "reason_not_offered"),
    ],
)
def test_what_the_portal_refuses_is_a_decline_here(
    sale: LeadSale, manager: User, changes: dict[str, str], code: str
) -> None:
    request = file_for_pro(sale, manager, **changes)  # type: ignore[arg-type] # words only

    assert request.state == State.DECLINED
    assert code in [check["code"] for check in request.checks]
    assert request.appeal_until is not None  # the window has closed: an appeal is what is left


@pytest.mark.covers("C39", "X27", "X34")
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"explanation": "  "}, "explanation_missing"),
        ({"reason": "already_hired_or_done"}, "details_missing"),
    ],
)
def test_an_incomplete_report_does_not_bar_the_pro_s_own_claim(
    sale: LeadSale, pro: User, manager: User, changes: dict[str, str], code: str
) -> None:
    thin = file_for_pro(sale, manager, typed_at=TOLD_AT, **changes)  # type: ignore[arg-type] # words

    assert (thin.state, thin.may_file_again) == (State.DECLINED, True)
    mail = OutboundMail.objects.get(event__request=thin, kind="decision")
    told = mails.render(mail).text
    with time_machine.travel(CLOSES_AT, tick=False):
        first_page = SignedIn(pro).get(f"/requests/{thin.reference}/").text
    assert [check["code"] for check in thin.checks if check["outcome"] == "decline"] == [code]
    with time_machine.travel(CLOSES_AT, tick=False):
        own = make.investigating(sale, pro)
        page = SignedIn(pro).get(f"/requests/{thin.reference}/").text
    assert own.state == State.INVESTIGATING
    assert "Something was missing from it." in first_page
    assert f"request {own.reference} stands in its place" in page
    assert "You can file the claim again once what is missing is done" in told


@pytest.mark.covers("X27")
@pytest.mark.parametrize(
    ("changes", "typed_at"),
    [
        ({"explanation": "  ", "reason": "bad_mood"}, TOLD_AT),
        ({"explanation": "  "}, CLOSES_AT + timedelta(seconds=1)),
    ],
    ids=["more_is_wrong", "too_late_to_add_it"],
)
def test_other_refusals_are_appealed(
    sale: LeadSale, manager: User, changes: dict[str, str], typed_at: datetime
) -> None:
    request = file_for_pro(sale, manager, typed_at=typed_at, **changes)  # type: ignore[arg-type] # words

    assert (request.state, request.may_file_again) == (State.DECLINED, False)


@pytest.mark.covers("C9b", "X34")
def test_an_answer_that_rules_the_reason_out_is_a_decline_here(
    sale: LeadSale, manager: User
) -> None:
    request = file_for_pro(sale, manager, details={"who_answered": "household"})

    assert (request.state, request.may_file_again) == (State.DECLINED, False)
    assert "answer_not_eligible" in [check["code"] for check in request.checks]


@pytest.mark.covers("X33")
@pytest.mark.parametrize(
    ("reported_at", "sentence"),
    [
        (TYPED_AT + timedelta(seconds=1), "in the future"),
        (SOLD_AT - timedelta(seconds=1), "before the lead was sold"),
    ],
)
def test_a_moment_that_can_not_be_is_refused(
    sale: LeadSale, manager: User, reported_at: datetime, sentence: str
) -> None:
    with refused(ClaimRefused) as caught:
        file_for_pro(sale, manager, reported_at=reported_at)

    assert sentence in str(caught.value)


@pytest.mark.covers("X33")
@pytest.mark.covers("C11")
def test_category_that_is_none_is_refused(sale: LeadSale, manager: User) -> None:
    with pytest.raises(file.ClaimRefused, match="“plumbery” is no category of this program"):
        file_for_pro(
            sale, manager, reason="wrong_category", details={"corrected_category": "plumbery"}
        )

    assert not RefundRequest.objects.exists()


def test_told_this_very_second(sale: LeadSale, manager: User) -> None:
    assert file_for_pro(sale, manager, reported_at=TYPED_AT).submitted_at == TYPED_AT


@pytest.mark.covers("C3")
@pytest.mark.parametrize("persona", ["other_manager", "pro", "agent", "stranger"])
def test_nobody_else_files_for_the_pro(
    sale: LeadSale, persona: str, request: pytest.FixtureRequest
) -> None:
    actor = request.getfixturevalue(persona)

    with refused(NotAllowed, LeadSale.DoesNotExist):
        file_for_pro(sale, actor)


def test_a_second_claim_is_refused(sale: LeadSale, manager: User) -> None:
    file_for_pro(sale, manager)

    with refused(AlreadyRequested):
        file_for_pro(sale, manager)


def test_the_same_form_twice_files_once(sale: LeadSale, manager: User) -> None:
    command_id = uuid4()
    first = file_for_pro(sale, manager, command_id=command_id)

    assert file_for_pro(sale, manager, command_id=command_id) == first
    assert RefundRequest.objects.count() == 1


@pytest.mark.parametrize(
    "changes", [{"reported_at": SOLD_AT}, {"reason": "non_working_phone"}, {"explanation": "Else."}]
)
def test_the_same_form_with_other_answers_is_refused(
    sale: LeadSale, manager: User, changes: dict[str, str]
) -> None:
    command_id = uuid4()
    file_for_pro(sale, manager, command_id=command_id)

    with refused(CommandReused):
        file_for_pro(sale, manager, command_id=command_id, **changes)  # type: ignore[arg-type] # rows
