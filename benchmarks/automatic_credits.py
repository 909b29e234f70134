"""How many fees come back by themselves in a second, together and one by one?

    python benchmarks/automatic_credits.py [--due 5000] [--plain 500] [--rows 1000000]
        --server postgres://user@host

Makes a scratch database on a PostgreSQL server with so many quotes that nobody has read. Credits
``plain`` of them in a transaction each, and ``due`` by the sweep's chunks. Then sweeps with
nothing to do, at a hundredth of the rows and at all of them: quotes that are young, that were
read and wait for an answer, or that are settled.
"""

import argparse
import statistics
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from scratch import SERVER, execute, say, scratch_database, seconds

if TYPE_CHECKING:
    from accounts.models import Program, ServicePro, Transfer
    from leads.models import Lead, LeadSale

DATABASE = "makegood_benchmark_automatic"
PROS = 40
PRICE_CENTS = 120
ROUNDS = 3
IDLE_RUNS = 20

# Of ten quotes one is young, two were read and wait for their answer, seven are settled; one sale
# in a hundred is young and its contact not revealed yet.
ADD_IDLE = """
    INSERT INTO leads_lead (id, program_id, reference, seller_id, contact_id, contact_name,
        category_id, kind, postal_code, street, submitted_at, fingerprint)
    SELECT 10000000 + n, %(program)s, 'I-' || n, 1, 1, 'Somebody', 1, 'web', '106', '', now(), n
    FROM generate_series(%(first)s::int, %(last)s::int) n;
    INSERT INTO leads_leadsale (id, uuid, lead_id, pro_id, campaign_id, price_cents,
        credited_cents, released_cents, charge_id, sold_at, status, contact_revealed_at)
    SELECT 10000000 + n, gen_random_uuid(), 10000000 + n, 1, 1, 120, 0, 0, 10000000 + n,
        now() - interval '1 hour', 'new', CASE WHEN n %% 100 > 0 THEN now() END
    FROM generate_series(%(first)s::int, %(last)s::int) n;
    INSERT INTO leads_quote (sale_id, sent_at, read_at, read_confirmed_at, settled_at)
    SELECT 10000000 + n,
        now() - CASE WHEN n %% 10 = 0 THEN interval '1 hour' ELSE interval '9 days' END,
        CASE WHEN n %% 10 > 0 THEN now() END,
        CASE WHEN n %% 10 IN (1, 2) THEN now() END,
        CASE WHEN n %% 10 > 2 THEN now() END
    FROM generate_series(%(first)s::int, %(last)s::int) n;
"""


def main() -> None:
    """Run the benchmark and print what it found."""
    arguments = read_arguments()
    with scratch_database(arguments.server, DATABASE):
        program = add_program()
        compare(program, arguments)
        idle(program, arguments.rows)


def compare(program: "Program", arguments: argparse.Namespace) -> None:
    """Credit quotes in both ways, some rounds of each; print the ratio of the medians."""
    from refunds.services.automatic import credit_due  # noqa: PLC0415 (after the setup)

    rates = []
    for _ in range(ROUNDS):
        add_unread_quotes(program, arguments.plain)
        plain = arguments.plain / seconds(credit_each)
        add_unread_quotes(program, arguments.due)
        swept = arguments.due / seconds(credit_due)
        say(f"  one each {plain:,.0f}/s, sweep {swept:,.0f}/s")
        rates.append(swept / plain)
    say(f"ratio of the sweep to one each: {statistics.median(rates):.1f}")
    check_books()


def credit_each() -> None:
    """Credit what is due by the same service, a transaction for each sale."""
    from refunds.services import automatic  # noqa: PLC0415 (after the setup)

    together, automatic.CHUNK = automatic.CHUNK, 1
    automatic.credit_due()
    automatic.CHUNK = together


def check_books() -> None:
    """Stop where the books don't hold."""
    from refunds.services.audit import audit  # noqa: PLC0415 (after the setup)

    if broken := audit():
        sys.exit("\n".join(broken))


def idle(program: "Program", rows: int) -> None:
    """Time sweeps that find nothing, at a hundredth of the rows and at all of them."""
    few = rows // 100
    at_few = idle_seconds(program, 1, few)
    at_many = idle_seconds(program, few + 1, rows)
    say(f"idle sweep: {at_few * 1000:.1f} ms at {few:,}, {at_many * 1000:.1f} ms at {rows:,}")
    say(f"ratio of the idle sweeps: {at_many / at_few:.2f}")


def idle_seconds(program: "Program", first: int, last: int) -> float:
    """Add the rows with these numbers; return the median seconds of a sweep."""
    from refunds.services.automatic import credit_due  # noqa: PLC0415 (after the setup)

    # The parties that they name are not there: a replica's session asks for none.
    execute("SET session_replication_role = replica")
    execute(ADD_IDLE, program=program.pk, first=first, last=last)
    execute("SET session_replication_role = DEFAULT")
    execute("VACUUM ANALYZE leads_lead")
    execute("VACUUM ANALYZE leads_leadsale")
    execute("VACUUM ANALYZE leads_quote")
    if credit_due():
        sys.exit("The idle sweep found something to credit.")
    return statistics.median(seconds(credit_due) for _ in range(IDLE_RUNS))


