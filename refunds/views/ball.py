"""Who has to act on a request and until when, in words that speak to the pro."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import formats
from refunds import given_way, waiting
from refunds.documents import policy_of
from refunds.models import RefundEvent, RefundRequest, State
from refunds.models.states import CREDITED_STATES
from refunds.services.corrections import is_corrected
from refunds.services.windows import window_of
from refunds.views.notices import month_end_notice
from refunds.views.time_left import time_left

# Why the dates are later than they were (A22).
EXTENSIONS: Mapping[str, str | Promise] = {
    RefundRequest.Extension.DETAILS_MISSING: gettext_lazy(
        "These days are later than before: we waited for your answer."
    ),
    RefundRequest.Extension.SELLER_REAPPEAL: gettext_lazy(
        "These days are later than before: the seller refused, and we put the case to them again."
    ),
}


@dataclass(frozen=True)
class Ball:
    """Who has to act, and until when; ``write_to`` goes before the account manager's address."""

    tone: str
    headline: str
    text: str
    write_to: str = ""


def ball_of(refund: RefundRequest, *, at: datetime) -> Ball:
    """Say who has to act on a request, and what comes next; a query where it was reversed or the
    pro was asked something."""
    if refund.state == State.AWAITING_PRO:
        return Ball("warn", _("It is your turn: answer our question"), refund.question)
    if refund.is_open:
        return _with_us(refund, at)
    return _decided(refund, at)


def is_late(refund: RefundRequest, at: datetime) -> bool:
    """Say whether the day of our promise has passed while the clock runs."""
    return refund.is_open and refund.state != State.AWAITING_PRO and at > refund.due_at


def may_be_claimed_again(refund: RefundRequest, at: datetime) -> bool:
    """Say whether the request stands in the way of no other, and the lead's window is open."""
    is_too_early = refund.may_file_again and not refund.has_given_way
    return (is_too_early or refund.state == State.WITHDRAWN) and at <= _closes_at(refund)


def if_taken_back(refund: RefundRequest, at: datetime) -> str:
    """Say what taking an open request back means for its lead."""
    if at <= _closes_at(refund):
        return _until(refund)
    return _(
        "The time to claim this lead has passed: if you take the request back, you can't claim "
        "the lead again."
    )


def _closes_at(refund: RefundRequest) -> datetime:
    return window_of(refund.sale, policy_of(refund.policy_version)).closes_at


def _until(refund: RefundRequest) -> str:
    closes_at = formats.instant(_closes_at(refund), refund.program)
    return _("You may claim this lead again until %(at)s.") % {"at": closes_at}


def _with_us(refund: RefundRequest, at: datetime) -> Ball:
    days = {"target": formats.day(refund.target_on), "limit": formats.day(refund.limit_on)}
    if is_late(refund, at):
        late = _("We promised a decision by %(limit)s and did not keep it. We still decide it.")
        write_to = _("You need not do anything. If you can't wait, write to your account manager:")
        return Ball("warn", _("It is with us, and we are late"), late % days, write_to)
    if refund.state == State.WITH_SELLER:
        text = _("The seller of the lead was asked. You have our decision by %(limit)s.") % days
    elif refund.target_on == refund.limit_on:
        text = _("You have our decision by %(limit)s.") % days
    else:
        text = _("We aim to decide by %(target)s, and decide by %(limit)s at the latest.") % days
    if refund.extension:
        text += " " + str(EXTENSIONS[refund.extension])
    words = (
        waiting.sentence_now(refund),
        text,
        month_end_notice(policy_of(refund.policy_version), at),
    )
    told = [*filter(None, words), _("Nothing is needed from you.")]
    return Ball("", _("It is with us"), " ".join(told))


