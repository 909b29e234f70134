"""The digest before windows close: who gets it, of what, how often, and how it is stopped."""

import re
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from accounts.models import ServicePro, User
from leads.models import LeadSale
from refunds.models import (
    DeclaredEvent,
    OutboundMail,
    ReminderRun,
)
from refunds.policy.document import load_preset
from refunds.services import file, reminders, withdraw
from tests.factories import refunds as make
from tests.factories.accounts import MembershipFactory, ProgramFactory, ServiceProFactory
from tests.factories.leads import LeadFactory, LeadSaleFactory
from tests.factories.refunds import PolicyVersionFactory
from tests.refunds.reminders.digests import (
    A_DAY,
    MONDAY,
    SUNDAY_BEFORE,
    THURSDAY,
    remind,
    sent,
    sold,
    statuses,
)

pytestmark = pytest.mark.django_db


def test_pro_is_told_of_what_closes_within_two_days(pro_company: ServicePro, pro: User) -> None:
    sale = sold(pro_company, SUNDAY_BEFORE, lead__reference="L-77", lead__contact__name="Ann Lee")
    sold(pro_company, MONDAY, lead__reference="L-88")

    assert remind(THURSDAY) == 1

    [digest] = sent(THURSDAY)
    assert digest.to == [pro.email]
    assert digest.subject == "1 lead can be refunded for less than two days"
    assert f"- L-77 · Ann Lee · {sale.lead.category.name} · $50.00\n" in digest.body
    assert "  Until Fri 13 Mar 2026, 23:59 EDT\n" in digest.body
    assert "L-88" not in digest.body
    assert "http://testserver/leads/refundable/" in digest.body
    assert "L-77" in str(digest.alternatives[0][0])


def test_sale_is_told_of_once(pro_company: ServicePro, pro: User) -> None:
    sold(pro_company, SUNDAY_BEFORE, lead__reference="L-77")
    sold(pro_company, MONDAY, lead__reference="L-88")

    mornings = [remind(THURSDAY + number * A_DAY) for number in (0, 1, 2)]

    assert mornings == [1, 1, 0]
    # The first mail is late: of its leads only those are named that can still be claimed.
    late, on_time = sent(THURSDAY + timedelta(hours=25))
    told = [re.findall("L-77|L-88", str(one.body)) for one in (late, on_time)]
    assert told == [["L-77"], ["L-88"]]


def test_sweeps_of_one_day_write_once(pro_company: ServicePro, pro: User) -> None:
    sold(pro_company, SUNDAY_BEFORE)

    assert [remind(THURSDAY), remind(THURSDAY), remind(THURSDAY + timedelta(hours=3))] == [1, 0, 0]


def test_morning_that_was_missed_is_made_up(pro_company: ServicePro, pro: User) -> None:
    remind(THURSDAY - 2 * A_DAY)
    sold(pro_company, SUNDAY_BEFORE)

    assert remind(THURSDAY + timedelta(hours=10)) == 1


@pytest.mark.parametrize(
    ("at", "count"),
    [
        (datetime(2026, 3, 12, 11, 59, 59, tzinfo=UTC), 0),  # 07:59:59 in New York
        (datetime(2026, 3, 12, 12, 0, tzinfo=UTC), 1),
        (datetime(2026, 3, 12, 23, 59, 59, tzinfo=UTC), 1),
        (datetime(2026, 3, 13, 0, 0, tzinfo=UTC), 0),  # 20:00
    ],
)
def test_nobody_is_written_to_at_night(
    pro_company: ServicePro, pro: User, at: datetime, count: int
) -> None:
    sold(pro_company, SUNDAY_BEFORE)

    assert remind(at) == count
    assert ReminderRun.objects.count() == count


def test_sale_younger_than_the_last_morning_is_not_missed(
    pro_company: ServicePro, pro: User
) -> None:
    """A window that is shorter than two days begins and ends between two mornings' windows."""
    short = load_preset("conxpros").model_dump(mode="json")
    PolicyVersionFactory.create(
        program=pro_company.program,
        document={**short, "window": {"kind": "hours", "hours": 40}},
        effective_from=datetime(2026, 1, 1, tzinfo=UTC),
    )
    remind(THURSDAY)
    sold(pro_company, THURSDAY + timedelta(hours=1))

    assert remind(THURSDAY + A_DAY) == 1


