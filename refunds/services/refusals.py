"""Refusals in whose place another request of their sale stands (X27, X32, P2).

No event tells of it, as nothing is decided on them: the other request has events of its own. Their
version stays as well, so that an appeal from an older page hears why it is too late.
"""

from leads.models import LeadSale
from refunds.models import CreditProposal, RefundRequest, State
from refunds.services.screen import appeal_deadline


def give_way(sale: LeadSale) -> None:
    """End the appeals of refusals after which a sale may be claimed again: now it is (X27).

    Runs before the other request is inserted, under the sale's lock: an appeal that is being filed
    holds the refusal's row, and stands in the way once it is there.
    """
    open_to_both = RefundRequest.objects.filter(sale=sale, may_file_again=True)
    open_to_both.update(appeal_until=None)


def give_way_to_proposal(sale: LeadSale) -> None:
    """End the appeal of a sale's refusal whose contact was proven bad elsewhere (X32).

    What was appealed is left to the account manager, and what they decided is final (C44). Runs in
    the transaction of the credit, before anything else of the sale is locked.
    """
    if CreditProposal.objects.unsettled().filter(sale=sale).exists():
        refusals = RefundRequest.objects.giving_way().filter(sale=sale)
        refusals.update(may_file_again=True, appeal_until=None)


def stand_again(withdrawn: RefundRequest) -> None:
    """Let the refusal before a request that was taken back be appealed again, until its date."""
    earlier = RefundRequest.objects.filter(sale=withdrawn.sale_id, pk__lt=withdrawn.pk)
    last = earlier.exclude(state=State.WITHDRAWN).order_by("-pk").first()
    if last and last.has_given_way and last.decided_at:
        until = appeal_deadline(last, last.decided_at)
        RefundRequest.objects.filter(pk=last.pk).update(appeal_until=until)
