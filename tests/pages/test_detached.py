"""A lead that has left the account: the pro reads nothing of its contact any more (L22, X21)."""

from datetime import timedelta
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from accounts.models import Program, User
from leads.models import ContactAttempt, LeadSale
from leads.services.attempts import log_attempt
from refunds import mails, urls
from refunds.models import (
    Cause,
    ExceptionRequest,
    Finding,
    OutboundMail,
    RefundEvent,
    RefundRequest,
)
from refunds.services import appeal, decide, file, investigate, outbox
from refunds.uploads import CleanFile
from tests.conftest import SignedIn
from tests.refunds import credits
from tests.snapshots import refused

pytestmark = pytest.mark.django_db

TOLD = (
    "I called Petronella  Quill of 77 Quince Alley on (404) 555-0199 and 1-404-555-0199, then "
    "+1 404 555 0199, and wrote to Petronella.Quill@example.com: no."
)
SECRETS = (
    "Petronella",
    "Quill",
    "petronella.quill@example.com",
    "77 Quince Alley",
    "4045550199",
    "555-0199",
    "555 0199",
)


@pytest.fixture
def program(db: None) -> Program:
    return credits.program_of("legalplan")


@pytest.fixture
def sale(program: Program, manager: User) -> LeadSale:
    company = credits.pro_of(program, manager)
    return credits.sold(credits.contact_of(program), company, lead__reference="L-77")


@pytest.fixture
def reader(sale: LeadSale) -> SignedIn:
    """The browser of the pro who bought the lead."""
    return SignedIn(credits.user_of(sale.pro))


@pytest.fixture
def refund(sale: LeadSale, agent: User) -> RefundRequest:
    """A claim in which everybody quotes the contact, and that took the lead from the account."""
    pro = credits.user_of(sale.pro)
    claim = file.file_claim(
        sale_uuid=sale.uuid,
        actor=pro,
        command_id=uuid4(),
        reason="third_party",
        explanation=TOLD,
        details={"who_needs_help": TOLD},
        files=[CleanFile("call log.png", "image/png", b"drawn anew")],
    )
    asked = investigate.ask_pro(
        reference=claim.reference, actor=agent, expected_version=claim.version, question=TOLD
    )
    replied = investigate.reply(
        reference=claim.reference, actor=pro, expected_version=asked.version, answer=TOLD
    )
    finding = investigate.add_finding(
        reference=claim.reference,
        actor=agent,
        expected_version=replied.version,
        kind=Finding.Kind.CONTACT_CALL,
        result=Finding.Result.SUPPORTS,
        note=TOLD,
    )
    return decide.approve(
        reference=claim.reference,
        actor=agent,
        expected_version=finding.request.version,
        note=TOLD,
    )


@pytest.fixture
def overturned(sale: LeadSale, agent: User, manager: User) -> RefundRequest:
    """The same by an appeal, whose words quote the contact as well."""
    pro = credits.user_of(sale.pro)
    claim = credits.claimed(sale, "mailbox_full", explanation=TOLD)
    declined = decide.decline(
        reference=claim.reference,
        actor=agent,
        expected_version=claim.version,
        codes=["claim_not_supported"],
        note=TOLD,
    )
    appealed = appeal.file_appeal(
        reference=claim.reference, actor=pro, expected_version=declined.version, text=TOLD
    )
    appealed = credits.supported(appealed, agent, note=TOLD).request
    return appeal.overturn(
        reference=claim.reference, actor=manager, expected_version=appealed.version, sentence=TOLD
    )


def told(text: str) -> list[str]:
    """Return what a text gives away of the contact."""
    lowered = text.lower()
    digits = "".join(letter for letter in text if letter.isdigit())
    found = [
        secret
        for secret in SECRETS
        if any(form in lowered for form in (secret.lower(), escape(secret).lower(), quote(secret)))
    ]
    return found + (["digits"] if "4045550199" in digits else [])


def addresses(refund: RefundRequest) -> dict[str, str]:
    """Return every address of the portal and the desk, with what belongs to the request."""
    known = {
        "sale_uuid": refund.sale.uuid,
        "reference": refund.reference,
        "evidence_uuid": next(iter(refund.evidence.values_list("uuid", flat=True)), uuid4()),
        "recording_uuid": uuid4(),
        "file_uuid": uuid4(),
        "upload": uuid4(),
        "token": "forged",
        "exception_uuid": uuid4(),
    }
    found = {}
    for pattern in urls.urlpatterns:
        names = pattern.pattern.converters
        found[str(pattern.name)] = reverse(
            str(pattern.name), kwargs={name: known[name] for name in names}
        )
    return found


