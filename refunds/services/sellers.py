"""A claim's case before the seller of its lead: put, answered, put again, and what is recovered.

The pro's decision and what the seller gives back are two outcomes (X16): the first stands on the
request, the second on its case. ``seller_clock`` sees to sellers who say nothing.
"""

from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from accounts import ledger
from accounts.models import LedgerAccount, Transfer, User
from leads.services import catalogue
from refunds.documents import policy_of
from refunds.models import (
    Correction,
    Finding,
    RefundEvent,
    RefundRequest,
    SellerCase,
    SellerMessage,
    State,
)
from refunds.services.change import (
    RefundError,
    changing,
    ensure_impartial,
    ensure_possible,
    ensure_verifier,
    move,
    record,
)
from refunds.services.dates import calendar_of, end_of_day, extend, local_day
from refunds.services.investigate import words_of

Answer, Status = SellerMessage.Answer, SellerCase.Status

# What an answer is to the policy, and what becomes of the case by it.
RESULTS = {
    Answer.AGREES: (Finding.Result.SUPPORTS, Status.AGREED),
    Answer.REFUSES: (Finding.Result.CONTRADICTS, Status.REFUSED),
}
MAY_BE_PUT = (Status.PREPARED, Status.SILENT)

# Where a seller who let the time pass may still answer: nothing is closed by it any more.
STILL_HEARD = (State.INVESTIGATING, State.AWAITING_PRO)
CREDITED = (State.APPROVED, State.FINAL_APPROVED)


class CaseRefused(RefundError):
    """The case can't be put to the seller, or not like this; the text says why."""


def prepare(request: RefundRequest, *, at: datetime) -> None:
    """Open the case of a claim for its lead's seller, where the program asks its sellers (A18).

    Runs in the transaction that filed the request.
    """
    if policy_of(request.policy_version).seller_consent != "none":
        SellerCase.objects.create(
            request=request, seller_id=request.sale.lead.seller_id, opened_at=at
        )


def ask(*, reference: str, actor: User, expected_version: int, text: str) -> RefundRequest:
    """Put a case to the seller, or again where the seller said nothing (A19); queues a mail.

    Raises NotAllowed, Stale, WordsMissing without a text, and CaseRefused where the program asks
    no seller or this one has answered.
    """
    ensure_verifier(actor)
    at = timezone.now()
    words = _to_the_seller(text)
    with changing(reference, expected_version=expected_version) as request:
        ensure_possible(request, request.put_to_seller)
        ensure_impartial(request, actor)
        case = _case_of(request)
        if case.status not in MAY_BE_PUT:
            raise CaseRefused(
                _("The seller has answered. After a refusal, put the case to them again.")
            )
        _put(request, case, words, kind=RefundEvent.Kind.SELLER_ASKED, actor=actor, at=at)
    return request


def reappeal(*, reference: str, actor: User, expected_version: int, text: str) -> RefundRequest:
    """Put a case to the seller again after a refusal (A23); queues a mail.

    The decision dates move by the business days that the program gives its sellers, and the pro
    can read why (A22). Raises as ``ask`` does, CaseRefused where the seller has not refused.
    """
    ensure_verifier(actor)
    at = timezone.now()
    words = _to_the_seller(text)
    with changing(reference, expected_version=expected_version) as request:
        ensure_possible(request, request.put_to_seller)
        ensure_impartial(request, actor)
        case = _case_of(request)
        if case.status != Status.REFUSED:
            raise CaseRefused(_("Only a case that the seller refused is put to them again."))
        _put(request, case, words, kind=RefundEvent.Kind.REAPPEALED, actor=actor, at=at)
        extend(
            request,
            days=policy_of(request.policy_version).seller_response_days,
            why=RefundRequest.Extension.SELLER_REAPPEAL,
            actor=actor,
            at=at,
        )
    return request


def answer(
    *,
    reference: str,
    actor: User,
    expected_version: int,
    answer: SellerMessage.Answer,
    text: str,
) -> RefundRequest:
    """Write down what the seller answered (A20): on the case, and as a finding for the policy.

    An answer that comes after the silence leaves the request where it is. After an approval it is
    no finding any more: one who agrees then gives back what was credited (X16).

    Raises NotAllowed, Stale where no answer is waited for, WordsMissing, and CaseRefused for an
    answer that is none.
    """
    ensure_verifier(actor)
    at = timezone.now()
    words = words_of(text, _("Write what the seller said."))
    if answer not in RESULTS:
        raise CaseRefused(_("Say whether the seller agrees or refuses."))
    result, status = RESULTS[answer]
    with changing(reference, expected_version=expected_version) as request:
        case = _heard_case_of(request)
        ensure_impartial(request, actor)
        case.status = status
        case.save(update_fields=["status"])
        _keep(request, case, answer, result, words, actor=actor, at=at)
        _go_on(request, actor=actor, at=at, told={"answered": answer, "text": words})
    return request


def can_answer_late(request: RefundRequest, case: SellerCase) -> bool:
    """Say whether a seller who let the time pass may still answer; it moves no state (A20).

    Where the program paid as goodwill, or took the credit back, nothing is left to recover (X16).
    """
    if case.status != Status.SILENT:
        return False
    if request.state not in CREDITED or request.credit is None:
        return request.state in STILL_HEARD
    corrected = Correction.objects.filter(request=request, transfer__isnull=False)
    return request.credit.kind != Transfer.Kind.GOODWILL and not corrected.exists()


