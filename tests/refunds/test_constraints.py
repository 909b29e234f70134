"""What the database refuses, whatever the code does: the rows go past the machine (design §4)."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import ledger
from accounts.append_only import SEALED
from accounts.models import LedgerAccount, ServicePro, Transfer, User
from leads.models import LeadSale
from refunds.models import Appeal, OutboundMail, RefundEvent, RefundRequest, State
from refunds.models.states import FINAL_STATES
from tests.factories.accounts import UserFactory
from tests.factories.leads import LeadSaleFactory
from tests.refunds.states import in_state
from tests.snapshots import refused

pytestmark = pytest.mark.django_db

OPEN = {"submitted", "investigating", "awaiting_pro", "with_seller"}
CREDITED = {"approved", "final_approved", "reversed"}
APPEALED = {"appealed", "final_approved", "final_declined"}
DECIDED = CREDITED | APPEALED | {"declined"}
APPEAL_DECIDED = {"final_approved", "final_declined"}

# Each column that stands if and only if the state is one of some, with its constraint.
COLUMNS: dict[str, tuple[str, set[str]]] = {
    "credit": ("credit_if_and_only_if_credited", CREDITED),
    "reversal": ("reversal_if_and_only_if_reversed", {"reversed"}),
    "appeal": ("appeal_if_and_only_if_appealed", APPEALED),
    "decided_by": ("decider_if_and_only_if_decided", DECIDED),
    "decided_at": ("decider_if_and_only_if_decided", DECIDED),
    "appeal_decided_by": ("appeal_decider_if_and_only_if_final", APPEAL_DECIDED),
    "appeal_decided_at": ("appeal_decider_if_and_only_if_final", APPEAL_DECIDED),
}

People = dict[str, User]


@pytest.fixture
def people(pro: User, agent: User, manager: User) -> People:
    """Everybody who has a part in a request."""
    return {"pro": pro, "agent": agent, "manager": manager}


@pytest.fixture
def sale(pro_company: ServicePro) -> LeadSale:
    """A sale for 50.00 out of 1,000.00 paid funds."""
    return LeadSaleFactory.create(pro=pro_company)


def write(request: RefundRequest, **fields: object) -> None:
    """Change a row past the machine."""
    RefundRequest.objects.filter(pk=request.pk).update(**fields)


def something_for(column: str, pro: ServicePro) -> object:
    """Return a value that the column could hold."""
    if column in ("credit", "reversal"):
        return another_transfer(pro)
    if column == "appeal":
        return Appeal.objects.create(
            text="No.", filed_by=pro.account_manager, filed_at=timezone.now()
        )
    return UserFactory.create() if column.endswith("_by") else timezone.now()


def another_transfer(pro: ServicePro) -> Transfer:
    return ledger.post(
        ledger.Movement(
            kind=Transfer.Kind.GOODWILL,
            source=ledger.house_account(pro.program, LedgerAccount.Kind.GOODWILL),
            destination=ledger.wallet(pro, LedgerAccount.Kind.PAID),
            amount_cents=5000,
            key="goodwill:1",
        ),
        at=timezone.now(),
    )


def second_request(first: RefundRequest) -> RefundRequest:
    """Return an unsaved claim for the sale that another request is for."""
    whose = ("program", "pro", "sale", "policy_version", "filed_by")
    what = ("reason", "explanation", "submitted_at", "target_on", "limit_on", "due_at")
    return RefundRequest(**{name: getattr(first, name) for name in whose + what})


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("state", State.values)
def test_column_stands_if_and_only_if_the_state_wants_it(
    state: str, column: str, sale: LeadSale, people: People
) -> None:
    constraint, states = COLUMNS[column]
    request = in_state(state, sale, **people)
    wrong = None if state in states else something_for(column, sale.pro)
    assert (getattr(request, column) is not None) == (state in states)

    with refused(IntegrityError) as caught, transaction.atomic():
        write(request, **{column: wrong})

    assert is_refused_by(constraint, state, caught.value)


def is_refused_by(constraint: str, state: str, error: Exception) -> bool:
    """Say whether the constraint, or before it the seal on final rows, refused."""
    return (SEALED if state in FINAL_STATES else constraint) in str(error)


def test_reversal_is_another_transfer_than_the_credit(sale: LeadSale, people: People) -> None:
    request = in_state("reversed", sale, **people)

    with refused(IntegrityError) as caught, transaction.atomic():
        write(request, reversal=request.credit)

    assert is_refused_by("reversal_is_another_transfer", "reversed", caught.value)


@pytest.mark.parametrize("state", State.values)
def test_state_does_not_change_without_its_rows(state: str, sale: LeadSale, people: People) -> None:
    request = in_state(state, sale, **people)

    taken = set()
    for target in State.values:
        try:
            with transaction.atomic():
                write(request, state=target)
        except IntegrityError:
            continue
        taken.add(target)

    assert taken == (OPEN | {"withdrawn"} if state in OPEN else {state})


@pytest.mark.parametrize("state", ["unknown", "", "Approved", "investigating ", "APPROVED"])
def test_unknown_state_is_refused(state: str, sale: LeadSale, people: People) -> None:
    request = in_state("investigating", sale, **people)

    with refused(IntegrityError) as caught, transaction.atomic():
        write(request, state=state)

    assert "request_state_known" in str(caught.value)


@pytest.mark.parametrize(
    "column",
    [
        *("state", "version", "sale", "pro", "program", "policy_version", "filed_by"),
        *("reference", "command_id", "may_file_again", "credit_cents", "submitted_at", "due_at"),
    ],
)
def test_null_is_refused(column: str, sale: LeadSale, people: People) -> None:
    request = in_state("investigating", sale, **people)

    with refused(IntegrityError), transaction.atomic():
        write(request, **{column: None})


@pytest.mark.parametrize("column", ["version", "credit_cents"])
def test_negative_number_is_refused(column: str, sale: LeadSale, people: People) -> None:
    request = in_state("investigating", sale, **people)

    with refused(IntegrityError), transaction.atomic():
        write(request, **{column: -1})


@pytest.mark.covers("X25")
@pytest.mark.parametrize("state", sorted(APPEAL_DECIDED))
def test_nobody_decides_the_appeal_of_their_own_decision(
    state: str, sale: LeadSale, people: People
) -> None:
    request = in_state(state, sale, **people)

    with refused(IntegrityError) as caught, transaction.atomic():
        write(request, appeal_decided_by=request.decided_by)
    assert is_refused_by("appeal_decided_by_another", state, caught.value)

    with refused(IntegrityError) as caught, transaction.atomic():
        write(request, decided_by=request.appeal_decided_by)
    assert is_refused_by("appeal_decided_by_another", state, caught.value)


@pytest.mark.parametrize("state", [state for state in State.values if state != "withdrawn"])
def test_sale_has_one_live_request(state: str, sale: LeadSale, people: People) -> None:
    first = in_state(state, sale, **people)

    with refused(IntegrityError) as caught, transaction.atomic():
        second_request(first).save()

    assert is_for_a_second_request(caught.value)


@pytest.mark.covers("X36")
def test_withdrawn_request_leaves_room(sale: LeadSale, people: People) -> None:
    first = in_state("withdrawn", sale, **people)

    second_request(first).save()

    assert RefundRequest.objects.filter(sale=sale).count() == 2
    with refused(IntegrityError) as caught, transaction.atomic():
        write(first, state="investigating")
    assert SEALED in str(caught.value)


@pytest.mark.covers("X27")
def test_request_that_came_too_early_leaves_room(sale: LeadSale, people: People) -> None:
    first = in_state("declined", sale, **people)
    write(first, may_file_again=True)

    second_request(first).save()

    assert RefundRequest.objects.filter(sale=sale).count() == 2
    with refused(IntegrityError) as caught, transaction.atomic():
        write(first, may_file_again=False)
    assert is_for_a_second_request(caught.value)


def is_for_a_second_request(error: Exception) -> bool:
    """SQLite names a unique constraint's columns where PostgreSQL names the constraint."""
    words = str(error)
    return "one_live_request_a_sale" in words or "refunds_refundrequest.sale_id" in words


