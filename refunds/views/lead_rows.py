"""Rows of My leads, in words: what each lead cost and until when it can be refunded."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import FilteredRelation, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import formats
from accounts.models import Program, ServicePro, User
from leads.models import ContactForPro, LeadSale
from leads.models.sale import contact_for_pro
from leads.phones import written
from refunds.models import RefundRequest, State
from refunds.policy.document import CalendarDaysFromJob, Policy
from refunds.policy.windows import Window
from refunds.services.windows import CLOSING_SOON, Sold, Terms, terms_for
from refunds.views.words import TAGS


class SoldLead(NamedTuple):
    """What a row is made of, as one query brings it; the names are those of the query."""

    pk: int
    uuid: UUID
    pro_id: int
    status: str
    sold_at: datetime
    price_cents: int
    credited_cents: int
    detached_at: datetime | None
    contact_revealed_at: datetime | None
    lead__program_id: int
    lead__kind: str
    lead__reference: str
    lead__contact_name: str
    lead__postal_code: str
    lead__job_date: date | None
    lead__category_id: int
    lead__contact__phone: str
    lead__contact__email: str
    lead__contact__do_not_call_at: datetime | None
    lead__contact__phone_verified_at: datetime | None
    live__reference: str | None
    live__state: str | None
    live__origin: str | None
    live__credit_cents: int | None
    exception__granted: bool | None
    exception__asked_at: datetime | None
    exception__claim_until: datetime | None
    draft__saved_at: datetime | None
    draft__worded_at: datetime | None


@dataclass(frozen=True)
class Names:
    """What rows refer to, by its key: joining it to each row costs more than the row."""

    pros: Mapping[int, ServicePro]
    categories: Mapping[int, str]


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class LeadRow:
    """One sale as My leads shows it, all of it formatted.

    ``job_on`` where the window counts from it; ``has_draft`` where a claim was begun and can be
    gone on with.
    """

    uuid: UUID
    reference: str
    pro: str
    contact: ContactForPro
    category: str
    status_code: str
    status: str
    bought_at: str
    price: str
    job_on: str
    has_draft: bool
    standing: Standing


def sold_leads(
    sales: QuerySet[LeadSale], person: User | None = None
) -> QuerySet[LeadSale, SoldLead]:
    """Return what the rows of sales are made of; with the person's own drafts.

    Each joined row is one at most: the database holds that (one live request for a sale, one
    exception that is not refused, one draft of a person).
    """
    live = ~Q(requests__state=State.WITHDRAWN) & Q(requests__may_file_again=False)
    stands = Q(exceptions__granted=True) | Q(exceptions__granted__isnull=True)
    return sales.annotate(
        live=FilteredRelation("requests", condition=live),
        exception=FilteredRelation("exceptions", condition=stands),
        draft=FilteredRelation("drafts", condition=Q(drafts__author=person)),
    ).values_list(*SoldLead._fields, named=True)


def lead_rows(
    sales: Sequence[LeadSale], *, at: datetime, person: User | None = None
) -> list[LeadRow]:
    """Put sales that came with their programs into words, in 2 queries whatever their number.

    With the person's own drafts, where one is named.
    """
    wanted = LeadSale.objects.filter(pk__in=[sale.pk for sale in sales])
    found = {one.pk: one for one in sold_leads(wanted, person)}
    names = Names(
        pros={sale.pro_id: sale.pro for sale in sales},
        categories={sale.lead.category_id: sale.lead.category.name for sale in sales},
    )
    terms = terms_for([_sold(one) for one in found.values()])
    return rows_of([found[sale.pk] for sale in sales], names, terms, at=at)


def rows_of(
    found: Iterable[SoldLead], names: Names, terms: Terms, *, at: datetime
) -> list[LeadRow]:
    """Put what a query found into words; asks the database nothing."""
    return [_row(one, names, terms, at) for one in found]


def standing_of(one: SoldLead, program: Program, terms: Terms, at: datetime) -> Standing:
    """Say whether a sale can be refunded, and until when or why not."""
    if one.live__reference is not None:
        return _requested(one, program)
    if one.credited_cents >= one.price_cents:
        return Standing("good", _("Credited"), _("Its price was given back."))
    policy, opening = terms.policy(program.pk, one.sold_at), terms.window(_sold(one))
    if policy is None or opening is None:
        return Standing("plain", _("Closed"), _("This program has no refund rules yet."))
    closes_at, because = _last_second(one, opening, program)
    until = formats.instant(closes_at, program)
    grace_until = opening.grace_until(one.draft__worded_at, grace_hours=policy.draft_grace_hours)
    if at > closes_at and grace_until and at <= grace_until:
        return _in_grace(formats.instant(grace_until, program))
    if at > closes_at:
        since = _("Closed since %(at)s") % {"at": until}
        link = _exception_link(one, policy)
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


def _sold(one: SoldLead) -> Sold:
    return Sold(one.lead__program_id, one.sold_at, one.lead__job_date, one.lead__postal_code)


def _in_grace(until: str) -> Standing:
    sentence = _("You began this in time. Send it by %(at)s; after that it is too late.")
    return Standing("warn", _("Closes soon"), sentence % {"at": until}, is_too_late=True)


def _last_second(one: SoldLead, opening: Window, program: Program) -> tuple[datetime, str]:
    """Return when the sale's window closes, and why later than others where it does (L6)."""
    granted_until = one.exception__claim_until
    if granted_until and granted_until > opening.closes_at:
        return granted_until, _("By an exception that was granted.")
    return opening.closes_at, _extended(opening, program) if opening.is_extended else ""


