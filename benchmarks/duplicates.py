"""How long does it take to ask whether a lead was sold before, when millions were?

    python benchmarks/duplicates.py [--sales 5000000] --server postgres://user@host

Makes a scratch database on a PostgreSQL server with that many sales of one program, half of them
to one pro, each contact's four leads to the same pro. Prints how the question is answered, and
its time beside that of fetching one sale by its key; then the time of the facts of a whole claim.
"""

import argparse
import json
import random
import statistics
import sys
from typing import TYPE_CHECKING

from scratch import SERVER, say, scratch_database, seconds

if TYPE_CHECKING:
    from leads.models import LeadSale

DATABASE = "makegood_benchmark_duplicates"
PROS = 200
SAMPLE = 500
TABLES = ("leads_contact", "leads_lead", "accounts_transfer", "leads_leadsale")

# A contact has the leads 4n to 4n+3; even contacts are the first pro's, the others everybody's.
FILL = """
    INSERT INTO leads_contact (id, program_id, name, phone, email)
    SELECT n, %(program)s, 'Contact ' || n, '+1404' || (10000000 + n), ''
    FROM generate_series(0, %(sales)s::int / 4) n;
    INSERT INTO leads_lead (id, program_id, reference, seller_id, contact_id, contact_name,
        category_id, kind, postal_code, street, submitted_at, fingerprint)
    SELECT n, %(program)s, 'L-' || n, %(seller)s, n / 4, 'Somebody', %(category)s, 'web', '30301',
        '', now() - n %% 400 * interval '1 day', md5((n / 4)::text)
    FROM generate_series(1, %(sales)s::int) n;
    INSERT INTO accounts_transfer (id, program_id, kind, source_id, destination_id, amount_cents,
        idempotency_key, note, posted_at)
    SELECT 1000 + n, %(program)s, 'lead_charge', 1, 2, 5000, 'charge:' || n, '', now()
    FROM generate_series(1, %(sales)s::int) n;
    INSERT INTO leads_leadsale (id, uuid, lead_id, pro_id, campaign_id, price_cents,
        credited_cents, released_cents, charge_id, sold_at, status, contact_revealed_at)
    SELECT n, gen_random_uuid(), n, pro, pro, 5000, 0, 0, 1000 + n,
        now() - n %% 400 * interval '1 day', 'new', now()
    FROM (SELECT n, %(pro)s + CASE WHEN n / 4 %% 2 = 0 THEN 0 ELSE n / 4 %% %(pros)s END AS pro
        FROM generate_series(1, %(sales)s::int) n) AS sold;
"""


def main() -> None:
    """Run the benchmark and print what it found."""
    arguments = read_arguments()
    with scratch_database(arguments.server, DATABASE):
        fill(arguments.sales)
        compare(arguments.sales)