def add_program() -> "Program":
    """Add the programs that ship, and pros with money to the one that holds its fees."""
    from accounts.models import Program, User  # noqa: PLC0415 (after the setup)
    from leads.models import Category, Contact  # noqa: PLC0415 (likewise)
    from leads.services.catalogue import add_seller  # noqa: PLC0415 (likewise)
    from refunds.services.policies import load_presets  # noqa: PLC0415 (likewise)

    load_presets()
    program = Program.objects.get(code="pro360")
    add_seller(program_id=program.pk, code="S-1", name="Seller")
    Category.objects.create(program=program, code="piano", name="Piano")
    Contact.objects.create(program=program, name="Somebody", email="somebody@example.com")
    manager = User.objects.create_user("manager@example.com")
    for number in range(PROS):
        add_pro(number, program=program, account_manager=manager)
    return program


def add_pro(number: int, **fields: object) -> None:
    """Add a pro with a member, a campaign and more money than its quotes can cost."""
    from django.db import transaction  # noqa: PLC0415 (after the setup)

    from accounts import ledger  # noqa: PLC0415 (likewise)
    from accounts.models import (  # noqa: PLC0415 (likewise)
        LedgerAccount,
        Membership,
        ServicePro,
        Transfer,
        User,
    )
    from leads.models import Campaign  # noqa: PLC0415 (likewise)

    pro = ServicePro.objects.create(code=f"P-{number}", name=f"Pro {number}", **fields)
    Membership.objects.create(pro=pro, user=User.objects.create_user(f"p{number}@example.com"))
    Campaign.objects.create(pro=pro, name="Main")
    ledger.open_pro_accounts(pro)
    top_up = ledger.Movement(
        kind=Transfer.Kind.TOP_UP,
        source=ledger.house_account(pro.program, LedgerAccount.Kind.FUNDING),
        destination=ledger.wallet(pro, LedgerAccount.Kind.PAID),
        amount_cents=10**10,
        key=f"top-up:{number}",
    )
    with transaction.atomic():
        ledger.post(top_up, at=datetime.now(UTC))


def add_unread_quotes(program: "Program", count: int) -> "list[LeadSale]":
    """Add sales whose fee is held, each with a quote that has been unread for 48 hours."""
    from django.db import transaction  # noqa: PLC0415 (after the setup)

    from leads.models import LeadSale, Quote  # noqa: PLC0415 (likewise)

    at = datetime.now(UTC) - timedelta(hours=48)
    pros = list(program.pros.order_by("pk"))
    campaigns = [pro.campaigns.get() for pro in pros]
    with transaction.atomic():
        charges = hold_fees(pros, count, at)
        leads = add_leads(program, count, at)
        sales = LeadSale.objects.bulk_create(
            LeadSale(
                lead=lead,
                pro=pros[number % PROS],
                campaign=campaigns[number % PROS],
                price_cents=PRICE_CENTS,
                charge=charges[number],
                sold_at=at,
                contact_revealed_at=at,
            )
            for number, lead in enumerate(leads)
        )
        Quote.objects.bulk_create(Quote(sale=sale, sent_at=at) for sale in sales)
    for table in ("leads_quote", "leads_leadsale", "refunds_refundrequest"):
        execute(f"ANALYZE {table}")
    return sales


def add_leads(program: "Program", count: int, at: datetime) -> "list[Lead]":
    """Add leads of the one contact."""
    from leads.models import Lead  # noqa: PLC0415 (after the setup)

    seller, category = program.sellers.get(), program.categories.get()
    contact = program.contacts.get()
    return Lead.objects.bulk_create(
        Lead(
            program=program,
            reference=f"L-{uuid4()}",
            seller=seller,
            contact=contact,
            contact_name="Somebody",
            category=category,
            postal_code="106",
            submitted_at=at,
            fingerprint=str(number),
        )
        for number in range(count)
    )


def hold_fees(pros: "list[ServicePro]", count: int, at: datetime) -> "list[Transfer]":
    """Hold a fee each, of one pro after the other."""
    from accounts import ledger  # noqa: PLC0415 (after the setup)
    from accounts.models import LedgerAccount, Transfer  # noqa: PLC0415 (likewise)

    paid = [ledger.wallet(pro, LedgerAccount.Kind.PAID) for pro in pros]
    hold = [ledger.wallet(pro, LedgerAccount.Kind.HOLD) for pro in pros]
    return ledger.post_many(
        [
            ledger.Movement(
                kind=Transfer.Kind.HOLD,
                source=paid[number % PROS],
                destination=hold[number % PROS],
                amount_cents=PRICE_CENTS,
                key=f"hold:{uuid4()}",
            )
            for number in range(count)
        ],
        at=at,
    )


def read_arguments() -> argparse.Namespace:
    """Read how many rows there shall be, and where."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--due", type=int, default=5000)
    parser.add_argument("--plain", type=int, default=500)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--server", default=SERVER)
    return parser.parse_args()


if __name__ == "__main__":
    main()
