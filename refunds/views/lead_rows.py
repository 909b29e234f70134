"""Rows of My leads, in words: what each lead cost and until when it can be refunded."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import formats
from accounts.models import Program, User
from leads.models import ContactForPro, LeadSale
from refunds.models import RefundRequest
from refunds.policy.document import CalendarDaysFromJob, Policy
from refunds.policy.windows import Window
from refunds.services.windows import CLOSING_SOON, Sold, Terms, sold, terms_for
from refunds.views.words import TAGS

HIDDEN_LOOKED_AT = 500


@dataclass(frozen=True)
class Standing:
    """Whether a sale can be refunded: a word with its colour, and a sentence.

    ``because`` says why its window is longer than others; ``exception`` is the words of the link
    to where an exception is asked for (L6).
    """

    tag: str
    word: str
    sentence: str
    request_reference: str = ""
    can_be_claimed: bool = False
    is_too_late: bool = False
    because: str = ""
    exception: str = ""


@dataclass(frozen=True)
class LeadRow:
    """One sale as My leads shows it.

    ``job_on`` where the window counts from it.
    """

    uuid: UUID
    reference: str
    pro: str
    contact: ContactForPro
    category: str
    status: str
    bought_at: str
    price: str
    job_on: str
    standing: Standing


def lead_rows(sales: Sequence[LeadSale], *, at: datetime) -> list[LeadRow]:
    """Put sales into words, in 4 queries whatever their number."""
    prefetch_related_objects(
        sales, Prefetch("requests", RefundRequest.objects.live()), "exceptions"
    )
    terms = terms_for([sold(sale) for sale in sales])
    return [_row(sale, terms, at) for sale in sales]


def hidden_refundable(user: User, shown: QuerySet[LeadSale], *, at: datetime) -> int:
    """Count the user's refundable sales that a filter leaves out, among the newest 500 of them."""
    hidden = (
        LeadSale.objects.visible_to(user)
        .attached()
        .exclude(pk__in=shown.order_by().values("pk"))
        .filter(credited_cents__lt=F("price_cents"))
        .exclude(Exists(RefundRequest.objects.live().filter(sale=OuterRef("pk"))))
        .order_by("-sold_at", "-pk")
        .values_list("lead__program_id", "sold_at", "lead__job_date", "lead__postal_code")
    )
    sales = [Sold(*sale) for sale in hidden[:HIDDEN_LOOKED_AT]]
    terms = terms_for(sales)
    return sum(_is_open(terms.window(sale), at) for sale in sales)


def standing_of(
    sale: LeadSale, *, live: RefundRequest | None, terms: Terms, at: datetime
) -> Standing:
    """Say whether a sale can be refunded, and until when or why not."""
    if live is not None:
        return _requested(live, sale.lead.program)
    if sale.credited_cents >= sale.price_cents:
        return Standing("good", _("Credited"), _("Its price was given back."))
    policy, opening = terms.policy(sale.lead.program_id, sale.sold_at), terms.window(sold(sale))
    if policy is None or opening is None:
        return Standing("plain", _("Closed"), _("This program has no refund rules yet."))
    closes_at, because = _last_second(sale, opening)
    until = formats.instant(closes_at, sale.lead.program)
    if at > closes_at:
        since = _("Closed since %(at)s") % {"at": until}
        link = _exception_link(sale, policy)
        return Standing("plain", _("Closed"), since, is_too_late=True, exception=link)
    left = closes_at - at
    is_close = left < CLOSING_SOON
    return Standing(
        "warn" if is_close else "good",
        _("Closes soon") if is_close else _("Refundable"),
        _("Refundable until %(at)s (%(left)s)") % {"at": until, "left": _time_left(left)},
        can_be_claimed=True,
        because=because,
    )


def _last_second(sale: LeadSale, opening: Window) -> tuple[datetime, str]:
    """Return when the sale's window closes, and why later than others where it does (L6)."""
    granted = next((one for one in sale.exceptions.all() if one.granted), None)
    if granted and granted.claim_until and granted.claim_until > opening.closes_at:
        return granted.claim_until, _("By an exception that was granted.")
    return opening.closes_at, _extended(sale, opening) if opening.is_extended else ""


def _extended(sale: LeadSale, opening: Window) -> str:
    names = ", ".join(dict.fromkeys(event.name for event in opening.events))
    planned = formats.instant(opening.planned_closes_at, sale.lead.program)
    return _("Extended from %(planned)s because of %(events)s.") % {
        "planned": planned,
        "events": names,
    }


def _exception_link(sale: LeadSale, policy: Policy) -> str:
    """Return the words of the link to an exception, "" where the program makes none."""
    if policy.exception is None:
        return ""
    waits = any(one.decided_at is None for one in sale.exceptions.all())
    return _("Your exception waits for an answer") if waits else _("Ask for an exception")


def _row(sale: LeadSale, terms: Terms, at: datetime) -> LeadRow:
    lead = sale.lead
    live = next(iter(sale.requests.all()), None)
    standing = standing_of(sale, live=live, terms=terms, at=at)
    contact = sale.contact_for_pro
    return LeadRow(
        uuid=sale.uuid,
        reference=lead.reference,
        pro=sale.pro.name,
        contact=contact,
        category=lead.category.name,
        status=sale.get_status_display(),
        bought_at=formats.instant(sale.sold_at, lead.program),
        price=formats.money(sale.price_cents, lead.program),
        job_on=_job_on(sale, terms.policy(lead.program_id, sale.sold_at)),
        standing=standing,
    )


def _job_on(sale: LeadSale, policy: Policy | None) -> str:
    counts = policy is not None and isinstance(policy.window, CalendarDaysFromJob)
    return formats.day(sale.lead.job_date) if counts and sale.lead.job_date else ""


def _requested(live: RefundRequest, program: Program) -> Standing:
    if live.state in ("approved", "final_approved"):
        amount = {"amount": formats.money(live.credit_cents, program)}
        sentence = _credited_by(live.origin) % amount
    else:
        sentence = _("Refund requested:")
    return Standing(TAGS[live.state], live.get_state_display(), sentence, live.reference)


def _credited_by(origin: str) -> str:
    """Return what is said of a credit, by who set it going (C25)."""
    if origin == RefundRequest.Origin.PROACTIVE:
        return _("%(amount)s credited by us, without a claim of yours:")
    if origin == RefundRequest.Origin.AUTOMATIC:
        return _("%(amount)s came back by itself:")
    return _("%(amount)s credited:")


def _is_open(opening: Window | None, at: datetime) -> bool:
    return opening is not None and not opening.is_closed(at)


def _time_left(left: timedelta) -> str:
    if left >= CLOSING_SOON:
        return ngettext("%(count)d day left", "%(count)d days left", left.days) % {
            "count": left.days
        }
    hours = math.floor(left.total_seconds() / 3600)
    if hours == 0:
        return _("less than an hour left")
    return ngettext("%(count)d hour left", "%(count)d hours left", hours) % {"count": hours}
