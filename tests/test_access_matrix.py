"""Every address, times everybody: who sees it, who may change something by it, who is kept out.

An address without a row fails. The objects belong to ``pro``, whom ``manager`` looks after; what
isn't one's own doesn't exist (404), what is a colleague's work is refused (403), and who hasn't
signed in, or not as one of the team, is asked to (``login``). A POST about an object changes
something where it answers 302; nothing else changes anything.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import ServicePro, User
from leads.audio import clean_recording
from leads.models import Lead, LeadSale
from leads.services import recordings
from refunds.models import (
    ClaimDraft,
    DeclaredEvent,
    DraftFile,
    PolicyVersion,
    RefundRequest,
    SellerMessage,
)
from refunds.reminder_mails import stop_address
from refunds.services import bulk, corrections, drafts, exceptions, file
from refunds.services import reverse as reverse_service
from refunds.services.claims_file import ClaimRow
from refunds.uploads import CleanFile
from refunds.views.prepared import Prepared, signed
from tests.conftest import SignedIn
from tests.factories import refunds as make
from tests.factories.accounts import MembershipFactory
from tests.factories.leads import LeadSaleFactory
from tests.snapshots import everything
from tests.sounds import sound

pytestmark = pytest.mark.django_db

Visitors = dict[str, User | None]

ROLES = ("anonymous", "pro", "other_pro", "manager", "other_manager", "agent", "stranger")

TABLE = """
                                                          other         other
