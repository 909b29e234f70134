"""Credits that the team gives by itself, without a claim (C23 to C26, X32)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import machine
from accounts.models import User
from leads.models import LeadSale
from refunds.documents import policy_of
from refunds.models import CreditProposal, Finding, RefundEvent, RefundRequest
from refunds.policy.document import Reason
from refunds.policy.engine import judge
from refunds.services import decide, file, investigate, refusals
from refunds.services.change import (
    RefundError,
    ensure_impartial_to,
    ensure_verifier,
    move,
    record,
)
from refunds.services.dates import end_of_day
from refunds.services.facts import facts_for_claim, policy_version_for

FINDING_KINDS = (
    Finding.Kind.HISTORY,
    Finding.Kind.CONTACT_CALL,
    Finding.Kind.CONTACT_MESSAGE,
)
"""Where the team may have it from: nobody claimed anything that a seller could answer to."""


class NotProactive(RefundError):
    """The program does not credit this by itself."""


@dataclass(frozen=True)
class Established:
    """What the team established of a sale: the policy's reason, where from, and the words."""

    reason: str
    kind: Finding.Kind
    note: str
    details: Mapping[str, str] = field(default_factory=dict)


def credit(
    *, sale_uuid: UUID, actor: User, command_id: UUID, established: Established
) -> RefundRequest:
    """Credit a sale that nobody claimed, for one of the policy's proactive reasons (C23).

    Opens a request of the team's, writes down the finding, and approves it by the same door as
    any other, in one transaction; queues the letter (C24) and settles the sale's proposal, to
    which a refusal that was not appealed gives way (X32). The same ``command_id`` again returns
    the request that it opened.

    Raises LeadSale.DoesNotExist, NotAllowed, NotProactive for another reason, WordsMissing
    without a note, NotProven where the policy stands against it, AlreadyRequested where there is
    a request or a credit (C26), and CommandReused; nothing is changed then.
    """
    ensure_verifier(actor)
    established = replace(established, note=established.note.strip())
    command = _Command(command_id, actor, sale_uuid, established)
    if opened := _opened_before(command):
        return opened
    try:
        with transaction.atomic():
            return _credit(command)
    except (file.AlreadyRequested, IntegrityError):
        # A double click: the other one of the two was quicker by a moment.
        if opened := _opened_before(command):
            return opened
        raise


def reasons_for(sale: LeadSale) -> list[Reason]:
    """Return what the sale's policy lets the team credit by itself, in the policy's order."""
    policy = policy_of(policy_version_for(sale))
    return [reason for reason in policy.reasons if reason.code in policy.proactive_reasons]


def in_the_way(sale: LeadSale) -> RefundRequest | None:
    """Return the request for which the sale can't be credited without a claim (C26)."""
    return None if refusal_that_gives_way(sale) else file.live_request(sale)


def refusal_that_gives_way(sale: LeadSale) -> RefundRequest | None:
    """Return the refusal in whose place the credit of a proposed sale would stand (X32)."""
    if not CreditProposal.objects.unsettled().filter(sale=sale).exists():
        return None
    return RefundRequest.objects.live().giving_way().filter(sale=sale).first()


@dataclass(frozen=True)
class _Command:
    id: UUID
    actor: User
    sale_uuid: UUID
    established: Established


def _credit(command: _Command) -> RefundRequest:
    actor, established = command.actor, command.established
    sale = LeadSale.objects.with_lead().get(uuid=command.sale_uuid)
    ensure_impartial_to(sale.pro, actor)
    if established.reason not in {reason.code for reason in reasons_for(sale)}:
        raise NotProactive(_("The policy lets a claim alone credit this, not the team by itself."))
    request = _open(command, sale)
    finding = investigate.add_finding(
        reference=request.reference,
        actor=actor,
        expected_version=request.version,
        kind=established.kind,
        result=Finding.Result.SUPPORTS,
        note=established.note,
    )
    approved = decide.approve(
        reference=request.reference,
        actor=actor,
        expected_version=finding.request.version,
        note=finding.note,
    )
    CreditProposal.objects.unsettled().filter(sale=sale).update(request=approved)
    return approved


def _open(command: _Command, sale: LeadSale) -> RefundRequest:
    """Insert the request and put it into review; whoever claims the sale is too late then."""
    refusals.give_way_to_proposal(sale)
    if live := file.live_request(sale):
        raise file.AlreadyRequested(live)
    at = timezone.now()
    request = _new_request(command, sale, at)
    file.insert(request)
    record(request, kind=RefundEvent.Kind.OPENED, actor=command.actor, at=at, from_state="")
    move(request, request.investigate, kind=RefundEvent.Kind.SCREENED, actor=machine(), at=at)
    return request


def _new_request(command: _Command, sale: LeadSale, at: datetime) -> RefundRequest:
    version, established = policy_version_for(sale), command.established
    facts = facts_for_claim(
        sale,
        reason=established.reason,
        submitted_at=at,
        explanation="",
        channel=RefundRequest.Channel.TEAM,
        details=established.details,
    )
    verdict = judge(facts, policy_of(version))
    return RefundRequest(
        command_id=command.id,
        program=sale.lead.program,
        pro=sale.pro,
        sale=sale,
        policy_version=version,
        origin=RefundRequest.Origin.PROACTIVE,
        channel=RefundRequest.Channel.TEAM,
        filed_by=command.actor,
        reason=established.reason,
        details=dict(established.details),
        submitted_at=at,
        checks=[check.as_json() for check in verdict.checks],
        credit_cents=verdict.credit_cents,
        target_on=verdict.target_on,
        limit_on=verdict.limit_on,
        due_at=end_of_day(sale.lead.program, verdict.limit_on),
    )


def _opened_before(command: _Command) -> RefundRequest | None:
    opened = (
        RefundRequest.objects.select_related("sale", "filed_by")
        .filter(command_id=command.id)
        .first()
    )
    if opened is None:
        return None
    if _command_of(opened) != command:
        raise file.CommandReused(
            _("This form was sent before with other answers. Open it anew from the sale.")
        )
    return opened


def _command_of(opened: RefundRequest) -> _Command | None:
    first = opened.findings.order_by("pk").first()
    if first is None or opened.origin != RefundRequest.Origin.PROACTIVE:
        return None
    established = Established(
        opened.reason, Finding.Kind(first.kind), first.note, details=opened.details
    )
    return _Command(opened.command_id, opened.filed_by, opened.sale.uuid, established)
