import csv
import threading
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import ledger
from accounts.models import LedgerAccount, ServicePro, Transfer
from leads.fingerprint import request_fingerprint
from leads.models import Contact, Lead, LeadSale
from leads.services import intake, known, sell
from leads.services.intake import ImportStopped, Summary, import_sales
from leads.services.report import ReportRefused
from leads.services.rows import SaleRow
from leads.services.sales_file import FileRefused
from refunds.policy.rules.service_area import is_covered
from tests.factories.accounts import ProgramFactory, ServiceProFactory
from tests.factories.leads import (
    CampaignFactory,
    CategoryFactory,
    ContactFactory,
    LeadSellerFactory,
)
from tests.leads.sales_csv import row, text, write

Report = list[tuple[int, str, str]]

NOT_COVERED = (
    "Neither the paid nor the bonus funds alone cover the price, and a price is not split."
)


@pytest.fixture
def roofer(db: None) -> ServicePro:
    """The pro that the good row names, and all the rest that it names."""
    program = ProgramFactory.create()
    LeadSellerFactory.create(program=program, code="S-1")
    return add_pro("P-1")


def add_pro(code: str, **wallets: int) -> ServicePro:
    with transaction.atomic():  # money moves inside one only
        pro = ServiceProFactory.create(program=ProgramFactory.create(), code=code, **wallets)
        CampaignFactory.create(pro=pro)
    return pro


def load(folder: Path, *rows: dict[str, str]) -> tuple[Summary, Report]:
    """Import a file of these rows; return the summary and what the report says."""
    summary = import_sales(
        path=write(folder / "sales.csv", *rows), report_path=folder / "report.csv"
    )
    with (folder / "report.csv").open(encoding="utf-8", newline="") as file:
        header, *lines = csv.reader(file)
    assert header == ["line", "column", "reason"]
    return summary, [(int(line), column, reason) for line, column, reason in lines]


def facts() -> dict[str, object]:
    """All that an import can change."""
    return {
        "contacts": list(Contact.objects.order_by("pk").values()),
        "leads": list(Lead.objects.order_by("pk").values()),
        "sales": list(LeadSale.objects.order_by("pk").values()),
        "transfers": list(Transfer.objects.order_by("pk").values()),
        "accounts": list(LedgerAccount.objects.order_by("pk").values()),
    }


def assert_refused(folder: Path, column: str, reason: str, **changes: str) -> None:
    before = facts()
    summary, report = load(folder, row(**changes))
    assert summary == Summary(read=1, bad=1)
    assert report == [(2, column, reason)]
    assert facts() == before


def balance(pro: ServicePro, kind: LedgerAccount.Kind = LedgerAccount.Kind.PAID) -> int | None:
    return ledger.wallet(pro, kind).balance_cents


def test_a_row_becomes_a_sale_that_is_paid_for(roofer: ServicePro, tmp_path: Path) -> None:
    before = timezone.now()
    assert load(tmp_path, row(job_date="2026-03-05")) == (Summary(read=1, added=1), [])
    sale = LeadSale.objects.select_related("lead__contact", "charge").get()
    sold_at = datetime(2026, 3, 2, 14, 0, 30, tzinfo=UTC)
    assert (sale.pro, sale.campaign.name, sale.price_cents) == (roofer, "Main", 5250)
    assert (sale.status, sale.sold_at, sale.contact_revealed_at) == ("new", sold_at, sold_at)
    lead = sale.lead
    assert (lead.program.code, lead.reference, lead.seller.code) == ("conxpros", "L-1", "S-1")
    assert (lead.category.code, lead.kind, lead.contact_name) == ("roofing", "web", "Ada Brown")
    assert (lead.postal_code, lead.street) == ("30301", "12 Peach Street")
    assert lead.submitted_at == datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
    assert lead.job_date is not None
    assert lead.job_date.isoformat() == "2026-03-05"
    assert lead.fingerprint == request_fingerprint(
        contact="+14045550142", category="roofing", postal_code="30301", street="12 Peach Street"
    )
    contact = lead.contact
    assert (contact.name, contact.phone, contact.email) == (
        "Ada Brown",
        "+14045550142",
        "ada@example.com",
    )
    charge = sale.charge
    assert (charge.kind, charge.amount_cents) == ("lead_charge", 5250)
    assert (charge.source, charge.destination) == (
        ledger.wallet(roofer, LedgerAccount.Kind.PAID),
        ledger.house_account(roofer.program, LedgerAccount.Kind.REVENUE),
    )
    assert charge.idempotency_key == "charge:conxpros:L-1:P-1"
    assert before <= charge.posted_at <= timezone.now()
    assert balance(roofer) == 100_000 - 5250