name                                          anon  pro   pro   manager manager agent stranger
home                                     GET  login 302   302   302     302     302   403
home                                     POST login 405   405   405     405     405   405
sign_in                                  GET  200   302   302   302     302     302   302
sign_in                                  POST 200   302   302   302     302     302   302
sign_out                                 GET  405   405   405   405     405     405   405
sign_out                                 POST 302   302   302   302     302     302   302
account_login                            GET  200   302   302   302     302     302   302
account_login                            POST 200   302   302   302     302     302   302
account_inactive                         GET  200   200   200   200     200     200   200
account_inactive                         POST 405   405   405   405     405     405   405
mfa_authenticate                         GET  302   302   302   302     302     302   302
mfa_authenticate                         POST 302   302   302   302     302     302   302
mfa_login_webauthn                       GET  302   302   302   302     302     302   302
mfa_login_webauthn                       POST 302   302   302   302     302     302   302
account_logout                           GET  405   405   405   405     405     405   405
account_logout                           POST 302   302   302   302     302     302   302
account_reauthenticate                   GET  login 200   200   200     200     200   200
account_reauthenticate                   POST login 200   200   200     200     200   200
mfa_reauthenticate                       GET  login 302   302   302     302     302   302
mfa_reauthenticate                       POST login 302   302   302     302     302   302
mfa_reauthenticate_webauthn              GET  login 302   302   302     302     302   302
mfa_reauthenticate_webauthn              POST login 302   302   302     302     302   302
account_reset_password                   GET  200   200   200   200     200     200   200
account_reset_password                   POST 200   200   200   200     200     200   200
account_reset_password_done              GET  200   200   200   200     200     200   200
account_reset_password_done              POST 405   405   405   405     405     405   405
account_reset_password_from_key_done     GET  200   200   200   200     200     200   200
account_reset_password_from_key_done     POST 405   405   405   405     405     405   405
account_reset_password_from_key          GET  200   200   200   200     200     200   200
account_reset_password_from_key          POST 200   200   200   200     200     200   200
account                                  GET  login 200   200   200     200     200   200
account                                  POST login 302   302   302     302     302   302
account_change_password                  GET  login 200   200   200     200     200   200
account_change_password                  POST login 200   200   200     200     200   200
mfa_index                                GET  login 200   200   200     200     200   200
mfa_index                                POST login 405   405   405     405     405   405
mfa_activate_totp                        GET  login again again again   again   again again
mfa_activate_totp                        POST login again again again   again   again again
mfa_deactivate_totp                      GET  login 404   404   404     404     404   404
mfa_deactivate_totp                      POST login 404   404   404     404     404   404
mfa_view_recovery_codes                  GET  login 404   404   404     404     404   404
mfa_view_recovery_codes                  POST login 405   405   405     405     405   405
mfa_generate_recovery_codes              GET  login again again again   again   again again
mfa_generate_recovery_codes              POST login again again again   again   again again
mfa_download_recovery_codes              GET  login 404   404   404     404     404   404
mfa_download_recovery_codes              POST login 404   404   404     404     404   404
mfa_list_webauthn                        GET  login 200   200   200     200     200   200
mfa_list_webauthn                        POST login 405   405   405     405     405   405
mfa_add_webauthn                         GET  login again again again   again   again again
mfa_add_webauthn                         POST login again again again   again   again again
mfa_edit_webauthn                        GET  login again again again   again   again again
mfa_edit_webauthn                        POST login again again again   again   again again
mfa_remove_webauthn                      GET  login again again again   again   again again
mfa_remove_webauthn                      POST login again again again   again   again again
choose_language                          GET  405   405   405   405     405     405   405
choose_language                          POST 302   302   302   302     302     302   302
choose_theme                             GET  405   405   405   405     405     405   405
choose_theme                             POST 302   302   302   302     302     302   302
health                                   GET  200   200   200   200     200     200   200
health                                   POST 405   405   405   405     405     405   405
mail_list                                GET  404   404   404   404     404     404   404
mail_list                                POST 405   405   405   405     405     405   405
mail_detail                              GET  404   404   404   404     404     404   404
mail_detail                              POST 405   405   405   405     405     405   405
lead_list                                GET  login 200   200   403     403     403   403
lead_list                                POST login 405   405   405     405     405   405
refundable_list                          GET  login 200   200   403     403     403   403
refundable_list                          POST login 405   405   405     405     405   405
lead_status                              GET  login 405   405   405     405     405   405
lead_status                              POST login 302   404   404     404     404   404
claim                                    GET  login 200   404   404     404     404   404
claim                                    POST login 302   404   404     404     404   404
claim_discard                            GET  login 405   405   405     405     405   405
claim_discard                            POST login 302   404   404     404     404   404
claim_details                            GET  login 200   404   404     404     404   404
claim_details                            POST login 302   404   404     404     404   404
claim_save                               GET  login 302   302   302     302     302   302
claim_save                               POST login 302   404   404     404     404   404
claim_files                              GET  login 302   302   302     302     302   302
claim_files                              POST login 302   404   404     404     404   404
claim_file                               GET  login 302   302   302     302     302   302
claim_file                               POST login 302   404   404     404     404   404
claim_check                              GET  login 200   404   404     404     404   404
claim_check                              POST login 302   404   404     404     404   404
request_sent                             GET  login 200   404   404     404     404   404
request_sent                             POST login 405   405   405     405     405   405
contact_log                              GET  login 200   404   404     404     404   404
contact_log                              POST login 302   404   404     404     404   404
request_list                             GET  login 200   200   403     403     403   403
request_list                             POST login 405   405   405     405     405   405
claims_csv                               GET  login 200   200   403     403     403   403
claims_csv                               POST login 200   200   403     403     403   403
claims_csv_template                      GET  login 200   200   403     403     403   403
claims_csv_template                      POST login 405   405   405     405     405   405
claims_csv_send                          GET  login 302   302   302     302     302   302
claims_csv_send                          POST login 302   422   403     403     403   403
claims_csv_sent                          GET  login 200   404   403     403     403   403
claims_csv_sent                          POST login 405   405   405     405     405   405
request_detail                           GET  login 200   404   404     404     404   404
request_detail                           POST login 405   405   405     405     405   405
request_next                             GET  login 200   404   404     404     404   404
request_next                             POST login 405   405   405     405     405   405
request_reply                            GET  login 200   404   404     404     404   404
request_reply                            POST login 302   404   404     404     404   404
request_appeal                           GET  login 200   404   404     404     404   404
request_appeal                           POST login 302   404   404     404     404   404
request_withdraw                         GET  login 200   404   404     404     404   404
request_withdraw                         POST login 302   404   404     404     404   404
request_give_back                        GET  login 200   404   404     404     404   404
request_give_back                        POST login 302   404   404     404     404   404
exception                                GET  login 200   404   200     404     404   404
exception                                POST login 302   404   302     404     404   404
evidence                                 GET  login 200   404   200     404     200   404
evidence                                 POST login 405   405   405     405     405   405
recording                                GET  login 404   404   200     404     200   404
recording                                POST login 405   405   405     405     405   405
transactions                             GET  login 200   200   403     403     403   403
transactions                             POST login 405   405   405     405     405   405
transactions_csv                         GET  login 200   200   403     403     403   403
transactions_csv                         POST login 405   405   405     405     405   405
reminders_stop                           GET  200   200   200     200     200   200   200
reminders_stop                           POST 200   200   200     200     200   200   200
rules                                    GET  login 200   200   403     403     403   403
rules                                    POST login 405   405   405     405     405   405
desk_appeals                             GET  login 403   403   200     200     403   403
desk_appeals                             POST login 405   405   405     405     405   405
desk_appeal                              GET  login 403   403   200     404     403   403
desk_appeal                              POST login 405   405   405     405     405   405
desk_uphold                              GET  login 302   302   302     302     302   302
desk_uphold                              POST login 403   403   302     404     403   403
desk_overturn                            GET  login 302   302   302     302     302   302
desk_overturn                            POST login 403   403   302     404     403   403
desk_exceptions                          GET  login 403   403   200     200     403   403
desk_exceptions                          POST login 405   405   405     405     405   405
desk_exception                           GET  login 403   403   200     404     403   403
desk_exception                           POST login 405   405   405     405     405   405
desk_exception_grant                     GET  login 302   302   302     302     302   302
desk_exception_grant                     POST login 403   403   302     404     403   403
desk_exception_refuse                    GET  login 302   302   302     302     302   302
desk_exception_refuse                    POST login 403   403   302     404     403   403
desk_reversals                           GET  login 403   403   200     200     403   403
desk_reversals                           POST login 405   405   405     405     405   405
desk_reversal                            GET  login 403   403   200     404     403   403
desk_reversal                            POST login 403   403   302     404     403   403
admin:index                              GET  login login login login   login   200   login
admin:index                              POST login login login login   login   200   login
admin:login                              GET  login 403   403   403     403     302   403
admin:login                              POST login 403   403   403     403     302   403
admin:logout                             GET  login 302   302   302     302     405   302
admin:logout                             POST login 302   302   302     302     302   302
admin:password_change                    GET  login login login login   login   200   login
admin:password_change                    POST login login login login   login   200   login
admin:password_change_done               GET  login login login login   login   200   login
admin:password_change_done               POST login login login login   login   405   login
admin:autocomplete                       GET  login login login login   login   403   login
admin:autocomplete                       POST login login login login   login   405   login
admin:jsi18n                             GET  login login login login   login   200   login
admin:jsi18n                             POST login login login login   login   405   login
admin:view_on_site                       GET  login login login login   login   404   login
admin:view_on_site                       POST login login login login   login   404   login
admin:refunds_refundrequest_changelist   GET  login login login login   login   200   login
admin:refunds_refundrequest_changelist   POST login login login login   login   200   login
admin:refunds_refundrequest_change       GET  login login login login   login   200   login
admin:refunds_refundrequest_change       POST login login login login   login   405   login
admin:refunds_refundrequest_take         GET  login login login login   login   302   login
admin:refunds_refundrequest_take         POST login login login login   login   302   login
admin:refunds_refundrequest_finding      GET  login login login login   login   302   login
admin:refunds_refundrequest_finding      POST login login login login   login   302   login
admin:refunds_refundrequest_ask          GET  login login login login   login   200   login
admin:refunds_refundrequest_ask          POST login login login login   login   302   login
admin:refunds_refundrequest_approve      GET  login login login login   login   200   login
admin:refunds_refundrequest_approve      POST login login login login   login   302   login
admin:refunds_refundrequest_decline      GET  login login login login   login   200   login
admin:refunds_refundrequest_decline      POST login login login login   login   302   login
admin:refunds_refundrequest_reverse      GET  login login login login   login   200   login
admin:refunds_refundrequest_reverse      POST login login login login   login   302   login
admin:refunds_refundrequest_seller_ask   GET  login login login login   login   200   login
admin:refunds_refundrequest_seller_ask   POST login login login login   login   302   login
admin:refunds_refundrequest_seller_reappeal GET login login login login login   200   login
admin:refunds_refundrequest_seller_reappeal POST login login login login login  302   login
admin:refunds_refundrequest_seller_answer GET login login login login   login   200   login
admin:refunds_refundrequest_seller_answer POST login login login login  login   302   login
admin:refunds_refundrequest_goodwill     GET  login login login login   login   200   login
admin:refunds_refundrequest_goodwill     POST login login login login   login   302   login
admin:refunds_refundrequest_recording    GET  login login login login   login   200   login
admin:refunds_refundrequest_recording    POST login login login login   login   302   login
admin:refunds_refundrequest_propose_correction GET login login login login login 200 login
admin:refunds_refundrequest_propose_correction POST login login login login login 302 login
admin:refunds_refundrequest_confirm_correction GET login login login login login 200 login
admin:refunds_refundrequest_confirm_correction POST login login login login login 422 login
admin:refunds_refundrequest_dismiss_correction GET login login login login login 200 login
admin:refunds_refundrequest_dismiss_correction POST login login login login login 302 login
admin:policy_list                        GET  login login login login   login   200   login
admin:policy_list                        POST login login login login   login   405   login
admin:policy_detail                      GET  login login login login   login   200   login
admin:policy_detail                      POST login login login login   login   302   login
admin:exception_list                     GET  login login login login   login   200   login
admin:exception_list                     POST login login login login   login   405   login
admin:exception_detail                   GET  login login login login   login   200   login
admin:exception_detail                   POST login login login login   login   302   login
admin:proposal_list                      GET  login login login login   login   200   login
admin:proposal_list                      POST login login login login   login   405   login
admin:proactive_credit                   GET  login login login login   login   200   login
admin:proactive_credit                   POST login login login login   login   302   login
admin:proposal_dismiss                   GET  login login login login   login   200   login
admin:proposal_dismiss                   POST login login login login   login   302   login
admin:declared_events                    GET  login login login login   login   200   login
admin:declared_events                    POST login login login login   login   302   login
admin:event_withdraw                     GET  login login login login   login   405   login
admin:event_withdraw                     POST login login login login   login   302   login
admin:app_list                           GET  login login login login   login   200   login
admin:app_list                           POST login login login login   login   200   login
admin:(?P<url>.*)$                       GET  login login login login   login   404   login
admin:(?P<url>.*)$                       POST login login login login   login   404   login
"""

UNNAMED = "admin:(?P<url>.*)$"  # the admin's answer to whatever is none of its pages
WORDS = "Nobody of that name lives there, as the man who answered said."


@dataclass(frozen=True)
class World:
    """Who there is, and the sale that all is about."""

    sale: LeadSale
    pro: User
    agent: User
    manager: User


@dataclass(frozen=True)
class Stage:
    """What an address is asked with: its arguments, and what a POST sends."""

    args: tuple[object, ...] = ()
    data: dict[str, object] | None = None


class SoundAnew(SimpleUploadedFile):
    """An upload that every visitor sends from its first byte."""

    def read(self, *size: int) -> bytes:
        self.seek(0)
        return bytes(super().read(*size))


def of_request(request: RefundRequest, **data: object) -> Stage:
    """Ask about a request, from the page that is up to date."""
    fresh = make.again(request)
    return Stage((fresh.reference,), {"version": fresh.version, **data})


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


def to_be_found(world: World) -> Stage:
    request = make.investigating(world.sale, world.pro)
    return of_request(request, kind="contact_call", result="supports", note=WORDS)


def to_be_asked(world: World) -> Stage:
    return of_request(make.investigating(world.sale, world.pro), question=WORDS)


def to_be_declined(world: World) -> Stage:
    request = make.investigating(world.sale, world.pro)
    return of_request(request, codes=["claim_not_supported"], note=WORDS)


def supported(world: World) -> Stage:
    return of_request(make.supported(world.sale, world.pro, world.agent), note="")


def approved(world: World) -> Stage:
    return of_request(make.approved(world.sale, world.pro, world.agent), reason=WORDS)


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


def final(world: World) -> Stage:
    request = make.final_approved(world.sale, world.pro, world.agent, world.manager)
    return of_request(request, reason=WORDS)


def proposed(world: World) -> Stage:
    request = make.final_approved(world.sale, world.pro, world.agent, world.manager)
    return of_request(
        corrections.propose(
            reference=request.reference,
            actor=world.agent,
            expected_version=request.version,
            reason=WORDS,
        ),
        reason=WORDS,
    )


def late(world: World) -> Stage:
    make.PolicyVersionFactory.create(program=world.sale.lead.program)
    three_weeks_ago = world.sale.sold_at - timedelta(days=21)
    LeadSale.objects.filter(pk=world.sale.pk).update(sold_at=three_weeks_ago)
    return Stage((world.sale.uuid,), {"cause": "hurricane", "words": WORDS})


def excepted(world: World) -> Stage:
    late(world)
    asked = exceptions.ask(
        sale_uuid=world.sale.uuid, actor=world.pro, cause="hurricane", words=WORDS
    )
    return Stage((asked.uuid,), {"answer": WORDS, "outcome": "grant"})


def disaster(world: World) -> Stage:
    make.PolicyVersionFactory.create(program=world.sale.lead.program)
    data: dict[str, object] = {
        "program": world.sale.lead.program_id,
        "name": "Hurricane Ida",
        "cause": "hurricane",
        "postal_codes": "30301, 303*",
        "starts_on": "2026-03-04",
        "ends_on": "2026-03-05",
    }
    return Stage((), data)


def declared_disaster(world: World) -> Stage:
    event = DeclaredEvent.objects.create(
        program=world.sale.lead.program,
        name="Hurricane Ida",
        cause="hurricane",
        postal_codes=["30301"],
        starts_on=timezone.now().date(),
        ends_on=timezone.now().date(),
        declared_by=world.agent,
        declared_at=timezone.now(),
    )
    return Stage((event.uuid,))


def for_the_seller(world: World) -> RefundRequest:
    """A claim that the team supports, in a program that needs its sellers' consent."""
    make.asks_sellers(world.sale.lead.program, consent="required")
    return make.again(make.supported(world.sale, world.pro, world.agent))