def _decided(refund: RefundRequest, at: datetime) -> Ball:
    if refund.state in CREDITED_STATES:
        return _credited(refund)
    manager = {"manager": str(refund.pro.account_manager)}
    if refund.state == State.FINAL_DECLINED:
        stands = _("%(manager)s looked at it again, and the decision stands. This is final.")
        since = _("The fee that was held for this lead came back by itself since.")
        told = [stands % manager, *([since] if refund.has_given_way else [])]
        return Ball("bad", _("Declined after appeal"), " ".join(told))
    if refund.state == State.APPEALED:
        text = _(
            "Your account manager %(manager)s looks at it again and has the last word. Nothing is "
            "needed from you: we write to you when it is decided."
        )
        return Ball("", _("It is with us"), text % manager)
    if refund.state == State.WITHDRAWN:
        is_open = may_be_claimed_again(refund, at)
        text = _until(refund) if is_open else _("The time to claim this lead has passed.")
        stopped = _("We stopped looking into it, and nothing was credited.")
        return Ball("", _("You took this request back"), f"{stopped} {text}")
    return Ball("bad", _("Declined"), _after_a_refusal(refund, at))


def _credited(refund: RefundRequest) -> Ball:
    if refund.state == State.REVERSED or is_corrected(refund):
        return _taken_back(refund)
    amount = {"amount": formats.money(refund.credit_cents, refund.program)}
    if refund.state == State.FINAL_APPROVED:
        text = _("Your appeal succeeded: %(amount)s is on your balance. This is final.")
        return Ball("good", _("Approved after appeal"), text % amount)
    if refund.reversal_asked_at is not None:
        text = _(
            "%(amount)s is on your balance until your account manager takes it back. They do it, "
            "or write to you why not."
        )
        return Ball("", _("You asked to give this credit back"), text % amount)
    if refund.origin == RefundRequest.Origin.PROACTIVE:
        text = _("We credited this lead without a claim of yours: %(amount)s is on your balance.")
        return Ball("good", _("Credited by us"), text % amount)
    if refund.origin == RefundRequest.Origin.AUTOMATIC:
        text = _("You did not have to claim it: %(amount)s is on your balance.")
        return Ball("good", _("Credited by itself"), text % amount)
    return Ball("good", _("Approved"), _("%(amount)s is on your balance.") % amount)


def _taken_back(refund: RefundRequest) -> Ball:
    amount = formats.money(refund.credit_cents, refund.program)
    if refund.state == State.REVERSED:
        told = refund.events.get(kind=RefundEvent.Kind.REVERSED).data
        if told.get("at_wish"):
            text = _("As you asked, %(amount)s was taken back from your balance: %(reason)s")
            words = text % {"amount": amount, "reason": told["reason"]}
            return Ball("", _("You gave the credit back"), words)
        headline, reason = _("The credit was taken back"), told["reason"]
        text = _("%(amount)s was taken back from your balance: %(reason)s")
    else:
        told = refund.events.get(kind=RefundEvent.Kind.CORRECTED).data
        headline, reason = _("The credit was corrected"), told["reason"]
        text = _("Two people of ours took %(amount)s back from your balance: %(reason)s")
    write_to = _("If you think that this is wrong, write to your account manager:")
    return Ball("warn", headline, text % {"amount": amount, "reason": reason}, write_to)


def _after_a_refusal(refund: RefundRequest, at: datetime) -> str:
    if refund.appeal_until is None:
        return given_way.sentence(refund)
    is_open = may_be_claimed_again(refund, at)
    refused = _("Nothing was credited. Below you read why, and what would have changed it.")
    if refund.may_file_again:
        refused = _to_be_filed_again(refund, is_open)
    left = time_left(refund.appeal_until, at=at) if refund.can_be_appealed(at) else ""
    if is_open and left:
        then = _(
            "Or appeal the refusal itself once, until %(at)s (%(left)s); the lead can't be claimed "
            "again then."
        )
    elif left:
        then = _("If you disagree, appeal once until %(at)s (%(left)s).")
    else:
        then = _("It could be appealed until %(at)s.")
    until = formats.instant(refund.appeal_until, refund.program)
    return f"{refused} {then % {'at': until, 'left': left}}"


def _to_be_filed_again(refund: RefundRequest, is_open: bool) -> str:
    if any(check["code"] == "too_early" for check in refund.checks):
        if is_open:
            return _("It came too early. You can claim this lead again, as said below.")
        return _("It came too early, and the time to claim this lead has passed since.")
    if is_open:
        return _("Something was missing from it. You can claim this lead again, as said below.")
    return _("Something was missing from it, and the time to claim this lead has passed since.")
