"""Transfers, events and a campaign's categories can't be changed or deleted (traps 6 and 7)."""

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F

from accounts import append_only
from accounts.models import ServicePro, Transfer, User
from leads.models import Campaign
from refunds.models import RefundEvent
from tests import needs
from tests.factories import refunds as make
from tests.factories.leads import CampaignFactory, LeadSaleFactory
from tests.snapshots import everything, refused

pytestmark = pytest.mark.django_db

Link: type[models.Model] = Campaign.categories.through
MODELS: tuple[type[models.Model], ...] = (Transfer, RefundEvent, Link)
COLUMNS = {Transfer: "amount_cents", RefundEvent: "at", Link: "category_id"}


@pytest.fixture
def books(pro_company: ServicePro, pro: User) -> None:
    """A top-up, a lead charge, a claim with its events, and a campaign that nothing is sold by."""
    CampaignFactory.create(pro=pro_company, name="Unsold")
    make.investigating(LeadSaleFactory.create(pro=pro_company), pro)


def free_row(model: type[models.Model]) -> models.Model:
    """A row that no foreign key holds on to, so that only a trigger can refuse."""
    if model is Transfer:
        return Transfer.objects.get(kind=Transfer.Kind.TOP_UP)
    if model is RefundEvent:
        return RefundEvent.objects.get(kind=RefundEvent.Kind.SCREENED)
    return Link._default_manager.get(campaign__name="Unsold")


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_every_trigger_is_there_after_all_migrations() -> None:
    installed = append_only.installed_triggers(connection)

    assert installed == append_only.expected_triggers()
    assert installed == {
        "accounts_transfer_no_update",
        "accounts_transfer_no_delete",
        "leads_campaign_categories_no_update",
        "leads_campaign_categories_no_delete",
        "refunds_refundevent_no_update",
        "refunds_refundevent_no_delete",
        "final_is_final_no_update",
        "final_is_final_no_delete",
        "published_is_published_no_update",
        "published_is_published_no_delete",
        "campaign_is_a_version_no_update",
        "campaign_is_a_version_no_delete",
        "replaced_is_replaced_no_update",
        "replaced_is_replaced_no_delete",
        "sold_campaign_is_complete_no_insert",
    }


def test_protected_tables_are_those_of_the_models() -> None:
    assert set(append_only.PROTECTED_TABLES) == {model._meta.db_table for model in MODELS}


@pytest.mark.parametrize("table", append_only.PROTECTED_TABLES)
def test_missing_trigger_is_noticed(table: str) -> None:
    append_only.unprotect(connection, table)

    missing = append_only.expected_triggers() - append_only.installed_triggers(connection)

    assert missing == {f"{table}_no_update", f"{table}_no_delete"}


def test_trigger_that_a_replica_would_skip_is_noticed() -> None:
    needs.postgresql()

    run("ALTER TABLE accounts_transfer ENABLE TRIGGER accounts_transfer_no_update")

    missing = append_only.expected_triggers() - append_only.installed_triggers(connection)
    assert missing == {"accounts_transfer_no_update"}


@pytest.mark.usefixtures("books")
@pytest.mark.parametrize("model", MODELS)
def test_save_is_refused(model: type[models.Model]) -> None:
    row = free_row(model)

    with refused(IntegrityError) as caught, transaction.atomic():
        row.save()

    assert append_only.MESSAGE in str(caught.value)


@pytest.mark.usefixtures("books")
@pytest.mark.parametrize("model", MODELS)
def test_update_is_refused(model: type[models.Model]) -> None:
    with refused(IntegrityError) as caught, transaction.atomic():
        model._default_manager.update(**{COLUMNS[model]: F(COLUMNS[model])})

    assert append_only.MESSAGE in str(caught.value)


@pytest.mark.usefixtures("books")
@pytest.mark.parametrize("model", MODELS)
def test_bulk_update_is_refused(model: type[models.Model]) -> None:
    with refused(IntegrityError) as caught, transaction.atomic():
        model._default_manager.bulk_update([free_row(model)], [COLUMNS[model]])

    assert append_only.MESSAGE in str(caught.value)


@pytest.mark.usefixtures("books")
@pytest.mark.parametrize("model", MODELS)
def test_delete_is_refused(model: type[models.Model]) -> None:
    row = free_row(model)

    with refused(IntegrityError) as caught, transaction.atomic():
        row.delete()

    assert append_only.MESSAGE in str(caught.value)


@pytest.mark.usefixtures("books")
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET {column} = {column} WHERE id = {id}",
        "UPDATE {table} SET id = id + 1000000 WHERE id = {id}",
        "DELETE FROM {table} WHERE id = {id}",
        "INSERT INTO {table} SELECT * FROM {table} WHERE id = {id} "
        "ON CONFLICT (id) DO UPDATE SET {column} = excluded.{column}",
    ],
)
def test_raw_sql_is_refused(model: type[models.Model], statement: str) -> None:
    filled = statement.format(
        table=model._meta.db_table, column=COLUMNS[model], id=free_row(model).pk
    )

    with refused(IntegrityError) as caught, transaction.atomic():
        run(filled)

    assert append_only.MESSAGE in str(caught.value)


@pytest.mark.usefixtures("books")
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR REPLACE INTO {table} SELECT * FROM {table} WHERE id = {id}",
        "REPLACE INTO {table} SELECT * FROM {table} WHERE id = {id}",
        "UPDATE OR REPLACE {table} SET id = id + 1 WHERE id = {id}",
    ],
)
def test_replacing_a_row_is_refused(model: type[models.Model], statement: str) -> None:
    needs.sqlite()
    filled = statement.format(table=model._meta.db_table, id=free_row(model).pk)

    with refused(IntegrityError) as caught, transaction.atomic():
        run(filled)

    assert append_only.MESSAGE in str(caught.value)


@pytest.mark.usefixtures("books")
def test_replacing_a_transfer_by_its_key_is_refused() -> None:
    needs.sqlite()
    statement = (
        "INSERT OR REPLACE INTO accounts_transfer (amount_cents, {columns}) "
        "SELECT 1, {columns} FROM accounts_transfer WHERE id = {id}"
    )
    columns = "program_id, kind, source_id, destination_id, idempotency_key, note, posted_at"
    filled = statement.format(columns=columns, id=free_row(Transfer).pk)

    with refused(IntegrityError) as caught, transaction.atomic():
        run(filled)

    assert append_only.MESSAGE in str(caught.value)


@pytest.mark.usefixtures("books")
def test_update_that_meets_no_row_is_let_through() -> None:
    before = everything()

    Transfer.objects.filter(amount_cents=0).update(note="nobody")

    assert everything() == before


@pytest.mark.parametrize("table", append_only.PROTECTED_TABLES)
def test_protection_can_be_taken_away_and_given_back(table: str) -> None:
    append_only.unprotect(connection, table)
    append_only.protect(connection, table)

    assert append_only.installed_triggers(connection) == append_only.expected_triggers()
