"""What happened lately in the seeded world: each thing that a policy can bring, at least once.

Told by the services that do it in life, in the order in which people would.
"""

import io
import wave
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TypedDict
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Program, User
from leads.audio import clean_recording
from leads.models import ContactAttempt, LeadSale
from leads.services import attempts, quotes, recordings
from refunds.models import Cause, Finding, RefundRequest, SellerMessage
from refunds.seed import world
from refunds.services import (
    appeal,
    automatic,
    corrections,
    decide,
    declared,
    exceptions,
    file,
    investigate,
    proactive,
    reverse,
    sellers,
)

Kind = Finding.Kind
Result = Finding.Result
Answer = SellerMessage.Answer
SECONDS = 2


class Step(TypedDict):
    """What every step of a decision is given."""

    reference: str
    actor: User
    expected_version: int


def tell(now: datetime) -> None:
    """Tell every story, each about a lead of its own."""
    _a_seller_who_is_asked_again()
    _a_seller_who_agrees()
    _goodwill_where_the_seller_refuses()
    _every_contact_step(now)
    _the_difference_between_two_prices()
    _somebody_who_wants_no_calls()
    _a_credit_that_nobody_asked_for()
    _an_appeal_that_waits()
    _a_final_credit_under_suspicion()
    _a_credit_that_the_pro_gives_back()
    _a_live_call()
    _a_lead_that_leaves_the_account()
    _an_exception_to_decide()
    _a_hurricane(now)
    _quotes(now)
    _a_contact_who_is_shut_out()


def answer_quotes(now: datetime) -> None:
    """Bring the contacts that their pros got: a quote, its reply, and the details with it (P4).

    Before anything is claimed of them, and before the fees of what nobody answered come back.
    """
    for lead, hours_ago in (("T-3301", 27), ("T-3280", 198), ("T-3270", 88), ("T-3260", 29)):
        for sale in LeadSale.objects.filter(lead__reference=lead).order_by("pk"):
            _answer_quote(sale.uuid, now - timedelta(hours=hours_ago))


def claim(
    lead: str, reason: str, explanation: str, details: Mapping[str, str] | None = None
) -> RefundRequest:
    """File a claim for the first sale of a lead, in the name of the pro who bought it."""
    sale = _sale(lead)
    return file.file_claim(
        sale_uuid=sale.uuid,
        actor=_pro_of(sale),
        command_id=uuid4(),
        reason=reason,
        explanation=explanation,
        details=details or {},
    )


def _a_seller_who_is_asked_again() -> None:
    case = claim("A-7690", "no_contact_info", "The number is dead and the e-mail came back to me.")
    case = _establish(case, Kind.CONTACT_CALL, "The network says that the number is not assigned.")
    case = _to_seller(case, "The phone is not assigned and the e-mail bounces. Will you credit it?")
    case = sellers.answer(
        **_step(case), answer=Answer.REFUSES, text="It worked on the day it was submitted."
    )
    sellers.reappeal(
        **_step(case), text="The carrier says it was never assigned. Please look again."
    )


def _a_seller_who_agrees() -> None:
    case = claim("A-7655", "no_request_submitted", "He says that he never asked for an estimate.")
    case = _establish(case, Kind.CONTACT_CALL, "He told us as well that he made no request.")
    case = _to_seller(case, "The contact denies the request, to the pro and to us.")
    case = sellers.answer(**_step(case), answer=Answer.AGREES, text="Agreed, credit it.")
    decide.approve(**_step(case))


def _goodwill_where_the_seller_refuses() -> None:
    case = claim("A-7640", "cannot_authorize", "She rents the flat; the owner decides on repairs.")
    case = _establish(case, Kind.CONTACT_CALL, "She confirmed that the owner decides.")
    case = _to_seller(case, "The contact rents and can't authorize the project.")
    case = sellers.answer(**_step(case), answer=Answer.REFUSES, text="She could ask the owner.")
    decide.approve_as_goodwill(**_step(case), note="You did everything right, so this one is ours.")


def _every_contact_step(now: datetime) -> None:
    """The log of the first two days is complete; with today's call the claim opens."""
    sale = _sale("H-20385")
    minutes = timedelta(minutes=1)
    for after, channel in (
        (4 * minutes, ContactAttempt.Channel.CALL),
        (300 * minutes, ContactAttempt.Channel.CALL),
        (305 * minutes, ContactAttempt.Channel.TEXT),
        (1500 * minutes, ContactAttempt.Channel.CALL),
    ):
        _log(sale, sale.sold_at + after, channel)
    _log(sale, now - minutes, ContactAttempt.Channel.CALL)


def _the_difference_between_two_prices() -> None:
    case = claim(
        "H-20377",
        "wrong_category",
        "It is siding on the north wall; the roof is two years old.",
        {"corrected_category": "siding"},
    )
    case = _establish(case, Kind.CONTACT_CALL, "The homeowner wants the siding done, not the roof.")
    decide.approve(**_step(case))


def _somebody_who_wants_no_calls() -> None:
    case = claim("H-20366", "do_not_call", "On my first call she asked me never to call again.")
    case = _establish(case, Kind.CONTACT_MESSAGE, "She wrote to us that she wants no calls.")
    decide.approve(**_step(case))


def _a_credit_that_nobody_asked_for() -> None:
    proactive.credit(
        sale_uuid=_sale("H-20360").uuid,
        actor=_verifier(),
        command_id=uuid4(),
        established=proactive.Established(
            reason="non_working_phone",
            kind=Kind.CONTACT_CALL,
            note="On a routine check the number turned out not to be in service.",
        ),
    )


def _an_appeal_that_waits() -> None:
    _appealed("H-20340", "The man whom you reached is her tenant. She is away until May.")


