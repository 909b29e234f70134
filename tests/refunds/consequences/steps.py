"""A contact who comes back, and what became of them."""

import csv
from pathlib import Path

from django.utils import timezone

from accounts.models import ServicePro
from leads.models import Contact
from leads.services.intake import Summary
from refunds.services.charging import import_sales
from tests.factories.leads import (
    CampaignFactory,
    CategoryFactory,
    LeadSellerFactory,
)
from tests.leads.sales_csv import row, write


def fresh(contact: Contact) -> Contact:
    return Contact.objects.get(pk=contact.pk)


def offered_again(folder: Path, contact: Contact, company: ServicePro, ref: str) -> list[str]:
    """Import one more lead of a contact for a pro; return the reasons for refusing it."""
    program = contact.program
    LeadSellerFactory.create(program=program, code=f"S-{ref}")
    CampaignFactory.create(pro=company, name=f"For {ref}")
    CategoryFactory.create(program=program, code="roofing")
    offered = row(
        program=program.code,
        lead_ref=ref,
        seller=f"S-{ref}",
        contact_name=contact.name,
        phone=contact.phone,
        email=contact.email,
        price="12" if program.currency_decimals == 0 else "12.00",
        pro=company.code,
        sold_at=timezone.now().isoformat(),
    )
    summary = import_sales(
        path=write(folder / f"{ref}.csv", offered), report_path=folder / f"{ref}-report.csv"
    )
    assert summary == Summary(read=1, added=summary.added, bad=1 - summary.added)
    with (folder / f"{ref}-report.csv").open(encoding="utf-8", newline="") as report:
        return [reason for _line, _column, reason in list(csv.reader(report))[1:]]
