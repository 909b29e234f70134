"""What the team's pages show of a contact: what it may not be used for, and who bought it."""

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import formats
from accounts.models import Program
from leads.models import Contact, LeadSale
from refunds.admin import labels
from refunds.documents import policy_of
from refunds.models import RefundRequest

SALES_SHOWN = 20


def tags(contact: Contact, program: Program) -> list[labels.Tag]:
    """Return the warnings that go wherever the contact is shown (C20, P17)."""
    found = [
        (contact.terminated_at, _("Terminated %(at)s"), labels.BAD),
        (contact.do_not_call_at, _("Do not call since %(at)s"), labels.WARN),
    ]
    return [
        labels.Tag(words % {"at": formats.instant(at, program)}, look)
        for at, words, look in found
        if at
    ]


def sales_to_others(case: RefundRequest) -> list[dict[str, object]]:
    """Return what other pros bought of a case's contact, newest first, and what became of it."""
    sales = (
        LeadSale.objects.filter(lead__contact=case.sale.lead.contact_id)
        .exclude(pro=case.pro_id)
        .select_related("lead__program", "lead__category", "pro", "credit_proposal")
        .prefetch_related(Prefetch("requests", RefundRequest.objects.live()))
        .order_by("-sold_at", "-pk")[:SALES_SHOWN]
    )
    is_creditable = bool(policy_of(case.policy_version).proactive_reasons)
    return [_row(sale, is_creditable=is_creditable) for sale in sales]


def _row(sale: LeadSale, *, is_creditable: bool) -> dict[str, object]:
    live = next(iter(sale.requests.all()), None)
    is_open = live is None and sale.credited_cents < sale.price_cents
    return {
        "lead": sale.lead.reference,
        "pro": str(sale.pro),
        "category": str(sale.lead.category),
        "sold": formats.instant(sale.sold_at, sale.lead.program),
        "price": formats.money(sale.price_cents, sale.lead.program),
        "reference": live.reference if live else "",
        "tag": labels.state(live) if live else _proposed(sale),
        "credit_url": reverse("admin:proactive_credit", args=[sale.uuid])
        if is_open and is_creditable
        else "",
    }


def _proposed(sale: LeadSale) -> labels.Tag | None:
    proposal = getattr(sale, "credit_proposal", None)
    if proposal is None:
        return None
    if proposal.dismissed_at:
        return labels.Tag(_("proposal dismissed"), labels.PLAIN)
    return labels.Tag(_("proposed for a credit"), labels.WARN)
