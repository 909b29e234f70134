"""The outbox: what is owed is sent, once, in words that match what happened."""

import html
import smtplib
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from accounts.models import ServicePro, User
from leads.models import LeadSale
from refunds.models import OutboundMail
from refunds.remedies import REMEDIES
from refunds.services import outbox
from tests.factories import refunds as make
from tests.factories.leads import LeadSaleFactory

pytestmark = pytest.mark.django_db

Status = OutboundMail.Status


@pytest.fixture
def sale(pro_company: ServicePro) -> LeadSale:
    return LeadSaleFactory.create(pro=pro_company, lead__reference="L-77")


def the_mail() -> OutboundMail:
    return OutboundMail.objects.get()


@pytest.mark.covers("C4")
def test_receipt_goes_to_whoever_filed(sale: LeadSale, pro: User) -> None:
    request = make.investigating(sale, pro)

    assert outbox.send_due() == 1

    [message] = mail.outbox
    assert message.to == [pro.email]
    assert message.subject == f"We have your refund request {request.reference} for lead L-77"
    assert f"http://testserver/requests/{request.reference}/" in message.body
    assert isinstance(message, mail.EmailMultiAlternatives)
    assert message.alternatives[0][1] == "text/html"
    assert message.extra_headers["Message-ID"] == f"<{the_mail().uuid}@makegood>"


def test_sent_mail_is_not_sent_again(sale: LeadSale, pro: User) -> None:
    make.investigating(sale, pro)

    assert [outbox.send_due(), outbox.send_due()] == [1, 0]

    assert the_mail().status == Status.SENT
    assert len(mail.outbox) == 1


@pytest.mark.covers("C5")
def test_approval_letter_names_the_amount(sale: LeadSale, pro: User, agent: User) -> None:
    make.approved(sale, pro, agent)

    outbox.send_due()

    letter = mail.outbox[-1]
    assert "$50.00 for lead L-77 went back to your balance" in letter.body
    assert "We looked into it and could confirm it" in letter.body


@pytest.mark.covers("C42")
def test_late_approval_letter_says_that_the_credit_was_taken_back(
    sale: LeadSale, pro: User, agent: User
) -> None:
    make.reversed_(sale, pro, agent)

    outbox.send_due()

    [letter] = [sent for sent in mail.outbox if "is approved: $50.00" in sent.body]
    assert "This credit was taken back from your balance since" in letter.body


@pytest.mark.covers("C6")
def test_refusal_letter_says_what_would_have_changed_it(
    sale: LeadSale, pro: User, agent: User
) -> None:
    make.declined(sale, pro, agent)

    outbox.send_due()

    letter = mail.outbox[-1]
    assert isinstance(letter, mail.EmailMultiAlternatives)
    remedy = str(REMEDIES["claim_not_supported"][-1])
    assert f"\n  What would have changed it: {remedy}\n  Where we have it from:" in letter.body
    rule = "Something that we can check has to support the claim."
    assert f"- The rule: {rule}\n  We looked into it" in letter.body
    asked_for = "Asked for: $50.00, the price of the lead. This decision credited none of it."
    link = f"{settings.BASE_URL}/rules/#rules-{sale.lead.program.code}"
    assert f"\n{asked_for}\n\nAll rules of this program\n{link}\n" in letter.body
    page = " ".join(html.unescape(str(letter.alternatives[0][0])).split())
    assert f"<strong>What would have changed it:</strong> {remedy} <br>" in page
    assert f"<strong>The rule:</strong> {rule} <br> We looked into it" in page
    assert asked_for in page
    assert f'<a href="{link}"' in page


@pytest.mark.covers("C6")
def test_approval_letter_has_nothing_to_change(sale: LeadSale, pro: User, agent: User) -> None:
    make.approved(sale, pro, agent)

    outbox.send_due()

    assert "What would have changed it" not in mail.outbox[-1].body
    assert "The rule:" not in mail.outbox[-1].body
    assert "Asked for:" not in mail.outbox[-1].body


@pytest.mark.covers("C5", "C6")
def test_refusal_letter_gives_reason_source_and_next_step(
    sale: LeadSale, pro: User, agent: User
) -> None:
    make.declined(sale, pro, agent)

    outbox.send_due()

    body = mail.outbox[-1].body
    assert "could not confirm it: The number rings and the contact answered by name." in body
    assert "Where we have it from: Our verification team" in body
    assert "you can appeal once, until" in body


def test_note_stands_once_in_the_letter(sale: LeadSale, pro: User, agent: User) -> None:
    make.declined(sale, pro, agent)

    outbox.send_due()

    assert mail.outbox[-1].body.count("The number rings and the contact answered by name.") == 1


