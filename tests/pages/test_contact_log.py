"""The contact log: what is logged, what is refused, and the way to a claim that nobody answers."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Program, ServicePro, User
from leads.models import Contact, ContactAttempt, LeadSale
from refunds.models import RefundRequest, State
from refunds.policy.document import load_preset
from refunds.services.file import file_claim
from tests.factories import refunds as life
from tests.factories.leads import ContactAttemptFactory, LeadSaleFactory
from tests.factories.refunds import EXPLANATION, PolicyVersionFactory, approved
from tests.pages.browser import text_of
from tests.snapshots import everything

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

SOLD = datetime(2026, 3, 2, 15, 0, 30, tzinfo=UTC)  # Monday, 10:00:30 in New York
DAY_1, DAY_2, DAY_3 = "2026-03-02", "2026-03-03", "2026-03-04"
CLOSES = "Sat 7 Mar 2026, 23:59 EST"

SignIn = Callable[[User], Client]


@pytest.fixture
def sold(sale: LeadSale) -> LeadSale:
    """The pro's lead, sold on Monday at ten in the program's zone."""
    LeadSale.objects.filter(pk=sale.pk).update(sold_at=SOLD, contact_revealed_at=SOLD)
    return LeadSale.objects.get(pk=sale.pk)


def attempt(**changes: str) -> dict[str, str]:
    """Return the form as a browser sends it."""
    filled = {"channel": "call", "reached": "no", "made_on": DAY_1, "made_time": "10:05"}
    return filled | changes


def at(day: str, clock: str) -> datetime:
    """Return the instant of a time in New York, before the clocks are put forward."""
    return datetime.fromisoformat(f"{day}T{clock}-05:00").astimezone(UTC)


def log(client: Client, sale: LeadSale, day: str, clock: str, channel: str = "call") -> str:
    """Log an attempt in the minute in which it was made, and return the page after it."""
    form = attempt(channel=channel, made_on=day, made_time=clock)
    with time_machine.travel(at(day, clock) + timedelta(seconds=40), tick=False):
        return text_of(client.post(f"/leads/{sale.uuid}/contact-log/", form, follow=True))


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


@pytest.mark.covers("C21", "C36", "X4")
def test_whole_path_to_a_claim_that_nobody_answers(
    sold: LeadSale, pro: User, pro_client: Client
) -> None:
    """C21, X4: four calls and a text over three days, and then a person looks into it."""
    first = log(pro_client, sold, DAY_1, "10:05")
    assert "A first call within minutes of the delivery" in first
    assert f"you can claim from Wed 4 Mar 2026, 00:00 EST until {CLOSES}" in first
    assert "by Mon 2 Mar 2026, 23:59 EST" in first
    log(pro_client, sold, DAY_1, "16:00")
    log(pro_client, sold, DAY_1, "16:02", "text")
    before_last = log(pro_client, sold, DAY_2, "09:00")
    assert "by Wed 4 Mar 2026, 23:59 EST" in before_last
    assert "?reason=non_contact" not in before_last
    last = log(pro_client, sold, DAY_3, "12:00")
    assert f"Every step is in your log. You can claim until {CLOSES}." in last
    assert f'href="/leads/{sold.uuid}/refund/?reason=non_contact"' in last
    assert "To do" not in last

    with time_machine.travel(at(DAY_3, "12:05"), tick=False):
        file_claim(
            sale_uuid=sold.uuid,
            actor=pro,
            command_id=uuid4(),
            reason="non_contact",
            explanation=EXPLANATION,
            details={},
        )
        after = text_of(pro_client.get(f"/leads/{sold.uuid}/contact-log/"))

    filed = RefundRequest.objects.get()
    assert filed.state == State.INVESTIGATING
    codes = {check["code"] for check in filed.checks}
    assert {"contact_steps_complete", "needs_verification"} <= codes
    assert f'href="/requests/{filed.reference}/"' in after
    assert "?reason=non_contact" not in after


@pytest.mark.covers("C21c", "X5")
def test_missed_step_is_named_and_leads_to_no_claim(sold: LeadSale, pro_client: Client) -> None:
    for clock in ("10:16", "16:00"):  # the first sixteen minutes after a sale at 10:00
        log(pro_client, sold, DAY_1, clock)
    log(pro_client, sold, DAY_2, "09:00", "email")
    page = log(pro_client, sold, DAY_3, "12:00")
    assert "had to be made by Mon 2 Mar 2026, 10:15 EST" in page
    assert "had to be made by Tue 3 Mar 2026, 23:59 EST" in page
    assert page.count("Missing") == 2
    assert "This claim can&#x27;t succeed any more, unless you made the missing calls" in page
    assert ">Next</span>" not in page
    assert "?reason=non_contact" not in page


@pytest.mark.covers("C21f")
def test_somebody_reached_ends_it(sold: LeadSale, pro_client: Client) -> None:
    ContactAttemptFactory.create(sale=sold, at=SOLD + timedelta(minutes=5), reached=True)
    with time_machine.travel(at(DAY_1, "11:00"), tick=False):
        page = text_of(pro_client.get(f"/leads/{sold.uuid}/contact-log/"))
    assert "You reached somebody, so a claim that nobody answers would be declined." in page


@pytest.mark.covers("C22")
def test_contact_reached_by_the_team_ends_it(
    sold: LeadSale, agent: User, pro_client: Client
) -> None:
    """C22: the steps count for nothing then. The pro reads of a team, not of a person."""
    for day, clock, channel in [
        (DAY_1, "10:05", "call"),
        (DAY_1, "16:00", "call"),
        (DAY_1, "16:02", "text"),
        (DAY_2, "09:00", "call"),
        (DAY_3, "12:00", "call"),
    ]:
        log(pro_client, sold, day, clock, channel)
    ContactAttemptFactory.create(
        sale=sold, at=at(DAY_3, "13:00"), by="team", reached=True, logged_by=agent
    )
    with time_machine.travel(at(DAY_3, "14:00"), tick=False):
        page = text_of(pro_client.get(f"/leads/{sold.uuid}/contact-log/"))
    assert "Our team reached the contact, so they can be reached." in page
    assert "Wed 4 Mar 2026, 13:00 EST · Verification team" in page
    assert agent.name not in page
    assert "?reason=non_contact" not in page


def test_contact_of_a_credited_lead_is_not_to_be_called_for_steps(
    sale: LeadSale, pro: User, agent: User, pro_client: Client
) -> None:
    approved(sale, pro, agent)
    page = text_of(pro_client.get(f"/leads/{sale.uuid}/contact-log/"))
    assert "Log an attempt" in page
    assert "Steps for" not in page


@pytest.mark.covers("C20")
def test_contact_who_wants_no_calls_is_not_to_be_called_for_steps(
    sale: LeadSale, pro_client: Client
) -> None:
    Contact.objects.filter(pk=sale.lead.contact_id).update(do_not_call_at=sale.sold_at)
    page = text_of(pro_client.get(f"/leads/{sale.uuid}/contact-log/"))
    assert "Do not call" in page
    assert "Steps for" not in page


def test_program_without_steps_has_a_log_all_the_same(
    pro_company: ServicePro, pro_client: Client
) -> None:
    document = load_preset("aiqoo").model_dump(mode="json")
    PolicyVersionFactory.create(program=pro_company.program, document=document)
    sale = LeadSaleFactory.create(pro=pro_company)
    page = text_of(pro_client.get(f"/leads/{sale.uuid}/contact-log/"))
    assert "Log an attempt" in page
    assert "Steps for" not in page


def test_program_without_rules_has_a_log_all_the_same(
    pro_client: Client, pro_company: ServicePro
) -> None:
    sale = LeadSaleFactory.create(pro=pro_company)
    page = pro_client.get(f"/leads/{sale.uuid}/contact-log/")
    assert page.status_code == 200
    assert "Steps for" not in text_of(page)


NOTHING_TO_LOG = "There is nothing to log yet: you get the details once the contact replies."


@pytest.mark.covers("P4", "X29")
def test_log_of_a_contact_that_is_not_shown_has_nothing_to_log(
    sold: LeadSale, pro_client: Client
) -> None:
    LeadSale.objects.filter(pk=sold.pk).update(contact_revealed_at=None)

    page = text_of(pro_client.get(f"/leads/{sold.uuid}/contact-log/"))

    assert page.count(NOTHING_TO_LOG) == 1
    assert "Log it" not in page
    assert "Steps for" not in page


@pytest.mark.covers("P4", "X29")
def test_attempt_before_the_contact_is_shown_is_refused(sold: LeadSale, pro_client: Client) -> None:
    LeadSale.objects.filter(pk=sold.pk).update(contact_revealed_at=None)
    before = everything()

    with time_machine.travel(at(DAY_1, "11:00"), tick=False):
        page = pro_client.post(f"/leads/{sold.uuid}/contact-log/", attempt())

    assert page.status_code == 422
    assert NOTHING_TO_LOG in text_of(page)
    assert everything() == before


def test_lead_and_its_claim_lead_to_the_log(sale: LeadSale, pro_client: Client) -> None:
    link = f'href="/leads/{sale.uuid}/contact-log/"'
    claim = f"/leads/{sale.uuid}/refund/?reason="
    assert text_of(pro_client.get("/leads/")).count(link) == 1
    assert link in text_of(pro_client.get(f"{claim}non_contact", follow=True))
    assert link not in text_of(pro_client.get(f"{claim}incorrect_contact", follow=True))


def test_number_of_attempts_costs_no_query(sold: LeadSale, pro_client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page = pro_client.get(f"/leads/{sold.uuid}/contact-log/")
        assert page.content.decode().count("Call: Nobody reached") == sold.attempts.count()
        return len(captured)

    ContactAttemptFactory.create(sale=sold, at=SOLD)
    one = queries()
    for minute in range(1, 30):
        ContactAttemptFactory.create(sale=sold, at=SOLD + timedelta(minutes=minute))
    assert queries() == one


def seen(day: str, clock: str) -> str:
    """Return the moment that a page was drawn at, as its form says it."""
    return f"{at(day, clock):%Y-%m-%dT%H:%M:%S.%f%z}"


def tap(
    client: Client,
    sale: LeadSale,
    what: str,
    *,
    now: tuple[str, str] = (DAY_1, "10:05:20"),
    drawn: tuple[str, str] = (DAY_1, "10:04"),
    headers: dict[str, str] | None = None,
) -> "Answer":
    """Tap a button of a log that was drawn at one moment, at another one."""
    with time_machine.travel(at(*now), tick=False):
        return client.post(
            f"/leads/{sale.uuid}/contact-log/",
            {"tap": what, "seen_at": seen(*drawn)},
            headers=headers,
        )


def logged() -> list[tuple[str, bool, datetime]]:
    """Return the attempts in order."""
    attempts = ContactAttempt.objects.order_by("at", "pk")
    return list(attempts.values_list("channel", "reached", "at"))


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


@pytest.mark.covers("C21", "X4")
def test_ladder_names_what_is_next_and_what_comes_later(sold: LeadSale, pro_client: Client) -> None:
    tap(pro_client, sold, "call")
    with time_machine.travel(at(DAY_1, "11:00"), tick=False):
        page = text_of(pro_client.get(f"/leads/{sold.uuid}/contact-log/"))
    rungs = [
        ("done", "Done", "A first call within minutes of the delivery"),
        ("now", "Next", "A second call on the day of delivery"),
        ("later", "To do", "A call on day 2"),
        ("later", "To do", "A call on day 3"),
        ("later", "To do", "A text or an e-mail"),
        ("done", "So far", "Nobody reached"),
        ("later", "To do", "The claim"),
    ]
    pattern = r'<li class="(\w+)"> <span class="tag \w+">([^<]+)</span> <strong>([^<]+)</strong>'
    assert re.findall(pattern, page) == rungs
    assert f"from Wed 4 Mar 2026, 00:00 EST until {CLOSES}" in page


def test_number_to_call_stands_beside_the_taps(sold: LeadSale, pro_client: Client) -> None:
    page = text_of(pro_client.get(f"/leads/{sold.uuid}/contact-log/"))
    phone = sold.lead.contact.phone
    assert f'class="button second" href="tel:{phone}"' in page
    assert re.findall(r'name="tap" value="(\w+)"', page) == ["call", "text", "email", "reached"]


def test_who_must_not_be_called_can_t_be_tapped_to_call(
    sold: LeadSale, pro: User, pro_client: Client
) -> None:
    Contact.objects.filter(pk=sold.lead.contact_id).update(do_not_call_at=SOLD)
    for url in ("/leads/", f"/leads/{sold.uuid}/contact-log/", f"/leads/{sold.uuid}/refund/"):
        page = text_of(pro_client.get(url))
        assert "They asked not to be called." in page
        assert 'href="tel:' not in page
        assert 'value="call" id="tap_call"' not in page


@pytest.mark.covers("C21", "X4")
def test_a_claim_that_lacks_a_missed_step_sends_nobody_on_errands(
    sold: LeadSale, pro_client: Client
) -> None:
    with time_machine.travel(at(DAY_2, "12:00"), tick=False):
        url = f"/leads/{sold.uuid}/refund/details/?reason=non_contact"
        page = text_of(pro_client.get(url))
    assert "This claim can&#x27;t succeed any more, unless you made the missing calls" in page
    assert "In your contact log:" not in page


def test_what_is_lost_is_said_before_the_button(sold: LeadSale, pro_client: Client) -> None:
    with time_machine.travel(at(DAY_1, "12:00"), tick=False):
        url = f"/leads/{sold.uuid}/refund/details/?reason=do_not_call"
        form = text_of(pro_client.get(url)).split('name="later"')[0]
    assert "If it is refunded, the contact is not to be called any more." in form


def taken_back(client: Client, sale: LeadSale, clock: str, **headers: str) -> "Answer":
    """Take back the latest attempt of a log."""
    url = f"/leads/{sale.uuid}/contact-log/take-back/"
    form = {"attempt": str(sale.attempts.latest("pk").pk)}
    with time_machine.travel(at(DAY_1, clock), tick=False):
        return client.post(url, form, follow=True, headers=headers)


TAKEN_BACK = "It is taken back: it counts for nothing, and stays in your log as that."


@pytest.mark.covers("C21f")
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["whole", "in-place"])
def test_slip_is_taken_back_and_stays_in_sight(
    sold: LeadSale, pro_client: Client, headers: dict[str, str]
) -> None:
    reached = text_of(tap(pro_client, sold, "reached", headers={"HX-Request": "true"}))
    assert "You reached somebody, so a claim that nobody answers would be declined." in reached
    assert reached.count("Take it back<") == 1

    page = text_of(taken_back(pro_client, sold, "10:07", **headers))

    assert page.count(TAKEN_BACK) == 1
    assert "You reached somebody" not in page
    assert "Take it back<" not in page
    assert "<s>Call: Reached somebody</s>" in page
    assert "Taken back on Mon 2 Mar 2026, 10:07 EST. It counts for nothing." in page
    assert ("autofocus" in page) == bool(headers)


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["whole", "in-place"])
def test_slip_that_is_too_old_is_refused_in_words(
    sold: LeadSale, pro_client: Client, headers: dict[str, str]
) -> None:
    tap(pro_client, sold, "call")
    before = everything()

    page = text_of(taken_back(pro_client, sold, "10:16", **headers))

    assert page.count("An attempt can be taken back for ten minutes.") == 1
    assert "Take it back<" not in page
    assert everything() == before


def test_each_of_ones_own_slips_can_be_taken_back_and_no_others(
    sold: LeadSale, pro_client: Client
) -> None:
    ContactAttemptFactory.create(sale=sold, at=SOLD, logged_at=at(DAY_1, "10:04"))
    tap(pro_client, sold, "call")
    page = text_of(tap(pro_client, sold, "text", headers={"HX-Request": "true"}))
    assert page.count("Take it back<") == 2


@pytest.mark.parametrize("key", ["", "x", "0", "-1", "9" * 30])
def test_attempt_that_there_is_not_is_not_found(
    sold: LeadSale, pro_client: Client, key: str
) -> None:
    tap(pro_client, sold, "call")
    before = everything()
    url = f"/leads/{sold.uuid}/contact-log/take-back/"
    assert pro_client.post(url, {"attempt": key}).status_code == 404
    assert everything() == before


def test_log_of_a_lead_that_is_claimed_offers_no_way_back(
    sold: LeadSale, pro: User, pro_client: Client
) -> None:
    tap(pro_client, sold, "call")
    with time_machine.travel(at(DAY_1, "10:06"), tick=False):
        life.investigating(sold, pro)
        page = text_of(pro_client.get(f"/leads/{sold.uuid}/contact-log/"))
    assert "Call: Nobody reached" in page
    assert "Take it back<" not in page
