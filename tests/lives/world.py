"""A small program with everybody in it, in which anything may happen in any order."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import Group

from accounts import access
from accounts.models import Program, ServicePro, User
from leads.models import Category, Contact, Lead, LeadSale, LeadSeller
from leads.services.rows import SaleRow
from refunds.models import RefundRequest
from refunds.policy.document import Policy, load_preset
from refunds.services import policies
from tests.factories.accounts import MembershipFactory, ServiceProFactory, UserFactory
from tests.factories.leads import (
    CampaignFactory,
    CategoryFactory,
    ContactFactory,
    LeadFactory,
    LeadSaleFactory,
    LeadSellerFactory,
    PriceFactory,
    QuoteFactory,
)


@dataclass(frozen=True)
class World:
    """Who there is, and what was sold."""

    policy: Policy
    pros: tuple[ServicePro, ServicePro]
    pro: User
    other_pro: User
    manager: User
    agents: tuple[User, User]
    superuser: User

    @property
    def people(self) -> tuple[User, ...]:
        """Everybody, each of whom may try anything."""
        return (self.pro, self.other_pro, self.manager, *self.agents, self.superuser)

    def all_sales(self) -> list[LeadSale]:
        """Return the sales that there are, oldest first."""
        of_program = LeadSale.objects.filter(pro__in=self.pros)
        return list(of_program.select_related("lead__seller", "lead__contact").order_by("pk"))

    def requests(self) -> list[RefundRequest]:
        """Return the requests that there are, oldest first."""
        return list(RefundRequest.objects.order_by("pk"))


def new_world(code: str, now: datetime) -> World:
    """Make a program under its preset, with two pros who bought leads in the last hours."""
    access.make_groups()
    policies.load_presets()
    program = Program.objects.get(code=code)
    manager = _person(access.ACCOUNT_MANAGERS)
    pros = [ServiceProFactory.create(program=program, account_manager=manager) for _ in range(2)]
    seller = LeadSellerFactory.create(program=program, email="seller@example.com")
    roofing = _category(program, "roofing", 5000, now)
    _category(program, "siding", 3000, now)
    _sell(pros, seller, roofing, now)
    return World(
        policy=load_preset(code),
        pros=(pros[0], pros[1]),
        pro=MembershipFactory.create(pro=pros[0]).user,
        other_pro=MembershipFactory.create(pro=pros[1]).user,
        manager=manager,
        agents=(_person(access.LEADS, is_staff=True), _person(access.VERIFIERS, is_staff=True)),
        superuser=UserFactory.create(is_staff=True, is_superuser=True),
    )


def _person(group: str, **fields: object) -> User:
    user = UserFactory.create(**fields)
    user.groups.add(Group.objects.get(name=group))
    return user


def _category(program: Program, code: str, cents: int, now: datetime) -> Category:
    category = CategoryFactory.create(program=program, code=code, needs_owner_approval=True)
    PriceFactory.create(category=category, cents=cents, valid_from=now - timedelta(days=900))
    return category


def _sell(pros: list[ServicePro], seller: LeadSeller, category: Category, now: datetime) -> None:
    """One contact bought by both, twice by the first; a live call; a lead outside everything;
    a quote that waits, and a contact that was never revealed."""
    program = seller.program
    campaigns = [CampaignFactory.create(pro=one, categories=[category]) for one in pros]
    contact = ContactFactory.create(program=program)

    def lead(of: Contact | None = None, **fields: object) -> Lead:
        return LeadFactory.create(
            program=program,
            seller=seller,
            contact=of or ContactFactory.create(program=program),
            category=category,
            submitted_at=now - timedelta(hours=3),
            **fields,
        )

    def sale(sold: Lead, to: int, hours: int, **fields: object) -> LeadSale:
        return LeadSaleFactory.create(
            lead=sold,
            pro=pros[to],
            campaign=campaigns[to],
            sold_at=now - timedelta(hours=hours),
            held=program.charge_mode == Program.ChargeMode.ON_REPLY,
            **fields,
        )

    shared = lead(contact, fingerprint="the same")
    again = lead(contact, fingerprint="the same")
    sale(shared, 0, 3)
    sale(shared, 1, 2)
    sale(again, 0, 1)
    sale(lead(kind=Lead.Kind.LIVE_CALL), 0, 2)
    sale(lead(postal_code="99501"), 0, 2)
    waiting = sale(lead(), 0, 2, contact_revealed_at=None)
    QuoteFactory.create(sale=waiting, sent_at=now - timedelta(hours=1))


def row_for(sale: LeadSale, pro: ServicePro, now: datetime) -> SaleRow:
    """Return the row of an import in which the contact of a sale comes back."""
    lead = sale.lead
    return SaleRow(
        line=2,
        program=lead.program,
        lead_ref=f"L-{now:%m%d%H}-{lead.pk}",
        seller=lead.seller.code,
        category=lead.category.code,
        kind=Lead.Kind.WEB,
        contact_name=lead.contact_name,
        phone=lead.contact.phone,
        email=lead.contact.email,
        postal_code=lead.postal_code,
        street=lead.street,
        submitted_at=now,
        job_date=None,
        pro=pro.code,
        price_cents=5000,
        sold_at=now,
    )