def pages(reader: SignedIn, refund: RefundRequest) -> dict[str, str]:
    """Return what the pro reads on every page, with the lists in all their states."""
    wanted = addresses(refund)
    for tab in ("needs_you", "open", "decided"):
        wanted[f"request_list {tab}"] = f"/requests/?tab={tab}"
    answers = {name: reader.get(url, follow=True) for name, url in wanted.items()}
    return {name: b"".join(answer).decode(errors="replace") for name, answer in answers.items()}


@pytest.mark.covers("L22", "X21")
@pytest.mark.parametrize("how", ["refund", "overturned"])
def test_no_page_tells_of_the_contact(
    how: str, request: pytest.FixtureRequest, reader: SignedIn
) -> None:
    case: RefundRequest = request.getfixturevalue(how)
    assert LeadSale.objects.get(pk=case.sale_id).is_detached

    read = pages(reader, case)

    assert {name: told(text) for name, text in read.items() if told(text)} == {}
    assert case.reference in read["request_list decided"]
    assert "L-77" in read["request_list decided"]
    assert "(removed)" in read["request_detail"]
    assert "contact removed: the lead has left your account" in read["request_detail"]


def test_the_same_pages_tell_of_it_while_the_lead_is_there(
    reader: SignedIn, sale: LeadSale
) -> None:
    case = credits.claimed(sale, "mailbox_full", explanation=TOLD)

    read = pages(reader, case)

    assert told(read["lead_list"])
    assert told(read["request_detail"])
    assert told(read["request_list open"])
    assert told(read["contact_log"])


@pytest.mark.covers("L22")
@pytest.mark.parametrize("name", ["claim", "contact_log", "exception"])
def test_the_leads_own_pages_are_gone(name: str, reader: SignedIn, refund: RefundRequest) -> None:
    url = reverse(name, args=[refund.sale.uuid])

    assert reader.get(url).status_code == 404
    assert reader.post(url, {}).status_code == 404


@pytest.mark.covers("L22")
def test_the_lead_is_absent_from_my_leads(
    reader: SignedIn, sale: LeadSale, refund: RefundRequest
) -> None:
    assert "L-77" not in reader.get("/leads/").text
    assert "L-77" not in reader.get("/leads/?when=week").text
    assert "L-77" in reader.get("/transactions/").text


@pytest.mark.covers("L22")
def test_no_service_takes_the_lead_any_more(sale: LeadSale, refund: RefundRequest) -> None:
    with refused(LeadSale.DoesNotExist):
        credits.claimed(sale, "mailbox_full")
    with refused(LeadSale.DoesNotExist):
        log_attempt(
            sale_id=sale.pk,
            actor=credits.user_of(sale.pro),
            channel=ContactAttempt.Channel.CALL,
            by=ContactAttempt.By.PRO,
            reached=False,
            at=timezone.now(),
        )


def every_kind(refund: RefundRequest) -> list[OutboundMail]:
    """Return a mail of every kind about the request, each telling an event that quotes all."""
    quoted = ("question", "answer", "note", "text", "sentence", "reason", "words")
    now = timezone.now()
    event = RefundEvent.objects.create(
        request=refund,
        kind=RefundEvent.Kind.REVERSED,
        at=now,
        actor=refund.filed_by,
        to_state=refund.state,
        data=dict.fromkeys(quoted, TOLD) | {"answer_due_at": now.isoformat()},
    )
    exception = ExceptionRequest.objects.create(
        sale=refund.sale,
        cause=Cause.OUTAGE,
        words=TOLD,
        asked_by=refund.filed_by,
        asked_at=event.at,
        granted=False,
        decided_by=refund.filed_by,
        decided_at=event.at,
        answer=TOLD,
    )
    by_exception = (OutboundMail.Kind.EXCEPTION_NOTICE, OutboundMail.Kind.EXCEPTION_DECISION)
    return [
        OutboundMail(
            key=kind,
            kind=kind,
            to="x@example.com",
            event=None if kind in by_exception else event,
            exception=exception if kind in by_exception else None,
            not_before=event.at,
        )
        for kind in OutboundMail.Kind
        if kind != OutboundMail.Kind.REMINDER  # is about no request, and leaves such leads out
    ]


