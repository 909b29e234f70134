"""Decision dates of a request, in its program's calendar (X18)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from accounts.models import ClosedDay, Program, User
from refunds.models import RefundEvent, RefundRequest
from refunds.policy import moments
from refunds.policy.calendar import BusinessCalendar, business_calendar
from refunds.services.change import record


def end_of_day(program: Program, day: date) -> datetime:
    """Return the last second of a day in the program's zone, as an instant."""
    return moments.end_of_day(day, ZoneInfo(program.time_zone))


def local_day(program: Program, at: datetime) -> date:
    """Return the day that an instant falls on in the program's zone."""
    return at.astimezone(ZoneInfo(program.time_zone)).date()


def calendar_of(program: Program) -> BusinessCalendar:
    """Return the business days of a program, its closed days left out."""
    closed = ClosedDay.objects.filter(program=program).values_list("date", flat=True)
    return business_calendar(program.country, program.subdivision or None, frozenset(closed))


def days_waited(request: RefundRequest, at: datetime) -> int:
    """Return the business days for which a question to the pro has been open (X18)."""
    asked_on = local_day(request.program, request.asked_at or at)
    return calendar_of(request.program).between(asked_on, local_day(request.program, at))


def extend(
    request: RefundRequest,
    *,
    days: int,
    why: RefundRequest.Extension,
    actor: User,
    at: datetime,
) -> None:
    """Move a locked request's decision dates by business days, and record why (A22).

    The pro sees the event. Past its new limit the request is flagged anew. Nothing moves by no
    days.
    """
    if not days:
        return
    calendar = calendar_of(request.program)
    request.target_on = calendar.add(request.target_on, days)
    request.limit_on = calendar.add(request.limit_on, days)
    request.due_at = end_of_day(request.program, request.limit_on)
    request.extension = why
    request.overdue_flagged_at = None
    record(
        request,
        kind=RefundEvent.Kind.EXTENDED,
        actor=actor,
        at=at,
        data={"why": why, "days": days, "limit_on": request.limit_on.isoformat()},
    )
