"""What is final stays as it is, by the database's own word, on both databases (C44, design §7)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts import append_only
from accounts.models import ServicePro, User
from leads.models import Campaign, LeadSale
from refunds.models import PolicyVersion, RefundRequest
from refunds.models.states import FINAL_STATES
from tests import needs
from tests.factories.accounts import UserFactory
from tests.factories.leads import CampaignFactory, CategoryFactory, LeadSaleFactory
from tests.factories.refunds import PolicyVersionFactory
from tests.refunds.states import in_state
from tests.snapshots import refused

pytestmark = pytest.mark.django_db

People = dict[str, User]

SOLD_AT = datetime(2026, 3, 2, 14, tzinfo=UTC)


@pytest.fixture
def people(pro: User, agent: User, manager: User) -> People:
    """Everybody who has a part in a request."""
    return {"pro": pro, "agent": agent, "manager": manager}


@pytest.fixture
def sale(pro_company: ServicePro) -> LeadSale:
    """A sale for 50.00 out of 1,000.00 paid funds."""
    return LeadSaleFactory.create(pro=pro_company)


@pytest.mark.covers("C44")
@pytest.mark.parametrize("column", append_only.SEALS["final_is_final"].columns)
@pytest.mark.parametrize("state", FINAL_STATES)
def test_nothing_of_a_final_request_changes(
    state: str, column: str, sale: LeadSale, people: People
) -> None:
    request = in_state(state, sale, **people)
    name = column.removesuffix("_id")

    with refused(IntegrityError) as caught, transaction.atomic():
        RefundRequest.objects.filter(pk=request.pk).update(**{name: _another(request, name)})

    assert append_only.SEALED in str(caught.value)


@pytest.mark.covers("C44")
@pytest.mark.parametrize("state", FINAL_STATES)
def test_a_final_request_goes_back_to_no_state_with_all_its_rows_taken_out(
    state: str, sale: LeadSale, people: People
) -> None:
    request = in_state(state, sale, **people)

    with refused(IntegrityError), transaction.atomic():
        RefundRequest.objects.filter(pk=request.pk).update(
            state="investigating",
            credit=None,
            reversal=None,
            appeal=None,
            decided_by=None,
            decided_at=None,
            appeal_decided_by=None,
            appeal_decided_at=None,
        )


def test_other_columns_of_a_final_request_may_change(sale: LeadSale, people: People) -> None:
    request = in_state("withdrawn", sale, **people)

    assert RefundRequest.objects.filter(pk=request.pk).update(version=9) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"document": {}},
        {"published_at": None},
        {"effective_from": timezone.now() - timedelta(days=9000)},
    ],
    ids=["document", "published_at", "effective_from"],
)
def test_published_policy_is_sealed(change: dict[str, object]) -> None:
    version = PolicyVersionFactory.create()

    with refused(IntegrityError) as caught, transaction.atomic():
        PolicyVersion.objects.filter(pk=version.pk).update(**change)

    assert append_only.SEALED in str(caught.value)


def test_draft_of_a_policy_can_be_changed() -> None:
    version = PolicyVersionFactory.create(published_at=None)

    assert PolicyVersion.objects.filter(pk=version.pk).update(document={}) == 1


@pytest.mark.parametrize("name", append_only.SEALS)
def test_missing_seal_is_noticed(name: str) -> None:
    append_only.unseal(connection, name)

    missing = append_only.expected_triggers() - append_only.installed_triggers(connection)

    assert missing == {f"{name}_no_update", f"{name}_no_delete"}


@pytest.mark.covers("C44")
@pytest.mark.parametrize("state", FINAL_STATES)
def test_a_final_request_is_not_deleted(state: str, sale: LeadSale, people: People) -> None:
    request = in_state(state, sale, **people)

    with refused(IntegrityError) as caught, transaction.atomic():
        run("DELETE FROM refunds_refundrequest WHERE id = %s", request.pk)

    assert append_only.SEALED in str(caught.value)


@pytest.mark.covers("C44")
@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE"])
def test_a_final_request_is_not_replaced(verb: str, sale: LeadSale, people: People) -> None:
    needs.sqlite()
    request = in_state("withdrawn", sale, **people)
    columns = [field.column for field in RefundRequest._meta.concrete_fields]
    values = ["'submitted'" if column == "state" else column for column in columns]
    statement = "{verb} INTO {table} ({columns}) SELECT {values} FROM {table} WHERE id = %s"
    filled = statement.format(
        verb=verb,
        table=RefundRequest._meta.db_table,
        columns=", ".join(columns),
        values=", ".join(values),
    )

    with refused(IntegrityError) as caught, transaction.atomic():
        run(filled, request.pk)

    assert append_only.SEALED in str(caught.value)


def test_published_policy_is_not_deleted() -> None:
    version = PolicyVersionFactory.create()

    with refused(IntegrityError) as caught, transaction.atomic():
        version.delete()

    assert append_only.SEALED in str(caught.value)


def test_draft_of_a_policy_can_be_deleted() -> None:
    version = PolicyVersionFactory.create(published_at=None)

    assert version.delete()[0] == 1


@pytest.mark.covers("A16")
@pytest.mark.parametrize(
    "change",
    [
        {"postal_codes": []},
        {"name": "Other"},
        {"valid_from": SOLD_AT, "changed_by": 1},
    ],
    ids=["postal_codes", "name", "valid_from"],
)
def test_campaign_is_a_version(change: dict[str, object]) -> None:
    campaign = CampaignFactory.create()

    with refused(IntegrityError) as caught, transaction.atomic():
        Campaign.objects.filter(pk=campaign.pk).update(**change)

    assert append_only.SEALED in str(caught.value)


@pytest.mark.parametrize("at", [None, SOLD_AT + timedelta(days=1)])
def test_replaced_campaign_stays_replaced(at: datetime | None) -> None:
    campaign = CampaignFactory.create(replaced_at=SOLD_AT)

    with refused(IntegrityError) as caught, transaction.atomic():
        Campaign.objects.filter(pk=campaign.pk).update(replaced_at=at)

    assert append_only.SEALED in str(caught.value)


@pytest.mark.covers("A16")
def test_campaign_that_sold_a_lead_takes_no_other_category(sale: LeadSale) -> None:
    siding = CategoryFactory.create(program=sale.lead.program, code="siding")

    with refused(IntegrityError) as caught, transaction.atomic():
        sale.campaign.categories.add(siding)

    assert append_only.SEALED in str(caught.value)
    assert [category.code for category in sale.campaign.categories.all()] == ["roofing"]


@pytest.mark.parametrize("name", append_only.CLOSINGS)
def test_missing_closing_is_noticed_and_given_back(name: str) -> None:
    append_only.reopen(connection, name)

    missing = append_only.expected_triggers() - append_only.installed_triggers(connection)
    append_only.close(connection, name)

    assert missing == {f"{name}_no_insert"}
    assert append_only.installed_triggers(connection) == append_only.expected_triggers()


def run(statement: str, *values: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _another(request: RefundRequest, column: str) -> object:
    """Return what the column does not hold now."""
    if column == "state":
        return "investigating"
    if column.endswith("_at"):
        return timezone.now()
    if column.endswith("_by"):
        return UserFactory.create()
    if getattr(request, column) is not None:
        return None
    return 1  # refused by the seal before anything looks whether there is such a row