@pytest.mark.covers("L22")
@pytest.mark.parametrize("how", ["refund", "overturned"])
def test_no_mail_that_is_sent_later_tells_of_the_contact(
    how: str, request: pytest.FixtureRequest
) -> None:
    case: RefundRequest = request.getfixturevalue(how)
    given = {}

    for letter in every_kind(case):
        try:
            words = mails.render(letter)
        except (AttributeError, TypeError):  # there is no such transfer or appeal to tell of
            continue
        given[letter.kind] = told(words.subject + words.text + words.html)

    assert {"decision", "question", "receipt"} <= given.keys()
    assert {kind: found for kind, found in given.items() if found} == {}


@pytest.mark.covers("L22")
def test_what_waited_for_the_sender_tells_nothing_either(refund: RefundRequest) -> None:
    assert outbox.send_due() == 3  # the receipt, the question, the decision

    assert [told(str(message.body)) for message in mail.outbox] == [[], [], []]
    assert "(removed)" in mail.outbox[-1].body
    assert refund.events.get(kind="asked").data["question"] == TOLD


@pytest.mark.covers("L22")
def test_the_team_and_the_manager_go_on_reading_it(
    overturned: RefundRequest, agent: User, manager: User
) -> None:
    case = reverse("admin:refunds_refundrequest_change", args=[overturned.reference])

    assert told(SignedIn(agent).get(case).text)
    assert told(SignedIn(manager).get(f"/desk/appeals/{overturned.reference}/").text)


@pytest.mark.covers("L22")
def test_the_evidence_is_closed_to_the_pro(reader: SignedIn, refund: RefundRequest) -> None:
    file_of_claim = refund.evidence.get()
    address = reverse("evidence", args=[file_of_claim.uuid])

    page = reader.get(f"/requests/{refund.reference}/").text

    assert reader.get(address).status_code == 404
    assert address not in page
    assert file_of_claim.original_name in page
    assert "These files may show the contact" in page


def test_the_evidence_opens_again_with_the_lead(
    reader: SignedIn, sale: LeadSale, refund: RefundRequest
) -> None:
    LeadSale.objects.filter(pk=sale.pk).update(detached_at=None)
    address = reverse("evidence", args=[refund.evidence.get().uuid])

    assert reader.get(address).getvalue() == b"drawn anew"
    assert address in reader.get(f"/requests/{refund.reference}/").text


def test_the_team_and_the_manager_go_on_opening_the_evidence(
    refund: RefundRequest, agent: User, manager: User
) -> None:
    address = reverse("evidence", args=[refund.evidence.get().uuid])

    assert SignedIn(agent).get(address).getvalue() == b"drawn anew"
    assert SignedIn(manager).get(address).getvalue() == b"drawn anew"


@pytest.mark.covers("L22")
def test_a_filter_does_not_count_it_as_hidden(
    reader: SignedIn, sale: LeadSale, refund: RefundRequest
) -> None:
    # A reversal that left the lead with another pro: nothing lives that would stand in its way.
    RefundRequest.objects.filter(pk=refund.pk).update(may_file_again=False)

    hidden = reader.get("/leads/?status=won").context["hidden"]
    assert (hidden.refundable, hidden.requests) == (0, 0)


@pytest.mark.covers("C20")
def test_a_contact_not_to_be_called_is_marked_wherever_it_is_shown(
    manager: User, agent: User
) -> None:
    program = credits.program_of("conxpros")
    contact, company = credits.contact_of(program), credits.pro_of(program, manager)
    sale = credits.sold(contact, company, sold_at=timezone.now() - timedelta(hours=30))
    credits.approved(credits.claimed(sale, "do_not_call"), agent)
    other = credits.sold(contact, credits.pro_of(program, manager))
    reader = SignedIn(credits.user_of(other.pro))

    for url in ("/leads/", f"/leads/{other.uuid}/contact-log/", f"/leads/{other.uuid}/refund/"):
        assert '<span class="tag warn">Do not call</span>' in reader.get(url).text