def test_sale_younger_than_a_late_mail_is_told_of_in_the_next(
    pro_company: ServicePro, pro: User
) -> None:
    short = load_preset("conxpros").model_dump(mode="json")
    PolicyVersionFactory.create(
        program=pro_company.program,
        document={**short, "window": {"kind": "hours", "hours": 40}},
        effective_from=datetime(2026, 1, 1, tzinfo=UTC),
    )
    sold(pro_company, THURSDAY - timedelta(hours=1), lead__reference="L-77")
    remind(THURSDAY)
    sold(pro_company, THURSDAY + timedelta(hours=1), lead__reference="L-88")

    [late] = sent(THURSDAY + timedelta(hours=2))
    remind(THURSDAY + A_DAY)
    [next_one] = sent(THURSDAY + A_DAY)

    told = [re.findall("L-77|L-88", str(one.body)) for one in (late, next_one)]
    assert told == [["L-77"], ["L-88"]]


def test_window_made_longer_is_told_of_when_it_ends_then(
    pro_company: ServicePro, pro: User, agent: User
) -> None:
    sold(pro_company, SUNDAY_BEFORE)
    DeclaredEvent.objects.create(
        program=pro_company.program,
        name="Storm",
        cause="hurricane",
        starts_on=date(2026, 3, 9),
        ends_on=date(2026, 3, 10),
        postal_codes=["303*"],
        declared_by=agent,
        declared_at=SUNDAY_BEFORE,
    )

    # It closes with Sunday then.
    assert [remind(THURSDAY + number * A_DAY) for number in (0, 1, 2, 3)] == [0, 0, 1, 0]


def claimed(sale: LeadSale, pro: User, at: datetime) -> None:
    with time_machine.travel(at, tick=False):
        file.file_claim(
            sale_uuid=sale.uuid,
            actor=pro,
            command_id=uuid4(),
            reason="incorrect_contact",
            explanation=make.EXPLANATION,
            details={},
        )


def test_sale_that_was_claimed_is_not_told_of(pro_company: ServicePro, pro: User) -> None:
    claimed(sold(pro_company, SUNDAY_BEFORE), pro, MONDAY)

    assert remind(THURSDAY) == 0


def test_sale_whose_claim_was_taken_back_is_told_of(pro_company: ServicePro, pro: User) -> None:
    sale = sold(pro_company, SUNDAY_BEFORE)
    claimed(sale, pro, MONDAY)
    request = sale.requests.get()
    with time_machine.travel(MONDAY, tick=False):
        withdraw.withdraw(reference=request.reference, actor=pro, expected_version=request.version)

    assert remind(THURSDAY) == 1


@pytest.mark.parametrize(
    "fields",
    [{"credited_cents": 5000}, {"detached_at": MONDAY}],
    ids=["credited", "detached"],
)
def test_sale_with_nothing_to_claim_is_not_told_of(
    pro_company: ServicePro, pro: User, fields: dict[str, object]
) -> None:
    sold(pro_company, SUNDAY_BEFORE, **fields)

    assert remind(THURSDAY) == 0


def test_digest_is_dropped_when_nothing_closes_any_more(pro_company: ServicePro, pro: User) -> None:
    sale = sold(pro_company, SUNDAY_BEFORE)
    remind(THURSDAY)
    claimed(sale, pro, THURSDAY)
    OutboundMail.objects.exclude(kind=OutboundMail.Kind.REMINDER).delete()

    assert sent(THURSDAY + timedelta(minutes=1)) == []
    assert statuses() == ["dropped"]


def test_digest_that_is_late_names_what_is_left(pro_company: ServicePro, pro: User) -> None:
    sold(pro_company, SUNDAY_BEFORE)
    remind(THURSDAY)

    assert sent(THURSDAY + 3 * A_DAY) == []
    assert statuses() == ["dropped"]


def test_who_wants_no_reminders_gets_none(pro_company: ServicePro, pro: User) -> None:
    other = MembershipFactory.create(pro=pro_company).user
    User.objects.filter(pk=pro.pk).update(wants_reminders=False)
    sold(pro_company, SUNDAY_BEFORE)

    assert remind(THURSDAY) == 1
    assert [one.to for one in sent(THURSDAY)] == [[other.email]]


def test_who_stops_them_meanwhile_gets_none(pro_company: ServicePro, pro: User) -> None:
    sold(pro_company, SUNDAY_BEFORE)
    remind(THURSDAY)
    User.objects.filter(pk=pro.pk).update(wants_reminders=False)

    assert sent(THURSDAY) == []
    assert statuses() == ["dropped"]


def test_digest_goes_to_the_address_of_now(pro_company: ServicePro, pro: User) -> None:
    sold(pro_company, SUNDAY_BEFORE)
    remind(THURSDAY)
    User.objects.filter(pk=pro.pk).update(email="new@example.com")

    assert [one.to for one in sent(THURSDAY)] == [["new@example.com"]]
    assert OutboundMail.objects.get().to == "new@example.com"