def test_the_same_file_twice_adds_nothing(roofer: ServicePro, tmp_path: Path) -> None:
    rows = [row(), row(), row(lead_ref="L-2", price="0")]
    reason = (4, "price", "A price is more than zero.")
    assert load(tmp_path, *rows) == (Summary(3, added=1, already_there=1, bad=1), [reason])
    before = facts()
    assert load(tmp_path, *rows) == (Summary(3, added=0, already_there=2, bad=1), [reason])
    assert facts() == before


def test_one_lead_is_sold_to_two_pros(roofer: ServicePro, tmp_path: Path) -> None:
    other = add_pro("P-2")
    load(tmp_path, row())
    summary, report = load(tmp_path, row(), row(pro="P-2", price="60"))
    assert (summary, report) == (Summary(2, added=1, already_there=1), [])
    assert Lead.objects.count() == 1
    assert [sale.pro for sale in Lead.objects.get().sales.order_by("pk")] == [roofer, other]
    assert (balance(roofer), balance(other)) == (94_750, 94_000)


def test_a_contact_is_known_by_phone_else_by_email(roofer: ServicePro, tmp_path: Path) -> None:
    load(
        tmp_path,
        row(),
        row(lead_ref="L-2", contact_name="A. Brown", email=""),
        row(lead_ref="L-3", phone=""),
        row(lead_ref="L-4", phone="", email="ADA@example.com"),
    )
    by_phone, by_email = Contact.objects.order_by("-phone")
    assert [lead.reference for lead in by_phone.leads.order_by("pk")] == ["L-1", "L-2"]
    assert [lead.reference for lead in by_email.leads.order_by("pk")] == ["L-3", "L-4"]
    assert Lead.objects.get(reference="L-2").contact_name == "A. Brown"
    assert by_phone.name == "Ada Brown"


@pytest.mark.parametrize("files", [1, 2])
def test_a_later_lead_fills_in_the_email_that_a_contact_lacks(
    roofer: ServicePro, tmp_path: Path, files: int
) -> None:
    first = [row(email="")]
    later = [
        row(lead_ref="L-2", email="new@example.com", price="-1"),
        row(lead_ref="L-3", email=""),
        row(lead_ref="L-1", pro="P-2", email="ada@example.com"),
        row(lead_ref="L-4", email="other@example.com"),
    ]
    add_pro("P-2")
    for rows in [first + later] if files == 1 else [first, later]:
        load(tmp_path, *rows)
    assert LeadSale.objects.count() == 4
    assert Contact.objects.get().email == "ada@example.com"
    load(tmp_path, row(lead_ref="L-5", email="third@example.com"))
    assert Contact.objects.get().email == "ada@example.com"


