"""Importing a few rows, and looking at what came of them."""

import csv
from pathlib import Path

from django.db import transaction

from accounts import ledger
from accounts.models import LedgerAccount, ServicePro, Transfer
from leads.models import Contact, Lead, LeadSale
from leads.services.intake import Summary
from refunds.services.charging import import_sales
from tests.factories.accounts import ProgramFactory, ServiceProFactory
from tests.factories.leads import (
    CampaignFactory,
)
from tests.leads.sales_csv import write

Report = list[tuple[int, str, str]]


NOT_COVERED = (
    "Neither the paid nor the bonus funds alone cover the price, and a price is not split."
)


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


def balance(pro: ServicePro, kind: LedgerAccount.Kind = LedgerAccount.Kind.PAID) -> int | None:
    return ledger.wallet(pro, kind).balance_cents
