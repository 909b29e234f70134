"""A refusal that may be followed by another claim: until its date it can be appealed as well, as
long as no other request of its sale has taken its place (C43, X25 to X27)."""

from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest
import time_machine

from accounts.models import ServicePro, User
from leads.models import LeadSale
from refunds import mails
from refunds.models import OutboundMail, RefundRequest, State
from refunds.services import appeal, file, withdraw
from refunds.services.appeal import AppealRefused
from refunds.services.audit import audit
from tests.conftest import SignedIn
from tests.factories import refunds as make
from tests.factories.leads import ContactAttemptFactory, LeadSaleFactory
from tests.refunds.test_concurrency import at_once, kinds_of
from tests.snapshots import refused

pytestmark = pytest.mark.django_db

SOLD_AT = datetime(2026, 3, 2, 14, tzinfo=UTC)  # a Monday, 09:00 in the program's zone
CLAIMED_AT = SOLD_AT + timedelta(hours=2)
CLOSES_AT = datetime(2026, 3, 8, 4, 59, 59, tzinfo=UTC)
APPEAL_UNTIL = CLAIMED_AT + timedelta(days=14)
A_SECOND = timedelta(seconds=1)
UNTIL = "Mon 16 Mar 2026, 12:00 EDT"


@pytest.fixture
def sale(pro_company: ServicePro) -> LeadSale:
    sale = LeadSaleFactory.create(pro=pro_company, sold_at=SOLD_AT)
    make.PolicyVersionFactory.create(program=sale.lead.program)
    ContactAttemptFactory.create(sale=sale, at=SOLD_AT + timedelta(minutes=4))
    return sale


@pytest.fixture
def early(sale: LeadSale, pro: User) -> RefundRequest:
    """A claim that the machine declined as too early."""
    return too_early(sale, pro)


def too_early(sale: LeadSale, pro: User) -> RefundRequest:
    with at(CLAIMED_AT):
        return file.file_claim(
            sale_uuid=sale.uuid,
            actor=pro,
            command_id=uuid4(),
            reason="non_contact",
            explanation=make.EXPLANATION,
            details={},
        )


def at(moment: datetime) -> time_machine.travel:
    return time_machine.travel(moment, tick=False)


def file_appeal(request: RefundRequest, pro: User) -> RefundRequest:
    return appeal.file_appeal(
        reference=request.reference,
        actor=pro,
        expected_version=request.version,
        text="I called on every day.",
    )


@pytest.mark.covers("C43", "X25", "X26", "X27")
@pytest.mark.parametrize(
    "moment",
    [CLAIMED_AT, CLOSES_AT, CLOSES_AT + A_SECOND, APPEAL_UNTIL],
    ids=["at once", "window open", "window closed", "last moment"],
)
def test_too_early_can_be_appealed_until_its_date(
    moment: datetime, early: RefundRequest, pro: User
) -> None:
    assert (early.state, early.may_file_again) == ("declined", True)
    assert early.appeal_until == APPEAL_UNTIL

    with at(moment):
        appealed = file_appeal(early, pro)

    assert (appealed.state, appealed.may_file_again) == ("appealed", False)
    assert audit() == []


def test_not_past_its_date(early: RefundRequest, pro: User) -> None:
    with at(APPEAL_UNTIL + A_SECOND), refused(AppealRefused):
        file_appeal(early, pro)


@pytest.mark.covers("C43", "C44")
def test_the_account_manager_may_credit_it(early: RefundRequest, pro: User, manager: User) -> None:
    with at(CLOSES_AT + A_SECOND):
        appealed = file_appeal(early, pro)
        final = appeal.overturn(
            reference=appealed.reference,
            actor=manager,
            expected_version=appealed.version,
            sentence="Your phone shows every call.",
        )

    assert (final.state, final.credit_cents) == ("final_approved", 5000)
    assert audit() == []


@pytest.mark.covers("C43", "C44")
def test_an_appeal_bars_another_claim(early: RefundRequest, pro: User) -> None:
    with at(CLAIMED_AT):
        file_appeal(early, pro)
        with refused(file.AlreadyRequested):
            make.investigating(early.sale, pro)