def _a_final_credit_under_suspicion() -> None:
    case = _appealed("H-20330", "Here is the message in which he says he never wrote to you.")
    case = appeal.overturn(
        **_step(case, world.MANAGER), sentence="The message settles it, and we had not seen it."
    )
    corrections.propose(
        **_step(case, world.SECOND_VERIFIER),
        reason="The contact says that the message is not his.",
    )


def _a_credit_that_the_pro_gives_back() -> None:
    case = claim("H-20322", "no_request", "She says that she never asked for quotes.")
    case = _establish(case, Kind.CONTACT_CALL, "She knew nothing of a request.")
    case = decide.approve(**_step(case))
    reverse.ask(
        reference=case.reference,
        actor=_pro_of(case.sale),
        expected_version=_version(case),
        words="Her husband had asked. They hired us yesterday, so the credit is not ours.",
    )


def _a_live_call() -> None:
    case = claim(
        "F-9131",
        "technical_issue",
        "The line broke before they said a word.",
        {"what_happened": "Silence, then a tone."},
    )
    recordings.attach(
        program_id=case.program_id,
        lead_reference="F-9131",
        actor=_verifier(),
        file=clean_recording(SimpleUploadedFile("call.wav", _silence())),
        seconds=SECONDS,
    )


def _a_lead_that_leaves_the_account() -> None:
    case = claim("F-9140", "wrong_number", "A bakery answers, and nobody there knows him.")
    case = _establish(case, Kind.CONTACT_CALL, "We reached the same bakery.")
    decide.approve(**_step(case))


def _an_exception_to_decide() -> None:
    sale = _sale("F-9050")
    exceptions.ask(
        sale_uuid=sale.uuid,
        actor=_pro_of(sale),
        cause=Cause.OUTAGE,
        words="Our office had neither power nor phones from Monday to Thursday.",
    )


def _a_hurricane(now: datetime) -> None:
    """It took two days of the window of every lead around Miami."""
    program = Program.objects.get(code="legalplan")
    today = now.astimezone(ZoneInfo(program.time_zone)).date()
    declared.declare(
        program=program,
        actor=User.objects.get(email=world.LEAD[1]),
        name="Hurricane Odette",
        cause=Cause.HURRICANE,
        postal_codes=["331*"],
        starts_on=today - timedelta(days=3),
        ends_on=today - timedelta(days=2),
    )


def _quotes(now: datetime) -> None:
    """One was not read in 48 hours, one will not be in two minutes, and one waits."""
    hours, minutes = timedelta(hours=1), timedelta(minutes=1)
    quotes.send_quote(sale_uuid=_sale("T-3290").uuid, at=now - 50 * hours)
    quotes.send_quote(sale_uuid=_sale("T-3299").uuid, at=now - 48 * hours + 2 * minutes)
    quotes.send_quote(sale_uuid=_sale("T-3295").uuid, at=now - 7 * hours)
    automatic.credit_due()


def _a_contact_who_is_shut_out() -> None:
    case = claim("T-3260", "recruitment", "對方在找鋼琴老師到他的教室上班，並不是要學琴。")
    case = _establish(case, Kind.HISTORY, "同一個人向三位老師發出了相同的徵才訊息。")
    decide.approve(**_step(case))


def _answer_quote(sale_uuid: UUID, sent_at: datetime) -> None:
    replied_at = sent_at + timedelta(hours=6)
    quotes.send_quote(sale_uuid=sale_uuid, at=sent_at)
    quotes.mark_read(sale_uuid=sale_uuid, at=sent_at + timedelta(hours=5))
    quotes.mark_replied(sale_uuid=sale_uuid, at=replied_at)
    quotes.reveal_contact(sale_uuid=sale_uuid, at=replied_at)


def _appealed(lead: str, text: str) -> RefundRequest:
    case = claim(lead, "incorrect_contact", "Whoever answers has never heard of the name.")
    case = decide.decline(
        **_step(case), codes=["claim_not_supported"], note="The contact answered us by name."
    )
    return appeal.file_appeal(
        reference=case.reference,
        actor=_pro_of(case.sale),
        expected_version=_version(case),
        text=text,
    )


def _establish(case: RefundRequest, kind: Finding.Kind, note: str) -> RefundRequest:
    finding = investigate.add_finding(**_step(case), kind=kind, result=Result.SUPPORTS, note=note)
    return finding.request


def _to_seller(case: RefundRequest, text: str) -> RefundRequest:
    return sellers.ask(**_step(case), text=text)


def _step(case: RefundRequest, person: tuple[str, str] = world.VERIFIER) -> Step:
    return {
        "reference": case.reference,
        "actor": User.objects.get(email=person[1]),
        "expected_version": _version(case),
    }


def _version(case: RefundRequest) -> int:
    version: int = RefundRequest.objects.get(pk=case.pk).version
    return version


def _log(sale: LeadSale, at: datetime, channel: ContactAttempt.Channel) -> None:
    attempts.log_attempt(
        sale_id=sale.pk,
        actor=_pro_of(sale),
        channel=channel,
        by=ContactAttempt.By.PRO,
        reached=False,
        at=at,
    )


def _sale(lead: str) -> LeadSale:
    return LeadSale.objects.filter(lead__reference=lead).order_by("pk")[0]


def _pro_of(sale: LeadSale) -> User:
    return sale.pro.memberships.get().user


def _verifier() -> User:
    return User.objects.get(email=world.VERIFIER[1])


def _silence() -> bytes:
    """Return a recording on which nothing is to be heard."""
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file_:
        file_.setnchannels(1)
        file_.setsampwidth(2)
        file_.setframerate(8000)
        file_.writeframes(bytes(2 * 8000 * SECONDS))
    return sound.getvalue()
