"""Reminds pros of windows that close soon: a digest a morning, to each member who wants it.

A sale is told of once: on the first morning on which its window closes within 48 hours, which is
one to two days before. Telling of it on the next morning as well would make every digest of a busy
pro half old news; My leads shows it until the end. A window that was made longer since is a new
one, and told of again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from accounts.models import Membership, Program, ServicePro
from leads.models import LeadSale
from refunds import reminder_mails
from refunds.models import ExceptionRequest, OutboundMail, ReminderRun
from refunds.policy.still_open import StillOpen, still_open
from refunds.reminder_mails import ClosingLead
from refunds.rendered_mail import RenderedMail
from refunds.services import doorbell
from refunds.services.refundable import EVENTS_OF, any_of, by_job, claimable, longest_in
from refunds.services.windows import CLOSING_SOON, Sold, Terms, terms_in

MORNING, EVENING = time(8), time(20)  # nobody is written to at night, in the program's zone


@dataclass(frozen=True)
class Closing:
    """A sale whose window closes, and when."""

    sale_id: int
    pro_id: int
    closes_at: datetime


def remind() -> int:
    """Owe the digests of every program whose morning has come; return how many (L3).

    A program's are written once a day, in one transaction with the mark that they were: sweeps
    at once write them once, and one that dies leaves them whole to the next. With nothing to do
    it reads the programs and their marks, and no sale.
    """
    now = timezone.now()
    programs = Program.objects.annotate(reminded_on=Max("reminder_runs__day")).order_by("pk")
    return sum(_remind(program, now) for program in programs if _is_due(program, now))


def words_of(mail: OutboundMail) -> RenderedMail | None:
    """Put a digest into words from what is still to be claimed now (C26); None where nothing is.

    Nor is there anything to say to who wants no reminders by now, or left the company.
    """
    notice = reminder_mails.notice_of(mail)
    member = Membership.objects.filter(
        user=notice.user_id, pro=notice.pro_id, user__wants_reminders=True, user__is_active=True
    )
    reader = member.select_related("user", "pro__program").first()
    if reader is None:
        return None
    run = ReminderRun.objects.get(program=reader.pro.program_id, day=notice.day)
    pros = ServicePro.objects.filter(pk=notice.pro_id)
    found = sorted(_closing(run, pros, timezone.now()), key=lambda one: one.closes_at)
    named = found[: reminder_mails.NAMED]
    sales = LeadSale.objects.with_lead().in_bulk([one.sale_id for one in named])
    leads = [ClosingLead(sales[one.sale_id], one.closes_at) for one in named]
    return reminder_mails.render(reader, leads, count=len(found)) if found else None


def _is_due(program: Program, now: datetime) -> bool:
    local = now.astimezone(ZoneInfo(program.time_zone))
    reminded_on: date | None = vars(program)["reminded_on"]
    is_new_day = reminded_on is None or reminded_on < local.date()
    return is_new_day and MORNING <= local.time() < EVENING


@transaction.atomic
def _remind(program: Program, now: datetime) -> int:
    run, is_ours = _begin(program, now)
    if not is_ours:
        return 0
    members = Membership.objects.filter(
        pro__program=program, user__wants_reminders=True, user__is_active=True
    )
    wanting = ServicePro.objects.filter(pk__in=members.values("pro"))
    pros = {one.pro_id for one in _closing(run, wanting, now)}
    mails = [
        reminder_mails.owed(member, day=run.day, not_before=now)
        for member in members.filter(pro__in=pros).select_related("user", "pro__program")
    ]
    OutboundMail.objects.bulk_create(mails)
    if mails:
        transaction.on_commit(partial(doorbell.ring, doorbell.SEND_DUE_MAIL))
    return len(mails)


def _begin(program: Program, now: datetime) -> tuple[ReminderRun, bool]:
    """Mark the program's day; the database lets one sweep do it."""
    last = ReminderRun.objects.filter(program=program).order_by("-day").first()
    return ReminderRun.objects.get_or_create(
        program=program,
        day=now.astimezone(ZoneInfo(program.time_zone)).date(),
        defaults={
            "ran_at": now,
            "ran_before_at": last.ran_at if last else now,
            "closes_after": max(last.closes_by, now) if last else now,
            "closes_by": now + CLOSING_SOON,
        },
    )


def _closing(run: ReminderRun, pros: QuerySet[ServicePro], now: datetime) -> Iterator[Closing]:
    """Yield what a run tells of some pros' sales, as far as it is still to be claimed.

    What is younger than the run is the next one's to tell of, however late this one's mail is.
    The windows bound when the sales were sold, so that their index finds them; the day itself is
    looked at here, as declared events and exceptions count.
    """
    terms = terms_in([run.program_id], since=now - EVENTS_OF)
    granted = dict(_granted(run, pros, now))
    sales = claimable(pros).filter(_about_to_close(terms, run, now) | Q(pk__in=list(granted)))
    rows = sales.values_list("pk", "pro_id", "sold_at", "lead__job_date", "lead__postal_code")
    for pk, pro_id, sold_at, job_date, postal_code in rows.iterator():
        opening = terms.window(Sold(run.program_id, sold_at, job_date, postal_code))
        if opening is None:
            continue
        until, since = granted.get(pk, (opening.closes_at, sold_at))
        closes_at, born_at = max(opening.closes_at, until), max(sold_at, since)
        begins = max(run.closes_after, now) if born_at <= run.ran_before_at else now
        if born_at <= run.ran_at and begins < closes_at <= run.closes_by:
            yield Closing(pk, pro_id, closes_at)


def _granted(
    run: ReminderRun, pros: QuerySet[ServicePro], now: datetime
) -> Iterator[tuple[int, tuple[datetime, datetime]]]:
    """Yield the sales with an exception that ends in time, with its end and when it was made."""
    exceptions = ExceptionRequest.objects.granted().filter(
        sale__pro__in=pros, claim_until__gt=now, claim_until__lte=run.closes_by
    )
    for pk, until, at in exceptions.values_list("sale", "claim_until", "decided_at"):
        if until and at:  # as the database holds of what was granted
            yield pk, (until, at)


def _about_to_close(terms: Terms, run: ReminderRun, now: datetime) -> Q:
    """Return which sales may be in their window now and are not any more when the run's ends."""
    longest = longest_in(terms.declared.events.get(run.program_id, ()))
    return any_of(
        Q(sold_at__gte=term.sold_from, sold_at__lt=term.sold_before)
        & _is_open(still_open(term.policy, now - longest))
        & ~_is_open(still_open(term.policy, run.closes_by))
        for term in terms.of(run.program_id)
    )


def _is_open(found: StillOpen) -> Q:
    return Q(sold_at__gte=found.looked_from) & by_job(found)
