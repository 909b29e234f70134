"""What the addresses of the portal and the desk are asked with: a scene for each."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from leads.audio import clean_recording
from leads.models import Lead, LeadSale
from leads.services import recordings
from refunds.models import (
    ClaimDraft,
    DraftFile,
)
from refunds.reminder_mails import stop_address
from refunds.services import bulk, drafts, exceptions, file
from refunds.services import reverse as reverse_service
from refunds.services.claims_file import ClaimRow
from refunds.uploads import CleanFile
from refunds.views.prepared import Prepared, signed
from tests.factories import refunds as make
from tests.factories.leads import ContactAttemptFactory
from tests.matrix.world import WORDS, SoundAnew, Stage, World, of_request
from tests.sounds import sound


def claim(world: World) -> Stage:
    make.PolicyVersionFactory.create(program=world.sale.lead.program)
    data = {"reason": "incorrect_contact", "explanation": WORDS, "command_id": uuid4()}
    return Stage((world.sale.uuid,), data)


def begun(world: World) -> ClaimDraft:
    """A complete draft of the pro's, with a file."""
    make.PolicyVersionFactory.create(program=world.sale.lead.program)
    sale, pro = world.sale.uuid, world.pro
    drafts.keep(sale_uuid=sale, actor=pro, reason="looking_for_work", explanation=WORDS)
    file = CleanFile("call log.png", "image/png", b"drawn anew")
    drafts.add_file(sale_uuid=sale, actor=pro, file=file)
    return ClaimDraft.objects.get()


def drafted(world: World) -> Stage:
    begun(world)
    return Stage((world.sale.uuid,), {"reason": "looking_for_work", "explanation": WORDS * 2})


def drafted_file(world: World) -> Stage:
    stage = drafted(world)
    return Stage((world.sale.uuid, DraftFile.objects.get().uuid), stage.data)


def uploaded(world: World) -> Stage:
    stage = drafted(world)
    file = SoundAnew("letter.pdf", b"%PDF-1.4 letter")
    return Stage(stage.args, {**(stage.data or {}), "files": file, "complete": "1"})


def checked(world: World) -> Stage:
    draft = begun(world)
    saved_at = f"{draft.saved_at:%Y-%m-%dT%H:%M:%S.%f%z}"
    return Stage((world.sale.uuid,), {"command_id": draft.command_id, "saved_at": saved_at})


def noted(world: World) -> Stage:
    return Stage((world.sale.uuid,), {"status": "won"})


def contact_log(world: World) -> Stage:
    made_at = world.sale.sold_at.astimezone(ZoneInfo(world.sale.lead.program.time_zone))
    when = {"made_on": f"{made_at:%Y-%m-%d}", "made_time": f"{made_at:%H:%M}"}
    return Stage((world.sale.uuid,), {"channel": "call", "reached": "no", **when})


def slip(world: World) -> Stage:
    made = ContactAttemptFactory.create(
        sale=world.sale, logged_by=world.pro, logged_at=timezone.now()
    )
    return Stage((world.sale.uuid,), {"attempt": str(made.pk)})


def claims_in_a_file(world: World) -> Stage:
    make.PolicyVersionFactory.create(program=world.sale.lead.program)
    text = f"reference,reason,explanation\n{world.sale.lead.reference},looking_for_work,{WORDS}\n"
    return Stage((), {"file": SoundAnew("claims.csv", text.replace(", as", " as").encode())})


def prepared_claims(world: World) -> Prepared:
    make.PolicyVersionFactory.create(program=world.sale.lead.program)
    row = ClaimRow(2, world.sale.lead.reference, "looking_for_work", WORDS)
    [checked] = bulk.check(rows=[row], actor=world.pro)
    assert checked.claim
    return Prepared.of([checked.claim])


def claims_to_send(world: World) -> Stage:
    return Stage((), {"prepared": signed(prepared_claims(world), world.pro)})


def claims_sent(world: World) -> Stage:
    prepared = prepared_claims(world)
    bulk.send(upload=prepared.upload, actor=world.pro, claims=prepared.claims)
    return Stage((prepared.upload,))


