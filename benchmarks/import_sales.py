"""How long does importing sales take, and how much memory?

    python benchmarks/import_sales.py [--rows 10000] [--bad 500]

Makes a scratch database on SQLite with reference data, and a file of sales; runs the command on
it as a process, twice; then inserts the same rows with nothing but SQL, as the floor.
"""

import argparse
import csv
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.core.management import call_command

if TYPE_CHECKING:
    from leads.models import Category

ROOT = Path(__file__).resolve().parent.parent
PROS = 40
TABLES = ("leads_contact", "leads_lead", "accounts_transfer", "leads_leadsale")


def main() -> None:
    """Run the benchmark and print what it found."""
    arguments = read_arguments()
    with tempfile.TemporaryDirectory(prefix="makegood-benchmark-") as folder:
        scratch = Path(folder)
        os.environ.update(
            VAR_DIR=folder,
            DATABASE_URL=f"sqlite:///{scratch / 'benchmark.sqlite3'}",
            DJANGO_SETTINGS_MODULE="config.settings",
        )
        sys.path.insert(0, str(ROOT))
        make_reference_data()
        shutil.copy(scratch / "benchmark.sqlite3", scratch / "floor.sqlite3")
        write_file(scratch / "sales.csv", arguments.rows, arguments.bad)
        first = run_command(scratch)
        run_command(scratch)
        report = (scratch / "sales.report.csv").read_text().count("\n") - 1
        floor = time_floor(scratch)
    say(f"report: {report} lines")
    say(
        f"import: {arguments.rows / first:,.0f} rows/s; floor: {arguments.rows / floor:,.0f} rows/s"
    )
    say(f"ratio to the floor: {first / floor:.1f}")


def say(line: str) -> None:
    """Print a line at once, among those of the processes."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def read_arguments() -> argparse.Namespace:
    """Read how big the file shall be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--bad", type=int, default=500)
    return parser.parse_args()


def make_reference_data() -> None:
    """Migrate the scratch database and add a program whose pros have money."""
    django.setup()
    call_command("migrate", verbosity=0)
    from django.db import connection, transaction  # noqa: PLC0415 (after the setup)

    with transaction.atomic():
        add_program()
    connection.close()


def add_program() -> None:
    """Add the program ``bench`` with a seller, a category and its pros."""
    from accounts import ledger  # noqa: PLC0415 (after the setup)
    from accounts.models import Program, User  # noqa: PLC0415 (after the setup)
    from leads.models import Category  # noqa: PLC0415 (after the setup)
    from leads.services.catalogue import add_seller  # noqa: PLC0415 (after the setup)

    program = Program.objects.create(
        code="bench",
        name="Bench",
        time_zone="America/New_York",
        currency="USD",
        currency_decimals=2,
        country="US",
    )
    ledger.open_program_accounts(program)
    manager = User.objects.create_user("manager@example.com")
    add_seller(program_id=program.pk, code="S-1", name="Seller")
    category = Category.objects.create(program=program, code="roofing", name="Roofing")
    for number in range(PROS):
        add_pro(number, program=program, category=category, account_manager=manager)


def add_pro(number: int, *, category: "Category", **fields: object) -> None:
    """Add a pro with a campaign and more money than the file can cost."""
    from accounts import ledger  # noqa: PLC0415 (after the setup)
    from accounts.models import LedgerAccount, ServicePro, Transfer  # noqa: PLC0415 (likewise)
    from leads.models import Campaign  # noqa: PLC0415 (likewise)

    pro = ServicePro.objects.create(code=f"P-{number}", name=f"Pro {number}", **fields)
    ledger.open_pro_accounts(pro)
    Campaign.objects.create(pro=pro, name="Main").categories.add(category)
    top_up = ledger.Movement(
        kind=Transfer.Kind.TOP_UP,
        source=ledger.house_account(pro.program, LedgerAccount.Kind.FUNDING),
        destination=ledger.wallet(pro, LedgerAccount.Kind.PAID),
        amount_cents=10**10,
        key=f"top-up:{number}",
    )
    ledger.post(top_up, at=datetime.now(UTC))


def write_file(path: Path, rows: int, bad: int) -> None:
    """Write sales, of which ``bad`` ones, spread evenly, can't be taken."""
    from leads.services.rows import COLUMNS  # noqa: PLC0415

    start = datetime.now(UTC) - timedelta(days=30)
    every = rows // bad if bad else rows + 1
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for number in range(rows):
            is_bad = number % every == 0 and number // every < bad
            writer.writerow(sale(number, start + timedelta(minutes=number % 40_000), is_bad))


def sale(number: int, at: datetime, is_bad: bool) -> list[str]:
    """Return one row; every second lead's contact has asked before."""
    contact = number // 2
    return [
        "bench",
        f"L-{number}",
        "S-1",
        "roofing",
        "web",
        f"Contact {contact}",
        f"+1404{2_000_000 + contact}",
        f"contact{contact}@example.com",
        f"30{number % 1000:03d}",
        f"{number} Peach Street",
        at.isoformat(),
        at.date().isoformat(),
        f"P-{number % PROS}",
        "-1" if is_bad else "52.50",
        (at + timedelta(seconds=20)).isoformat(),
    ]


def run_command(scratch: Path) -> float:
    """Import the file in a process of its own; print what it says and took."""
    begin = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 (our own command)
        [sys.executable, "manage.py", "import_sales", str(scratch / "sales.csv")], cwd=ROOT
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begin
    if status:
        sys.exit(f"The command failed with status {os.waitstatus_to_exitcode(status)}.")
    say(f"  {seconds:.1f} s, {usage.ru_maxrss / 1024:.0f} MB at most")
    return seconds


def time_floor(scratch: Path) -> float:
    """Insert the rows that the import made into a copy of the database, in one transaction."""
    floor = sqlite3.connect(scratch / "floor.sqlite3")
    floor.execute("ATTACH ? AS imported", [str(scratch / "benchmark.sqlite3")])
    rows = {
        table: floor.execute(
            f"SELECT * FROM imported.{table} WHERE id NOT IN (SELECT id FROM main.{table})"  # noqa: S608 (our own names)
        ).fetchall()
        for table in TABLES
    }
    begin = time.perf_counter()
    for table, values in rows.items():
        marks = ", ".join("?" * len(values[0]))
        floor.executemany(f"INSERT INTO main.{table} VALUES ({marks})", values)  # noqa: S608 (our own names)
    floor.commit()
    seconds = time.perf_counter() - begin
    floor.close()
    return seconds


if __name__ == "__main__":
    main()
