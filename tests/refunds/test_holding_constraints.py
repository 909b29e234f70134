"""Who holds a request until when, and what waits for a second person, as the database sees it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import Program, ServicePro, User
from leads.models import LeadSale
from refunds import mails
from refunds.models import OutboundMail, RefundEvent, RefundRequest, State
from refunds.models.states import CLOSED_STATES, UNDECIDED_STATES
from refunds.services.change import record
from tests import needs
from tests.factories import refunds as make
from tests.factories.leads import LeadSaleFactory
from tests.refunds.states import in_state
from tests.snapshots import refused

pytestmark = pytest.mark.django_db

STAFF_ONLY = ("skipped", "second_asked", "second_refused", "second_voided")


@pytest.fixture
def sale(pro_company: ServicePro) -> LeadSale:
    """A sale for 50.00 out of 1,000.00 paid funds."""
    return LeadSaleFactory.create(pro=pro_company)


def test_a_lease_needs_a_holder(sale: LeadSale, pro: User, agent: User) -> None:
    rows = RefundRequest.objects.filter(pk=make.investigating(sale, pro).pk)
    until = timezone.now() + timedelta(minutes=30)

    with refused(IntegrityError) as error, transaction.atomic():
        rows.update(held_until=until)
    assert "held_has_holder" in str(error.value)

    assert rows.update(holder=agent, held_until=until) == 1
    with refused(IntegrityError), transaction.atomic():
        rows.update(holder=None)


@pytest.mark.parametrize("state", [state for state in State.values if state != "investigating"])
def test_only_what_is_in_review_waits_for_a_second_person(
    state: str, sale: LeadSale, pro: User, agent: User, manager: User
) -> None:
    request = in_state(state, sale, pro, agent, manager)
    rows = RefundRequest.objects.filter(pk=request.pk)

    with refused(IntegrityError) as error, transaction.atomic():
        rows.update(awaits_second=True)
    assert "only_in_review_awaits_second" in str(error.value)


def test_what_waits_for_a_second_person_stays_in_review(sale: LeadSale, pro: User) -> None:
    rows = RefundRequest.objects.filter(pk=make.investigating(sale, pro).pk)
    assert rows.update(awaits_second=True) == 1

    with refused(IntegrityError) as error, transaction.atomic():
        rows.update(state=State.WITH_SELLER)
    assert "only_in_review_awaits_second" in str(error.value)


def test_every_state_is_either_undecided_or_closed() -> None:
    assert sorted((*UNDECIDED_STATES, *CLOSED_STATES)) == sorted(State.values)


@pytest.mark.parametrize("cents", [0, -1])
@pytest.mark.parametrize("column", ["second_look_above_cents", "daily_approvals_cents"])
def test_a_programs_bounds_are_positive(column: str, cents: int, pro_company: ServicePro) -> None:
    rows = Program.objects.filter(pk=pro_company.program_id)

    with refused(IntegrityError), transaction.atomic():
        rows.update(**{column: cents})

    assert rows.update(**{column: 1}) == 1
    assert rows.update(**{column: None}) == 1


@pytest.mark.parametrize("kind", STAFF_ONLY)
def test_events_of_the_teams_own_stay_with_the_team(
    kind: str, sale: LeadSale, pro: User, agent: User
) -> None:
    request = make.again(make.investigating(sale, pro))
    sent = OutboundMail.objects.count()

    event = record(request, kind=RefundEvent.Kind(kind), actor=agent, at=timezone.now())

    assert not event.visible_to_pro
    assert mails.owed(event) == []
    assert OutboundMail.objects.count() == sent


def test_lists_have_their_indexes() -> None:
    wanted = {
        "refunds_refundrequest": {
            "request_of_holder",
            "request_undecided_by_state",
            "request_closed_by_state",
            "request_decided",
        },
        "refunds_outboundmail": {"mail_failed"},
    }

    with connection.cursor() as cursor:
        for table, names in wanted.items():
            found = connection.introspection.get_constraints(cursor, table)
            assert names <= set(found)
            assert not [
                name
                for name, about in found.items()
                if about["index"] and about["columns"] == ["holder_id"]
            ]


def test_the_planner_takes_the_index_of_the_state() -> None:
    needs.postgresql()
    undecided = RefundRequest.objects.filter(state=State.INVESTIGATING, awaits_second=False)
    closed = RefundRequest.objects.filter(state=State.DECLINED)

    assert "request_undecided_by_state" in plan(undecided.order_by("due_at", "pk"))
    assert "request_closed_by_state" in plan(closed.order_by("-submitted_at", "-pk"))


def plan(rows: object) -> str:
    """Return how PostgreSQL would read some rows if scanning and sorting cost too much."""
    assert hasattr(rows, "explain")
    with transaction.atomic(), connection.cursor() as cursor:
        for setting in ("enable_seqscan", "enable_sort", "enable_bitmapscan"):
            cursor.execute(f"SET LOCAL {setting} = off")
        return str(rows.explain())
