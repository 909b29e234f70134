"""Rows of Refund status and of the desk, in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts import formats
from refunds.documents import worded_policy_of
from refunds.models import ClaimDraft, RefundRequest, State
from refunds.services.draft_ends import Waiting
from refunds.views.ball import is_late
from refunds.views.time_left import time_left
from refunds.views.words import TAGS


@dataclass(frozen=True)
class RequestRow:
    """One request as lists show it."""

    reference: str
    lead: str
    contact: str
    pro: str
    reason: str
    tag: str
    state: str
    began: str
    next_date: str
    amount: str
    appealed_at: str
    decided_at: str


@dataclass(frozen=True)
class DraftRow:
    """A claim that was begun and not sent."""

    sale_uuid: UUID
    lead: str
    about: str
    saved_at: str
    until: str


def request_rows(
    requests: Sequence[RefundRequest], *, at: datetime, to_pro: bool = True
) -> list[RequestRow]:
    """Put requests, loaded with their sale and appeal, into words without a query.

    The team and the account manager (not ``to_pro``) go on seeing whom a lead was about (L22).
    """
    return [_row(refund, at, to_pro=to_pro) for refund in requests]


def draft_rows(waiting: Iterable[Waiting]) -> list[DraftRow]:
    """Put drafts, loaded with their sale, into words without a query."""
    return [_draft(one.draft, one.until) for one in waiting]


def contact_of(refund: RefundRequest, *, to_pro: bool) -> str:
    """Return the contact's name; to the pro, why there is none: the lead has left (L22), or the
    pro never got the contact (P3, X29)."""
    if to_pro and refund.sale.is_detached:
        return _("contact removed: the lead has left your account")
    if to_pro and not refund.sale.is_contact_revealed:
        return _("contact not shown to you")
    return refund.sale.lead.contact_name


def reason_label(refund: RefundRequest) -> str:
    """Return what the pro chose as the reason."""
    reason = worded_policy_of(refund.policy_version).reason(refund.reason)
    return reason.label if reason else refund.reason


def _draft(draft: ClaimDraft, until: datetime) -> DraftRow:
    sale, lead = draft.sale, draft.sale.lead
    about = [lead.category.name, *([lead.contact_name] if sale.is_contact_revealed else [])]
    return DraftRow(
        sale_uuid=sale.uuid,
        lead=lead.reference,
        about=" · ".join(about),
        saved_at=formats.instant(draft.saved_at, lead.program),
        until=formats.instant(until, lead.program),
    )


def _row(refund: RefundRequest, at: datetime, *, to_pro: bool) -> RequestRow:
    program = refund.program
    lead = refund.sale.lead
    decided_at = refund.appeal_decided_at or refund.decided_at
    return RequestRow(
        reference=refund.reference,
        lead=lead.reference,
        contact=contact_of(refund, to_pro=to_pro),
        pro=refund.pro.name,
        reason=reason_label(refund),
        tag=TAGS[refund.state],
        state=refund.get_state_display(),
        began=_began(refund),
        next_date=_next_date(refund, at),
        amount=_amount(refund),
        appealed_at=formats.instant(refund.appeal.filed_at, program) if refund.appeal else "",
        decided_at=formats.instant(decided_at, program) if decided_at else "",
    )


def _began(refund: RefundRequest) -> str:
    at = {"at": formats.instant(refund.submitted_at, refund.program)}
    if refund.origin == RefundRequest.Origin.CLAIM:
        return _("Asked for: %(at)s") % at
    return _("Opened without a claim: %(at)s") % at


def _next_date(refund: RefundRequest, at: datetime) -> str:
    """Return what comes next and when, "" where nothing does."""
    if refund.state == State.AWAITING_PRO and refund.answer_due_at:
        until = formats.instant(refund.answer_due_at, refund.program)
        left = time_left(refund.answer_due_at, at=at)
        return _("Answer our question by %(at)s (%(left)s)") % {"at": until, "left": left}
    if is_late(refund, at):
        return _("Late: promised by %(day)s") % {"day": formats.day(refund.limit_on)}
    if refund.is_open:
        return _("Decision by %(day)s") % {"day": formats.day(refund.limit_on)}
    if refund.state == State.APPEALED:
        return _("Your account manager decides")
    if refund.appeal_until and refund.can_be_appealed(at):
        until = formats.instant(refund.appeal_until, refund.program)
        left = time_left(refund.appeal_until, at=at)
        return _("Appeal until %(at)s (%(left)s)") % {"at": until, "left": left}
    return ""


def _amount(refund: RefundRequest) -> str:
    if refund.state in (State.APPROVED, State.FINAL_APPROVED):
        return formats.money(refund.credit_cents, refund.program)
    return ""
