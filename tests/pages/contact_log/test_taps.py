"""An attempt in one tap, once however often it is tapped."""

import pytest
from django.test import Client

from accounts.models import User
from leads.models import ContactAttempt, LeadSale
from tests.pages.browser import text_of
from tests.pages.contact_log.log import (
    DAY_1,
    NOTHING_TO_LOG,
    SignIn,
    at,
    logged,
    seen,
    tap,
)


@pytest.mark.parametrize(
    ("what", "attempt"),
    [
        ("call", ("call", False)),
        ("text", ("text", False)),
        ("email", ("email", False)),
        ("reached", ("call", True)),
    ],
)
def test_one_tap_logs_it_with_the_time_it_is(
    sold: LeadSale, pro: User, pro_client: Client, what: str, attempt: tuple[str, bool]
) -> None:
    answer = tap(pro_client, sold, what)
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        f"/leads/{sold.uuid}/contact-log/",
    )
    assert logged() == [(*attempt, at(DAY_1, "10:05:20"))]
    made = ContactAttempt.objects.get()
    assert (made.sale, made.by, made.logged_by) == (sold, "pro", pro)


@pytest.mark.parametrize(
    ("now", "drawn"),
    [
        ((DAY_1, "10:05:25"), (DAY_1, "10:05:21")),  # on the page after it, by a slow thumb
        ((DAY_1, "10:07:00"), (DAY_1, "10:04")),  # on the page before it, which was slow to go
    ],
)
@pytest.mark.covers("C21")
def test_same_tap_twice_logs_one_call(
    sold: LeadSale, pro_client: Client, now: tuple[str, str], drawn: tuple[str, str]
) -> None:
    tap(pro_client, sold, "call")
    answer = tap(pro_client, sold, "call", now=now, drawn=drawn)
    assert answer.status_code == 302
    assert logged() == [("call", False, at(DAY_1, "10:05:20"))]
    page = text_of(pro_client.get(f"/leads/{sold.uuid}/contact-log/"))
    assert (
        "This is in your log already. If you tried once more, wait five seconds and tap again."
    ) in page


def test_another_call_later_is_another_attempt(sold: LeadSale, pro_client: Client) -> None:
    tap(pro_client, sold, "call")
    tap(pro_client, sold, "text", now=(DAY_1, "10:05:25"))
    tap(pro_client, sold, "call", now=(DAY_1, "10:05:26"), drawn=(DAY_1, "10:05:25"))
    assert logged() == [
        ("call", False, at(DAY_1, "10:05:20")),
        ("text", False, at(DAY_1, "10:05:25")),
        ("call", False, at(DAY_1, "10:05:26")),
    ]


def test_tap_after_the_refusal_is_another_attempt(sold: LeadSale, pro_client: Client) -> None:
    tap(pro_client, sold, "call")
    tap(pro_client, sold, "call", now=(DAY_1, "10:05:21"))
    tap(pro_client, sold, "call", now=(DAY_1, "10:05:26"), drawn=(DAY_1, "10:05:21"))
    assert logged() == [
        ("call", False, at(DAY_1, "10:05:20")),
        ("call", False, at(DAY_1, "10:05:26")),
    ]


def test_tap_in_place_answers_with_the_steps_and_the_list_alone(
    sold: LeadSale, pro_client: Client
) -> None:
    answer = tap(pro_client, sold, "call", headers={"HX-Request": "true"})
    page = text_of(answer)
    assert answer.status_code == 200
    assert page.strip().startswith('<div id="log">')
    assert "The attempt is in your log." in page
    assert "Call: Nobody reached" in page
    assert "Done</span> <strong>A first call within minutes of the delivery</strong>" in page
    assert f'name="seen_at" value="{seen(DAY_1, "10:05:20")}"' in page


@pytest.mark.parametrize(
    "form",
    [
        {"tap": "pigeon", "seen_at": "2026-03-02T10:04:00.000000-0500"},
        {"tap": "call", "seen_at": "then"},
        {"tap": "call", "seen_at": "0001-01-01T00:00:00.000000+2359"},
        {"tap": "call", "seen_at": "9999-12-31T23:59:59.999999-2359"},
        {"tap": "call"},
        {"tap": ""},
    ],
)
def test_tap_on_a_page_that_is_not_whole_logs_nothing(
    sold: LeadSale, pro_client: Client, form: dict[str, str]
) -> None:
    page = pro_client.post(f"/leads/{sold.uuid}/contact-log/", form)
    assert page.status_code == 422
    assert "This page is incomplete. Open it again, and send it from there." in text_of(page)
    assert logged() == []


def test_tap_before_the_sale_or_the_details_logs_nothing(
    sold: LeadSale, pro_client: Client
) -> None:
    LeadSale.objects.filter(pk=sold.pk).update(contact_revealed_at=None)
    page = tap(pro_client, sold, "call")
    assert page.status_code == 422
    assert NOTHING_TO_LOG in text_of(page)
    assert logged() == []


def test_tap_on_a_lead_of_somebody_else_is_not_found(
    sold: LeadSale, outsiders: list[User], signed_in: SignIn
) -> None:
    for user in outsiders:
        assert tap(signed_in(user), sold, "call").status_code == 404
    assert logged() == []