def test_an_email_given_meanwhile_is_kept(
    roofer: ServicePro, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(tmp_path, row(email=""))
    look_up = known.look_up

    def before_somebody_edits(rows: list[SaleRow]) -> known.Known:
        found = look_up(rows)
        Contact.objects.update(email="typed@example.com")
        return found

    monkeypatch.setattr(sell, "look_up", before_somebody_edits)
    assert load(tmp_path, row(lead_ref="L-2")) == (Summary(1, added=1), [])
    assert Contact.objects.get().email == "typed@example.com"


def test_bonus_funds_pay_where_they_cover_the_price(roofer: ServicePro, tmp_path: Path) -> None:
    bonus_pro = add_pro("P-2", paid_cents=10_000, bonus_cents=9_000)
    rows = [row(lead_ref=f"L-{number}", pro="P-2", price="50") for number in range(4)]
    summary, report = load(tmp_path, *rows)
    assert summary == Summary(4, added=3, bad=1)
    assert report == [(5, "price", NOT_COVERED)]
    sources = LeadSale.objects.order_by("pk").values_list("charge__source__kind", flat=True)
    assert list(sources) == ["bonus", "paid", "paid"]
    assert (balance(bonus_pro, LedgerAccount.Kind.BONUS), balance(bonus_pro)) == (4_000, 0)


@pytest.mark.covers("A16")
def test_the_campaign_is_the_one_that_takes_the_category(
    roofer: ServicePro, tmp_path: Path
) -> None:
    plumbing = CategoryFactory.create(program=roofer.program, code="plumbing")
    CategoryFactory.create(program=roofer.program, code="painting")
    CampaignFactory.create(pro=roofer, name="Pipes", categories=[plumbing])
    load(
        tmp_path,
        row(),
        row(lead_ref="L-2", category="plumbing"),
        row(lead_ref="L-3", category="painting"),
    )
    sales = LeadSale.objects.order_by("lead__reference")
    assert [sale.campaign.name for sale in sales] == ["Main", "Pipes", "Main"]


@pytest.mark.covers("A16")
def test_the_campaign_is_the_one_that_covers_the_postal_code(
    roofer: ServicePro, tmp_path: Path
) -> None:
    roofing = CategoryFactory.create(program=roofer.program, code="roofing")
    plumbing = CategoryFactory.create(program=roofer.program, code="plumbing")
    for name, category, area in (
        ("Pipes", plumbing, "331*"),
        ("Miami", roofing, "331 *"),
        ("Savannah", plumbing, "314*"),
    ):
        CampaignFactory.create(
            pro=roofer, name=name, categories=[category], postal_codes=["99999", area]
        )
    codes = ["33101", "33101-1234", "30301", "31401"]
    rows = [row(lead_ref=f"L-{code}", postal_code=code) for code in codes]
    assert load(tmp_path, *rows) == (Summary(4, added=4), [])
    sales = LeadSale.objects.order_by("pk")
    assert [sale.campaign.name for sale in sales] == ["Miami", "Miami", "Main", "Main"]


@pytest.mark.parametrize("code", ["30301", "303 01", "30301-1234", "k1a 0b1", "33101", ""])
@pytest.mark.parametrize(
    "areas", [(), ("30301",), ("303*",), ("303 *",), ("30301-9999",), ("K1A*",), ("*",), ("",)]
)
def test_a_campaign_covers_what_the_refund_policy_says_it_does(
    areas: tuple[str, ...], code: str
) -> None:
    assert known.covers(areas, code) == is_covered(code, areas)


@pytest.mark.parametrize(
    ("column", "thing"), [("seller", "seller"), ("category", "category"), ("pro", "pro")]
)
def test_reference_data_that_is_unknown(
    roofer: ServicePro, tmp_path: Path, column: str, thing: str
) -> None:
    reason = f"The program has no {thing} with this code."
    assert_refused(tmp_path, column, reason, **{column: "X-9"})


def test_another_programs_pro_is_unknown(roofer: ServicePro, tmp_path: Path) -> None:
    elsewhere = ProgramFactory.create(code="aiqoo")
    ServiceProFactory.create(program=elsewhere, code="P-9")
    assert_refused(tmp_path, "pro", "The program has no pro with this code.", pro="P-9")


def test_a_pro_without_a_campaign(roofer: ServicePro, tmp_path: Path) -> None:
    roofer.campaigns.all().delete()
    assert_refused(tmp_path, "pro", "The pro has no campaign.")


def test_a_price_beyond_the_wallet(roofer: ServicePro, tmp_path: Path) -> None:
    assert_refused(tmp_path, "price", NOT_COVERED, price="1000.01")


def test_a_price_that_only_both_funds_together_cover(roofer: ServicePro, tmp_path: Path) -> None:
    add_pro("P-2", paid_cents=3_000, bonus_cents=3_000)
    assert_refused(tmp_path, "price", NOT_COVERED, pro="P-2", price="50.00")


@pytest.mark.covers("P17")
def test_a_terminated_contact_creates_no_lead(roofer: ServicePro, tmp_path: Path) -> None:
    ContactFactory.create(
        program=roofer.program, phone="+14045550142", terminated_at=timezone.now()
    )
    reason = "This contact was terminated and creates no more leads (P17)."
    assert_refused(tmp_path, "phone", reason)


@pytest.mark.covers("P17", "L24")
@pytest.mark.parametrize("left", ["terminated", "gave_back"])
@pytest.mark.parametrize(
    ("back", "column"),
    [
        ({"email": ""}, "phone"),
        ({"email": "another@example.com"}, "phone"),
        ({"phone": ""}, "email"),
        ({"phone": "404 555 0143"}, "email"),
    ],
    ids=["phone_only", "other_email", "email_only", "other_phone"],
)
def test_who_left_is_known_again_by_phone_or_email(
    roofer: ServicePro, tmp_path: Path, back: dict[str, str], column: str, left: str
) -> None:
    load(tmp_path, row(lead_ref="L-0"))
    if left == "terminated":
        Contact.objects.update(terminated_at=timezone.now())
    else:
        LeadSale.objects.update(detached_at=timezone.now())
    reason = {
        "terminated": "This contact was terminated and creates no more leads (P17).",
        "gave_back": (
            "A lead of this contact was refunded to this pro and left its account; a new one goes "
            "to another pro (L24)."
        ),
    }[left]

    summary, problems = load(tmp_path, row(lead_ref="L-1", **back))

    assert summary == Summary(1, bad=1)
    assert [tuple(problem[1:]) for problem in problems] == [(column, reason)]
    assert LeadSale.objects.count() == 1


@pytest.mark.covers("P17", "L24")
def test_who_left_is_somebody_else_in_another_program(roofer: ServicePro, tmp_path: Path) -> None:
    elsewhere = ProgramFactory.create(code="aiqoo")
    ContactFactory.create(
        program=elsewhere,
        phone="+14045550142",
        email=row()["email"],
        terminated_at=timezone.now(),
    )

    assert load(tmp_path, row()) == (Summary(1, added=1), [])


def test_a_contact_terminated_later_leaves_the_sale_known(
    roofer: ServicePro, tmp_path: Path
) -> None:
    load(tmp_path, row())
    Contact.objects.update(terminated_at=timezone.now())
    assert load(tmp_path, row()) == (Summary(1, already_there=1), [])


@pytest.mark.parametrize(
    ("column", "value"), [("price", "52.51"), ("sold_at", "2026-03-02T09:00:31-05:00")]
)
def test_a_known_sale_with_other_facts(
    roofer: ServicePro, tmp_path: Path, column: str, value: str
) -> None:
    load(tmp_path, row())
    reason = "The sale is known with another value here; it was not changed."
    assert_refused(tmp_path, column, reason, **{column: value})


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("category", "plumbing"),
        ("postal_code", "30302"),
        ("phone", "404 555 0143"),
        ("phone", ""),
        ("street", "14 Peach Street"),
        ("kind", "live_call"),
        ("submitted_at", "2026-03-02T08:00:00-05:00"),
        ("job_date", "2026-03-05"),
    ],
)
@pytest.mark.parametrize("to", ["P-1", "P-2"])
def test_a_known_lead_with_other_facts(
    roofer: ServicePro, tmp_path: Path, column: str, value: str, to: str
) -> None:
    CategoryFactory.create(program=roofer.program, code="plumbing")
    add_pro("P-2")
    load(tmp_path, row())
    reason = "The lead is known with another value here; it was not changed."
    assert_refused(tmp_path, column, reason, pro=to, **{column: value})


