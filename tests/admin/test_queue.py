from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import ServicePro, User
from leads.models import LeadSale
from refunds.admin import labels
from refunds.models import RefundRequest, State
from refunds.services import corrections, investigate
from refunds.views.words import TAGS
from tests.admin.pages import LIST, page
from tests.conftest import SignedIn
from tests.factories import refunds
from tests.factories.leads import LeadSaleFactory


def shown(browser: SignedIn, query: str = "") -> list[str]:
    """Return the references on the list, in its order."""
    answer = browser.get(LIST + query)
    assert answer.status_code == 200
    return [row.reference for row in answer.context["cl"].result_list]


def due_in(case: RefundRequest, left: timedelta) -> None:
    """Move a request's limit."""
    RefundRequest.objects.filter(pk=case.pk).update(due_at=timezone.now() + left)


def test_open_requests_are_shown_most_urgent_first(
    browser: SignedIn, pro_company: ServicePro, pro: User, agent: User
) -> None:
    later, sooner, asked, approved = LeadSaleFactory.create_batch(4, pro=pro_company)
    cases = [refunds.investigating(later, pro), refunds.investigating(sooner, pro)]
    waiting = refunds.awaiting_pro(asked, pro, agent)
    refunds.approved(approved, pro, agent)
    # The clock of one that waits for the pro stands still, so its old limit says nothing.
    for case, days in zip([*cases, waiting], (3, 1, -2), strict=True):
        due_in(case, timedelta(days=days))

    assert shown(browser) == [cases[1].reference, cases[0].reference, waiting.reference]


def test_a_row_says_what_a_verifier_needs(
    browser: SignedIn, sale: LeadSale, pro: User, agent: User
) -> None:
    case = refunds.investigating(sale, pro)
    investigate.take(reference=case.reference, actor=agent, expected_version=case.version)
    due_in(case, timedelta(hours=-3, minutes=-5))

    text = browser.get(LIST).text

    for words in (
        f'href="{page(case)}',
        "conXpros",
        str(sale.pro),
        "The details belong to another person",
        "$50.00",
        "3 h overdue",
        "Vera Verifier",
        "In review",
        "Investigate",
    ):
        assert words in text


@pytest.mark.parametrize("state", State.values)
def test_a_state_has_the_same_colour_as_on_the_pro_s_pages(state: str) -> None:
    assert labels.state(RefundRequest(state=state)).look == TAGS[state]


@pytest.mark.parametrize(
    ("left", "word"),
    [
        (timedelta(minutes=-20), "20 min overdue"),
        (timedelta(hours=-47), "47 h overdue"),
        (timedelta(hours=-50), "2 days overdue"),
        (timedelta(hours=9), "due today"),
        (timedelta(hours=20), "1 day left"),
        (timedelta(days=3), "3 days left"),
    ],
)
def test_due_in_words(sale: LeadSale, pro: User, left: timedelta, word: str) -> None:
    noon = datetime(2026, 3, 3, 17, tzinfo=UTC)  # in New York
    case = refunds.investigating(sale, pro)
    case.due_at = noon + left

    assert labels.due(case, noon).word == word


def test_a_row_says_the_day_in_the_program_s_zone(
    browser: SignedIn, sale: LeadSale, pro: User
) -> None:
    case = refunds.investigating(sale, pro)
    last_second = datetime(2026, 3, 7, 4, 59, 59, tzinfo=UTC)  # the evening of the 6th
    RefundRequest.objects.filter(pk=case.pk).update(due_at=last_second)

    assert '<span class="day">Fri 6 Mar 2026</span>' in browser.get(LIST).text


def test_no_day_is_promised_while_the_clock_stands_still(
    browser: SignedIn, sale: LeadSale, pro: User, agent: User
) -> None:
    refunds.awaiting_pro(sale, pro, agent)

    text = browser.get(LIST).text

    assert "clock stopped" in text
    assert '<span class="day">' not in text


def test_an_empty_list_says_so(browser: SignedIn) -> None:
    assert "No request is like this." in browser.get(LIST).text


