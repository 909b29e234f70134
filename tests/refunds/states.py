"""A request in any state, by the state's name."""

from accounts.models import User
from leads.models import LeadSale
from refunds.models import RefundRequest, State
from tests.factories import refunds as make


def in_state(state: str, sale: LeadSale, pro: User, agent: User, manager: User) -> RefundRequest:
    """Return a request that is in the state, fresh from the database."""
    request = {
        State.SUBMITTED: lambda: _submitted(sale, pro),
        State.INVESTIGATING: lambda: make.investigating(sale, pro),
        State.AWAITING_PRO: lambda: make.awaiting_pro(sale, pro, agent),
        State.WITH_SELLER: lambda: _with_seller(sale, pro, agent),
        State.APPROVED: lambda: make.approved(sale, pro, agent),
        State.DECLINED: lambda: make.declined(sale, pro, agent),
        State.APPEALED: lambda: make.appealed(sale, pro, agent),
        State.FINAL_APPROVED: lambda: make.final_approved(sale, pro, agent, manager),
        State.FINAL_DECLINED: lambda: make.final_declined(sale, pro, agent, manager),
        State.REVERSED: lambda: make.reversed_(sale, pro, agent),
        State.WITHDRAWN: lambda: make.withdrawn(sale, pro),
    }[State(state)]()
    return make.again(request)


def _submitted(sale: LeadSale, pro: User) -> RefundRequest:
    """Put a claim back to where it was before the screening, which follows at once in life."""
    request = make.investigating(sale, pro)
    RefundRequest.objects.filter(pk=request.pk).update(state=State.SUBMITTED)
    return request


def _with_seller(sale: LeadSale, pro: User, agent: User) -> RefundRequest:
    """Put a claim to its seller, under a policy that asks sellers."""
    make.asks_sellers(sale.lead.program)
    return make.put_to_seller(make.investigating(sale, pro), agent)
