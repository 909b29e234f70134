"""The balance on each line of Transactions, under every filter and on every page (L19)."""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from accounts import ledger
from accounts.models import LedgerAccount, ServicePro, Transfer, User
from tests.factories.accounts import (
    MembershipFactory,
    ProgramFactory,
    ServiceProFactory,
)
from tests.factories.leads import LeadSaleFactory
from tests.pages.browser import text_of

SignIn = Callable[[User], Client]
Kind = LedgerAccount.Kind
NOW = datetime(2026, 3, 20, 15, 0, tzinfo=UTC)
FILTERS = [
    {},
    {"kind": "top_ups"},
    {"kind": "charges"},
    {"kind": "credits"},
    {"kind": "held"},
    {"kind": "corrections"},
    {"when": "today"},
    {"when": "week", "kind": "charges"},
    {"when": "month"},
    {"when": "custom", "since": "2026-03-01", "until": "2026-03-10"},
    {"since": "2026-02-20", "until": "2026-03-10", "kind": "credits"},
]
# Each kind that touches a pro's accounts, with where it leaves and enters.
ROUTES = [
    (Transfer.Kind.TOP_UP, Kind.FUNDING, Kind.PAID),
    (Transfer.Kind.BONUS, Kind.GOODWILL, Kind.BONUS),
    (Transfer.Kind.LEAD_CHARGE, Kind.PAID, Kind.REVENUE),
    (Transfer.Kind.LEAD_CHARGE, Kind.PAID, Kind.REVENUE),
    (Transfer.Kind.LEAD_CHARGE, Kind.BONUS, Kind.REVENUE),
    (Transfer.Kind.HOLD, Kind.PAID, Kind.HOLD),
    (Transfer.Kind.CAPTURE, Kind.HOLD, Kind.REVENUE),
    (Transfer.Kind.RELEASE, Kind.HOLD, Kind.BONUS),
    (Transfer.Kind.REFUND_CREDIT, Kind.REFUNDS, Kind.PAID),
    (Transfer.Kind.REVERSAL, Kind.PAID, Kind.REFUNDS),
    (Transfer.Kind.ADJUSTMENT, Kind.PAID, Kind.BONUS),
    (Transfer.Kind.ADJUSTMENT, Kind.REFUNDS, Kind.PAID),
]


@pytest.fixture
def company(pro_company: ServicePro) -> ServicePro:
    """The pro, with 130 transfers of every kind over six weeks, some at the same instant."""
    chance = random.Random(7)  # noqa: S311 (no secret)
    with time_machine.travel(NOW, tick=False), transaction.atomic():
        for number in range(130):
            post(pro_company, number, chance)
    return pro_company


def post(pro: ServicePro, number: int, chance: random.Random) -> None:
    kind, source, destination = ROUTES[number % len(ROUTES)]
    at = NOW - timedelta(hours=12 * chance.randrange(90))
    movement = ledger.Movement(
        kind=kind,
        source=account(pro, source),
        destination=account(pro, destination),
        amount_cents=chance.randrange(1, 9000),
        key=f"test:{pro.pk}:{number}",
        note="As agreed",
    )
    ledger.post(movement, at=at)


def account(pro: ServicePro, kind: LedgerAccount.Kind) -> LedgerAccount:
    if kind in LedgerAccount.PRO_KINDS:
        return ledger.wallet(pro, kind)
    return ledger.house_account(pro.program, kind)


def balances_by_hand(pro: ServicePro) -> dict[int, int]:
    """Add every transfer up from the first one on; the factory's top-up is one of them."""
    wallets = {ledger.wallet(pro, kind).pk for kind in LedgerAccount.WALLET_KINDS}
    balance, after = 0, {}
    for one in Transfer.objects.order_by("posted_at", "pk"):
        balance += one.amount_cents * ((one.destination_id in wallets) - (one.source_id in wallets))
        after[one.pk] = balance
    return after


def walk(client: Client, asked: dict[str, str]) -> list[str]:
    """Return the balances of all pages of a filter."""
    page = client.get("/transactions/", asked)
    balances = [row.balance for row in page.context["rows"]]
    while following := page.context["next_page"]:
        page = client.get(f"/transactions/{following}")
        balances += [row.balance for row in page.context["rows"]]
    return balances


