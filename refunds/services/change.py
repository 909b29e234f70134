"""The one way in which a request changes (design §7).

``changing`` locks the row and checks that the page which asks was drawn from it; ``move`` runs a
transition and ``record`` writes down what happened, with the mail that is owed for it.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from accounts import access, formats
from accounts.models import ServicePro, User
from refunds import mails
from refunds.models import OutboundMail, RefundEvent, RefundRequest
from refunds.services import doorbell


class RefundError(Exception):
    """A refusal; its text is a sentence for the user. Whoever raises it has changed nothing."""


class Stale(RefundError):
    """The request changed after the page was drawn, or can't take this step any more.

    ``event`` is what came between, where it is known. The sentence is for everybody; only the
    team's pages tell of the event's actor, whom a pro must not read about.
    """

    def __init__(self, sentence: str, *, event: RefundEvent | None = None) -> None:
        super().__init__(sentence)
        self.event = event


class NotAllowed(RefundError):
    """The step is for somebody with another role."""


def ensure_verifier(actor: User) -> None:
    """Raise NotAllowed where the actor is none of the verification team.

    The services ask for themselves: a page, a command and an API are only ways to reach them.
    """
    if not access.is_verifier(actor):
        raise NotAllowed(_("Only the verification team can do this."))


def ensure_lead(actor: User) -> None:
    """Raise NotAllowed where the actor does not lead the verification team."""
    if not access.is_lead(actor):
        raise NotAllowed(_("Only a lead of the verification team can do this."))


def ensure_account_manager(actor: User) -> None:
    """Raise NotAllowed where the actor does not work at the desk."""
    if not access.is_account_manager(actor):
        raise NotAllowed(_("Only an account manager can do this."))


def ensure_impartial(request: RefundRequest, actor: User) -> None:
    """Raise NotAllowed where the case is the actor's own, or its appeal would come to them.

    The pro's account manager decides appeals; had they taken the first decision as well, nobody
    could (X25).
    """
    ensure_impartial_to(request.pro, actor)


def ensure_impartial_to(pro: ServicePro, actor: User) -> None:
    """Raise NotAllowed where the actor belongs to a pro or looks after it."""
    if pro.memberships.filter(user=actor).exists():
        raise NotAllowed(_("You belong to this pro: a colleague must look into its request."))
    if pro.account_manager_id == actor.pk:
        raise NotAllowed(
            _("You look after this pro and would hear its appeal: a colleague must decide first.")
        )


@contextmanager
def changing(reference: str, *, expected_version: int) -> Iterator[RefundRequest]:
    """Lock a request in a transaction of its own and yield the fresh row.

    Raises RefundRequest.DoesNotExist, and Stale where its version is not ``expected_version``.
    The row that is yielded must not be used after an exception (trap 13).
    """
    with transaction.atomic():
        request = (
            RefundRequest.objects.with_sale()
            .select_for_update(of=("self",))
            .get(reference=reference)
        )
        if request.version != expected_version:
            raise overtaken(request)
        yield request


def overtaken(request: RefundRequest) -> Stale:
    """Return what to raise for somebody whose page was overtaken: by what, and when."""
    events = request.events.order_by("-pk").select_related("actor")
    return Stale(_stale_sentence(request), event=events.first())


def _stale_sentence(request: RefundRequest) -> str:
    """Return the sentence for everybody: it tells of nothing that is the team's own."""
    last = request.events.filter(visible_to_pro=True).order_by("pk").last()
    sentence = _(
        "This request has changed since you opened it: it is now “%(state)s” "
        "(last: %(event)s, %(at)s). Nothing was done. Look at it again before you go on."
    )
    return sentence % {
        "state": request.get_state_display(),
        "event": last.get_kind_display() if last else "",
        "at": formats.instant(last.at, request.program) if last else "",
    }


def ensure_possible(request: RefundRequest, transition: Callable[..., None]) -> None:
    """Raise Stale where the machine has no such arrow from the request's state.

    Asked before money is posted, so that a repeat is an answer and not a database error.
    """
    if not can_proceed(transition):
        raise overtaken(request)


def move(
    request: RefundRequest,
    transition: Callable[[], None],
    *,
    kind: RefundEvent.Kind,
    actor: User,
    at: datetime,
    data: Mapping[str, object] | None = None,
) -> RefundEvent:
    """Run a transition on a locked request, save it and record one event for it."""
    from_state = request.state
    transition()
    return record(request, kind=kind, actor=actor, at=at, from_state=from_state, data=data)


def record(
    request: RefundRequest,
    *,
    kind: RefundEvent.Kind,
    actor: User,
    at: datetime,
    from_state: str | None = None,
    data: Mapping[str, object] | None = None,
) -> RefundEvent:
    """Save a locked request under its next version and record what happened to it.

    Queues the mails that the event owes, in the same transaction, and rings for them after commit.
    """
    request.version += 1
    request.save()
    event = RefundEvent.objects.create(
        request=request,
        kind=kind,
        at=at,
        actor=actor,
        from_state=request.state if from_state is None else from_state,
        to_state=request.state,
        data=dict(data or {}),
        visible_to_pro=kind not in RefundEvent.STAFF_KINDS,
    )
    if owed := mails.owed(event):
        OutboundMail.objects.bulk_create(owed)
        transaction.on_commit(partial(doorbell.ring, doorbell.SEND_DUE_MAIL))
    return event
