"""Transactions as a file: what was written comes back, and nothing in it is run (trap 31)."""

import csv
import io
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise

import pytest
from django.db import transaction
from django.http import StreamingHttpResponse
from django.test import Client
from django.utils import timezone

from accounts import ledger
from accounts.models import LedgerAccount, ServicePro, Transfer, User
from leads.models import LeadSale
from leads.services import quotes
from refunds.views import money_csv
from tests.factories import refunds as life
from tests.factories.accounts import MembershipFactory, ProgramFactory, ServiceProFactory
from tests.factories.leads import LeadSaleFactory, QuoteFactory

COLUMNS = [
    "Date",
    "Time zone",
    "What",
    "Kind",
    "Lead",
    "Request",
    "Funds",
    "Amount",
    "Balance",
    "Currency",
    "Note",
]


def download(client: Client, **asked: str) -> list[dict[str, str]]:
    answer = client.get("/transactions.csv", asked)
    assert answer.status_code == 200
    assert isinstance(answer, StreamingHttpResponse)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.covers("L19")
def test_each_line_comes_back_as_it_is_on_the_page(
    sale: LeadSale, pro: User, agent: User, pro_client: Client
) -> None:
    request = life.reversed_(sale, pro, agent)

    lines = download(pro_client)

    assert list(lines[0]) == COLUMNS
    taken, credit, top_up, charge = lines
    assert [(line["Amount"], line["Balance"]) for line in lines] == [
        ("-50.00", "950.00"),
        ("50.00", "1000.00"),
        ("1000.00", "950.00"),
        ("-50.00", "-50.00"),
    ]
    assert (taken["Lead"], taken["Request"]) == (sale.lead.reference, request.reference)
    assert (credit["Kind"], credit["Funds"]) == ("Refund credit", "Paid funds")
    assert (top_up["Kind"], top_up["Lead"], top_up["Request"]) == ("Top-up", "", "")
    assert (charge["Lead"], charge["Currency"]) == (sale.lead.reference, "USD")
    assert charge["Time zone"] == "America/New_York"


def test_filter_holds_for_the_file_as_well(
    sale: LeadSale, pro: User, agent: User, pro_client: Client
) -> None:
    life.reversed_(sale, pro, agent)

    lines = download(pro_client, kind="corrections")

    assert [(line["Kind"], line["Balance"]) for line in lines] == [("Refund reversed", "950.00")]


def test_fee_that_was_held_before_counts_once(pro_company: ServicePro, pro_client: Client) -> None:
    sale = LeadSaleFactory.create(pro=pro_company, held=True)
    QuoteFactory.create(sale=sale, sent_at=sale.sold_at)
    quotes.mark_replied(sale_uuid=sale.uuid, at=timezone.now())

    lines = {line["Kind"]: line for line in download(pro_client)}

    assert (lines["Fee held"]["Amount"], lines["Fee captured"]["Amount"]) == ("-50.00", "0.00")
    assert sum(Decimal(line["Amount"]) for line in lines.values()) == Decimal("950.00")


def test_filter_that_cannot_be_read_is_told_on_the_page(sale: LeadSale, pro_client: Client) -> None:
    answer = pro_client.get("/transactions.csv?kind=gifts")

    assert (answer.status_code, answer["Location"]) == (302, "/transactions/?kind=gifts")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_a_spreadsheet_would_run_is_shown(
    pro_company: ServicePro, pro: User, pro_client: Client, start: str
) -> None:
    with transaction.atomic():
        movement = ledger.Movement(
            kind=Transfer.Kind.ADJUSTMENT,
            source=ledger.wallet(pro_company, LedgerAccount.Kind.PAID),
            destination=ledger.house_account(pro_company.program, LedgerAccount.Kind.REFUNDS),
            amount_cents=100,
            key="test:formula",
            note=f"{start}HYPERLINK(1)",
        )
        ledger.post(movement, at=timezone.now())

    [line, _top_up] = download(pro_client)

    assert line["Note"] == f"'{start}HYPERLINK(1)"
    assert line["Amount"] == "-1.00"


def test_lead_reference_is_text(pro_company: ServicePro, pro_client: Client) -> None:
    LeadSaleFactory.create(pro=pro_company, lead__reference="=1+1")

    assert sorted(line["Lead"] for line in download(pro_client)) == ["", "'=1+1"]


@pytest.mark.parametrize("kind", ["", "charges"])
def test_file_goes_on_from_chunk_to_chunk(
    pro_company: ServicePro, pro_client: Client, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    LeadSaleFactory.create_batch(11, pro=pro_company, price_cents=100)
    whole = download(pro_client, kind=kind)

    monkeypatch.setattr(money_csv, "CHUNK", 3)

    assert download(pro_client, kind=kind) == whole
    assert len(whole) == (11 if kind else 12)
    for newer, older in pairwise(whole if not kind else []):
        left = Decimal(newer["Balance"]) - Decimal(newer["Amount"])
        assert left == Decimal(older["Balance"])


def test_amounts_have_the_decimals_of_their_currency(
    pro: User, signed_in: Callable[[User], Client]
) -> None:
    taipei = ProgramFactory.create(
        code="pro360", time_zone="Asia/Taipei", currency="TWD", currency_decimals=0
    )
    other = ServiceProFactory.create(program=taipei, paid_cents=3000)
    user = MembershipFactory.create(pro=other).user

    [line] = download(signed_in(user))

    assert (line["Amount"], line["Balance"], line["Currency"]) == ("3000", "3000", "TWD")
