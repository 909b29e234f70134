"""What does a page of My leads cost, beside the one query that a careful hand would write for it?

    python benchmarks/portal.py [--sales 10000000] [--own 50000] [--server postgres://user@host]
    python benchmarks/portal.py --keep DATABASE    fill a new database, and leave it there
    python benchmarks/portal.py --use DATABASE     measure one that was kept, on the same day

Makes a scratch database on a PostgreSQL server with that many sales of one program, ``own`` of
them to the pro who looks. For each combination of filters the bare query and the whole page take
turns, so that both meet the same machine. Prints the median time of the bare query, of all that
the page asks the database, and of the whole page, from the request to the last byte. Beside them
stands how many processes wanted the machine in the last minute: a busy one spoils the numbers.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from duplicates import drop_indexes
from scratch import SERVER, execute, make_database, say, scratch_database, seconds, use_database

if TYPE_CHECKING:
    from django.test import Client

DATABASE = "makegood_benchmark_portal"
PROS = 200
CATEGORIES = ("roofing", "siding", "solar", "gutters", "windows")
CAMPAIGNS = 3
WARM_UP = 5
ROUNDS = 60
TABLES = (
    "leads_contact",
    "leads_lead",
    "accounts_transfer",
    "leads_leadsale",
    "refunds_refundrequest",
)

# The first pro has every ``every``-th sale; the newest sale is number 1. One name in 5,000 is rare.
FILL = """
    INSERT INTO leads_contact (id, program_id, name, phone, email)
    SELECT n, %(program)s, 'Contact ' || n, '+1' || (4040000000 + n), ''
    FROM generate_series(1, %(sales)s::int) n;
    INSERT INTO leads_lead (id, program_id, reference, seller_id, contact_id, contact_name,
        category_id, kind, postal_code, street, submitted_at, fingerprint)
    SELECT n, %(program)s, 'L-' || lpad(n::text, 9, '0'), %(seller)s, n,
        CASE WHEN hashint4(n) %% 5000 = 0 THEN 'Zelda Quayle' ELSE 'Maria Lopez' END,
        %(category)s + abs(hashint4(n + 1)) %% 5, 'web', '30301', '',
        now() - n * (interval '400 days' / %(sales)s), md5(n::text)
    FROM generate_series(1, %(sales)s::int) n;
    INSERT INTO accounts_transfer (id, program_id, kind, source_id, destination_id, amount_cents,
        idempotency_key, note, posted_at)
    SELECT 1000 + n, %(program)s, 'lead_charge', 1, 2, 5000, 'charge:' || n, '', now()
    FROM generate_series(1, %(sales)s::int) n;
    INSERT INTO leads_leadsale (id, uuid, lead_id, pro_id, campaign_id, price_cents,
        credited_cents, released_cents, charge_id, sold_at, status, contact_revealed_at)
    SELECT n, gen_random_uuid(), n, pro, (pro - 1) * 3 + 1 + abs(hashint4(n + 2)) %% 3, 5000, 0,
        0, 1000 + n, now() - n * (interval '400 days' / %(sales)s),
        CASE WHEN dice < 60 THEN 'new' WHEN dice < 85 THEN 'contacted' WHEN dice < 97 THEN 'lost'
            ELSE 'won' END, now()
    FROM (SELECT n, CASE WHEN n %% %(every)s = 0 THEN 1 ELSE 2 + n %% %(others)s END AS pro,
        abs(hashint4(n + 3)) %% 100 AS dice FROM generate_series(1, %(sales)s::int) n) AS sold;
    INSERT INTO refunds_refundrequest (id, reference, command_id, program_id, pro_id, sale_id,
        policy_version_id, origin, channel, filed_by_id, reason, explanation, details,
        submitted_at, state, version, question, checks, credit_cents, target_on, limit_on,
        due_at, extension, decided_reason, decision_note, may_file_again, decided_by_id, decided_at)
    SELECT id, 'RF-' || id, gen_random_uuid(), %(program)s, pro_id, id, %(policy)s, 'claim',
        'portal', %(person)s, 'incorrect_contact', 'Nobody of that name lives there.', '{}',
        sold_at + interval '1 day', CASE WHEN is_open THEN 'investigating' ELSE 'declined' END, 1,
        '', '[]', 5000, current_date, current_date, now(), '', '', '', false,
        CASE WHEN NOT is_open THEN %(person)s END, CASE WHEN NOT is_open THEN now() END
    FROM (SELECT *, sold_at > now() - interval '6 days' AS is_open FROM leads_leadsale
        WHERE abs(hashint8(id + 4)) %% 10 = 0 AND sold_at < now() - interval '1 day') AS claimed;