def test_rows_of_one_file_disagree(roofer: ServicePro, tmp_path: Path) -> None:
    summary, report = load(tmp_path, row(), row(price="60"), row(postal_code="30302"))
    assert summary == Summary(3, added=1, bad=2)
    assert [(line, column) for line, column, _ in report] == [(3, "price"), (4, "postal_code")]
    assert balance(roofer) == 94_750


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
    assert len(many) <= 21


def test_filling_in_emails_is_one_query_a_chunk(roofer: ServicePro, tmp_path: Path) -> None:
    queries_for(tmp_path, "A", 200, email="")
    few, many = queries_for(tmp_path, "B", 10), queries_for(tmp_path, "C", 200)
    for queries in (few, many):
        assert sum(sql.startswith('UPDATE "leads_contact"') for sql in queries) == 1
    assert not Contact.objects.filter(email="").exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [("", "The file is empty."), ("lead,pro\n1,2\n", "The header's columns are not the")],
)
def test_a_file_that_is_refused_changes_nothing(
    roofer: ServicePro, tmp_path: Path, content: str, sentence: str
) -> None:
    (tmp_path / "sales.csv").write_text(content)
    before = facts()
    with pytest.raises(FileRefused, match=sentence):
        import_sales(path=tmp_path / "sales.csv", report_path=tmp_path / "report.csv")
    assert facts() == before
    assert not (tmp_path / "report.csv").exists()


@pytest.mark.parametrize(
    ("report", "sentence"),
    [
        ("sales.csv", "The report can't take the place of the file that is imported."),
        ("none/report.csv", "can't be written: No such file or directory."),
    ],
)
def test_a_report_that_can_not_be_written(
    roofer: ServicePro, tmp_path: Path, report: str, sentence: str
) -> None:
    path = write(tmp_path / "sales.csv", row())
    before = facts()
    with pytest.raises(ReportRefused) as refused:
        import_sales(path=path, report_path=tmp_path / report)
    assert str(refused.value).endswith(sentence)
    assert facts() == before
    assert path.read_bytes() == text([row()]).encode()


def test_the_command_says_what_became_of_the_rows(
    roofer: ServicePro, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "sales.csv", row(), row(), row(price="0"))
    call_command("import_sales", str(path))
    report = tmp_path / "sales.report.csv"
    assert capsys.readouterr().out == (
        f"3 rows read: 1 sales added, 1 already there, 1 bad (see {report}).\n"
    )
    assert report.read_text() == "line,column,reason\n4,price,A price is more than zero.\n"


def test_the_command_writes_the_report_where_it_is_told(
    roofer: ServicePro, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "sales.csv", row())
    call_command("import_sales", str(path), "--report", str(tmp_path / "bad.csv"))
    assert capsys.readouterr().out == "1 rows read: 1 sales added, 0 already there, 0 bad.\n"
    assert (tmp_path / "bad.csv").read_text() == "line,column,reason\n"
    assert not (tmp_path / "sales.report.csv").exists()


def test_the_command_refuses_with_a_sentence(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"^There is no file .*nothing\.csv\.$"):
        call_command("import_sales", str(tmp_path / "nothing.csv"))