def written(cents: int) -> str:
    return f"{'−' if cents < 0 else ''}${abs(cents) // 100:,}.{abs(cents) % 100:02}"


def kept(asked: dict[str, str]) -> Sequence[Transfer]:
    """Return the transfers of a filter by the plainest means, the newest first."""
    kinds = {
        "top_ups": ["top_up", "bonus"],
        "charges": ["lead_charge", "capture"],
        "credits": ["refund_credit", "goodwill", "release"],
        "held": ["hold", "capture", "release"],
        "corrections": ["reversal", "adjustment"],
    }
    first = {"today": "2026-03-20", "week": "2026-03-14", "month": "2026-03-01"}
    since = date.fromisoformat(first.get(asked.get("when", ""), asked.get("since", "2000-01-01")))
    until = date.fromisoformat(asked.get("until", "2999-12-31"))
    return [
        one
        for one in Transfer.objects.order_by("-posted_at", "-pk")
        # New York is five hours behind in winter, four from 8 March on.
        if since <= new_york(one.posted_at) <= until
        and one.kind in kinds.get(asked.get("kind", ""), [one.kind])
    ]


def new_york(at: datetime) -> date:
    hours = 4 if at >= datetime(2026, 3, 8, 7, tzinfo=UTC) else 5
    return (at - timedelta(hours=hours)).date()


@pytest.mark.covers("L18", "L19")
@pytest.mark.parametrize("asked", FILTERS, ids=str)
@time_machine.travel(NOW, tick=False)
def test_balance_on_each_line_is_that_of_the_wallets_after_it(
    company: ServicePro, pro: User, signed_in: SignIn, asked: dict[str, str]
) -> None:
    after = balances_by_hand(company)

    shown = walk(signed_in(pro), asked)

    assert shown == [written(after[one.pk]) for one in kept(asked)]
    assert shown


@time_machine.travel(NOW, tick=False)
def test_newest_line_has_the_balance_of_now(
    company: ServicePro, pro: User, signed_in: SignIn
) -> None:
    page = signed_in(pro).get("/transactions/")

    assert page.context["rows"][0].balance == page.context["balance"].total


@pytest.mark.covers("L18")
@time_machine.travel(NOW, tick=False)
def test_ends_of_a_window_are_the_balances_before_and_after_it(
    company: ServicePro, pro: User, signed_in: SignIn
) -> None:
    after = balances_by_hand(company)
    oldest_first = sorted(Transfer.objects.all(), key=lambda one: (one.posted_at, one.pk))
    before = [one for one in oldest_first if new_york(one.posted_at) < date(2026, 3, 1)]
    within = [one for one in oldest_first if new_york(one.posted_at) <= date(2026, 3, 10)]

    page = signed_in(pro).get("/transactions/?since=2026-03-01&until=2026-03-10")

    assert page.context["ends"] == [
        ("Balance when Sun 1 Mar 2026 began", written(after[before[-1].pk])),
        ("Balance at the end of Tue 10 Mar 2026", written(after[within[-1].pk])),
    ]


@pytest.mark.parametrize(
    ("asked", "field", "words"),
    [
        ({"kind": "gifts"}, "kind", "Choose one of the list, or all."),
        ({"when": "ever"}, "when", "Choose one of the list, or all."),
        (
            {"since": "1 March"},
            "since",
            "Write the day as year-month-day, such as 2026-03-31.",
        ),
        (
            {"until": "9999-12-31"},
            "until",
            "Write the day as year-month-day, such as 2026-03-31.",
        ),
        (
            {"since": "2020-03-10", "until": "2020-03-09"},
            "until",
            "Choose a last day that is not before the first.",
        ),
        ({"when": "custom"}, "since", "Choose the first day, the last day, or both."),
    ],
)
def test_what_is_wrong_in_the_filter_is_told_at_its_field(
    sale: object, pro_client: Client, asked: dict[str, str], field: str, words: str
) -> None:
    page = pro_client.get("/transactions/", asked)

    assert page.context["form"].errors == {field: [words]}
    assert text_of(page).count(words) == 2
    assert f'<a href="#id_{field}">' in text_of(page)
    assert len(page.context["rows"]) == 2


