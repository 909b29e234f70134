"""The days of Refund status: what they keep, what they hide, and what says so (L17, L18)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from accounts.counting import counts
from accounts.models import ServicePro, User
from refunds.models import RefundRequest
from tests.conftest import SignedIn
from tests.factories import refunds as life
from tests.factories.leads import LeadSaleFactory
from tests.pages.browser import text_of

pytestmark = pytest.mark.covers("L18")

NEW_YORK = ZoneInfo("America/New_York")
NOON = datetime(2026, 6, 17, 12, tzinfo=NEW_YORK)
HTMX = {"HX-Request": "true"}

Filed = Callable[[timedelta], RefundRequest]


@pytest.fixture
def filed(pro_company: ServicePro, pro: User) -> Filed:
    """File a claim so long before noon, New York's."""

    def file(before: timedelta) -> RefundRequest:
        with time_machine.travel(NOON - before, tick=False):
            sold_at = NOON - before - timedelta(hours=1)
            return life.investigating(LeadSaleFactory.create(pro=pro_company, sold_at=sold_at), pro)

    return file


def shown(pro: User, query: str, **headers: str) -> tuple[list[str], str]:
    with time_machine.travel(NOON, tick=False):
        page = SignedIn(pro).get(f"/requests/?{query}", headers=headers)
    return [row.reference for row in page.context["rows"]], text_of(page)


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("", 5),
        ("when=today", 1),
        ("when=week", 3),
        ("when=month", 4),
        ("since=2026-06-11&until=2026-06-16", 2),
        ("until=2026-06-10", 2),
    ],
)
def test_days_keep_what_was_asked_for_within_them(
    pro: User, filed: Filed, query: str, kept: int
) -> None:
    """Filed at the day's first midnight, the last of yesterday, and so on."""
    before = [
        timedelta(hours=12),
        timedelta(hours=12, seconds=1),
        timedelta(days=6, hours=12),
        timedelta(days=6, hours=12, seconds=1),
        timedelta(days=30),
    ]
    made = [filed(one).reference for one in before]

    listed, page = shown(pro, f"tab=open&{query}")

    assert len(listed) == kept
    assert listed == [one for one in made if one in listed]
    hidden = 5 - kept
    assert (f"These days hide {hidden} of your requests." in page) == bool(hidden)
    assert ('href="?tab=open">Show all</a>' in page) == bool(hidden)


def test_a_tab_counts_what_its_days_keep(pro: User, filed: Filed) -> None:
    filed(timedelta(0))
    filed(timedelta(days=2))
    assert 'Open <span class="count">1</span>' in shown(pro, "tab=open&when=today")[1]
    page = shown(pro, "tab=decided&when=today")[1]
    assert 'href="?tab=open&amp;when=today"' in page
    assert "Nothing of these days is here." in page


def test_days_that_hide_nothing_say_so(pro: User, filed: Filed) -> None:
    filed(timedelta(0))
    assert "These days hide none of your requests." in shown(pro, "tab=open&when=today")[1]
    assert "These days hide" not in shown(pro, "tab=open")[1]


def test_what_needs_the_pro_is_not_hidden_in_silence(
    pro: User, agent: User, pro_company: ServicePro, filed: Filed
) -> None:
    filed(timedelta(0))
    with time_machine.travel(NOON - timedelta(days=3), tick=False):
        life.awaiting_pro(LeadSaleFactory.create(pro=pro_company), pro, agent)
    page = shown(pro, "when=today")[1]
    assert "These days hide 1 of your requests. 1 of them needs your answer." in page
    assert 'href="?tab=needs_you">Show all</a>' in page


def test_days_that_lead_backwards_are_told_at_the_field(pro: User, filed: Filed) -> None:
    request = filed(timedelta(days=2))
    listed, page = shown(pro, "tab=open&since=2026-06-12&until=2026-06-10")
    assert page.count("Choose a last day that is not before the first.") == 2
    assert 'href="#id_until"' in page
    assert "<title> Error: Refund status · Makegood</title>" in page
    assert listed == [request.reference]


@pytest.mark.parametrize("query", ["when=always", "since=12.6.2026", "until=9999-12-31", "tab=x"])
def test_what_can_not_be_read_hides_nothing(pro: User, filed: Filed, query: str) -> None:
    request = filed(timedelta(days=2))
    assert shown(pro, query)[0] == [request.reference]


def test_the_days_alone_come_back_to_a_script(pro: User, filed: Filed) -> None:
    request = filed(timedelta(0))
    listed, part = shown(pro, "tab=open&when=today", **HTMX)
    assert listed == [request.reference]
    assert part.startswith('<section id="requests"')
    assert "<html" not in part
    restored = shown(pro, "tab=open&when=today", **HTMX, **{"HX-History-Restore-Request": "true"})
    assert "<html" in restored[1]


def test_a_list_that_depends_on_the_script_says_so_to_caches(pro_client: Client, pro: User) -> None:
    assert "HX-Request" in pro_client.get("/requests/")["Vary"]


def test_a_count_stops_early(pro: User, filed: Filed) -> None:
    for days in range(3):
        filed(timedelta(days=days))
    every = RefundRequest.objects.visible_to(pro)
    none = RefundRequest.objects.none()
    assert counts(pro, {"every": every, "none": none}, up_to=1) == {"every": 2, "none": 0}
    assert counts(pro, {"every": every}, up_to=3) == {"every": 3}
