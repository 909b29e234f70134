"""Triggers that make rows append-only, final or complete, for each database (traps 6 and 7).

Migrations call these; so does the test suite, which must empty the tables between its tests.
On SQLite a later migration that rebuilds the table drops its triggers without a word: such a
migration must call ``protect`` again, and a test lists the triggers after all migrations.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper

MESSAGE = "rows of this table are never changed or deleted"
SEALED = "what is final stays as it is"
PROTECTED_TABLES = ("accounts_transfer", "leads_campaign_categories", "refunds_refundevent")


@dataclass(frozen=True)
class Seal:
    """Rows of a table that are final once a condition on ``OLD`` holds.

    Their ``columns`` stay as they are then, and they are not deleted.
    """

    table: str
    final: str
    columns: tuple[str, ...]


SEALS: Mapping[str, Seal] = {
    # Nothing leaves a final state, and who decided it and what was paid stand for good (C44).
    "final_is_final": Seal(
        table="refunds_refundrequest",
        final="OLD.state IN ('final_approved', 'final_declined', 'reversed', 'withdrawn')",
        columns=(
            "state",
            "sale_id",
            "pro_id",
            "credit_cents",
            "decided_reason",
            "credit_id",
            "reversal_id",
            "appeal_id",
            "decided_by_id",
            "decided_at",
            "appeal_decided_by_id",
            "appeal_decided_at",
        ),
    ),
    "published_is_published": Seal(
        table="refunds_policyversion",
        final="OLD.published_at IS NOT NULL",
        columns=("program_id", "document", "effective_from", "published_at"),
    ),
    # What a lead was sold under is what its claim is judged by (A3, A4, A16).
    "campaign_is_a_version": Seal(
        table="leads_campaign",
        final="TRUE",
        columns=("pro_id", "name", "postal_codes", "valid_from", "changed_by_id"),
    ),
    "replaced_is_replaced": Seal(
        table="leads_campaign",
        final="OLD.replaced_at IS NOT NULL",
        columns=("replaced_at",),
    ),
}


@dataclass(frozen=True)
class Closing:
    """Rows that belong to another by their ``column``: complete once ``used_by`` refers to it.

    None is added to them then; the table is among the protected ones for the rest.
    """

    table: str
    column: str
    used_by: str


CLOSINGS: Mapping[str, Closing] = {
    "sold_campaign_is_complete": Closing(
        table="leads_campaign_categories", column="campaign_id", used_by="leads_leadsale"
    ),
}


def protect(connection: BaseDatabaseWrapper, table: str) -> None:
    """Refuse every UPDATE and DELETE of the table's rows from now on."""
    statements = {"sqlite": _sqlite, "postgresql": _postgresql}[connection.vendor](table)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def unprotect(connection: BaseDatabaseWrapper, table: str) -> None:
    """Take the table's triggers away again."""
    on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for event in ("update", "delete"):
            cursor.execute(f"DROP TRIGGER IF EXISTS {trigger_name(table, event)}{on_table}")


def seal(connection: BaseDatabaseWrapper, name: str) -> None:
    """Refuse from now on to change the columns of a row that is final, or to delete the row.

    On SQLite that is also what refuses ``INSERT OR REPLACE``, which deletes the row first.
    """
    statements = {"sqlite": _sqlite_seal, "postgresql": _postgresql_seal}[connection.vendor](name)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def unseal(connection: BaseDatabaseWrapper, name: str) -> None:
    """Take a seal away again."""
    on_table = f" ON {SEALS[name].table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for event in ("update", "delete"):
            cursor.execute(f"DROP TRIGGER IF EXISTS {trigger_name(name, event)}{on_table}")


def close(connection: BaseDatabaseWrapper, name: str) -> None:
    """Refuse from now on to add a row to those that are complete."""
    statements = {"sqlite": _sqlite_closing, "postgresql": _postgresql_closing}
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor](name):
            cursor.execute(statement)


