"""Whole runs: long files, interrupted ones, and several at once."""

import threading
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from accounts import ledger
from accounts.models import ServicePro
from leads.models import Contact, Lead, LeadSale
from leads.services import intake, known, sell
from leads.services.intake import ImportStopped, Summary
from leads.services.rows import SaleRow
from refunds.services.charging import import_sales
from tests.leads.imports.steps import add_pro, balance, facts, load
from tests.leads.sales_csv import row, write


def thousand_rows() -> list[dict[str, str]]:
    """1,000 rows; every 20th, from the third on, is bad."""
    start = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
    return [
        row(
            lead_ref=f"L-{number}",
            phone=f"+1404{2_000_000 + number // 2}",
            submitted_at=(start + timedelta(seconds=number)).isoformat(),
            sold_at=(start + timedelta(seconds=number + 30)).isoformat(),
            pro="P-1" if number % 2 else "P-2",
            price="-1" if number % 20 == 2 else "1.25",
        )
        for number in range(1000)
    ]


def test_a_thousand_rows_with_fifty_bad_ones(roofer: ServicePro, tmp_path: Path) -> None:
    other = add_pro("P-2")
    expected = [
        (line, "price", '"-1" is not a price such as 50 or 1200.') for line in range(4, 1002, 20)
    ]
    assert len(expected) == 50
    assert load(tmp_path, *thousand_rows()) == (Summary(1000, added=950, bad=50), expected)
    assert (LeadSale.objects.count(), Lead.objects.count(), Contact.objects.count()) == (
        950,
        950,
        500,
    )
    assert (balance(roofer), balance(other)) == (100_000 - 500 * 125, 100_000 - 450 * 125)
    before = facts()
    assert load(tmp_path, *thousand_rows()) == (
        Summary(1000, already_there=950, bad=50),
        expected,
    )
    assert facts() == before


def test_an_interrupted_run_can_be_run_again(
    roofer: ServicePro, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_pro("P-2")
    sell_rows = sell.sell_rows

    def dies_in_the_second_chunk(*args: object, **kwargs: object) -> sell.Plan:
        if LeadSale.objects.exists():
            raise KeyboardInterrupt
        return sell_rows(*args, **kwargs)  # type: ignore[arg-type] # passed through

    monkeypatch.setattr(intake, "sell_rows", dies_in_the_second_chunk)
    with pytest.raises(KeyboardInterrupt):
        load(tmp_path, *thousand_rows())
    assert LeadSale.objects.count() == 475
    monkeypatch.undo()
    summary, report = load(tmp_path, *thousand_rows())
    assert summary == Summary(1000, added=475, already_there=475, bad=50)
    assert len(report) == 50
    assert balance(roofer) == 100_000 - 500 * 125


def test_a_chunk_that_fails_writes_nothing(
    roofer: ServicePro, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: object, **kwargs: object) -> None:
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(ledger, "post_many", fails)  # after contacts and leads were written
    before = facts()
    with pytest.raises(ImportStopped) as stopped:
        load(tmp_path, row(), row(lead_ref="L-2"))
    assert str(stopped.value) == (
        "Lines 2 to 3 could not be saved (the disk is full). "
        "Everything before them is kept; import the file again to go on."
    )
    assert facts() == before


def test_a_chunk_that_met_another_import_is_looked_at_again(
    roofer: ServicePro, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_up = known.look_up
    looks: list[int] = []

    def sees_an_old_state(rows: list[SaleRow]) -> known.Known:
        looks.append(len(rows))
        found = look_up(rows)
        if len(looks) == 1:  # as if the other import had come between
            found.leads.clear()
            found.sales.clear()
        return found

    load(tmp_path, row())
    monkeypatch.setattr(sell, "look_up", sees_an_old_state)
    assert load(tmp_path, row(), row(lead_ref="L-2")) == (
        Summary(2, added=1, already_there=1),
        [],
    )
    assert looks == [2, 2]
    assert (LeadSale.objects.count(), balance(roofer)) == (2, 100_000 - 2 * 5250)


def import_at_once(*paths: Path) -> list[Summary]:
    """Import some files, each in a thread of its own, each with a report beside it."""
    start = threading.Barrier(len(paths))
    summaries: list[Summary] = []

    def run(number: int, path: Path) -> None:
        start.wait()
        report = path.parent / f"report-{number}.csv"
        try:
            summaries.append(import_sales(path=path, report_path=report))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(paths)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return summaries


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_file_do_not_double(roofer: ServicePro, tmp_path: Path) -> None:
    add_pro("P-2")
    path = write(tmp_path / "sales.csv", *thousand_rows())
    summaries = import_at_once(path, path)
    assert sum(summary.added for summary in summaries) == 950
    assert sum(summary.already_there for summary in summaries) == 950
    assert LeadSale.objects.count() == 950
    assert balance(roofer) == 100_000 - 500 * 125
    assert (tmp_path / "report-0.csv").read_text() == (tmp_path / "report-1.csv").read_text()


@pytest.mark.django_db(transaction=True)
def test_the_same_leads_are_sold_to_several_pros_at_once(
    roofer: ServicePro, tmp_path: Path
) -> None:
    paths = []
    for code in ("P-2", "P-3", "P-4"):
        add_pro(code)
        rows = [each | {"pro": code, "price": "1"} for each in thousand_rows()]
        # Each in another order, so that what one import adds first the other adds last.
        rows.sort(key=lambda each: sha256(f"{code}{each['lead_ref']}".encode()).digest())
        paths.append(write(tmp_path / f"{code}.csv", *rows))
    assert import_at_once(*paths) == [Summary(1000, added=1000)] * 3
    assert (Contact.objects.count(), Lead.objects.count()) == (500, 1000)
    assert LeadSale.objects.count() == 3000


def queries_for(folder: Path, prefix: str, count: int, **changes: str) -> list[str]:
    rows = [
        row(lead_ref=f"{prefix}-{number}", phone=f"+1404{2_000_000 + number}", price="1", **changes)
        for number in range(count)
    ]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        summary, _ = load(folder, *rows)
    assert summary == Summary(count, added=count)
    return [query["sql"] for query in queries.captured_queries]


def test_the_number_of_queries_does_not_grow(roofer: ServicePro, tmp_path: Path) -> None:
    few, many = queries_for(tmp_path, "A", 10), queries_for(tmp_path, "B", 200)
    if connection.vendor == "sqlite":
        # Django inserts at most 999 values at once there; reads and updates stay the same.
        few = [sql for sql in few if not sql.startswith("INSERT")]
        many = [sql for sql in many if not sql.startswith("INSERT")]
    assert len(few) == len(many)
    assert len(many) <= 22  # one of them reads how each program charged, once a file


def test_filling_in_emails_is_one_query_a_chunk(roofer: ServicePro, tmp_path: Path) -> None:
    queries_for(tmp_path, "A", 200, email="")
    few, many = queries_for(tmp_path, "B", 10), queries_for(tmp_path, "C", 200)
    for queries in (few, many):
        assert sum(sql.startswith('UPDATE "leads_contact"') for sql in queries) == 1
    assert not Contact.objects.filter(email="").exists()