def compare(number: int) -> None:
    """Print the plan, and the times of the question and of a look-up by key."""
    from leads.models import LeadSale  # noqa: PLC0415 (after the setup)

    keys = random.Random(20260302).sample(range(number // 2, number), SAMPLE)  # noqa: S311 (the same each time)
    sales = [LeadSale.objects.with_lead().get(pk=key) for key in keys]
    question = question_of(sales[0])
    for line in rows(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, SUMMARY OFF) {question}"):
        say(f"  {line}")
    asked = [question_of(sale) for sale in sales]
    fetched = [f"SELECT * FROM leads_leadsale WHERE id = {key}" for key in keys]  # noqa: S608 (our own numbers)
    for statements in (asked, fetched):
        median_seconds(statements)  # what is read once is in memory
    ours, theirs = median_seconds(asked), median_seconds(fetched)
    say(f"the question: {ours * 1e6:.0f} us; a sale by its key: {theirs * 1e6:.0f} us")
    say(f"ratio with planning and the way there and back: {ours / theirs:.1f}")
    ours, theirs = median_execution(asked), median_execution(fetched)
    say(f"ratio of the execution alone: {ours / theirs:.1f}")
    say(f"the facts of a claim: {facts_seconds(sales) * 1000:.1f} ms")


def question_of(sale: "LeadSale") -> str:
    """Return the statement that asks for the earlier sales, as the product sends it."""
    from django.db import connection  # noqa: PLC0415 (after the setup)
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 (likewise)

    with CaptureQueriesContext(connection) as captured:
        facts_of(sale)
    return next(
        query["sql"] for query in captured if query["sql"].startswith('SELECT "leads_leadsale"')
    )


def facts_of(sale: "LeadSale") -> None:
    """Build the facts of a claim; stop where the contact's earlier leads are not among them."""
    from refunds.services.facts import facts_for_claim  # noqa: PLC0415 (after the setup)

    facts = facts_for_claim(
        sale,
        reason="duplicate",
        submitted_at=sale.sold_at,
        explanation="",
        channel="portal",
        details={},
    )
    if any(not earlier.same_request for earlier in facts.earlier_sales):
        sys.exit(f"An earlier sale of {sale} is another contact's.")


def facts_seconds(sales: "list[LeadSale]") -> float:
    """Return the median time of a claim's facts."""
    return statistics.median(seconds(lambda: facts_of(sale)) for sale in sales)  # noqa: B023 (run at once)


def median_seconds(statements: list[str]) -> float:
    """Return the median time of statements, each sent once."""
    return statistics.median(seconds(lambda: rows(one)) for one in statements)  # noqa: B023 (run at once)


def median_execution(statements: list[str]) -> float:
    """Return the median time that the server spent on running statements, in milliseconds."""
    explain = "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON)"
    plans = [rows(f"{explain} {one}")[0] for one in statements]
    told = [json.loads(plan) if isinstance(plan, str) else plan for plan in plans]
    return statistics.median(plan[0]["Execution Time"] for plan in told)


def rows(statement: str) -> list[str]:
    """Run a statement; return the first column of its answer."""
    from django.db import connection  # noqa: PLC0415 (after the setup)

    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [row[0] for row in cursor.fetchall()]


def fill(sales: int) -> None:
    """Fill the tables without their indexes, then make these anew."""
    from django.db import connection  # noqa: PLC0415 (after the setup)

    parties = add_parties()
    indexes = drop_indexes(TABLES)
    with connection.cursor() as cursor:
        # The rows are right: a replica's session doesn't look each party up.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET maintenance_work_mem = '1GB'")
        cursor.execute(FILL, {"sales": sales, "pros": PROS, **parties})
        for definition in indexes:
            cursor.execute(definition)
        for table in TABLES:
            cursor.execute(f"VACUUM ANALYZE {table}")
        cursor.execute("SET session_replication_role = DEFAULT")


def drop_indexes(tables: tuple[str, ...]) -> list[str]:
    """Drop the tables' indexes that are no constraints; return how to make them."""
    from django.db import connection  # noqa: PLC0415 (after the setup)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexname"
            " NOT IN (SELECT conname FROM pg_constraint)",
            [list(tables)],
        )
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in indexes]


def add_parties() -> dict[str, int]:
    """Add the program with its category, seller and pros; return their keys, the first pro's."""
    from accounts.models import Program, ServicePro, User  # noqa: PLC0415 (after the setup)
    from leads.models import Campaign, Category  # noqa: PLC0415 (likewise)
    from leads.services.catalogue import add_seller  # noqa: PLC0415 (likewise)
    from refunds.services.policies import load_presets  # noqa: PLC0415 (likewise)

    load_presets()
    program = Program.objects.get(code="conxpros")
    add_seller(program_id=program.pk, code="S-1", name="Seller")
    category = Category.objects.create(program=program, code="roofing", name="Roofing")
    manager = User.objects.create_user("manager@example.com")
    for number in range(PROS):
        pro = ServicePro.objects.create(
            pk=number + 1,
            program=program,
            code=f"P-{number}",
            name=f"Pro {number}",
            account_manager=manager,
        )
        Campaign.objects.create(pk=pro.pk, pro=pro, name="Main").categories.add(category)
    return {
        "program": program.pk,
        "seller": program.sellers.get().pk,
        "category": category.pk,
        "pro": 1,
    }


def read_arguments() -> argparse.Namespace:
    """Read how many sales there shall be, and where."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sales", type=int, default=5_000_000)
    parser.add_argument("--server", default=SERVER)
    return parser.parse_args()


if __name__ == "__main__":
    main()
