"""Quotes by the thousand: sales with their fees and quotes, in a few statements."""

from datetime import datetime
from uuid import uuid4

from django.db import transaction

from accounts import ledger
from accounts.models import LedgerAccount, Program, ServicePro, Transfer, User
from leads.models import Lead, LeadSale, Quote
from tests.factories.accounts import ProgramFactory, ServiceProFactory
from tests.factories.leads import CampaignFactory, LeadFactory
from tests.factories.refunds import PolicyVersionFactory

PRICE_CENTS = 120


def pro360() -> Program:
    """The program that holds its fees, with its policy."""
    program = ProgramFactory.create(
        code="pro360",
        name="PRO360",
        time_zone="Asia/Taipei",
        currency="TWD",
        currency_decimals=0,
        country="TW",
        charge_mode=Program.ChargeMode.ON_REPLY,
    )
    PolicyVersionFactory.create(program=program)
    return program


def teacher(account_manager: User, *, paid_cents: int = 1_000_000) -> ServicePro:
    """A pro of that program, with money."""
    return ServiceProFactory.create(
        program=pro360(), account_manager=account_manager, paid_cents=paid_cents
    )


@transaction.atomic
def quotes(count: int, pro: ServicePro, *, sent_at: datetime, held: bool = True) -> list[LeadSale]:
    """Make sales of this pro at 120 each, with a quote that nobody has read."""
    sales = _sales(count, pro, sent_at, _charges(count, pro, sent_at, held=held))
    Quote.objects.bulk_create(Quote(sale=sale, sent_at=sent_at) for sale in sales)
    return sales


def _charges(count: int, pro: ServicePro, at: datetime, *, held: bool) -> list[Transfer]:
    wallet = ledger.wallet(pro, LedgerAccount.Kind.PAID)
    taken = (
        ledger.wallet(pro, LedgerAccount.Kind.HOLD)
        if held
        else ledger.house_account(pro.program, LedgerAccount.Kind.REVENUE)
    )
    kind = Transfer.Kind.HOLD if held else Transfer.Kind.LEAD_CHARGE
    movements = [
        ledger.Movement(kind, wallet, taken, PRICE_CENTS, f"charge:{uuid4()}") for _ in range(count)
    ]
    return ledger.post_many(movements, at=at)


def _sales(count: int, pro: ServicePro, at: datetime, charges: list[Transfer]) -> list[LeadSale]:
    campaign = CampaignFactory.create(pro=pro)
    first = LeadFactory.create(program=pro.program)
    leads = Lead.objects.bulk_create(
        Lead(
            program=pro.program,
            reference=f"Q-{uuid4()}",
            seller=first.seller,
            contact=first.contact,
            contact_name=first.contact_name,
            category=first.category,
            postal_code="106",
            submitted_at=at,
            fingerprint=str(number),
        )
        for number in range(count)
    )
    return LeadSale.objects.bulk_create(
        LeadSale(
            lead=lead,
            pro=pro,
            campaign=campaign,
            price_cents=PRICE_CENTS,
            charge=charge,
            sold_at=at,
            contact_revealed_at=at,
        )
        for lead, charge in zip(leads, charges, strict=True)
    )
