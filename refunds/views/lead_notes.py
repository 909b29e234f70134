"""What is said when a lead's status was noted: beside its form, where whoever did it looks."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from leads.models import LeadSale
from refunds.models import RefundRequest, State
from refunds.services import reverse as reversal
from refunds.views.person import PersonRequest

NOTE = '<p class="notice {}" id="note-{}" role="status">{}</p>'


def note(request: PersonRequest, sale: LeadSale) -> None:
    """Say how a lead is noted; and how to give its credit back where it was won after all."""
    words = {"lead": sale.lead.reference, "status": sale.get_status_display()}
    said = _("Lead %(lead)s is noted as “%(status)s”.") % words
    reference = _to_give_back(sale)
    if reference:
        said = format_html(
            '{} <a class="block" href="{}">{}</a>',
            said,
            reverse("request_give_back", args=[reference]),
            _("They hired me after all: give this credit back"),
        )
    messages.success(request, said, extra_tags=str(sale.uuid))


def notes_of(
    request: PersonRequest, listed: Collection[UUID]
) -> tuple[Mapping[UUID, SafeString], list[Message]]:
    """Return what is said at the leads of a page, and what is left to say above them."""
    by_lead = {str(uuid): uuid for uuid in listed}
    said = list(messages.get_messages(request))
    at_leads = {
        by_lead[one.extra_tags]: format_html(NOTE, one.level_tag, one.extra_tags, one.message)
        for one in said
        if one.extra_tags in by_lead
    }
    return at_leads, [one for one in said if one.extra_tags not in by_lead]


def _to_give_back(sale: LeadSale) -> str:
    """Return the request whose credit can be given back, "" where there is none."""
    if sale.status != LeadSale.Status.WON:
        return ""
    approved = RefundRequest.objects.with_sale().filter(sale=sale, state=State.APPROVED).first()
    now = timezone.now()
    return approved.reference if approved and reversal.can_be_asked(approved, now) else ""