def _extended(opening: Window, program: Program) -> str:
    names = formats.listed(dict.fromkeys(event.name for event in opening.events))
    planned = formats.instant(opening.planned_closes_at, program)
    return _("Extended from %(planned)s because of %(events)s.") % {
        "planned": planned,
        "events": names,
    }


def _exception_link(one: SoldLead, policy: Policy) -> str:
    """Return the words of the link to an exception, "" where the program makes none."""
    if policy.exception is None:
        return ""
    waits = one.exception__asked_at is not None and one.exception__granted is None
    return _("Your exception waits for an answer") if waits else _("Ask for an exception")


def _row(one: SoldLead, names: Names, terms: Terms, at: datetime) -> LeadRow:
    pro = names.pros[one.pro_id]
    program = pro.program
    standing = standing_of(one, program, terms, at)
    return LeadRow(
        uuid=one.uuid,
        reference=one.lead__reference,
        pro=pro.name,
        contact=_contact(one, program),
        category=names.categories[one.lead__category_id],
        status_code=one.status,
        status=str(LeadSale.Status(one.status).label),
        bought_at=formats.instant(one.sold_at, program),
        price=formats.money(one.price_cents, program),
        job_on=_job_on(one, terms.policy(program.pk, one.sold_at)),
        has_draft=one.draft__saved_at is not None and not standing.request_reference,
        standing=standing,
    )


def _contact(one: SoldLead, program: Program) -> ContactForPro:
    return contact_for_pro(
        detached_at=one.detached_at,
        revealed_at=one.contact_revealed_at,
        name=one.lead__contact_name,
        phone=one.lead__contact__phone,
        email=one.lead__contact__email,
        do_not_call_at=one.lead__contact__do_not_call_at,
        phone_verified_at=one.lead__contact__phone_verified_at,
        phone_written=written(one.lead__contact__phone, country=program.country),
    )


def _job_on(one: SoldLead, policy: Policy | None) -> str:
    counts = policy is not None and isinstance(policy.window, CalendarDaysFromJob)
    return formats.day(one.lead__job_date) if counts and one.lead__job_date else ""


def _requested(one: SoldLead, program: Program) -> Standing:
    state = State(one.live__state or "")
    if state in (State.APPROVED, State.FINAL_APPROVED):
        amount = {"amount": formats.money(one.live__credit_cents or 0, program)}
        sentence = _credited_by(one.live__origin or "") % amount
    else:
        sentence = _("Refund requested:")
    return Standing(TAGS[state], str(state.label), sentence, one.live__reference or "")


def _credited_by(origin: str) -> str:
    """Return what is said of a credit, by who set it going (C25)."""
    if origin == RefundRequest.Origin.PROACTIVE:
        return _("%(amount)s credited by us, without a claim of yours:")
    if origin == RefundRequest.Origin.AUTOMATIC:
        return _("%(amount)s came back by itself:")
    return _("%(amount)s credited:")


def _time_left(left: timedelta) -> str:
    if left >= CLOSING_SOON:
        return ngettext("%(count)d day left", "%(count)d days left", left.days) % {
            "count": left.days
        }
    hours = math.floor(left.total_seconds() / 3600)
    if hours == 0:
        return _("less than an hour left")
    return ngettext("%(count)d hour left", "%(count)d hours left", hours) % {"count": hours}
