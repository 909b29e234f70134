"""What does flagging overdue requests cost, beside the bare UPDATE of the same rows?

    python benchmarks/overdue.py [--rows 1000000] [--due 100000] [--rounds 3]
        [--server postgres://user@host]

Makes a scratch database on a PostgreSQL server with that many requests, of which ``due`` are past
their limit. Times the sweep, with its events and mail rows, beside two UPDATEs that set nothing
but the flag on the same rows: one in a single statement, which is the floor, and one in statements
of the sweep's size; another of the three goes first in each round. Then sweeps with nothing to do,
at a hundredth of the rows and at all of them. Rows of sales and the like are left out: nothing
here reads them.
"""

import argparse
import statistics
from collections.abc import Callable, Mapping, Sequence

from scratch import SERVER, execute, say, scratch_database, seconds

DATABASE = "makegood_benchmark_overdue"
IDLE_RUNS = 20
SWEEP = "the sweep"
AT_ONCE = "one bare UPDATE"
IN_BATCHES = "bare UPDATEs in batches"

ADD_PARTIES = """
    INSERT INTO accounts_user (id, password, is_superuser, is_staff, is_active, date_joined,
        email, name, language, wants_reminders)
    VALUES (1001, '!', false, false, true, now(), 'holder@example.com', 'Holder', '', true);
    INSERT INTO accounts_program (id, code, name, time_zone, currency, currency_decimals, country,
        subdivision, locale, charge_mode)
    VALUES (1, 'bench', 'Bench', 'America/New_York', 'USD', 2, 'US', '', 'en', 'upfront');
"""
# The first ``due`` of the new rows are past their limit; of all rows, one in ten is still open.
ADD_REQUESTS = """
    INSERT INTO refunds_refundrequest (id, reference, command_id, program_id, pro_id, sale_id,
        policy_version_id, origin, channel, filed_by_id, reason, explanation, details,
        submitted_at, state, version, question, checks, credit_cents, target_on, limit_on,
        due_at, extension, decided_reason, decision_note, may_file_again, holder_id)
    SELECT n, 'RF-' || n, gen_random_uuid(), 1, n %% 1000, n, 1, 'claim', 'portal', 1,
        'incorrect_contact', 'The man who answered said that nobody of that name lives there.',
        '{}', now() - interval '9 days', CASE WHEN n < %(first)s + %(due)s OR n %% 10 = 0
        THEN 'investigating' ELSE 'withdrawn' END, 1, '',
        '[{"code": "needs_verification", "fact": {}, "source": "policy",
            "outcome": "investigate"}]',
        5000, current_date, current_date, now() + CASE WHEN n < %(first)s + %(due)s
        THEN interval '-1 day' ELSE interval '9 days' END, '', '', '', false,
        CASE WHEN n %% 2 = 0 THEN 1001 END
    FROM generate_series(%(first)s::int, %(last)s::int) n
"""
FLAG_AT_ONCE = """
    UPDATE refunds_refundrequest SET overdue_flagged_at = now()
    WHERE state IN ('investigating', 'with_seller')
      AND overdue_flagged_at IS NULL AND due_at < now()
"""
FLAG_A_BATCH = """
    UPDATE refunds_refundrequest SET overdue_flagged_at = now() WHERE id = ANY(ARRAY(
        SELECT id FROM refunds_refundrequest
        WHERE state IN ('investigating', 'with_seller')
          AND overdue_flagged_at IS NULL AND due_at < now()
        ORDER BY due_at, id LIMIT %(batch)s))
"""


def main() -> None:
    """Run the benchmark and print what it found."""
    arguments = read_arguments()
    with scratch_database(arguments.server, DATABASE):
        measure(arguments.rows, arguments.due, rounds=arguments.rounds)


def measure(rows: int, due: int, *, rounds: int) -> None:
    """Fill the tables step by step, and time at each."""
    from refunds.services.overdue import flag_overdue  # noqa: PLC0415 (after the setup)

    execute(ADD_PARTIES)
    flag_overdue()  # makes the machine's user
    few = rows // 100
    add_requests(1, few, due=0)
    idle_few = idle(flag_overdue)
    add_requests(few + 1, rows, due=due)
    say(f"{due:,} due of {rows:,}")
    report([compare(flag_overdue, first=number) for number in range(rounds)])
    flag_overdue()
    execute("VACUUM ANALYZE refunds_refundrequest")
    idle_many = idle(flag_overdue)
    say(f"idle sweep: {idle_few * 1000:.1f} ms at {few:,}, {idle_many * 1000:.1f} ms at {rows:,}")
    say(f"ratio of the idle sweeps: {idle_many / idle_few:.2f}")


def compare(sweep: Callable[[], int], *, first: int) -> dict[str, float]:
    """Time the sweep and the bare UPDATEs over the same rows; return the seconds of each.

    ``first`` says which goes first, so that none always finds the table as another left it.
    """
    runs = [(SWEEP, sweep), (AT_ONCE, flag_at_once), (IN_BATCHES, flag_in_batches)]
    took = {}
    for number in range(first, first + len(runs)):
        name, run = runs[number % len(runs)]
        took[name] = seconds(run)
        told = count("SELECT count(*) FROM refunds_outboundmail")
        say(f"  {name}: {took[name]:.2f} s, {told:,} mails")
        start_over()
    return took


def report(rounds: Sequence[Mapping[str, float]]) -> None:
    """Print how much longer the sweep takes than each of the others: the rounds' median."""
    for name in (AT_ONCE, IN_BATCHES):
        ratio = statistics.median(took[SWEEP] / took[name] for took in rounds)
        say(f"ratio to {name}: {ratio:.2f}")


def start_over() -> None:
    """Make everything that is due unflagged and untold."""
    execute("TRUNCATE refunds_outboundmail, refunds_refundevent")
    execute("UPDATE refunds_refundrequest SET overdue_flagged_at = NULL WHERE due_at < now()")
    execute("VACUUM ANALYZE refunds_refundrequest")


def flag_at_once() -> None:
    """Set the flag on whatever is due, in one statement."""
    execute(FLAG_AT_ONCE)


def flag_in_batches() -> None:
    """Set the flag on whatever is due, in statements as big as the sweep's."""
    from refunds.services.overdue import BATCH  # noqa: PLC0415 (after the setup)

    while execute(FLAG_A_BATCH, batch=BATCH):
        pass


def add_requests(first: int, last: int, *, due: int) -> None:
    """Add the requests with these numbers; ``due`` of them are past their limit."""
    # The parties that they name are not there: a replica's session asks for none.
    execute("SET session_replication_role = replica")
    execute(ADD_REQUESTS, first=first, last=last, due=due)
    execute("SET session_replication_role = DEFAULT")
    execute("VACUUM ANALYZE refunds_refundrequest")


def idle(sweep: Callable[[], int]) -> float:
    """Return the median seconds of a sweep that finds nothing."""
    return statistics.median(seconds(sweep) for _ in range(IDLE_RUNS))


def count(query: str) -> int:
    """Return the one number that a query gives."""
    from django.db import connection  # noqa: PLC0415 (after the setup)

    with connection.cursor() as cursor:
        cursor.execute(query)
        [(number,)] = cursor.fetchall()
        return int(number)


def read_arguments() -> argparse.Namespace:
    """Read how many rows there shall be, and where."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--due", type=int, default=100_000)
    # Three, so that each of the three goes first once.
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--server", default=SERVER)
    return parser.parse_args()


if __name__ == "__main__":
    main()