"""
# What a careful hand would write: one query, and nothing that the page doesn't show.
BARE = """
    SELECT s.id, s.uuid, s.sold_at, s.status, s.price_cents, s.credited_cents, l.reference,
        l.postal_code, l.job_date, c.name, s.contact_revealed_at, l.contact_name, k.phone, k.email,
        k.do_not_call_at, k.phone_verified_at, r.reference, r.state, r.credit_cents, r.origin,
        e.granted, e.claim_until, d.saved_at
    FROM leads_leadsale s
    JOIN leads_lead l ON l.id = s.lead_id
    JOIN leads_category c ON c.id = l.category_id
    JOIN leads_contact k ON k.id = l.contact_id
    LEFT JOIN refunds_refundrequest r
        ON r.sale_id = s.id AND r.state <> 'withdrawn' AND NOT r.may_file_again
    LEFT JOIN refunds_exceptionrequest e ON e.sale_id = s.id AND e.granted IS NOT FALSE
    LEFT JOIN refunds_claimdraft d ON d.sale_id = s.id AND d.author_id = %(person)s
    WHERE s.pro_id = 1 AND s.detached_at IS NULL {where}
    ORDER BY s.sold_at DESC, s.id DESC LIMIT 51
"""


@dataclass(frozen=True)
class Look:
    """A page that somebody looks at: its address, and the same in SQL."""

    name: str
    query: dict[str, str]
    where: str = ""


@dataclass(frozen=True)
class Times:
    """The milliseconds of one look, round by round."""

    bare: list[float]
    asked: list[float]
    whole: list[float]

    @property
    def line(self) -> str:
        """The medians, the 95th percentile of the whole page, and what they are of the bare."""
        bare, asked = statistics.median(self.bare), statistics.median(self.asked)
        whole, slow = statistics.median(self.whole), statistics.quantiles(self.whole, n=20)[-1]
        return (
            f"{bare:9.2f} {asked:9.2f} {whole:9.1f} {slow:9.1f}"
            f" {asked / bare:9.2f} {slow / bare:9.1f}"
        )


def main() -> None:
    """Run the benchmark and print what it found."""
    arguments = read_arguments()
    server = arguments.server
    if arguments.use:
        use_database(server, arguments.use)
        report()
    elif arguments.keep:
        make_database(server, arguments.keep)
        fill(arguments.sales, arguments.own, add_parties())
    else:
        with scratch_database(server, DATABASE):
            fill(arguments.sales, arguments.own, add_parties())
            report()


def report() -> None:
    """Print a line for each look."""
    from accounts.models import Membership  # noqa: PLC0415 (after the setup)
    from leads.models import LeadSale  # noqa: PLC0415 (likewise)

    person, own = Membership.objects.get(pro=1).user_id, LeadSale.objects.filter(pro=1).count()
    say(f"{LeadSale.objects.count():,} sales, {own:,} of them the pro's; milliseconds")
    header = ("bare", "page SQL", "page p50", "page p95", "SQL x", "page x", "load")
    say(f"{'':28}" + " ".join(f"{title:>9}" for title in header))
    times = {}
    for look in looks():
        times[look.name] = measure(look, person)
        say(f"{look.name:28}{times[look.name].line} {os.getloadavg()[0]:9.1f}")
    first, last = (statistics.median(times[name].whole) for name in ("all", "all, last page"))
    say(f"last page to first: {last / first:.2f}")


def looks() -> Iterator[Look]:
    """Yield every page that is looked at."""
    from leads.models import Category  # noqa: PLC0415 (after the setup)

    today = "s.sold_at >= date_trunc('day', now() AT TIME ZONE 'America/New_York')"
    today += " AT TIME ZONE 'America/New_York'"
    week = f"s.sold_at >= {today.removeprefix('s.sold_at >= ')} - interval '6 days'"
    # By its key: the planner knows how many leads a key has, and not how many a code has.
    roofing = f"AND l.category_id = {Category.objects.get(code='roofing').pk}"
    first = "AND s.campaign_id = 1"
    yield Look("all", {})
    yield Look("all, last page", {"after": last_cursor()}, cursor_sql(last_cursor()))
    yield Look("today", {"when": "today"}, f"AND {today}")
    yield Look("7 days", {"when": "week"}, f"AND {week}")
    yield from (
        Look(f"status {status}", {"status": status}, f"AND s.status = '{status}'")
        for status in ("new", "won")
    )
    yield Look("category", {"category": "roofing"}, roofing)
    yield Look("campaign", {"campaign": "Campaign 1"}, first)
    every = {"when": "week", "status": "new", "category": "roofing", "campaign": "Campaign 1"}
    yield Look("7 days and all three", every, f"AND {week} AND s.status = 'new' {roofing} {first}")
    three = {"status": "won", "category": "roofing", "campaign": "Campaign 1"}
    yield Look("won and both others", three, f"AND s.status = 'won' {roofing} {first}")
    yield from said()


def said() -> Iterator[Look]:
    """Yield the pages that a text is looked for on."""
    from leads.models import LeadSale  # noqa: PLC0415 (after the setup)

    old = LeadSale.objects.filter(pro=1).select_related("lead__contact").order_by("-pk")[500]
    for name, text in {
        "text, a common name": "lopez",
        "text, a rare name": "Quayle",
        "text, a lead's number": old.lead.reference,
    }.items():
        pattern = f"'%%{text.upper()}%%'"
        yield Look(
            name,
            {"q": text},
            f"AND (upper(l.reference) LIKE {pattern} OR s.contact_revealed_at IS NOT NULL"
            f" AND upper(l.contact_name) LIKE {pattern})",
        )
    phone = old.lead.contact.phone
    written = f"({phone[2:5]}) {phone[5:8]}-{phone[8:]}"
    yield Look("text, a phone", {"q": written}, f"AND k.program_id = 1 AND k.phone = '{phone}'")


def measure(look: Look, person: int) -> Times:
    """Time the bare query and the page by turns."""
    from django.db import connection  # noqa: PLC0415 (after the setup)
    from django.test import Client  # noqa: PLC0415 (likewise)

    from accounts.models import User  # noqa: PLC0415 (likewise)

    client, asked, times = Client(HTTP_HOST="localhost"), Stopwatch(), Times([], [], [])
    client.force_login(User.objects.get(pk=person))
    address = f"/leads/?{urlencode(look.query)}"
    for number in range(WARM_UP + ROUNDS):
        bare = bare_milliseconds(BARE.format(where=look.where), person)
        asked.milliseconds = 0.0
        with connection.execute_wrapper(asked):
            whole = seconds(lambda: page_of(client, address)) * 1000
        if number >= WARM_UP:
            times.bare.append(bare)
            times.asked.append(asked.milliseconds)
            times.whole.append(whole)
    return times


def page_of(client: "Client", address: str) -> None:
    """Fetch a page; stop where there is none."""
    status = client.get(address).status_code
    if status != 200:
        sys.exit(f"{address} answered {status}.")


class Stopwatch:
    """Adds up what statements take."""

    def __init__(self) -> None:
        self.milliseconds = 0.0

    def __call__(
        self,
        run: Callable[..., object],
        sql: str,
        params: object,
        many: bool,
        context: dict[str, object],
    ) -> object:
        """Run a statement and add its time."""
        began = time.perf_counter()
        try:
            return run(sql, params, many, context)
        finally:
            self.milliseconds += (time.perf_counter() - began) * 1000


def bare_milliseconds(statement: str, person: int) -> float:
    """Time the bare query, in the same way as the page's."""
    from django.db import connection  # noqa: PLC0415 (after the setup)

    with connection.cursor() as cursor:
        took = seconds(lambda: cursor.execute(statement, {"person": person}))
        cursor.fetchall()
    return took * 1000