def test_withdrawal_is_confirmed(sale: LeadSale, pro: User) -> None:
    make.withdrawn(sale, pro)

    outbox.send_due()

    assert "Your request to refund lead L-77 is withdrawn" in mail.outbox[-1].body


def test_late_refusal_letter_still_tells_the_refusal(
    sale: LeadSale, pro: User, agent: User, manager: User
) -> None:
    make.final_approved(sale, pro, agent, manager)

    outbox.send_due()

    bodies = [message.body for message in mail.outbox]
    assert "We decided not to refund lead L-77" in bodies[1]
    assert "Your appeal is granted: $50.00 for lead L-77" in bodies[4]


@pytest.mark.covers("C43")
def test_account_manager_is_told_of_an_appeal(
    sale: LeadSale, pro: User, agent: User, manager: User
) -> None:
    request = make.appealed(sale, pro, agent)

    outbox.send_due()

    notice = mail.outbox[-1]
    assert notice.to == [manager.email]
    assert notice.subject == f"{request.reference}: an appeal waits for your decision"
    assert "The person who answered you is the tenant, not the contact." in notice.body
    assert f"http://testserver/desk/appeals/{request.reference}/" in notice.body


def test_receipt_of_what_the_machine_decided_promises_nothing(
    pro_company: ServicePro, pro: User
) -> None:
    outside = LeadSaleFactory.create(pro=pro_company, lead__postal_code="90210")
    request = make.investigating(outside, pro, reason="wrong_location")
    assert request.state == "approved"

    outbox.send_due()

    receipt, decision = mail.outbox
    assert "It is decided already" in receipt.body
    assert "We decide by" not in receipt.body
    assert "outside the area of your campaign" in decision.body


def test_each_letter_is_sent_in_text_and_html(
    sale: LeadSale, pro: User, agent: User, manager: User
) -> None:
    make.final_approved(sale, pro, agent, manager)

    assert outbox.send_due() == 5

    messages = [m for m in mail.outbox if isinstance(m, mail.EmailMultiAlternatives)]
    assert [len(message.alternatives) for message in messages] == [1, 1, 1, 1, 1]
    assert make.SENTENCE in mail.outbox[-1].body


def test_failure_is_tried_again_later_with_growing_pauses(
    sale: LeadSale, pro: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.investigating(sale, pro)
    monkeypatch.setattr(EmailBackend, "send_messages", _refuse)
    now = timezone.now()

    with time_machine.travel(now, tick=False):
        assert outbox.send_due() == 0
        assert outbox.send_due() == 0

    owed = the_mail()
    assert (owed.status, owed.attempts, owed.not_before) == (
        Status.QUEUED,
        1,
        now + timedelta(seconds=30),
    )
    assert "busy" in owed.last_error
    assert owed.lease_until is None


def test_last_failure_waits_for_a_person(
    sale: LeadSale, pro: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.investigating(sale, pro)
    monkeypatch.setattr(EmailBackend, "send_messages", _refuse)

    for day in range(outbox.MAX_ATTEMPTS + 2):
        with time_machine.travel(timezone.now() + timedelta(days=day), tick=False):
            outbox.send_due()

    assert (the_mail().status, the_mail().attempts) == (Status.FAILED, outbox.MAX_ATTEMPTS)


def test_one_bad_address_holds_back_nobody(
    sale: LeadSale, pro: User, agent: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.declined(sale, pro, agent)
    OutboundMail.objects.filter(kind="receipt").update(to="bad@example.com")
    send = EmailBackend.send_messages

    def refuse_bad(self: EmailBackend, messages: list[mail.EmailMessage]) -> int:
        if messages[0].to == ["bad@example.com"]:
            raise smtplib.SMTPRecipientsRefused({"bad@example.com": (550, b"no such user")})
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", refuse_bad)

    assert outbox.send_due() == 1
    assert [message.to for message in mail.outbox] == [[pro.email]]


def test_mail_of_a_dead_sender_is_due_again_after_its_lease(sale: LeadSale, pro: User) -> None:
    make.investigating(sale, pro)
    claimed = outbox._claim(timezone.now())  # and then the process is killed
    assert [owed.attempts for owed in claimed] == [1]
    assert outbox.send_due() == 0

    with time_machine.travel(timezone.now() + timedelta(seconds=301)):
        assert outbox.send_due() == 1

    assert (the_mail().status, the_mail().attempts) == (Status.SENT, 2)


def _refuse(self: EmailBackend, messages: list[mail.EmailMessage]) -> int:
    raise smtplib.SMTPServerDisconnected("busy")