def test_filters_narrow_the_queue_down(
    browser: SignedIn, pro_company: ServicePro, pro: User, agent: User
) -> None:
    sales = LeadSaleFactory.create_batch(4, pro=pro_company)
    late, today, mine = (refunds.investigating(sale, pro) for sale in sales[:3])
    declined = refunds.declined(sales[3], pro, agent)
    due_in(late, timedelta(hours=-1))
    due_in(today, timedelta(hours=1))
    due_in(mine, timedelta(days=2))
    investigate.take(reference=mine.reference, actor=agent, expected_version=mine.version)

    assert shown(browser, "?due=overdue") == [late.reference]
    assert shown(browser, "?due=today") == [today.reference]
    assert shown(browser, "?holder=me") == [mine.reference]
    assert shown(browser, "?holder=nobody") == [late.reference, today.reference]
    assert shown(browser, "?state=declined") == [declined.reference]
    assert len(shown(browser, "?state=all")) == 4
    assert shown(browser, f"?program__id__exact={pro_company.program_id}&state=withdrawn") == []


def test_a_state_that_there_is_not_narrows_nothing_down(
    browser: SignedIn, case: RefundRequest
) -> None:
    assert shown(browser, "?state=nonsense") == [case.reference]


def test_a_search_looks_through_decided_requests_too(
    browser: SignedIn, sale: LeadSale, pro: User, agent: User
) -> None:
    case = refunds.declined(sale, pro, agent)

    assert shown(browser) == []
    assert shown(browser, f"?q={case.reference.lower()}") == [case.reference]
    assert shown(browser, f"?q={sale.lead.reference}") == [case.reference]
    assert shown(browser, f"?q={case.reference}&state=open") == []


def test_the_queue_costs_the_same_for_1_3_and_30_rows(
    browser: SignedIn, pro_company: ServicePro, pro: User
) -> None:
    counts = []
    for more in (1, 2, 27):
        for sale in LeadSaleFactory.create_batch(more, pro=pro_company):
            refunds.investigating(sale, pro)
        with CaptureQueriesContext(connection) as captured:
            rows = len(shown(browser))
        counts.append((rows, len(captured)))

    assert counts == [(1, 7), (3, 7), (30, 7)]


@pytest.mark.covers("X22")
def test_a_correction_to_confirm_is_counted_and_found(
    browser: SignedIn, sale: LeadSale, pro: User, agent: User, manager: User
) -> None:
    case = refunds.final_approved(sale, pro, agent, manager)
    query = "?state=suspected"
    assert shown(browser, query) == []
    corrections.propose(
        reference=case.reference, actor=agent, expected_version=case.version, reason="Forged."
    )

    counter = browser.get("/admin/").context["counters"][-1]

    assert (counter["label"], counter["count"]) == ("corrections to confirm", 1)
    assert counter["url"] == LIST + query
    assert shown(browser, query) == [case.reference]


def test_the_index_counts_what_waits(
    browser: SignedIn, pro_company: ServicePro, pro: User, agent: User
) -> None:
    sales = LeadSaleFactory.create_batch(4, pro=pro_company)
    late, today, mine = (refunds.investigating(sale, pro) for sale in sales[:3])
    refunds.declined(sales[3], pro, agent)
    due_in(late, timedelta(hours=-1))
    due_in(today, timedelta(hours=1))
    due_in(mine, timedelta(days=2))
    investigate.take(reference=mine.reference, actor=agent, expected_version=mine.version)

    counters = browser.get("/admin/").context["counters"]

    assert [(counter["count"], counter["url"]) for counter in counters] == [
        (1, LIST + "?due=overdue"),
        (1, LIST + "?due=today"),
        (2, LIST + "?holder=nobody"),
        (3, LIST),
        (0, "/admin/exceptions/"),
        (0, "/admin/proposals/"),
        (0, LIST + "?state=suspected"),
    ]


def test_an_exception_is_no_support_for_what_the_pro_claims(sale: LeadSale, pro: User) -> None:
    case = refunds.investigating(sale, pro)
    case.checks = [
        {"code": "exception_granted", "outcome": None, "fact": {}, "source": "team"},
        *case.checks,
    ]

    assert labels.proposal(case).word == "Investigate"