def test_list_alone_is_what_a_filter_in_place_gets(sale: object, pro_client: Client) -> None:
    part = pro_client.get("/transactions/?kind=charges", headers={"HX-Request": "true"})
    whole = pro_client.get("/transactions/?kind=charges")

    assert text_of(part).startswith('<section id="statement"')
    assert "HX-Request" in part["Vary"]
    assert text_of(part) in text_of(whole)


def test_each_company_has_a_statement_of_its_own(
    pro_company: ServicePro, pro: User, signed_in: SignIn
) -> None:
    """Amounts of two currencies are never added, nor shown in one list."""
    taipei = ProgramFactory.create(
        code="pro360", time_zone="Asia/Taipei", currency="TWD", currency_decimals=0
    )
    other = ServiceProFactory.create(program=taipei, name="Zhongshan Piano", paid_cents=3000)
    MembershipFactory.create(user=pro, pro=other)
    client = signed_in(pro)

    first = client.get("/transactions/")
    second = client.get("/transactions/", {"company": f"pro360:{other.code}"})

    assert [one["name"] for one in first.context["companies"]] == [
        pro_company.name,
        "Zhongshan Piano",
    ]
    assert [row.balance for row in first.context["rows"]] == ["$1,000.00"]
    assert [row.balance for row in second.context["rows"]] == ["NT$3,000"]
    assert second.context["balance"].total == "NT$3,000"
    assert f"company=pro360%3A{other.code}" in second.context["csv"]


def test_company_of_others_is_not_there(sale: object, other_pro: User, pro_client: Client) -> None:
    theirs = other_pro.memberships.get().pro
    name = f"conxpros:{theirs.code}"

    assert pro_client.get("/transactions/", {"company": name}).status_code == 404
    assert pro_client.get("/transactions.csv", {"company": name}).status_code == 404


@time_machine.travel(NOW, tick=False)
def test_months_show_what_leads_cost_and_what_came_back(
    pro_company: ServicePro, pro: User, signed_in: SignIn
) -> None:
    LeadSaleFactory.create(pro=pro_company, sold_at=datetime(2026, 2, 1, 4, 30, tzinfo=UTC))
    LeadSaleFactory.create(pro=pro_company, sold_at=datetime(2026, 2, 1, 5, 30, tzinfo=UTC))
    with transaction.atomic():
        back = ledger.Movement(
            kind=Transfer.Kind.REFUND_CREDIT,
            source=account(pro_company, Kind.REFUNDS),
            destination=account(pro_company, Kind.PAID),
            amount_cents=2500,
            key="test:back",
        )
        ledger.post(back, at=NOW)

    chart = signed_in(pro).get("/transactions/").context["chart"]

    assert [(slot.name, *slot.amounts) for slot in chart.slots] == [
        ("October 2025", "$0.00", "$0.00"),
        ("November 2025", "$0.00", "$0.00"),
        ("December 2025", "$0.00", "$0.00"),
        ("January 2026", "$50.00", "$0.00"),
        ("February 2026", "$50.00", "$0.00"),
        ("March 2026", "$0.00", "$25.00"),
    ]
    assert [label for _kind, label in chart.kinds] == ["Spent on leads", "Came back"]
    assert [[bar.height for bar in slot.bars] for slot in chart.slots[3:]] == [
        [104, 0],
        [104, 0],
        [0, 52],
    ]


def test_no_chart_of_nothing(pro: User, pro_client: Client) -> None:
    page = pro_client.get("/transactions/")

    assert page.context["chart"] is None
    assert "<svg" not in text_of(page).partition("<main")[2]


def test_filter_that_nothing_fits_says_so(sale: object, pro_client: Client) -> None:
    page = pro_client.get("/transactions/?kind=corrections")

    assert page.context["rows"] == []
    assert "No line fits this filter." in text_of(page)
