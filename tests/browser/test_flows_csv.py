"""Several claims by one file: twenty rows, three of them bad."""

import csv
import io
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from leads.models import Category, LeadSale
from refunds.models import RefundRequest
from tests.browser import world
from tests.browser.conftest import Opened
from tests.browser.steps import phone
from tests.browser.world import PRO, WORDS
from tests.factories.leads import LeadFactory, LeadSaleFactory


def twenty_leads() -> list[LeadSale]:
    """Sell the pro twenty leads more."""
    pro = world.sale("H-20418", PRO).pro
    roofing = Category.objects.get(program=pro.program, code="roofing")
    sold_at = timezone.now() - timedelta(hours=1)
    return [
        LeadSaleFactory.create(
            pro=pro,
            sold_at=sold_at,
            lead=LeadFactory.create(program=pro.program, category=roofing),
        )
        for _number in range(20)
    ]


def choose(page: Page, rows: list[list[str]]) -> None:
    """Choose a file of these rows, and have it checked."""
    written = io.StringIO()
    csv.writer(written).writerows([["reference", "reason", "explanation"], *rows])
    page.locator("main input[type=file]").set_input_files(
        {"name": "claims.csv", "mimeType": "text/csv", "buffer": written.getvalue().encode()}
    )
    page.get_by_role("button", name="Check each row").click()


def test_twenty_rows_with_three_bad(open_window: Opened) -> None:
    leads = [sale.lead.reference for sale in twenty_leads()]
    rows = [[lead, "incorrect_contact", WORDS] for lead in leads]
    rows[3][2], rows[8][0], rows[12][1] = "Bad.", "H-0", "bad_mood"
    page = phone(open_window, PRO)
    page.goto("/requests/")
    page.get_by_role("link", name="Several leads at once").click()

    choose(page, rows)
    expect(page.get_by_role("main")).to_contain_text("17 rows are good. 3 rows can't be sent.")
    assert not RefundRequest.objects.filter(sale__lead__reference__in=leads).exists()
    page.get_by_role("button", name="Send the 17 good rows").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("17 requests were sent")
    filed = RefundRequest.objects.filter(sale__lead__reference__in=leads)
    good = [lead for number, lead in enumerate(leads) if number not in (3, 8, 12)]
    assert sorted(filed.values_list("sale__lead__reference", flat=True)) == sorted(good)
