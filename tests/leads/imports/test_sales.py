"""What an import adds: leads, contacts, sales and charges."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from accounts import ledger
from accounts.models import LedgerAccount, ServicePro
from leads.fingerprint import request_fingerprint
from leads.models import Contact, Lead, LeadSale
from leads.services import campaigns, known, sell
from leads.services.intake import Summary
from leads.services.rows import SaleRow
from refunds.policy.rules.service_area import is_covered
from tests.factories.accounts import MembershipFactory
from tests.factories.leads import (
    CampaignFactory,
    CategoryFactory,
)
from tests.leads.imports.steps import NOT_COVERED, add_pro, balance, facts, load
from tests.leads.sales_csv import row


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


@pytest.mark.covers("A16")
def test_the_campaign_is_the_version_of_the_day_of_sale(roofer: ServicePro, tmp_path: Path) -> None:
    main = roofer.campaigns.get()
    user = MembershipFactory.create(pro=roofer).user
    for minute, code in ((2, "30302"), (4, "30303")):
        with time_machine.travel(datetime(2026, 3, 2, 14, minute, tzinfo=UTC), tick=False):
            main = campaigns.change(campaign=main, actor=user, postal_codes=[code])
    times = ["14:01:59", "14:02:00", "14:03:59", "14:04:00"]
    rows = [
        row(lead_ref=f"L-{number}", sold_at=f"2026-03-02T{at}Z") for number, at in enumerate(times)
    ]
    # The leads of one file may be from any day: the versions of all of them are looked at.
    assert load(tmp_path, *rows) == (Summary(4, added=4), [])
    sales = LeadSale.objects.order_by("sold_at")
    assert [sale.campaign.postal_codes for sale in sales] == [
        ["30301", "3031*"],
        ["30302"],
        ["30302"],
        ["30303"],
    ]


@pytest.mark.covers("A16")
def test_a_campaign_keeps_its_turn_when_it_is_changed(roofer: ServicePro, tmp_path: Path) -> None:
    user = MembershipFactory.create(pro=roofer).user
    CampaignFactory.create(pro=roofer, name="Other")
    campaigns.change(campaign=roofer.campaigns.get(name="Main"), actor=user, postal_codes=["303*"])
    sold_at = timezone.now().isoformat()
    load(tmp_path, row(sold_at=sold_at))
    sale = LeadSale.objects.get()
    assert (sale.campaign.name, sale.campaign.postal_codes) == ("Main", ["303*"])


@pytest.mark.parametrize("code", ["30301", "303 01", "30301-1234", "k1a 0b1", "33101", ""])
@pytest.mark.parametrize(
    "areas", [(), ("30301",), ("303*",), ("303 *",), ("30301-9999",), ("K1A*",), ("*",), ("",)]
)
def test_a_campaign_covers_what_the_refund_policy_says_it_does(
    areas: tuple[str, ...], code: str
) -> None:
    assert known.covers(areas, code) == is_covered(code, areas)
