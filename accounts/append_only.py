"""Triggers that make a table append-only, for each database that we run on (traps 6 and 7).

Migrations call these; so does the test suite, which must empty the tables between its tests.
On SQLite a later migration that rebuilds the table drops its triggers without a word: such a
migration must call ``protect`` again, and a test lists the triggers after all migrations.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

MESSAGE = "rows of this table are never changed or deleted"
PROTECTED_TABLES = ("accounts_transfer", "refunds_refundevent")


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


def trigger_name(table: str, event: str) -> str:
    """Return the name of the trigger that guards a table against ``update`` or ``delete``."""
    return f"{table}_no_{event}"


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
    return {
        trigger_name(table, event) for table in PROTECTED_TABLES for event in ("update", "delete")
    }


def _sqlite(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER {trigger_name(table, event)} BEFORE {event.upper()} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        for event in ("update", "delete")
    ]


def _postgresql(table: str) -> list[str]:
    function = (
        "CREATE OR REPLACE FUNCTION makegood_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; "
        "END $$"
    )
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
    return [function, *triggers]