def reopen(connection: BaseDatabaseWrapper, name: str) -> None:
    """Take a closing away again."""
    on_table = f" ON {CLOSINGS[name].table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER IF EXISTS {trigger_name(name, 'insert')}{on_table}")


def trigger_name(guarded: str, event: str) -> str:
    """Return the name of the trigger that guards a table or a seal against an event's kind."""
    return f"{guarded}_no_{event}"


def installed_triggers(connection: BaseDatabaseWrapper) -> set[str]:
    """Return the names of our triggers that the database has."""
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'A'",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {name for (name,) in cursor.fetchall()}


def expected_triggers() -> set[str]:
    """Return the names of the triggers that every installation must have."""
    guarded = (*PROTECTED_TABLES, *SEALS)
    kept = {trigger_name(one, event) for one in guarded for event in ("update", "delete")}
    return kept | {trigger_name(name, "insert") for name in CLOSINGS}


def _sqlite(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER {trigger_name(table, event)} BEFORE {event.upper()} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        for event in ("update", "delete")
    ]


def _postgresql(table: str) -> list[str]:
    triggers = [
        statement
        for event in ("update", "delete")
        for statement in (
            f"CREATE TRIGGER {trigger_name(table, event)} BEFORE {event.upper()} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION makegood_append_only()",
            # ALWAYS: also for sessions that replicate (trap 7).
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger_name(table, event)}",
        )
    ]
    return [_refusing("makegood_append_only", MESSAGE), *triggers]


def _sqlite_seal(name: str) -> list[str]:
    one = SEALS[name]
    changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in one.columns)
    refuse = f"BEGIN SELECT RAISE(ABORT, '{SEALED}'); END"
    return [
        f"CREATE TRIGGER {trigger_name(name, 'update')} BEFORE UPDATE ON {one.table} "
        f"WHEN {one.final} AND ({changed}) {refuse}",
        f"CREATE TRIGGER {trigger_name(name, 'delete')} BEFORE DELETE ON {one.table} "
        f"WHEN {one.final} {refuse}",
    ]


def _postgresql_seal(name: str) -> list[str]:
    one = SEALS[name]
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in one.columns)
    conditions = {"update": f"{one.final} AND ({changed})", "delete": one.final}
    triggers = [
        statement
        for event, condition in conditions.items()
        for statement in (
            f"CREATE TRIGGER {trigger_name(name, event)} BEFORE {event.upper()} ON {one.table} "
            f"FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION makegood_sealed()",
            f"ALTER TABLE {one.table} ENABLE ALWAYS TRIGGER {trigger_name(name, event)}",
        )
    ]
    return [_refusing("makegood_sealed", SEALED), *triggers]


def _sqlite_closing(name: str) -> list[str]:
    one = CLOSINGS[name]
    return [
        f"CREATE TRIGGER {trigger_name(name, 'insert')} BEFORE INSERT ON {one.table} "
        f"WHEN EXISTS ({_use_of(one)}) BEGIN SELECT RAISE(ABORT, '{SEALED}'); END"
    ]


def _postgresql_closing(name: str) -> list[str]:
    # A condition of the trigger's own can't ask another table there, so the function does.
    one, trigger = CLOSINGS[name], trigger_name(name, "insert")
    return [
        f"CREATE OR REPLACE FUNCTION makegood_{name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF EXISTS ({_use_of(one)}) THEN RAISE EXCEPTION '{SEALED}' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        f"CREATE TRIGGER {trigger} BEFORE INSERT ON {one.table} "
        f"FOR EACH ROW EXECUTE FUNCTION makegood_{name}()",
        f"ALTER TABLE {one.table} ENABLE ALWAYS TRIGGER {trigger}",
    ]


def _use_of(one: Closing) -> str:
    return f"SELECT 1 FROM {one.used_by} WHERE {one.column} = NEW.{one.column}"  # noqa: S608 (ours)


def _refusing(function: str, message: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; "
        "END $$"
    )
