"""Sales that the team should look at, because their contact was proven bad elsewhere (X32)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from leads.models import Contact, LeadSale
from refunds.models import CreditProposal, RefundEvent, RefundRequest
from refunds.services.change import RefundError, ensure_impartial_to, ensure_verifier, record


class DismissalRefused(RefundError):
    """A proposal can't be dismissed, or not without saying why."""


class ProposalSettled(RefundError):
    """A colleague credited or dismissed the proposal meanwhile."""


def propose(
    contact: Contact, *, because_of: RefundRequest, reason: str, actor: User, at: datetime
) -> None:
    """Propose a credit to every other pro who bought from a person; records how many.

    Also where that person gave the same e-mail address with another phone, as intake knows them.
    The caller has locked the contact, so that no sale is proposed twice. Left out are sales that
    were credited in full or proposed before. One that its pro claimed waits behind the claim, for
    the case that it is withdrawn.
    """
    sales = list(_sales_of_others(contact, because_of).values_list("pk", flat=True))
    if not sales:
        return
    CreditProposal.objects.bulk_create(
        CreditProposal(sale_id=pk, because_of=because_of, reason=reason, proposed_at=at)
        for pk in sales
    )
    record(
        because_of,
        kind=RefundEvent.Kind.PROPOSED,
        actor=actor,
        at=at,
        data={"sales": len(sales)},
    )


def drop(because_of: RefundRequest, *, actor: User, at: datetime) -> None:
    """Dismiss what still waits because of a credit that is reversed (C42, X32).

    Runs in the transaction of the reversal, under its request's lock.
    """
    waiting = CreditProposal.objects.unsettled().filter(because_of=because_of)
    waiting.update(
        dismissed_by=actor,
        dismissed_at=at,
        dismissal=_("The credit of %(reference)s, on which this proposal rests, was reversed.")
        % {"reference": because_of.reference},
    )


def dismiss(*, sale_uuid: UUID, actor: User, words: str) -> CreditProposal:
    """Leave a proposed sale as it is, and keep why.

    Raises NotAllowed, CreditProposal.DoesNotExist, DismissalRefused without words, and
    ProposalSettled where it is credited or dismissed already.
    """
    ensure_verifier(actor)
    at = timezone.now()
    why = words.strip()
    if not why:
        raise DismissalRefused(_("Say why this sale is not credited: colleagues will read it."))
    with transaction.atomic():
        proposal = locked_for(sale_uuid)
        ensure_impartial_to(proposal.sale.pro, actor)
        if proposal.request_id or proposal.dismissed_at:
            raise ProposalSettled(_("A colleague has settled this proposal meanwhile."))
        proposal.dismissed_by, proposal.dismissed_at, proposal.dismissal = actor, at, why
        proposal.save(update_fields=["dismissed_by", "dismissed_at", "dismissal"])
    return proposal


def locked_for(sale_uuid: UUID) -> CreditProposal:
    """Lock the proposal for a sale and return it; raises CreditProposal.DoesNotExist."""
    proposals = CreditProposal.objects.select_for_update(of=("self",))
    return proposals.select_related("sale__pro").get(sale__uuid=sale_uuid)


def _sales_of_others(contact: Contact, because_of: RefundRequest) -> QuerySet[LeadSale]:
    return (
        LeadSale.objects.filter(
            lead__contact__in=Contact.objects.same_person(contact),
            credited_cents__lt=F("price_cents"),
            credit_proposal__isnull=True,
        )
        .exclude(pro=because_of.pro_id)
        .order_by("pk")
    )
