"""What the admin's addresses are asked with: a scene for each."""

from collections.abc import Callable
from uuid import uuid4

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from leads.models import Lead
from leads.services import recordings
from refunds.models import (
    DeclaredEvent,
    PolicyVersion,
    RefundRequest,
    SellerMessage,
)
from refunds.services import corrections
from tests.factories import refunds as make
from tests.factories.accounts import MembershipFactory
from tests.factories.leads import CallRecordingFactory, LeadSaleFactory
from tests.matrix.stages import excepted, in_review
from tests.matrix.world import WORDS, SoundAnew, Stage, World, of_request
from tests.sounds import sound


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


def recorded(world: World) -> RefundRequest:
    """A claim about a live call whose recording is on file."""
    Lead.objects.filter(pk=world.sale.lead_id).update(kind=Lead.Kind.LIVE_CALL)
    CallRecordingFactory.create(lead=world.sale.lead)
    return make.again(make.investigating(world.sale, world.pro))


def to_be_marked(world: World) -> Stage:
    request = recorded(world)
    recording = request.sale.lead.recordings.get()
    return of_request(request, recording=recording.uuid, place="0:40", words=WORDS)


def marked(world: World) -> Stage:
    request = recorded(world)
    mark = recordings.mark(
        recording_uuid=request.sale.lead.recordings.get().uuid,
        actor=world.agent,
        second=40,
        words=WORDS,
    )
    return of_request(request, mark=mark.uuid)


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
    "admin:policy_detail": policy_draft,
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
    "admin:refunds_refundrequest_mark": to_be_marked,
    "admin:refunds_refundrequest_unmark": marked,
}
