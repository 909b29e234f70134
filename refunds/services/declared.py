"""Events that kept everybody in an area from working, as staff declare them (L6).

The windows that one touches are longer by what it took from them: ``policy.windows`` says how.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Program, User
from refunds.documents import policy_of
from refunds.models import DeclaredEvent, PolicyVersion
from refunds.services.change import RefundError, Stale, ensure_lead

LONGEST = timedelta(days=60)
AREA = re.compile(r"[A-Z0-9][A-Z0-9 -]{0,14}\*?|\*")


class DeclarationRefused(RefundError):
    """The event can't be declared as it is; the text says what to mend."""


class AlreadyWithdrawn(Stale):
    """Somebody else was quicker to withdraw the event."""


def declare(
    *,
    program: Program,
    actor: User,
    name: str,
    cause: str,
    postal_codes: Sequence[str],
    starts_on: date,
    ends_on: date,
) -> DeclaredEvent:
    """Declare an event in an area of a program, both days included; moves no money.

    ``postal_codes`` are exact, or prefixes that end in a star. Raises NotAllowed for anybody but
    a lead of the verification team, and DeclarationRefused without a name or postal codes, for an
    end before the start, for more than 60 days, a cause that the program's policy does not name,
    or an event of the same name and days that stands already.
    """
    ensure_lead(actor)
    at = timezone.now()
    if not name.strip():
        raise DeclarationRefused(_("Give it the name that people know it by."))
    areas = _areas(postal_codes)
    _ensure_days(starts_on, ends_on)
    _ensure_cause(program, cause, at)
    return _inserted(
        DeclaredEvent(
            program=program,
            name=name.strip(),
            cause=cause,
            postal_codes=areas,
            starts_on=starts_on,
            ends_on=ends_on,
            declared_by=actor,
            declared_at=at,
        )
    )


def withdraw(*, event_uuid: UUID, actor: User) -> DeclaredEvent:
    """Take a declared event back (L6): from now on no window is longer by it.

    Claims that were filed by then keep what they had. Raises NotAllowed for anybody but a
    lead of the verification team, DeclaredEvent.DoesNotExist, and AlreadyWithdrawn.
    """
    ensure_lead(actor)
    at = timezone.now()
    with transaction.atomic():
        events = DeclaredEvent.objects.select_for_update(of=("self",)).select_related("program")
        event = events.get(uuid=event_uuid)
        if event.withdrawn_at is not None:
            raise AlreadyWithdrawn(_("This event was withdrawn before. Nothing was changed."))
        event.withdrawn_by, event.withdrawn_at = actor, at
        event.save(update_fields=["withdrawn_by", "withdrawn_at"])
    return event


def _areas(postal_codes: Sequence[str]) -> list[str]:
    areas = list(dict.fromkeys(" ".join(code.upper().split()) for code in postal_codes))
    areas = [area for area in areas if area]
    if not areas:
        raise DeclarationRefused(_("Say where it was: at least one postal code."))
    for area in areas:
        if not AREA.fullmatch(area):
            raise DeclarationRefused(
                _("“%(area)s” is no postal code, and no prefix that ends in a star.")
                % {"area": area}
            )
    return areas


def _ensure_days(starts_on: date, ends_on: date) -> None:
    if ends_on < starts_on:
        raise DeclarationRefused(_("It ends before it starts."))
    if ends_on - starts_on >= LONGEST:
        raise DeclarationRefused(
            _("It lasts longer than %(days)d days: declare what kept people from working only.")
            % {"days": LONGEST.days}
        )


def _ensure_cause(program: Program, cause: str, at: datetime) -> None:
    terms = policy_of(PolicyVersion.objects.in_force(program.pk, at)).exception
    if terms is None or cause not in terms.causes:
        raise DeclarationRefused(_("The program's policy makes no exceptions for this cause."))


def _inserted(event: DeclaredEvent) -> DeclaredEvent:
    """Save a new event; the database's constraint keeps a double click from declaring it twice."""
    try:
        with transaction.atomic():
            event.save()
    except IntegrityError:
        raise DeclarationRefused(
            _("An event of this name and these days is declared already: see below.")
        ) from None
    return event