def in_review(world: World) -> Stage:
    return of_request(make.investigating(world.sale, world.pro))


def asked(world: World) -> Stage:
    return of_request(make.awaiting_pro(world.sale, world.pro, world.agent), answer=WORDS)


def declined(world: World) -> Stage:
    return of_request(make.declined(world.sale, world.pro, world.agent), text=WORDS)


def appealed(world: World) -> Stage:
    return of_request(
        make.appealed(world.sale, world.pro, world.agent), sentence=WORDS, is_final="on"
    )


def withdrawn(world: World) -> Stage:
    return of_request(make.withdrawn(world.sale, world.pro))


def to_give_back(world: World) -> Stage:
    return of_request(make.approved(world.sale, world.pro, world.agent), words=WORDS)


def given_back(world: World) -> Stage:
    request = make.approved(world.sale, world.pro, world.agent)
    asked = reverse_service.ask(
        reference=request.reference,
        actor=world.pro,
        expected_version=request.version,
        words=WORDS,
    )
    return of_request(asked, reason=WORDS)


def late(world: World) -> Stage:
    make.PolicyVersionFactory.create(program=world.sale.lead.program)
    three_weeks_ago = world.sale.sold_at - timedelta(days=21)
    LeadSale.objects.filter(pk=world.sale.pk).update(sold_at=three_weeks_ago)
    return Stage((world.sale.uuid,), {"cause": "hurricane", "words": WORDS, "complete": "1"})


def excepted(world: World) -> Stage:
    late(world)
    asked = exceptions.ask(
        sale_uuid=world.sale.uuid, actor=world.pro, cause="hurricane", words=WORDS
    )
    return Stage((asked.uuid,), {"answer": WORDS, "outcome": "grant"})


def recording(world: World) -> Stage:
    Lead.objects.filter(pk=world.sale.lead_id).update(kind=Lead.Kind.LIVE_CALL)
    kept = recordings.attach(
        program_id=world.sale.lead.program_id,
        lead_reference=world.sale.lead.reference,
        actor=world.agent,
        file=clean_recording(SimpleUploadedFile("call.ogg", sound())),
        seconds=95,
    )
    return Stage((kept.uuid,))


def evidence(world: World) -> Stage:
    make.PolicyVersionFactory.create(program=world.sale.lead.program)
    request = file.file_claim(
        sale_uuid=world.sale.uuid,
        actor=world.pro,
        command_id=uuid4(),
        reason="incorrect_contact",
        explanation=WORDS,
        details={},
        files=[CleanFile("call log.png", "image/png", b"drawn anew")],
    )
    return Stage((request.evidence.get().uuid,))


STAGES: dict[str, Callable[[World], Stage]] = {
    "account_reset_password_from_key": lambda world: Stage(("1", "no-such-key")),
    "mfa_edit_webauthn": lambda world: Stage((1,)),
    "mfa_remove_webauthn": lambda world: Stage((1,)),
    "mail_detail": lambda world: Stage(("1.log",)),
    "reminders_stop": lambda world: Stage((stop_address(world.pro.pk).split("/")[-2],)),
    "lead_status": noted,
    "claim": claim,
    "claim_discard": drafted,
    "claim_details": drafted,
    "claim_save": drafted,
    "claim_files": uploaded,
    "claim_file": drafted_file,
    "claim_check": checked,
    "request_sent": in_review,
    "contact_log": contact_log,
    "contact_log_take_back": slip,
    "claims_csv": claims_in_a_file,
    "claims_csv_send": claims_to_send,
    "claims_csv_sent": claims_sent,
    "request_detail": in_review,
    "request_next": withdrawn,
    "request_reply": asked,
    "request_appeal": declined,
    "request_withdraw": in_review,
    "evidence": evidence,
    "recording": recording,
    "desk_appeal": appealed,
    "desk_uphold": appealed,
    "desk_overturn": appealed,
    "request_give_back": to_give_back,
    "exception": late,
    "desk_exception": excepted,
    "desk_exception_grant": excepted,
    "desk_exception_refuse": excepted,
    "desk_reversal": given_back,
}
