"""Fees whose claim was declined: they still come back when nobody reads or answers (P2)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from accounts import ledger
from accounts.models import LedgerAccount, ServicePro, Transfer, User
from leads.models import LeadSale, Quote
from leads.services.quotes import mark_replied
from refunds import mails
from refunds.models import OutboundMail, RefundEvent, RefundRequest, State
from refunds.services import appeal, decide
from refunds.services.audit import audit
from refunds.services.automatic import credit_due
from tests import needs
from tests.factories import refunds as make
from tests.factories.accounts import MembershipFactory
from tests.factories.leads import LeadSaleFactory
from tests.factories.quotes import quotes, teacher
from tests.pages.browser import text_of
from tests.refunds.test_concurrency import at_once
from tests.snapshots import refused

pytestmark = pytest.mark.django_db

SENT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
UNREAD_AT = SENT + timedelta(hours=48)
SECOND = timedelta(seconds=1)
Kind = LedgerAccount.Kind
CAME_BACK = "The fee for this lead came back by itself since, so there is nothing left to appeal."


@pytest.fixture
def company(manager: User) -> ServicePro:
    """A pro of the program that holds its fees, with 1,000,000 in its paid wallet."""
    return teacher(manager)


@pytest.fixture
def member(company: ServicePro) -> User:
    """The pro's user."""
    return MembershipFactory.create(pro=company).user


@pytest.fixture
def quoted(company: ServicePro) -> LeadSale:
    """A sale of 120 that is held, whose quote nobody has read."""
    [sale] = quotes(1, company, sent_at=SENT)
    return sale


def decline(sale: LeadSale, member: User, agent: User) -> RefundRequest:
    with time_machine.travel(SENT + timedelta(hours=30), tick=False):
        claim = make.investigating(sale, member, reason="recruitment")
        return decide.decline(
            reference=claim.reference,
            actor=agent,
            expected_version=claim.version,
            codes=["claim_not_supported"],
            note="We read the conversation.",
        )


def file_appeal(declined: RefundRequest, member: User) -> RefundRequest:
    return appeal.file_appeal(
        reference=declined.reference,
        actor=member,
        expected_version=declined.version,
        text="Look again.",
    )


def uphold(declined: RefundRequest, member: User, manager: User) -> RefundRequest:
    with time_machine.travel(SENT + timedelta(hours=31), tick=False):
        appealed = file_appeal(declined, member)
        return appeal.uphold(
            reference=appealed.reference,
            actor=manager,
            expected_version=appealed.version,
            sentence=make.SENTENCE,
        )


def sweep(at: datetime) -> int:
    with time_machine.travel(at, tick=False):
        return credit_due()


def balances(pro: ServicePro) -> list[int | None]:
    return [ledger.wallet(pro, kind).balance_cents for kind in (Kind.PAID, Kind.HOLD)]


def moved() -> list[str]:
    kinds = Transfer.objects.exclude(kind="top_up").order_by("pk")
    return list(kinds.values_list("kind", flat=True))


@pytest.mark.covers("P2", "X28")
def test_unread_quote_releases_the_fee_of_a_declined_claim(
    quoted: LeadSale, company: ServicePro, member: User, agent: User
) -> None:
    declined = decline(quoted, member, agent)
    told = list(RefundEvent.objects.order_by("pk").values())

    assert [sweep(UNREAD_AT - SECOND), sweep(UNREAD_AT), sweep(UNREAD_AT + SECOND)] == [0, 1, 0]

    own, credited = RefundRequest.objects.order_by("pk")
    assert (own.pk, own.state, own.may_file_again) == (declined.pk, "declined", True)
    assert (own.version, own.has_given_way) == (declined.version, True)
    assert (credited.state, credited.reason, credited.origin) == (
        "approved",
        "quote_unread",
        "automatic",
    )
    assert list(RefundEvent.objects.filter(request=own).order_by("pk").values()) == told
    assert Quote.objects.get().settled_at == UNREAD_AT
    assert (moved(), balances(company)) == (["hold", "release"], [1_000_000, 0])
    assert audit() == []