def stop_waiting(request: RefundRequest) -> None:
    """Wait no longer for the seller of a claim that the pro took back: nobody owes an answer."""
    SellerCase.objects.filter(request=request, status=Status.ASKED).update(
        status=Status.PREPARED, answer_due_at=None
    )


def recover(request: RefundRequest, *, actor: User, at: datetime) -> None:
    """Take a request's credit from the seller who agreed to it (X16); records an event for staff.

    Runs in the credit's transaction, under the request's lock. Nothing is recovered twice.
    """
    agreed = SellerCase.objects.filter(request=request, status=Status.AGREED, recovery=None)
    case = agreed.select_related("seller__account").first()
    if case and request.credit:
        case.recovery = _transfer(
            request, case, Transfer.Kind.SELLER_RECOVERY, request.credit.amount_cents, at
        )
        case.save(update_fields=["recovery"])
        _tell_staff(request, RefundEvent.Kind.RECOVERED, case.recovery, actor=actor, at=at)


def give_back(request: RefundRequest, *, actor: User, at: datetime) -> None:
    """Give the seller back what was recovered for a credit that is taken back (C42).

    Runs in the reversal's transaction, under the request's lock; records an event for staff.
    """
    recovered = SellerCase.objects.filter(
        request=request, recovery__isnull=False, recovery_returned=None
    )
    case = recovered.select_related("seller__account", "recovery").first()
    if case and case.recovery:
        case.recovery_returned = _transfer(
            request, case, Transfer.Kind.SELLER_RETURN, case.recovery.amount_cents, at
        )
        case.save(update_fields=["recovery_returned"])
        _tell_staff(request, RefundEvent.Kind.RETURNED, case.recovery_returned, actor=actor, at=at)


def answer_due_at(request: RefundRequest, at: datetime) -> datetime:
    """Return the last second in which a seller who is asked at that moment answers in time (X17).

    The program's days are the most there are: the pro's dates rest on them. A seller who agreed
    to answer sooner is held to that.
    """
    days = min(
        policy_of(request.policy_version).seller_response_days,
        request.sale.lead.seller.response_days,
    )
    asked_on = local_day(request.program, at)
    return end_of_day(request.program, calendar_of(request.program).add(asked_on, days))


def _to_the_seller(text: str) -> str:
    return words_of(text, _("Write what the seller should look at."))


def _case_of(request: RefundRequest) -> SellerCase:
    case = SellerCase.objects.filter(request=request).first()
    if case is None:
        raise CaseRefused(_("This program does not ask its sellers."))
    return case


def _heard_case_of(request: RefundRequest) -> SellerCase:
    """Return the case that an answer is for, whether it is waited for or comes late."""
    case = SellerCase.objects.filter(request=request).first()
    if case and can_answer_late(request, case):
        return case
    ensure_possible(request, request.hear_seller)
    return _case_of(request)


def _put(
    request: RefundRequest,
    case: SellerCase,
    words: str,
    *,
    kind: RefundEvent.Kind,
    actor: User,
    at: datetime,
) -> None:
    case.status = Status.ASKED
    case.rounds += 1
    case.answer_due_at = answer_due_at(request, at)
    case.reminded_at = None
    case.save()
    SellerMessage.objects.create(
        case=case, at=at, author=actor, direction=SellerMessage.Direction.TO_SELLER, text=words
    )
    move(
        request,
        request.put_to_seller,
        kind=kind,
        actor=actor,
        at=at,
        data={"text": words, "answer_due_at": case.answer_due_at.isoformat()},
    )


def _keep(
    request: RefundRequest,
    case: SellerCase,
    answer: SellerMessage.Answer,
    result: Finding.Result,
    words: str,
    *,
    actor: User,
    at: datetime,
) -> None:
    SellerMessage.objects.create(
        case=case,
        at=at,
        author=actor,
        direction=SellerMessage.Direction.FROM_SELLER,
        answer=answer,
        text=words,
    )
    if request.state in CREDITED:
        return  # the policy has decided
    Finding.objects.create(
        request=request,
        kind=Finding.Kind.SELLER_ANSWER,
        result=result,
        note=words,
        author=actor,
        at=at,
    )


def _go_on(
    request: RefundRequest, *, actor: User, at: datetime, told: Mapping[str, object]
) -> None:
    kind = RefundEvent.Kind.SELLER_ANSWERED
    if can_proceed(request.hear_seller):
        move(request, request.hear_seller, kind=kind, actor=actor, at=at, data=told)
        return
    record(request, kind=kind, actor=actor, at=at, data=told)
    recover(request, actor=actor, at=at)


def _transfer(
    request: RefundRequest, case: SellerCase, kind: Transfer.Kind, cents: int, at: datetime
) -> Transfer:
    seller = catalogue.account_of(case.seller)
    house = ledger.house_account(request.program, LedgerAccount.Kind.REFUNDS)
    is_recovery = kind == Transfer.Kind.SELLER_RECOVERY
    return ledger.post(
        ledger.Movement(
            kind=kind,
            source=seller if is_recovery else house,
            destination=house if is_recovery else seller,
            amount_cents=cents,
            key=f"{kind}:{request.reference}",
            note=f"{request.sale.lead.reference} {request.reference}",
        ),
        at=at,
    )


def _tell_staff(
    request: RefundRequest,
    kind: RefundEvent.Kind,
    transfer: Transfer,
    *,
    actor: User,
    at: datetime,
) -> None:
    record(request, kind=kind, actor=actor, at=at, data={"amount_cents": transfer.amount_cents})