def prepared(world: World) -> Stage:
    return of_request(for_the_seller(world), text=WORDS)


def with_seller(world: World) -> Stage:
    request = make.put_to_seller(for_the_seller(world), world.agent)
    return of_request(request, answer="agrees", text=WORDS)


def refused_by_seller(world: World) -> Stage:
    answer = SellerMessage.Answer.REFUSES
    request = make.heard_from_seller(for_the_seller(world), world.agent, answer)
    return of_request(request, text=WORDS, note=WORDS)


def live_call(world: World) -> Stage:
    Lead.objects.filter(pk=world.sale.lead_id).update(kind=Lead.Kind.LIVE_CALL)
    request = make.investigating(world.sale, world.pro)
    return of_request(request, file=SoundAnew("call.ogg", sound()), length="1:35")


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


def on_site(world: World) -> Stage:
    request = make.investigating(world.sale, world.pro)
    return Stage((ContentType.objects.get_for_model(RefundRequest).pk, request.pk))


def unclaimed(world: World) -> Stage:
    make.PolicyVersionFactory.create(program=world.sale.lead.program)
    finding = {"reason": "no_request", "kind": "contact_call", "note": WORDS}
    return Stage((world.sale.uuid,), {"command_id": uuid4(), **finding})


def sibling(world: World) -> Stage:
    """Approve another pro's claim about the same contact."""
    other = LeadSaleFactory.create(
        lead__contact=world.sale.lead.contact, pro__program=world.sale.pro.program
    )
    pro = MembershipFactory.create(pro=other.pro).user
    make.approved(other, pro, world.agent)
    return Stage((world.sale.uuid,), {"words": WORDS})


