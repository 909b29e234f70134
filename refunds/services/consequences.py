"""What a credit brings besides the money: what becomes of the lead, its contact and its seller.

Runs in the transaction of the credit, under the request's lock and after the money moved (X30);
every door that credits passes here. A contact is locked after the wallets, as by an import, and
together with whoever gave the same e-mail address.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F

from accounts.models import User
from leads.models import Contact, LeadSale
from refunds.documents import policy_of
from refunds.models import RefundEvent, RefundRequest
from refunds.policy.document import Policy, Reason
from refunds.policy.verdict import CheckJSON, Outcome
from refunds.services import contacts, proposals, sellers
from refunds.services.change import record


def after_credit(
    request: RefundRequest,
    *,
    actor: User,
    at: datetime,
    checks: Sequence[CheckJSON] | None = None,
) -> None:
    """Carry out what the request's policy says about a credited lead; records an event for each.

    Only a sale that was credited in full leaves the account (L22): a pro who got the difference
    to a cheaper category still works with the lead (C11). What the contact did follows from the
    reason that was decided, and from a fact that was confirmed: a credit of courtesy tells nothing
    of the contact (P10 to P13, C20, X32, X35). ``checks``: what is known, where the request keeps
    those of its refusal.
    """
    sellers.recover(request, actor=actor, at=at)
    policy = policy_of(request.policy_version)
    if policy.detaches_refunded_leads:
        _detach(request, actor, at)
    reason = policy.reason(request.decided_reason or request.reason)
    if (
        reason is not None
        and _tells_of_the_contact(reason, policy)
        and _is_confirmed(request.checks if checks is None else checks)
    ):
        _judge_contact(request, reason, policy, actor=actor, at=at)


def has_any(policy: Policy, reason: Reason) -> bool:
    """Say whether the policy wants anything else of a lead that is credited for the reason."""
    return policy.detaches_refunded_leads or _tells_of_the_contact(reason, policy)


def reattach(request: RefundRequest, *, actor: User, at: datetime) -> None:
    """Give the lead of a reversed credit back to its pro (L25); records an event.

    Leaves a lead alone that never left the account, or that was sold on meanwhile (X24): the
    other pro has it now.
    """
    sale = request.sale
    _lock_contact(request)  # nobody buys from it until this is decided
    if not sale.is_detached or was_sold_on(sale):
        return
    sale.detached_at = None
    sale.save(update_fields=["detached_at"])
    record(request, kind=RefundEvent.Kind.ATTACHED, actor=actor, at=at)


def was_sold_on(sale: LeadSale) -> bool:
    """Say whether the person of a detached sale was sold to another pro since (X24)."""
    if sale.detached_at is None:
        return False
    later = LeadSale.objects.filter(
        lead__contact__in=Contact.objects.same_person(sale.lead.contact),
        sold_at__gte=sale.detached_at,
    )
    return later.exclude(pro=sale.pro_id).exists()


def proves_contact_bad(reason: Reason, policy: Policy) -> bool:
    """Whether what was credited to one pro holds for every pro who bought from the contact.

    Such are the reasons that the team may credit by itself, save that of a duplicate, which is
    one between this pro and its own earlier lead.
    """
    return reason.code in policy.proactive_reasons and "duplicates" not in reason.rules


def _detach(request: RefundRequest, actor: User, at: datetime) -> None:
    """Take the lead out of the pro's account: its contact is no longer theirs to read (L22)."""
    credited = LeadSale.objects.attached().filter(
        pk=request.sale_id, credited_cents__gte=F("price_cents")
    )
    if credited.update(detached_at=at) == 1:
        request.sale.detached_at = at
        record(request, kind=RefundEvent.Kind.DETACHED, actor=actor, at=at)


def _is_confirmed(checks: Sequence[CheckJSON]) -> bool:
    """Whether a finding or the books prove the reason, and the contact did not deny it."""
    is_proven = any(check["outcome"] == Outcome.APPROVE for check in checks)
    return is_proven and all(check["code"] != "contact_contradicts" for check in checks)


def _tells_of_the_contact(reason: Reason, policy: Policy) -> bool:
    return reason.terminates_contact or reason.do_not_call or proves_contact_bad(reason, policy)


def _judge_contact(
    request: RefundRequest, reason: Reason, policy: Policy, *, actor: User, at: datetime
) -> None:
    contact = _lock_contact(request)
    if reason.terminates_contact:
        contacts.terminate(contact, because_of=request, actor=actor, at=at)
    if reason.do_not_call:
        contacts.put_on_do_not_call(contact, because_of=request, actor=actor, at=at)
    if proves_contact_bad(reason, policy):
        proposals.propose(contact, because_of=request, reason=reason.code, actor=actor, at=at)


def _lock_contact(request: RefundRequest) -> Contact:
    """Lock the person, so that of two credits at once the later sees what the earlier did."""
    contact = request.sale.lead.contact
    same = Contact.objects.same_person(contact).select_for_update(no_key=True)
    locked = {one.pk: one for one in same.order_by("pk")}
    return locked[contact.pk]