@pytest.mark.covers("P2", "X28")
def test_quote_that_was_read_is_looked_at_again_after_30_days(
    quoted: LeadSale, company: ServicePro, member: User, agent: User
) -> None:
    Quote.objects.update(read_at=SENT + timedelta(hours=1))
    decline(quoted, member, agent)
    due_at = SENT + timedelta(days=30)

    assert [sweep(UNREAD_AT), sweep(due_at - SECOND), sweep(due_at)] == [0, 0, 1]

    assert RefundRequest.objects.get(state="approved").reason == "quote_unanswered"
    assert balances(company) == [1_000_000, 0]
    assert audit() == []


@pytest.mark.covers("P3", "X29")
def test_contact_that_never_came_releases_the_fee_of_a_declined_claim(
    company: ServicePro, member: User, agent: User
) -> None:
    sale = LeadSaleFactory.create(
        pro=company, held=True, sold_at=SENT, contact_revealed_at=None, price_cents=120
    )
    decline(sale, member, agent)

    assert [sweep(UNREAD_AT - SECOND), sweep(UNREAD_AT), sweep(UNREAD_AT + SECOND)] == [0, 1, 0]

    assert RefundRequest.objects.get(state="approved").reason == "contact_not_obtained"
    assert balances(company) == [1_000_000, 0]
    assert audit() == []


@pytest.fixture(params=["at the sale", "on the reply"])
def paid(request: pytest.FixtureRequest, company: ServicePro) -> LeadSale:
    """A sale whose fee was taken, and whose contact the pro never got."""
    on_reply = request.param == "on the reply"
    [sale] = quotes(1, company, sent_at=SENT, held=on_reply)
    LeadSale.objects.update(contact_revealed_at=None)
    if on_reply:
        mark_replied(sale_uuid=sale.uuid, at=SENT)
    return sale


@pytest.mark.covers("P2", "P3")
def test_fee_that_was_paid_comes_back_as_well(
    paid: LeadSale, company: ServicePro, member: User, agent: User
) -> None:
    declined = decline(paid, member, agent)

    assert [sweep(UNREAD_AT - SECOND), sweep(UNREAD_AT), sweep(UNREAD_AT + SECOND)] == [0, 1, 0]

    assert make.again(declined).has_given_way
    assert LeadSale.objects.get().credited_cents == 120
    assert balances(company) == [1_000_000, 0]
    assert audit() == []


@pytest.mark.covers("P2", "P3", "C44")
def test_fee_that_was_paid_stays_with_what_was_decided_on_an_appeal(
    paid: LeadSale, member: User, agent: User, manager: User
) -> None:
    final = uphold(decline(paid, member, agent), member, manager)
    before = moved()

    assert sweep(UNREAD_AT + timedelta(days=40)) == 0

    assert (RefundRequest.objects.get(), moved()) == (final, before)
    assert not RefundRequest.objects.get().may_file_again
    assert audit() == []


@pytest.mark.covers("P2", "P4", "X28", "C44")
@pytest.mark.parametrize(("was_read", "days"), [(False, 2), (True, 30)])
def test_held_fee_comes_back_whatever_was_decided(
    *,
    was_read: bool,
    days: int,
    quoted: LeadSale,
    company: ServicePro,
    member: User,
    agent: User,
    manager: User,
    signed_in: Callable[[User], Client],
) -> None:
    if was_read:
        Quote.objects.update(read_at=SENT + timedelta(hours=1))
    final = uphold(decline(quoted, member, agent), member, manager)
    decided = (final.decided_at, final.appeal_decided_at, final.credit)
    due_at = SENT + timedelta(days=days)

    assert [sweep(due_at - SECOND), sweep(due_at), sweep(due_at + SECOND)] == [0, 1, 0]

    final = make.again(final)
    assert (final.state, final.has_given_way) == (State.FINAL_DECLINED, True)
    assert (final.decided_at, final.appeal_decided_at, final.credit) == decided
    assert (moved(), balances(company)) == (["hold", "release"], [1_000_000, 0])
    with time_machine.travel(due_at, tick=False):
        page = text_of(signed_in(member).get(f"/requests/{final.reference}/"))
    assert "The fee that was held for this lead came back by itself since." in page
    assert audit() == []


@pytest.mark.covers("P3", "P4", "C44")
def test_held_fee_of_a_contact_that_never_came_comes_back_whatever_was_decided(
    company: ServicePro, member: User, agent: User, manager: User
) -> None:
    sale = LeadSaleFactory.create(
        pro=company, held=True, sold_at=SENT, contact_revealed_at=None, price_cents=120
    )
    uphold(decline(sale, member, agent), member, manager)

    assert [sweep(UNREAD_AT - SECOND), sweep(UNREAD_AT), sweep(UNREAD_AT + SECOND)] == [0, 1, 0]

    assert balances(company) == [1_000_000, 0]
    assert audit() == []


