"""The steps of a claim that nobody answers: what is done, what is next, what is too late."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import ServicePro, User
from leads.models import Contact, LeadSale
from refunds.models import RefundRequest, State
from refunds.policy.document import load_preset
from refunds.services.file import file_claim
from tests.factories.leads import ContactAttemptFactory, LeadSaleFactory
from tests.factories.refunds import EXPLANATION, PolicyVersionFactory, approved
from tests.pages.browser import text_of
from tests.pages.contact_log.log import (
    CLOSES,
    DAY_1,
    DAY_2,
    DAY_3,
    NOTHING_TO_LOG,
    SOLD,
    at,
    attempt,
    log,
    tap,
)
from tests.snapshots import everything


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