def last_cursor() -> str:
    """Return the cursor after which the last 50 of the pro's sales come."""
    from leads.models import LeadSale  # noqa: PLC0415 (after the setup)

    sale = LeadSale.objects.filter(pro=1).order_by("sold_at", "pk")[50]
    return f"{sale.sold_at.isoformat()}_{sale.pk}"


def cursor_sql(cursor: str) -> str:
    """Return a cursor as SQL."""
    at, _, number = cursor.partition("_")
    return f"AND (s.sold_at, s.id) < ('{at}'::timestamptz, {number})"


def fill(sales: int, own: int, parties: dict[str, int]) -> None:
    """Fill the tables without their indexes, then make these anew."""
    indexes = drop_indexes(TABLES)
    # The rows are right: a replica's session doesn't look each party up.
    execute("SET session_replication_role = replica")
    execute("SET maintenance_work_mem = '1GB'")
    execute(FILL, sales=sales, every=sales // own, others=PROS - 1, **parties)
    for definition in indexes:
        execute(definition)
    for table in TABLES:
        execute(f"VACUUM ANALYZE {table}")
    execute("SET session_replication_role = DEFAULT")


def add_parties() -> dict[str, int]:
    """Add the program with its categories, seller, pros and their campaigns; return the keys."""
    from accounts.models import Membership, Program, ServicePro, User  # noqa: PLC0415 (after the setup)
    from leads.models import Campaign, Category  # noqa: PLC0415 (likewise)
    from leads.services.catalogue import add_seller  # noqa: PLC0415 (likewise)
    from refunds.models import PolicyVersion  # noqa: PLC0415 (likewise)
    from refunds.services.policies import load_presets  # noqa: PLC0415 (likewise)

    load_presets()
    program = Program.objects.get(code="conxpros")
    add_seller(program_id=program.pk, code="S-1", name="Seller")
    categories = [
        Category.objects.create(program=program, code=code, name=code.title())
        for code in CATEGORIES
    ]
    person = User.objects.create_user("pro@example.com")
    for number in range(1, PROS + 1):
        pro = ServicePro.objects.create(
            pk=number,
            program=program,
            code=f"P-{number}",
            name=f"Pro {number}",
            account_manager=person,
        )
        for campaign in range(1, CAMPAIGNS + 1):
            key = (number - 1) * CAMPAIGNS + campaign
            Campaign.objects.create(pk=key, pro=pro, name=f"Campaign {campaign}")
    Membership.objects.create(user=person, pro_id=1)
    return {
        "program": program.pk,
        "seller": program.sellers.get().pk,
        "category": categories[0].pk,
        "policy": PolicyVersion.objects.get(program=program).pk,
        "person": person.pk,
    }


def read_arguments() -> argparse.Namespace:
    """Read how many sales there shall be, whose, and where."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sales", type=int, default=10_000_000)
    parser.add_argument("--own", type=int, default=50_000)
    parser.add_argument("--server", default=SERVER)
    kept = parser.add_mutually_exclusive_group()
    kept.add_argument("--keep", metavar="DATABASE", help="fill a new database, measure nothing")
    kept.add_argument("--use", metavar="DATABASE", help="measure one that was kept")
    return parser.parse_args()


if __name__ == "__main__":
    main()
