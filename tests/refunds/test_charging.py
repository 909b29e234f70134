"""How a sale is charged: by the policy of its own moment, whenever it is imported (P4, X28)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command

from accounts.models import ServicePro
from leads.models import LeadSale
from refunds.policy.document import load_preset
from refunds.services.audit import audit
from tests.factories.leads import CampaignFactory, LeadSellerFactory
from tests.factories.refunds import PolicyVersionFactory
from tests.leads.sales_csv import row, write

pytestmark = pytest.mark.django_db

STARTS_AT = datetime(2026, 4, 1, 4, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def company(pro_company: ServicePro) -> ServicePro:
    """A pro whose program charges on the reply from STARTS_AT on, which nobody has swept yet."""
    program = pro_company.program
    PolicyVersionFactory.create(program=program)
    PolicyVersionFactory.create(
        program=program,
        document=load_preset("conxpros").model_dump(mode="json") | {"charge_mode": "on_reply"},
        effective_from=STARTS_AT,
    )
    LeadSellerFactory.create(program=program, code="S-1")
    CampaignFactory.create(pro=pro_company)
    return pro_company


@pytest.fixture(params=["upfront", "on_reply"], autouse=True)
def _clock(request: pytest.FixtureRequest, company: ServicePro) -> Iterator[None]:
    """A week later; what the program's row says by then decides nothing."""
    company.program.charge_mode = request.param
    company.program.save()
    with time_machine.travel(STARTS_AT + timedelta(days=7), tick=False):
        yield


@pytest.mark.covers("P4", "X28")
def test_late_import_charges_as_on_the_day_of_the_sale(
    company: ServicePro, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    moments = (
        datetime(2019, 1, 2, tzinfo=UTC),  # before the first version, which covers it
        STARTS_AT - SECOND,
        STARTS_AT,
    )
    rows = [
        row(
            lead_ref=f"L-{number}",
            pro=company.code,
            phone=f"404555014{number}",
            submitted_at=sold_at.isoformat(),
            sold_at=sold_at.isoformat(),
        )
        for number, sold_at in enumerate(moments)
    ]

    call_command("import_sales", str(write(tmp_path / "sales.csv", *rows)))

    assert capsys.readouterr().out == "3 rows read: 3 sales added, 0 already there, 0 bad.\n"
    sales = LeadSale.objects.select_related("charge").order_by("sold_at")
    assert [(sale.charge.kind, sale.is_contact_revealed) for sale in sales] == [
        ("lead_charge", True),
        ("lead_charge", True),
        ("hold", False),
    ]
    assert audit() == []