def policy_draft(world: World) -> Stage:
    version = make.PolicyVersionFactory.create(program=world.sale.lead.program)
    PolicyVersion.objects.create(
        program=version.program, document=version.document, effective_from=timezone.now()
    )
    return Stage((version.program.code, 2), {"starts_on": "2199-01-01"})


STAGES: dict[str, Callable[[World], Stage]] = {
    "account_reset_password_from_key": lambda world: Stage(("1", "no-such-key")),
    "mfa_edit_webauthn": lambda world: Stage((1,)),
    "mfa_remove_webauthn": lambda world: Stage((1,)),
    "admin:policy_detail": policy_draft,
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
    "admin:exception_detail": excepted,
    "admin:declared_events": disaster,
    "admin:event_withdraw": declared_disaster,
    "admin:proactive_credit": unclaimed,
    "admin:proposal_dismiss": sibling,
    "admin:refunds_refundrequest_propose_correction": final,
    "admin:refunds_refundrequest_confirm_correction": proposed,
    "admin:refunds_refundrequest_dismiss_correction": proposed,
    "admin:app_list": lambda world: Stage(("refunds",)),
    "admin:view_on_site": on_site,
    "admin:refunds_refundrequest_change": in_review,
    "admin:refunds_refundrequest_take": in_review,
    "admin:refunds_refundrequest_finding": to_be_found,
    "admin:refunds_refundrequest_ask": to_be_asked,
    "admin:refunds_refundrequest_approve": supported,
    "admin:refunds_refundrequest_decline": to_be_declined,
    "admin:refunds_refundrequest_reverse": approved,
    "admin:refunds_refundrequest_seller_ask": prepared,
    "admin:refunds_refundrequest_seller_reappeal": refused_by_seller,
    "admin:refunds_refundrequest_seller_answer": with_seller,
    "admin:refunds_refundrequest_goodwill": refused_by_seller,
    "admin:refunds_refundrequest_recording": live_call,
}


