"""What the audit asks of the requests: their states, events, mails and proposals."""

from collections.abc import Callable, Iterator

from django.db.models import (
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    Subquery,
)

from leads.models import LeadSale
from refunds import mails
from refunds.models import (
    CreditProposal,
    ExceptionRequest,
    RefundEvent,
    RefundRequest,
)
from refunds.models.states import CREDITED_STATES, FINAL_STATES
from refunds.services import windows
from refunds.services.audit_books import Kind, wrong
from refunds.services.grounds import automatic


def _states() -> Iterator[str]:
    uncredited = RefundRequest.objects.filter(state__in=CREDITED_STATES, credit__isnull=True)
    for request in wrong(uncredited):
        yield f"request {request.reference} is {request.state} without a credit"
    credited = RefundRequest.objects.filter(credit__isnull=False)
    for request in wrong(credited.exclude(state__in=CREDITED_STATES)):
        yield f"request {request.reference} is {request.state} with a credit"
    mixed = RefundRequest.objects.exclude(pro=F("sale__pro"), program=F("sale__lead__program"))
    for request in wrong(mixed):
        yield f"request {request.reference} belongs to another pro than its sale"


def _live_requests() -> Iterator[str]:
    doubled = (
        RefundRequest.objects.live()
        .values("sale")
        .annotate(live=Count("pk"))
        .filter(live__gt=1)
        .order_by("sale")
    )
    for row in doubled:
        yield f"sale {row['sale']} has {row['live']} live requests"


def _events() -> Iterator[str]:
    last = RefundEvent.objects.filter(request=OuterRef("pk")).order_by("-pk")
    requests = RefundRequest.objects.annotate(told=Subquery(last.values("to_state")[:1]))
    for request in wrong(requests.exclude(told=F("state")) | requests.filter(told=None)):
        yield f"request {request.reference} is {request.state}, its events say {request.told}"
    left = RefundEvent.objects.filter(from_state__in=FINAL_STATES).exclude(to_state=F("from_state"))
    for event in wrong(left):
        yield f"event {event.pk} leaves the final state {event.from_state}"


def _mails() -> Iterator[str]:
    owes = ~Q(mails__kind__in=mails.EXTRA)
    for kind, owed in mails.OWED.items():
        events = RefundEvent.objects.filter(kind=kind).annotate(sent=Count("mails", filter=owes))
        for event in events.exclude(sent=len(owed)).order_by("pk"):
            yield f"event {event.pk} ({kind}) has {event.sent} mails instead of {len(owed)}"


def _quotes() -> Iterator[str]:
    # Where an unanswered quote brings its fee back, one that is done with holds none.
    live = RefundRequest.objects.live().filter(sale=OuterRef("pk"))
    held = LeadSale.objects.filter(
        quote__settled_at__isnull=False,
        quote__replied_at__isnull=True,
        charge__kind=Kind.HOLD,
        capture__isnull=True,
        released_cents__lt=F("price_cents"),
    )
    sales = list(wrong(held.exclude(Exists(live)).select_related("lead")))
    terms = windows.terms_for([windows.sold(sale) for sale in sales])
    for sale in sales:
        policy = terms.policy(sale.lead.program_id, sale.sold_at)
        if policy and automatic(policy, "replies"):
            yield f"sale {sale.pk} has its quote settled, and its fee is still held"


def _exceptions() -> Iterator[str]:
    # One that an appeal's decision granted is told of by the appeal's letter (X26).
    decided = RefundRequest.objects.filter(
        sale=OuterRef("sale"),
        appeal_decided_by=OuterRef("decided_by"),
        appeal_decided_at=OuterRef("decided_at"),
    )
    asked = ExceptionRequest.objects.exclude(Exists(decided)).annotate(sent=Count("mails"))
    told = Q(decided_at__isnull=True, sent=1) | Q(decided_at__isnull=False, sent=2)
    for uuid, sent in asked.exclude(told).order_by("pk").values_list("uuid", "sent"):
        yield f"exception {uuid} has {sent} mails"


def _proposals() -> Iterator[str]:
    settled = CreditProposal.objects.filter(request__isnull=False).exclude(
        request__sale=F("sale"),
        request__origin=RefundRequest.Origin.PROACTIVE,
        request__credit__isnull=False,
    )
    for proposal in wrong(settled):
        yield f"proposal {proposal.pk} was settled by something else than a credit for it"
    others = CreditProposal.objects.filter(
        ~Q(sale__pro=F("because_of__pro")),
        sale__lead__contact=F("because_of__sale__lead__contact"),
    )
    for proposal in wrong(CreditProposal.objects.exclude(pk__in=others)):
        yield f"proposal {proposal.pk} names no other buyer of the same contact"


CHECKS: tuple[Callable[[], Iterator[str]], ...] = (
    _states,
    _live_requests,
    _events,
    _mails,
    _quotes,
    _exceptions,
    _proposals,
)