@pytest.mark.covers("X27")
def test_another_claim_takes_its_place(early: RefundRequest, pro: User) -> None:
    with at(CLAIMED_AT):
        again = make.investigating(early.sale, pro)
        with refused(AppealRefused) as caught:
            file_appeal(early, pro)
        page = SignedIn(pro).get(f"/requests/{early.reference}/").text
    mail = mails.render(OutboundMail.objects.get(event__request=early, kind="decision"))

    told = f"You claimed this lead again since: request {again.reference} stands in its place"
    assert told in str(caught.value)
    for text in (page, mail.text, mail.html):
        assert told in text
        assert "ppeal once" not in text


def test_of_two_that_came_too_early_the_later_one_is_appealed(
    early: RefundRequest, pro: User
) -> None:
    later = too_early(early.sale, pro)

    with at(CLOSES_AT + A_SECOND):
        with refused(AppealRefused):
            file_appeal(early, pro)
        assert file_appeal(later, pro).state == "appealed"


@pytest.mark.covers("C43", "X36")
def test_it_can_be_appealed_again_once_the_other_is_taken_back(
    early: RefundRequest, pro: User
) -> None:
    with at(CLAIMED_AT + timedelta(hours=1)):
        again = make.investigating(early.sale, pro)
        withdraw.withdraw(reference=again.reference, actor=pro, expected_version=again.version)
    restored = make.again(early)
    assert (restored.has_given_way, restored.appeal_until) == (False, APPEAL_UNTIL)

    with at(CLOSES_AT + A_SECOND):
        assert file_appeal(restored, pro).state == "appealed"


@pytest.mark.covers("C36", "C43")
def test_pro_reads_both_ways(early: RefundRequest, pro: User) -> None:
    mail = mails.render(OutboundMail.objects.get(event__request=early, kind="decision"))
    address = f"/requests/{early.reference}/"
    with at(CLAIMED_AT):
        is_open = SignedIn(pro).get(address).text
        step = SignedIn(pro).get(f"{address}appeal/").text
    with at(CLOSES_AT + A_SECOND):
        is_closed = SignedIn(pro).get(address).text
        step_later = SignedIn(pro).get(f"{address}appeal/").text
    with at(APPEAL_UNTIL + A_SECOND):
        is_over = SignedIn(pro).get(address).text

    for text in (mail.text, mail.html):
        assert "You can file the claim again once what is missing is done" in text
        assert f"you can appeal once, until {UNTIL}" in text
    bar = "Once you appeal, you can't claim this lead again."
    assert "It came too early. You can claim this lead again, as said below." in is_open
    assert f"Or appeal the refusal itself once, until {UNTIL} (14 days left)" in is_open
    assert bar.replace("'", "&#x27;") in step or bar in step
    assert "It came too early, and the time to claim this lead has passed since." in is_closed
    assert f"If you disagree, appeal once until {UNTIL}" in is_closed
    assert "claim this lead again" not in step_later
    assert f"It could be appealed until {UNTIL}." in is_over


@pytest.mark.django_db(transaction=True)
def test_an_appeal_and_another_claim_at_once_leave_one_of_them(pro: User, agent: User) -> None:
    company = pro.memberships.get().pro
    for _round in range(4):
        sale = LeadSaleFactory.create(pro=company, sold_at=SOLD_AT)
        make.PolicyVersionFactory.create(program=sale.lead.program)
        ContactAttemptFactory.create(sale=sale, at=SOLD_AT + timedelta(minutes=4))
        early = too_early(sale, pro)
        with time_machine.travel(CLAIMED_AT + timedelta(hours=1), tick=True):
            outcomes = at_once(
                partial(file_appeal, early, pro), partial(make.investigating, sale, pro)
            )

        kinds = kinds_of(outcomes)
        assert kinds["RefundRequest"] == 1
        assert kinds["AppealRefused"] + kinds["AlreadyRequested"] == 1
        live = RefundRequest.objects.live().get(sale=sale)
        assert live.state in (State.APPEALED, State.INVESTIGATING)
    assert audit() == []