@pytest.mark.covers("P3")
@pytest.mark.parametrize("column", ["reason", "decided_reason"])
def test_what_a_person_answered_to_the_same_question_stands(
    column: str, company: ServicePro, member: User, agent: User
) -> None:
    sale = LeadSaleFactory.create(
        pro=company, held=True, sold_at=SENT, contact_revealed_at=None, price_cents=120
    )
    declined = decline(sale, member, agent)
    RefundRequest.objects.filter(pk=declined.pk).update(**{column: "contact_not_obtained"})

    assert sweep(UNREAD_AT + timedelta(days=40)) == 0

    assert (moved(), audit()) == (["hold"], [])


@pytest.mark.covers("P2")
def test_appeal_keeps_the_fee_until_it_is_decided(
    quoted: LeadSale, company: ServicePro, member: User, agent: User
) -> None:
    declined = decline(quoted, member, agent)
    with time_machine.travel(UNREAD_AT - SECOND, tick=False):
        file_appeal(declined, member)

    assert sweep(UNREAD_AT) == 0
    assert (RefundRequest.objects.get().state, moved()) == (State.APPEALED, ["hold"])


@pytest.mark.covers("P2", "X25")
def test_refusal_that_gave_way_is_appealed_no_more(
    quoted: LeadSale,
    member: User,
    agent: User,
    signed_in: Callable[[User], Client],
) -> None:
    declined = decline(quoted, member, agent)
    sweep(UNREAD_AT)
    address = f"/requests/{declined.reference}/"

    with time_machine.travel(UNREAD_AT, tick=False):
        with refused(appeal.AppealRefused) as caught:
            file_appeal(declined, member)
        reader = signed_in(member)
        linked = reader.get(f"{address}appeal/", follow=True)
        form = {"version": declined.version, "complete": "1", "text": "Look again."}
        sent = reader.post(f"{address}appeal/", form)

    assert str(caught.value) == CAME_BACK
    assert linked.redirect_chain == [(address, 302)]
    assert text_of(linked).count(CAME_BACK) == 2  # the message, and what the page says
    assert "claim this lead again" not in text_of(linked)
    assert CAME_BACK in text_of(sent)
    assert RefundRequest.objects.get(pk=declined.pk).appeal is None


@pytest.mark.covers("P2")
def test_letter_that_goes_out_late_offers_no_appeal(
    quoted: LeadSale, member: User, agent: User
) -> None:
    declined = decline(quoted, member, agent)
    sweep(UNREAD_AT)

    letter = OutboundMail.objects.get(event__request=declined, kind="decision")
    written = mails.render(letter)
    for text in (written.text, written.html):
        assert CAME_BACK in text
        assert "you can appeal once" not in text
        assert "file the claim again" not in text


@pytest.mark.covers("P2", "X25")
@pytest.mark.django_db(transaction=True)
def test_of_an_appeal_and_the_sweep_at_once_one_has_the_fee(
    company: ServicePro, member: User, agent: User
) -> None:
    for _round in range(4):
        [sale] = quotes(1, company, sent_at=SENT)
        declined = decline(sale, member, agent)
        with time_machine.travel(UNREAD_AT, tick=True):
            at_once(partial(file_appeal, declined, member), *[credit_due] * 3)
            credit_due()

        states = set(RefundRequest.objects.filter(sale=sale).values_list("state", flat=True))
        assert states in ({"appealed"}, {"declined", "approved"})
    assert audit() == []


@pytest.mark.covers("P2", "X25")
@pytest.mark.django_db(transaction=True)
def test_sale_whose_appeal_is_being_filed_waits_for_the_next_sweep(
    quoted: LeadSale, member: User, agent: User
) -> None:
    needs.postgresql()
    declined = decline(quoted, member, agent)
    with transaction.atomic():
        RefundRequest.objects.select_for_update().get(pk=declined.pk)
        assert at_once(partial(sweep, UNREAD_AT)) == [0]
        assert Quote.objects.get().settled_at is None

    assert sweep(UNREAD_AT) == 1