def test_closed_account_is_owed_no_digest(pro_company: ServicePro, pro: User) -> None:
    User.objects.filter(pk=pro.pk).update(is_active=False)
    sold(pro_company, SUNDAY_BEFORE)

    assert remind(THURSDAY) == 0


def test_account_that_is_closed_meanwhile_gets_none(pro_company: ServicePro, pro: User) -> None:
    sold(pro_company, SUNDAY_BEFORE)
    remind(THURSDAY)
    User.objects.filter(pk=pro.pk).update(is_active=False)

    assert sent(THURSDAY) == []
    assert statuses() == ["dropped"]


def test_each_member_gets_one_mail_a_company(pro_company: ServicePro, pro: User) -> None:
    other = ServiceProFactory.create(program=pro_company.program)
    MembershipFactory.create(user=pro, pro=other)
    for company in (pro_company, other):
        sold(company, SUNDAY_BEFORE)
        sold(company, SUNDAY_BEFORE + timedelta(minutes=1))

    assert remind(THURSDAY) == 2

    keys = set(OutboundMail.objects.values_list("key", flat=True))
    assert keys == {
        f"reminder:{pro.pk}:{pro_company.pk}:2026-03-12",
        f"reminder:{pro.pk}:{other.pk}:2026-03-12",
    }
    assert [one.subject for one in sent(THURSDAY)] == [
        "2 leads can be refunded for less than two days"
    ] * 2


def test_ten_leads_are_named_and_the_others_counted(pro_company: ServicePro, pro: User) -> None:
    for number in range(13):
        sold(pro_company, SUNDAY_BEFORE, lead__reference=f"L-A{number}")
    remind(THURSDAY)

    [digest] = sent(THURSDAY)

    assert digest.subject.startswith("13 leads")
    assert len(re.findall(r"L-A\d+", str(digest.body))) == 10
    assert "And 3 more." in digest.body


def test_contact_that_is_not_revealed_is_not_named(pro_company: ServicePro, pro: User) -> None:
    sold(
        pro_company,
        SUNDAY_BEFORE,
        lead__contact__name="Ann Lee",
        contact_revealed_at=None,
    )
    remind(THURSDAY)

    [digest] = sent(THURSDAY)

    assert "Ann" not in digest.body + str(digest.alternatives[0][0])


def test_window_that_counts_from_the_job_is_told_of_by_its_day(pro: User) -> None:
    taipei = ProgramFactory.create(
        code="pro360",
        time_zone="Asia/Taipei",
        currency="TWD",
        currency_decimals=0,
        country="TW",
        locale="zh-hant",
    )
    PolicyVersionFactory.create(program=taipei)
    company = ServiceProFactory.create(program=taipei)
    MembershipFactory.create(user=pro, pro=company)
    lead = LeadFactory.create(program=taipei, job_date=date(2026, 3, 1), reference="T-1")
    LeadSaleFactory.create(
        pro=company, lead=lead, sold_at=datetime(2026, 3, 10, tzinfo=UTC), price_cents=300
    )
    morning = datetime(2026, 3, 30, 0, 30, tzinfo=UTC)  # 08:30 in Taipei; it closes with the 31st

    assert [remind(morning - A_DAY), remind(morning), remind(morning + A_DAY)] == [0, 1, 0]

    [digest] = sent(morning)
    assert "2026 年 3 月 31 日" in digest.body
    assert digest.subject == "有 1 筆案件再不到兩天就不能申請退費了"


def test_reader_is_written_to_in_their_own_language(pro_company: ServicePro, pro: User) -> None:
    User.objects.filter(pk=pro.pk).update(language="zh-hant")
    sold(pro_company, SUNDAY_BEFORE)
    remind(THURSDAY)

    [digest] = sent(THURSDAY)

    assert digest.subject == "有 1 筆案件再不到兩天就不能申請退費了"


def test_idle_sweep_reads_no_sale(
    pro_company: ServicePro, pro: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    remind(THURSDAY)

    with django_assert_num_queries(1):
        remind(THURSDAY + timedelta(hours=1))


@pytest.mark.parametrize("number", [1, 20])
def test_number_of_sales_costs_no_query(
    pro_company: ServicePro,
    pro: User,
    django_assert_num_queries: DjangoAssertNumQueries,
    number: int,
) -> None:
    for _number in range(number):
        sold(pro_company, SUNDAY_BEFORE)

    with time_machine.travel(THURSDAY, tick=False), django_assert_num_queries(13):
        reminders.remind()