def rows() -> list[tuple[str, str, dict[str, str]]]:
    """Read the table: a name and a method, and what each role gets."""
    found = []
    for line in TABLE.splitlines()[3:]:
        name, method, *cells = line.split()
        found.append((name, method, dict(zip(ROLES, cells, strict=True))))
    return found


def names(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    """Yield the name of every address; one without a name by its pattern."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield namespace + (pattern.name or str(pattern.pattern))
        else:
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from names(pattern, namespace + inner)


@pytest.fixture(autouse=True)
def _own_storage(tmp_path: Path) -> Iterator[None]:
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


@pytest.fixture
def world(pro_company: ServicePro, pro: User, agent: User, manager: User) -> World:
    """A lead sold to ``pro_company`` two hours ago."""
    sale = LeadSaleFactory.create(
        pro=pro_company, lead__reference="LEAD-OF-PRO", lead__contact__name="Petra Peachtree"
    )
    return World(sale, pro, agent, manager)


@pytest.fixture
def visitors(request: pytest.FixtureRequest) -> Visitors:
    """The user of each role."""
    return {role: None if role == "anonymous" else request.getfixturevalue(role) for role in ROLES}


@pytest.mark.parametrize(("name", "method", "expected"), rows())
def test_address_answers_each_role(
    name: str, method: str, expected: dict[str, str], world: World, visitors: Visitors
) -> None:
    stage = STAGES[name](world) if name in STAGES else Stage()
    changes = name in STAGES and method == "POST"

    found = {role: visit(method, address(name, stage), stage, visitors[role]) for role in ROLES}

    assert {role: status for role, (status, _changed) in found.items()} == expected
    assert {role for role, (_status, changed) in found.items() if changed} == {
        role for role, status in expected.items() if changes and status == "302"
    }


def test_every_address_has_a_row_for_each_method() -> None:
    wanted = [(name, method) for name in names(get_resolver()) for method in ("GET", "POST")]

    assert sorted((name, method) for name, method, _expected in rows()) == sorted(wanted)


@pytest.mark.parametrize(
    ("name", "readers"),
    [
        ("lead_list", {"pro"}),
        ("request_list", {"pro"}),
        ("transactions", {"pro"}),
        ("desk_appeals", {"manager"}),
        ("admin:refunds_refundrequest_changelist", {"agent"}),
    ],
)
def test_list_shows_its_rows_to_whom_they_concern(
    name: str, readers: set[str], world: World, visitors: Visitors
) -> None:
    request = make.appealed(world.sale, world.pro, world.agent)
    query = "?tab=open" if name == "request_list" else "?state=all" if ":" in name else ""
    told = (request.reference, "LEAD-OF-PRO", "Petra Peachtree")

    found = {
        role
        for role, visitor in visitors.items()
        if any(word in page(reverse(name) + query, visitor) for word in told)
    }

    assert found == readers


def test_mails_on_disk_are_shown_while_debugging_only(visitors: Visitors) -> None:
    listed = reverse("mail_list")

    with override_settings(DEBUG=True):
        assert visit("GET", listed, Stage(), visitors["stranger"])[0] == "200"
    assert visit("GET", listed, Stage(), visitors["stranger"])[0] == "404"


def address(name: str, stage: Stage) -> str:
    return "/admin/nothing-here/" if name == UNNAMED else reverse(name, args=stage.args)


def page(url: str, visitor: User | None) -> str:
    """Return what a visitor reads."""
    client = Client() if visitor is None else SignedIn(visitor)
    return client.get(url).content.decode()


def visit(method: str, url: str, stage: Stage, visitor: User | None) -> tuple[str, bool]:
    """Return what a visitor gets, and whether anything changed by it; undo what did."""
    client = Client() if visitor is None else SignedIn(visitor)
    before = everything()
    with transaction.atomic():
        response = client.generic(method, url) if method == "GET" else client.post(url, stage.data)
        response.getvalue()  # read to the end, which closes a file
        changed = everything() != before
        transaction.set_rollback(True)
    return answer(response), changed


def answer(response: HttpResponseBase) -> str:
    """Return the status; ``login`` where somebody is asked to sign in and to come back.

    It is ``again`` where who signed in long ago is asked to confirm who they are.
    """
    location = response.headers.get("Location", "")
    doors = tuple(f"{reverse(door)}?next=" for door in ("sign_in", "admin:login"))
    if location.startswith(f"{reverse('account_reauthenticate')}?next="):
        return "again"
    return "login" if location.startswith(doors) else str(response.status_code)