@pytest.mark.parametrize("state", [one for one in State.values if "declined" not in one])
def test_only_a_refusal_leaves_room(state: str, sale: LeadSale, people: People) -> None:
    request = in_state(state, sale, **people)

    with refused(IntegrityError) as caught, transaction.atomic():
        write(request, may_file_again=True)

    assert "only_refused_may_file_again" in str(caught.value)


@pytest.mark.parametrize("column", ["reference", "command_id", "credit", "appeal", "reversal"])
def test_nothing_serves_two_requests(column: str, sale: LeadSale, people: People) -> None:
    state = {"credit": "approved", "appeal": "appealed"}.get(column, "reversed")
    first = in_state(state, sale, **people)
    other_sale = LeadSaleFactory.create(pro=sale.pro)
    # What is reversed is sealed, so the other one is on its way there.
    second = in_state("approved" if column == "reversal" else state, other_sale, **people)
    others = {"state": "reversed"} if column == "reversal" else {}

    with refused(IntegrityError) as caught, transaction.atomic():
        write(second, **{column: getattr(first, column)}, **others)

    assert f"refundrequest.{column}" in str(caught.value) or f"({column}" in str(caught.value)


@pytest.mark.covers("X37")
@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"credited_cents": 5001}, "credits_within_the_charge"),
        ({"credited_cents": -1}, "credit"),  # two constraints refuse it
        ({"credited_cents": None}, "credited_cents"),
        ({"price_cents": 4999}, "credits_within_the_charge"),
        ({"price_cents": 0, "credited_cents": 0}, "sale_price_positive"),
        ({"price_cents": None}, "price_cents"),
        ({"charge": None}, "charge_id"),
    ],
)
def test_sale_is_credited_up_to_its_price(
    fields: dict[str, object], constraint: str, sale: LeadSale, people: People
) -> None:
    in_state("approved", sale, **people)
    assert LeadSale.objects.get(pk=sale.pk).credited_cents == 5000

    with refused(IntegrityError) as caught, transaction.atomic():
        LeadSale.objects.filter(pk=sale.pk).update(**fields)

    assert constraint in str(caught.value)


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "sent"},
        {"status": "queued", "sent_at": "now"},
        {"status": "failed", "sent_at": "now"},
        {"status": "lost"},
        {"status": ""},
    ],
)
def test_sent_mail_has_its_time(fields: dict[str, str], sale: LeadSale, people: People) -> None:
    in_state("investigating", sale, **people)
    values = {name: timezone.now() if value == "now" else value for name, value in fields.items()}

    with refused(IntegrityError) as caught, transaction.atomic():
        OutboundMail.objects.update(**values)

    assert "mail_sent_has_time" in str(caught.value)


def test_mail_is_owed_once_for_its_key(sale: LeadSale, people: People) -> None:
    in_state("investigating", sale, **people)
    owed = OutboundMail.objects.get()

    with refused(IntegrityError) as caught, transaction.atomic():
        owed.pk, owed.uuid = None, uuid4()
        owed.save()

    assert "key" in str(caught.value)


def test_event_is_neither_changed_nor_deleted(sale: LeadSale, people: People) -> None:
    request = in_state("investigating", sale, **people)
    event = RefundEvent.objects.get(request=request, kind=RefundEvent.Kind.SCREENED)

    with refused(IntegrityError), transaction.atomic():
        RefundEvent.objects.filter(pk=event.pk).update(actor=people["pro"])
    with refused(IntegrityError), transaction.atomic():
        event.delete()
