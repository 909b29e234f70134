"""What the team's pages show of a contact: what it may not be used for, and who bought it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import formats
from accounts.models import Program
from leads.models import Contact, LeadSale
from refunds.admin import labels
from refunds.documents import policy_of
from refunds.models import RefundRequest
from refunds.services.look import Look

SALES_SHOWN = 20


@dataclass(frozen=True)
class ContactSales:
    """The newest sales of a contact, and in words how many more there are."""

    rows: Sequence[Mapping[str, object]]
    more: str


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


def sales(case: RefundRequest, look: Look) -> dict[str, ContactSales]:
    """Return what else was sold of a case's contact, and what became of it: in 2 queries."""
    own = [sale.pk for sale in look.same_contact if sale.pro_id == case.pro_id]
    others = [sale.pk for sale in look.same_contact if sale.pro_id != case.pro_id]
    found = _found([*own[:SALES_SHOWN], *others[:SALES_SHOWN]])
    is_creditable = bool(policy_of(case.policy_version).proactive_reasons)
    return {
        "sales_to_pro": _shown([_to_pro(found[pk], case) for pk in own if pk in found], own),
        "sales_to_others": _shown(
            [_to_other(found[pk], case, is_creditable) for pk in others if pk in found], others
        ),
    }


def _found(pks: Sequence[int]) -> Mapping[int, LeadSale]:
    # The books' own rows lack the pro and the category: more tables than PostgreSQL plans at once.
    sales = LeadSale.objects.filter(pk__in=pks).select_related(
        "lead__program", "lead__category", "pro", "credit_proposal"
    )
    return sales.prefetch_related(Prefetch("requests", RefundRequest.objects.live())).in_bulk()


def _shown(rows: Sequence[Mapping[str, object]], all_of_them: Sequence[int]) -> ContactSales:
    left = len(all_of_them) - len(rows)
    more = ngettext("and %(n)d older one", "and %(n)d older ones", left) % {"n": left}
    return ContactSales(rows, more if left else "")


def _to_pro(sale: LeadSale, case: RefundRequest) -> Mapping[str, object]:
    is_same = sale.lead.fingerprint == case.sale.lead.fingerprint
    given_back = formats.money(sale.credited_cents, case.program)
    facts = [
        sale.lead.category,
        formats.instant(sale.sold_at, case.program),
        formats.money(sale.price_cents, case.program),
        given_back if sale.credited_cents else _("not credited"),
    ]
    is_later = (sale.sold_at, sale.pk) > (case.sale.sold_at, case.sale_id)
    return {
        "lead": sale.lead.reference,
        "facts": formats.beside(facts),
        "when": labels.Tag(_("later")) if is_later else labels.Tag(_("earlier"), labels.PLAIN),
        "same": labels.Tag(_("the same request"), labels.WARN) if is_same else None,
        **_asked(sale),
    }


def _to_other(sale: LeadSale, case: RefundRequest, is_creditable: bool) -> Mapping[str, object]:
    program = sale.lead.program
    facts = [
        sale.pro,
        sale.lead.category,
        formats.instant(sale.sold_at, program),
        formats.money(sale.price_cents, program),
    ]
    is_this = sale.lead_id == case.sale.lead_id
    asked = _asked(sale)
    is_open = not asked["reference"] and sale.credited_cents < sale.price_cents
    return {
        "lead": sale.lead.reference,
        "facts": formats.beside(facts),
        "same": labels.Tag(_("this lead"))
        if is_this
        else labels.Tag(_("another lead"), labels.PLAIN),
        **asked,
        "credit_url": reverse("admin:proactive_credit", args=[sale.uuid])
        if is_open and is_creditable
        else "",
    }


def _asked(sale: LeadSale) -> dict[str, object]:
    """Return the live request for a sale, or what is proposed for it."""
    live = next(iter(sale.requests.all()), None)
    return {
        "reference": live.reference if live else "",
        "tag": labels.state(live) if live else _proposed(sale),
    }


def _proposed(sale: LeadSale) -> labels.Tag | None:
    proposal = getattr(sale, "credit_proposal", None)
    if proposal is None:
        return None
    if proposal.dismissed_at:
        return labels.Tag(_("proposal dismissed"), labels.PLAIN)
    return labels.Tag(_("proposed for a credit"), labels.WARN)
