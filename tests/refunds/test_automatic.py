"""Fees that come back by themselves: to the second, once, and to where they came from."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import ledger
from accounts.models import LedgerAccount, ServicePro, Transfer, User
from leads.models import Lead, LeadSale, Quote
from leads.services.quotes import mark_read, mark_replied
from refunds import mails
from refunds.models import OutboundMail, PolicyVersion, RefundEvent, RefundRequest, State
from refunds.policy.document import Policy, load_preset
from refunds.policy.engine import judge
from refunds.policy.facts import Facts
from refunds.policy.verdict import Outcome, Verdict
from refunds.services import appeal, automatic, decide, file
from refunds.services.audit import audit
from refunds.services.automatic import credit_due
from refunds.services.facts import facts_for_claim
from refunds.services.grounds import grounds
from refunds.services.reverse import reverse
from refunds.services.withdraw import withdraw
from tests.factories import refunds as make
from tests.factories.accounts import MembershipFactory, fund
from tests.factories.leads import LeadSaleFactory, QuoteFactory
from tests.factories.quotes import PRICE_CENTS, quotes, teacher
from tests.refunds.test_concurrency import at_once, thread_count
from tests.snapshots import everything

pytestmark = pytest.mark.django_db

SENT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
UNREAD_AT = SENT + timedelta(hours=48)
UNANSWERED_AT = SENT + timedelta(days=30)
SECOND = timedelta(seconds=1)
Kind = LedgerAccount.Kind


@pytest.fixture
def company(manager: User) -> ServicePro:
    """A pro of the program that holds its fees, with 1,000,000 in its paid wallet."""
    return teacher(manager)


@pytest.fixture
def quoted(company: ServicePro) -> LeadSale:
    """A sale of 120 that is held, whose quote nobody has read."""
    [sale] = quotes(1, company, sent_at=SENT)
    return sale


def sweep(at: datetime) -> int:
    with time_machine.travel(at, tick=False):
        return credit_due()


def balances(pro: ServicePro) -> list[int | None]:
    return [ledger.wallet(pro, kind).balance_cents for kind in (Kind.PAID, Kind.BONUS, Kind.HOLD)]


def kinds() -> list[str]:
    moved = Transfer.objects.exclude(kind__in=["top_up", "bonus"]).order_by("pk")
    return list(moved.values_list("kind", flat=True))


@pytest.mark.covers("P2", "P4", "X28")
def test_unread_quote_gives_its_held_fee_back(quoted: LeadSale, company: ServicePro) -> None:
    member = MembershipFactory.create(pro=company).user

    assert sweep(UNREAD_AT) == 1

    request = RefundRequest.objects.select_related("credit__source", "credit__destination").get()
    assert (request.sale, request.pro, request.reason) == (quoted, company, "quote_unread")
    assert request.decided_reason == "quote_unread"
    assert (request.origin, request.channel) == ("automatic", "system")
    assert (request.state, request.version, request.decided_at) == ("approved", 1, UNREAD_AT)
    assert request.filed_by == request.decided_by
    assert request.filed_by.email == "machine@makegood.invalid"
    assert [check["code"] for check in request.checks] == ["quote_unread"]
    assert request.credit is not None
    assert (request.credit.kind, request.credit.amount_cents) == ("release", PRICE_CENTS)
    assert (request.credit.source.kind, request.credit.destination.kind) == ("hold", "paid")
    event = RefundEvent.objects.get()
    assert (event.kind, event.from_state, event.to_state) == ("approved", "", "approved")
    mail = OutboundMail.objects.get()
    assert (mail.kind, mail.to, mail.key) == ("decision", member.email, f"decision:{event.pk}")
    assert Quote.objects.get().settled_at == UNREAD_AT
    assert balances(company) == [1_000_000, 0, 0]
    assert audit() == []


@pytest.mark.covers("P2")
def test_letter_says_that_it_came_back_by_itself_and_why(
    quoted: LeadSale, company: ServicePro
) -> None:
    sweep(UNREAD_AT)
    written = mails.render(OutboundMail.objects.get())
    reference = RefundRequest.objects.get().reference
    lead = quoted.lead.reference

    assert written.subject == f"{reference}: the fee for lead {lead} came back by itself"
    for text in (written.text, written.html):
        assert f"The fee for lead {lead} came back to you by itself: NT$120 went back" in text
        assert "was not read within 48 hours" in text
        assert "Your request is approved" not in text


@pytest.mark.covers("P2")
def test_one_second_short_of_48_hours_nothing_comes_back(quoted: LeadSale) -> None:
    before = everything()
    assert sweep(UNREAD_AT - SECOND) == 0
    assert everything() == before
    assert Quote.objects.get().settled_at is None


@pytest.mark.covers("P2")
def test_second_run_adds_nothing(quoted: LeadSale) -> None:
    assert sweep(UNREAD_AT) == 1
    before = everything()
    assert [sweep(UNREAD_AT), sweep(UNREAD_AT + timedelta(days=40))] == [0, 0]
    assert everything() == before


@pytest.mark.covers("P2")
@pytest.mark.parametrize(
    ("read_at", "credited"), [(UNREAD_AT, 0), (UNREAD_AT + SECOND, 1)], ids=["in time", "late"]
)
@pytest.mark.parametrize("field", ["read_at", "replied_at"])
def test_what_counts_is_when_it_was_read_and_not_when_the_sweep_came(
    field: str, read_at: datetime, credited: int, quoted: LeadSale
) -> None:
    Quote.objects.update(**{field: read_at})

    assert sweep(UNREAD_AT + timedelta(days=3)) == credited


@pytest.mark.covers("X28")
def test_read_quote_without_an_answer_comes_back_after_30_days(
    quoted: LeadSale, company: ServicePro
) -> None:
    Quote.objects.update(read_at=SENT + timedelta(hours=1))

    assert [sweep(UNREAD_AT), sweep(UNANSWERED_AT - SECOND), sweep(UNANSWERED_AT)] == [0, 0, 1]

    request = RefundRequest.objects.get()
    assert request.reason == "quote_unanswered"
    assert [check["code"] for check in request.checks] == ["quote_unanswered"]
    assert (kinds(), balances(company)) == (["hold", "release"], [1_000_000, 0, 0])
    assert sweep(UNANSWERED_AT + SECOND) == 0
    assert audit() == []


@pytest.mark.covers("P4", "X28")
def test_answered_quote_keeps_its_fee(quoted: LeadSale, company: ServicePro) -> None:
    with time_machine.travel(UNREAD_AT, tick=False):
        mark_read(sale_uuid=quoted.uuid, at=SENT + timedelta(hours=1))
        mark_replied(sale_uuid=quoted.uuid, at=SENT + timedelta(hours=2))

    assert [sweep(UNREAD_AT), sweep(UNANSWERED_AT), sweep(UNANSWERED_AT + SECOND)] == [0, 0, 0]

    assert (kinds(), balances(company)) == (["hold", "capture"], [999_880, 0, 0])
    assert Quote.objects.get().settled_at == UNANSWERED_AT
    assert audit() == []


@pytest.mark.covers("X28")
def test_reads_and_replies_after_the_fee_came_back_move_nothing(
    quoted: LeadSale, company: ServicePro
) -> None:
    sweep(UNREAD_AT)
    with time_machine.travel(UNREAD_AT + SECOND, tick=False):
        mark_read(sale_uuid=quoted.uuid, at=SENT + timedelta(hours=47))
        mark_replied(sale_uuid=quoted.uuid, at=UNREAD_AT + SECOND)

    assert sweep(UNANSWERED_AT) == 0
    assert (kinds(), balances(company)) == (["hold", "release"], [1_000_000, 0, 0])
    assert audit() == []


@pytest.mark.covers("P2", "X28")
def test_fee_that_was_paid_at_the_sale_comes_out_of_the_refunds(company: ServicePro) -> None:
    quotes(1, company, sent_at=SENT, held=False)

    assert sweep(UNREAD_AT) == 1

    assert kinds() == ["lead_charge", "refund_credit"]
    assert balances(company) == [1_000_000, 0, 0]
    assert audit() == []


@pytest.mark.covers("X37")
def test_bonus_funds_come_back_as_bonus_funds(company: ServicePro) -> None:
    fund(company, Kind.BONUS, 500)
    sale = LeadSaleFactory.create(
        pro=company, held=True, bucket=Kind.BONUS, price_cents=300, sold_at=SENT
    )
    QuoteFactory.create(sale=sale, sent_at=SENT)
    assert balances(company) == [1_000_000, 200, 300]

    assert sweep(UNREAD_AT) == 1

    assert balances(company) == [1_000_000, 500, 0]
    assert audit() == []


@pytest.mark.covers("P3", "X29")
@pytest.mark.parametrize("since", ["sale", "reply"])
def test_contact_that_was_never_given_brings_the_fee_back(since: str, company: ServicePro) -> None:
    sale = LeadSaleFactory.create(
        pro=company, held=True, sold_at=SENT, contact_revealed_at=None, price_cents=120
    )
    due_at = SENT + timedelta(hours=48)
    if since == "reply":
        QuoteFactory.create(sale=sale, sent_at=SENT)
        with time_machine.travel(SENT + timedelta(hours=5), tick=False):
            mark_replied(sale_uuid=sale.uuid, at=SENT + timedelta(hours=5))
        due_at += timedelta(hours=5)

    assert [sweep(due_at - SECOND), sweep(due_at), sweep(due_at + SECOND)] == [0, 1, 0]

    assert RefundRequest.objects.get().reason == "contact_not_obtained"
    assert (
        kinds()
        == {
            "sale": ["hold", "release"],
            "reply": ["hold", "capture", "refund_credit"],
        }[since]
    )
    assert balances(company) == [1_000_000, 0, 0]
    assert audit() == []


@pytest.mark.covers("X29", "P14")
def test_contact_that_was_given_brings_nothing_back(company: ServicePro) -> None:
    LeadSaleFactory.create(pro=company, held=True, sold_at=SENT)

    assert sweep(SENT + timedelta(days=60)) == 0


def claim(sale: LeadSale, pro: User, reason: str = "recruitment") -> RefundRequest:
    return file.file_claim(
        sale_uuid=sale.uuid,
        actor=pro,
        command_id=uuid4(),
        reason=reason,
        explanation=make.EXPLANATION,
        details={},
    )


def refuse_for_good(own: RefundRequest, pro: User, agent: User, manager: User) -> None:
    reference = own.reference
    declined = decide.decline(
        reference=reference,
        actor=agent,
        expected_version=own.version,
        codes=["claim_not_supported"],
        note="We read the conversation.",
    )
    appealed = appeal.file_appeal(
        reference=reference, actor=pro, expected_version=declined.version, text="Look again."
    )
    appeal.uphold(
        reference=reference,
        actor=manager,
        expected_version=appealed.version,
        sentence=make.SENTENCE,
    )


@pytest.mark.covers("C26")
def test_claim_of_the_pros_own_comes_first(
    quoted: LeadSale, company: ServicePro, agent: User, manager: User
) -> None:
    pro = MembershipFactory.create(pro=company).user
    with time_machine.travel(SENT + timedelta(hours=1), tick=False):
        own = claim(quoted, pro)

    assert sweep(UNREAD_AT) == 0
    assert Quote.objects.get().settled_at is None  # the pro may still take the claim back

    with time_machine.travel(SENT + timedelta(hours=2), tick=False):
        refuse_for_good(own, pro, agent, manager)
    assert sweep(UNREAD_AT) == 0
    assert Quote.objects.get().settled_at == UNREAD_AT
    assert kinds() == ["hold"]


@pytest.mark.covers("P2", "X36")
def test_claim_that_was_taken_back_leaves_the_fee_to_the_sweep(
    quoted: LeadSale, company: ServicePro
) -> None:
    pro = MembershipFactory.create(pro=company).user
    with time_machine.travel(SENT + timedelta(hours=1), tick=False):
        own = claim(quoted, pro)
        withdraw(reference=own.reference, actor=pro, expected_version=own.version)

    assert sweep(UNREAD_AT) == 1
    assert audit() == []


@pytest.mark.covers("P2", "X36")
def test_claim_that_comes_in_the_middle_of_a_sweep_settles_no_quote(
    quoted: LeadSale, company: ServicePro, monkeypatch: pytest.MonkeyPatch
) -> None:
    pro = MembershipFactory.create(pro=company).user
    look_again = automatic._not_being_appealed

    def claim_meanwhile(sales: Sequence[LeadSale]) -> list[LeadSale]:
        if not RefundRequest.objects.exists():
            claim(quoted, pro)
        return look_again(sales)

    with monkeypatch.context() as patch:
        patch.setattr(automatic, "_not_being_appealed", claim_meanwhile)
        assert sweep(UNREAD_AT) == 0
    own = RefundRequest.objects.get()
    assert (Quote.objects.get().settled_at, Quote.objects.get().read_confirmed_at) == (None, None)

    withdraw(reference=own.reference, actor=pro, expected_version=own.version)

    assert sweep(UNREAD_AT + SECOND) == 1
    assert balances(company) == [1_000_000, 0, 0]
    assert audit() == []


@pytest.mark.covers("P2")
def test_audit_finds_a_fee_that_is_held_behind_a_settled_quote(quoted: LeadSale) -> None:
    Quote.objects.update(settled_at=UNREAD_AT)

    assert audit() == [f"sale {quoted.pk} has its quote settled, and its fee is still held"]


@pytest.mark.covers("C26")
def test_pro_who_claims_afterwards_is_told_that_it_was_credited(
    quoted: LeadSale, company: ServicePro
) -> None:
    pro = MembershipFactory.create(pro=company).user
    sweep(UNREAD_AT)

    with time_machine.travel(UNREAD_AT, tick=False), pytest.raises(file.AlreadyRequested) as told:
        claim(quoted, pro)
    assert RefundRequest.objects.get().reference in str(told.value)


@pytest.mark.covers("X28")
def test_claim_on_a_fee_that_is_held_releases_it(quoted: LeadSale, company: ServicePro) -> None:
    pro = MembershipFactory.create(pro=company).user
    LeadSale.objects.update(contact_revealed_at=None)
    Quote.objects.update(replied_at=SENT)
    with time_machine.travel(UNREAD_AT, tick=False):
        own = claim(quoted, pro, "contact_not_obtained")

    assert (own.state, own.credit and own.credit.kind) == (State.APPROVED, "release")
    assert LeadSale.objects.get().released_cents == PRICE_CENTS
    assert balances(company) == [1_000_000, 0, 0]
    assert audit() == []


@pytest.mark.covers("X23", "X28")
def test_released_fee_that_is_taken_back_is_due_and_not_held_again(
    quoted: LeadSale, company: ServicePro, agent: User
) -> None:
    sweep(UNREAD_AT)
    request = RefundRequest.objects.get()
    with time_machine.travel(UNREAD_AT, tick=False):
        reverse(
            reference=request.reference,
            actor=agent,
            expected_version=request.version,
            reason="They met the day before the quote was sent.",
        )
        mark_replied(sale_uuid=quoted.uuid, at=UNREAD_AT)

    taken = Transfer.objects.get(kind="reversal")
    assert taken.destination.kind == "revenue"
    assert (kinds(), balances(company)) == (["hold", "release", "reversal"], [999_880, 0, 0])
    assert audit() == []


@pytest.mark.covers("P2")
def test_quotes_of_a_program_that_credits_none_are_passed_on(manager: User) -> None:
    policy = load_preset("pro360").model_dump(mode="json")
    policy["reasons"] = [one for one in policy["reasons"] if not one["automatic"]]
    policy["machine_may_approve"] = ["contact_not_obtained"]
    policy |= {"quote_unread_hours": None, "quote_unanswered_days": None}
    for words in policy["translations"].values():
        for code in ("quote_unread", "quote_unanswered"):
            del words["reasons"][code]
    company = teacher(manager)
    PolicyVersion.objects.create(
        program=company.program,
        document=policy,
        effective_from=SENT - timedelta(days=1),
        published_at=SENT - timedelta(days=2),
    )
    quotes(3, company, sent_at=SENT)
    [older] = quotes(1, company, sent_at=SENT - timedelta(days=2))

    assert sweep(UNREAD_AT) == 1
    assert RefundRequest.objects.get().sale == older
    assert Quote.objects.filter(settled_at=None).count() == 0


def test_many_chunks_credit_everything(
    company: ServicePro, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(automatic, "CHUNK", 3)
    quotes(7, company, sent_at=SENT)
    read = quotes(4, company, sent_at=SENT - timedelta(hours=1))
    Quote.objects.filter(sale__in=read).update(read_at=SENT)

    assert sweep(UNREAD_AT) == 7

    assert Transfer.objects.filter(kind="release").count() == 7
    assert OutboundMail.objects.count() == 7
    assert audit() == []


@pytest.mark.covers("P3")
def test_what_is_not_credited_holds_up_nothing_behind_it(
    company: ServicePro, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(automatic, "CHUNK", 2)
    call, web = Lead.Kind.LIVE_CALL, Lead.Kind.WEB

    def judge_calls_otherwise(facts: Facts, policy: Policy) -> Verdict:
        verdict = judge(facts, policy)
        return verdict if facts.sale.kind == web else replace(verdict, outcome=Outcome.INVESTIGATE)

    monkeypatch.setattr(automatic, "judge", judge_calls_otherwise)
    for hours, kind in enumerate([call, call, call, call, call, web, call]):
        LeadSaleFactory.create(
            pro=company,
            held=True,
            sold_at=SENT + timedelta(hours=hours),
            lead__kind=kind,
            contact_revealed_at=None,
        )

    assert sweep(SENT + timedelta(days=3)) == 1

    assert RefundRequest.objects.get().sale.lead.kind == web
    assert sweep(SENT + timedelta(days=3)) == 0


@pytest.mark.covers("P3")
def test_what_the_machine_may_not_approve_is_not_looked_for(company: ServicePro) -> None:
    policy = load_preset("pro360").model_dump(mode="json")
    policy["machine_may_approve"] = ["quote_unread", "quote_unanswered"]
    PolicyVersion.objects.create(
        program=company.program, document=policy, effective_from=SENT, published_at=SENT
    )

    looked_for = [ground.reason and ground.reason.code for ground in grounds(UNREAD_AT)]

    assert looked_for == [
        *["quote_unread", "quote_unanswered", "contact_not_obtained"],
        *["quote_unread", "quote_unanswered"],
    ]


def test_number_of_credits_costs_no_query(company: ServicePro) -> None:
    _first, few, many = (statements(company, count) for count in (1, 2, 90))

    assert len(few) == len(many)


def statements(company: ServicePro, count: int) -> list[str]:
    """Sweep so many quotes; return the statements that it takes.

    SQLite takes 999 values at once, so the longer lists are inserted in pieces there.
    """
    quotes(count, company, sent_at=SENT)
    with CaptureQueriesContext(connection) as queries:
        assert sweep(UNREAD_AT) == count
    taken = [query["sql"] for query in queries]
    inserts = "INSERT" if connection.vendor == "sqlite" else "no statement begins so"
    return [sql for sql in taken if not sql.startswith(inserts)]


def test_chunk_that_fails_leaves_nothing_behind(
    company: ServicePro, monkeypatch: pytest.MonkeyPatch
) -> None:
    quotes(3, company, sent_at=SENT)
    before = everything()

    def no_mails(*_args: object, **_kwargs: object) -> list[OutboundMail]:
        raise RuntimeError("the process dies here")

    with monkeypatch.context() as patch:
        patch.setattr(mails, "owed", no_mails)
        with pytest.raises(RuntimeError):
            sweep(UNREAD_AT)

    assert everything() == before
    assert sweep(UNREAD_AT) == 3
    assert audit() == []


@pytest.mark.covers("P2", "P3", "X28")
def test_sweep_credits_exactly_what_the_engine_would_approve(company: ServicePro) -> None:
    chance = random.Random(20260302)  # noqa: S311 (the same sales in each run)
    now = SENT + timedelta(days=40, milliseconds=300)
    with time_machine.travel(now, tick=False):
        for _ in range(60):
            random_sale(company, chance, now)
        expected = {
            sale.pk: reason for sale in LeadSale.objects.all() if (reason := approved(sale, now))
        }
        credited = credit_due()

    requests = RefundRequest.objects.all()
    assert {request.sale_id: request.reason for request in requests} == expected
    assert credited == len(expected)
    assert len(set(expected.values())) == 3
    assert 10 < len(expected) < 55
    assert audit() == []


def random_sale(pro: ServicePro, chance: random.Random, now: datetime) -> None:
    """Sell a lead around one of the limits, with or without what may follow."""
    limit = chance.choice([timedelta(hours=48), timedelta(days=30), timedelta(days=35)])
    sent_at = now - limit + timedelta(milliseconds=chance.choice([-1100, -600, 0, 600, 1100]))
    sale = LeadSaleFactory.create(
        pro=pro,
        held=chance.random() < 0.5,
        sold_at=sent_at,
        contact_revealed_at=chance.choice([None, sent_at]),
    )
    if chance.random() < 0.75:
        delays = [0, 3600, 48 * 3600, 48 * 3600 + 1, 72 * 3600, 30 * 86400, 30 * 86400 + 1]
        read, replied = (chance.choice([None, *delays]) for _ in range(2))
        QuoteFactory.create(
            sale=sale,
            sent_at=sent_at,
            read_at=None if read is None else sent_at + timedelta(seconds=read),
            replied_at=None if replied is None else sent_at + timedelta(seconds=replied),
        )


def approved(sale: LeadSale, now: datetime) -> str:
    """The first of the machine's reasons that the engine approves for the sale."""
    policy = load_preset("pro360")
    for reason in ("quote_unread", "quote_unanswered", "contact_not_obtained"):
        facts = facts_for_claim(
            sale, reason=reason, submitted_at=now, explanation="", channel="system", details={}
        )
        if judge(facts, policy).outcome == "approve":
            return reason
    return ""


