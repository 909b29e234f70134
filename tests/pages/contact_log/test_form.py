"""An attempt by the form: what is logged, and what is refused."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from accounts.models import Program, User
from leads.models import ContactAttempt, LeadSale
from tests.pages.browser import text_of
from tests.pages.contact_log.log import (
    DAY_1,
    DAY_2,
    SOLD,
    SignIn,
    at,
    attempt,
    log,
)
from tests.snapshots import everything


def test_call_is_logged_and_shown_in_the_programs_zone(
    sold: LeadSale, pro: User, pro_client: Client
) -> None:
    form = attempt(channel="call", reached="yes")
    with time_machine.travel(at(DAY_1, "11:00"), tick=False):
        page = pro_client.post(f"/leads/{sold.uuid}/contact-log/", form, follow=True)
    assert page.redirect_chain == [(f"/leads/{sold.uuid}/contact-log/", 302)]
    logged = ContactAttempt.objects.get()
    assert (logged.sale, logged.at, logged.channel) == (sold, at(DAY_1, "10:05"), "call")
    assert (logged.by, logged.reached, logged.logged_by) == ("pro", True, pro)
    assert "The attempt is in your log." in text_of(page)
    assert "Call: Reached somebody" in text_of(page)
    assert f"Mon 2 Mar 2026, 10:05 EST · {pro.name}" in text_of(page)


def test_form_starts_with_now_in_the_programs_zone(sold: LeadSale, pro_client: Client) -> None:
    with time_machine.travel(at(DAY_1, "22:30"), tick=False):  # Tuesday already in UTC
        page = text_of(pro_client.get(f"/leads/{sold.uuid}/contact-log/"))
    assert f'name="made_on" value="{DAY_1}"' in page
    assert 'name="made_time" value="22:30"' in page
    assert "Time (EST)" in page
    assert "Nothing is logged yet." in page


def test_form_calls_a_zone_as_the_other_pages_do(sold: LeadSale, pro_client: Client) -> None:
    Program.objects.update(time_zone="Asia/Taipei")  # "CST" is Chicago's too

    page = text_of(pro_client.get(f"/leads/{sold.uuid}/contact-log/"))

    assert "Time (Taipei time)" in page


def test_call_in_the_minute_of_the_delivery_counts_from_the_delivery(
    sold: LeadSale, pro_client: Client
) -> None:
    log(pro_client, sold, DAY_1, "10:00")
    assert ContactAttempt.objects.get().at == SOLD


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"made_time": "11:01"}, "This is still to come. Log it after you made it."),
        ({"made_on": DAY_2}, "This is still to come. Log it after you made it."),
        ({"made_on": "9999-12-31"}, "This is still to come. Log it after you made it."),
        ({"made_time": "09:59"}, "This time is before the lead was sold to you. Check the date."),
        ({"made_on": "0001-01-01"}, "This time is before the lead was sold to you."),
        ({"made_on": ""}, "Give the day on which you tried."),
        ({"made_on": "yesterday"}, "Give a day, such as 2026-03-07."),
        ({"made_time": ""}, "Give the time at which you tried."),
        ({"made_time": "25:00"}, "Give a time, such as 14:05."),
        ({"channel": ""}, "Say whether you called, texted or wrote an e-mail."),
        ({"channel": "pigeon"}, "Choose a call, a text or an e-mail."),
        ({"reached": ""}, "Say whether you reached somebody."),
        ({"reached": "perhaps"}, "Choose yes or no."),
    ],
)
def test_what_can_not_be_is_refused_and_changes_nothing(
    sold: LeadSale, pro_client: Client, changes: dict[str, str], sentence: str
) -> None:
    before = everything()
    form = attempt(channel="email") | changes
    with time_machine.travel(at(DAY_1, "11:00:30"), tick=False):
        page = pro_client.post(f"/leads/{sold.uuid}/contact-log/", form)
    assert page.status_code == 422
    assert "There is a problem" in text_of(page)
    assert sentence in text_of(page)
    assert f'name="made_on" value="{form["made_on"]}"' in text_of(page) or not form["made_on"]
    assert ('value="email" required id="id_channel_2" checked' in text_of(page)) == (
        form["channel"] == "email"
    )
    assert everything() == before
    assert ContactAttempt.objects.count() == 0


def test_time_that_no_clock_showed_is_refused(sold: LeadSale, pro_client: Client) -> None:
    form = attempt(made_on="2026-03-08", made_time="02:30")
    with time_machine.travel(datetime(2026, 3, 9, 15, tzinfo=UTC), tick=False):
        page = pro_client.post(f"/leads/{sold.uuid}/contact-log/", form)
    assert page.status_code == 422
    assert "The clocks were put forward over this time. Check it." in text_of(page)
    assert ContactAttempt.objects.count() == 0


@pytest.mark.parametrize("method", ["get", "post"])
def test_sale_of_somebody_else_is_not_found(
    sold: LeadSale, outsiders: list[User], signed_in: SignIn, method: str
) -> None:
    for user in outsiders:
        page = getattr(signed_in(user), method)(f"/leads/{sold.uuid}/contact-log/", attempt())
        assert page.status_code == 404
    assert ContactAttempt.objects.count() == 0


def test_post_without_its_token_is_refused(sold: LeadSale, pro: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(pro)
    assert client.post(f"/leads/{sold.uuid}/contact-log/", attempt()).status_code == 403
    assert ContactAttempt.objects.count() == 0