@pytest.mark.django_db(transaction=True)
def test_sweeps_at_once_credit_each_sale_once(
    company: ServicePro, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(automatic, "CHUNK", 7)
    quotes(60, company, sent_at=SENT)

    credited = at_once(*[partial(sweep_now, UNREAD_AT)] * 4)

    assert sum(count for count in credited if isinstance(count, int)) == 60
    assert balances(company) == [1_000_000, 0, 0]
    assert audit() == []


def sweep_now(at: datetime) -> int:
    return credit_due()


@pytest.mark.covers("X28")
@pytest.mark.django_db(transaction=True)
def test_of_many_replies_and_releases_at_once_one_takes_the_fee(company: ServicePro) -> None:
    for _round in range(4):
        [sale] = quotes(1, company, sent_at=SENT)
        half = thread_count() // 2
        reply: Callable[[], object] = partial(mark_replied, sale_uuid=sale.uuid, at=SENT)
        at_once(*[reply] * half, *[credit_due] * half)

        sold = LeadSale.objects.select_related("capture").get(pk=sale.pk)
        given = list(Transfer.objects.filter(credited_to__sale=sale).values_list("kind", flat=True))
        # A reply that comes before the sweep keeps its fee; one that comes after takes nothing.
        assert (bool(sold.capture), given) in [(True, []), (False, ["release"])]
    assert audit() == []


@pytest.mark.django_db(transaction=True)
def test_claims_and_sweeps_at_once_wait_for_each_other(company: ServicePro) -> None:
    pro = MembershipFactory.create(pro=company).user
    sales = quotes(6, company, sent_at=SENT)
    now = SENT + timedelta(days=2)
    with time_machine.travel(now, tick=True):
        jobs = [partial(claim, sale, pro) for sale in sales]
        at_once(*jobs, *[credit_due] * 4)

    assert RefundRequest.objects.count() == 6
    assert audit() == []
