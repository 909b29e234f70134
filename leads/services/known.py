"""What the database already knows about a chunk of rows, in a handful of queries."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts import ledger
from accounts.models import LedgerAccount, Program, ServicePro
from leads.models import Campaign, Category, Contact, Lead, LeadSale, LeadSeller
from leads.services.rows import SaleRow

Kind = LedgerAccount.Kind
ContactKey = tuple[int, str, str]
LeadKey = tuple[int, str]
ContactName = tuple[int, str]

ZIP_PLUS_FOUR = re.compile(r"(\d{5})-\d{4}")


@dataclass
class Known:
    """Rows of the database by what a file calls them, first by the id of their program.

    ``contacts``, ``leads`` and ``sales`` grow while a chunk is planned, and the balances of
    ``wallets`` shrink: a chunk's later rows see its earlier ones. ``terminated`` holds each phone
    and each e-mail address of somebody who was terminated (P17); ``gave_back`` pairs one with each
    pro whose account a lead of its contact has left (L24).
    """

    sellers: dict[tuple[int, str], LeadSeller]
    categories: dict[tuple[int, str], Category]
    pros: dict[tuple[int, str], ServicePro]
    campaigns: dict[int, list[Campaign]]
    campaign_categories: set[tuple[int, int]]
    revenue: dict[int, LedgerAccount]
    wallets: dict[tuple[int, str], LedgerAccount]
    contacts: dict[ContactKey, Contact]
    leads: dict[LeadKey, Lead]
    sales: dict[tuple[LeadKey, int], LeadSale]
    terminated: set[ContactName]
    gave_back: set[tuple[ContactName, int]]

    def campaign_for(
        self, pro: ServicePro, category: Category, postal_code: str, sold_at: datetime
    ) -> Campaign | None:
        """Return the pro's first campaign for the category there, else for it, else the first.

        Each as it was when the lead was sold, by name. A lead can be sold outside every campaign's
        categories and area: A3 and A4 refund that.
        """
        campaigns = [c for c in self.campaigns.get(pro.pk, ()) if c.was_in_force(sold_at)]
        takes = [c for c in campaigns if (c.pk, category.pk) in self.campaign_categories]
        there = (c for c in takes if covers(c.postal_codes, postal_code))
        return next(there, next(iter(takes or campaigns), None))

    def hold_of(self, pro: ServicePro) -> LedgerAccount:
        """Return where the pro's fees are held; a pro with a wallet has it."""
        return self.wallets[pro.pk, Kind.HOLD]

    def wallets_of(self, pro: ServicePro) -> list[LedgerAccount]:
        """Return a pro's wallets, as this chunk's earlier rows left them."""
        found = (self.wallets.get((pro.pk, kind)) for kind in LedgerAccount.WALLET_KINDS)
        return [wallet for wallet in found if wallet is not None]

    def wallet_for(self, pro: ServicePro, price_cents: int) -> LedgerAccount | None:
        """Return the wallet that covers the whole price: bonus funds first, then paid ones."""
        for kind in (Kind.BONUS, Kind.PAID):
            account = self.wallets.get((pro.pk, kind))
            if account is not None and (account.balance_cents or 0) >= price_cents:
                return account
        return None


def covers(areas: Iterable[str], postal_code: str) -> bool:
    """Whether one of the areas, an exact code or a prefix that ends in *, covers the code.

    It has to agree with how the refund policy reads them, or a lead sold well is refunded.
    """
    code = _plain(postal_code)
    plain = [_plain(area) for area in areas]
    return any(code.startswith(a[:-1]) if a.endswith("*") else code == a for a in plain)


def look_up(rows: Sequence[SaleRow]) -> Known:
    """Load what the rows speak of, after locking their programs; lock the wallets of their pros.

    The number of queries does not depend on the number of rows. The locks come before contacts,
    leads and sales are read, so that two imports at once see each other's rows.
    """
    programs = {row.program.pk for row in rows}
    _lock_programs(programs)
    pros = list(ServicePro.objects.filter(program__in=programs, code__in={row.pro for row in rows}))
    categories = list(
        Category.objects.filter(program__in=programs, code__in={row.category for row in rows})
    )
    sellers = LeadSeller.objects.filter(program__in=programs, code__in={row.seller for row in rows})
    wallets = ledger.lock_wallets(pros)
    met = _met_before(programs, rows)
    contacts = _contacts(met)
    leads = _leads(programs, rows)
    return Known(
        sellers={(seller.program_id, seller.code): seller for seller in sellers},
        categories={(category.program_id, category.code): category for category in categories},
        pros={(pro.program_id, pro.code): pro for pro in pros},
        campaigns=_campaigns(pros, since=min(row.sold_at for row in rows)),
        campaign_categories=_campaign_categories(pros, categories),
        revenue=_revenue(programs),
        wallets=wallets,
        contacts=contacts,
        leads=leads,
        sales=_sales(leads, pros),
        terminated=_terminated(met),
        gave_back=_gave_back(met, pros),
    )


def contact_key(program_id: int, phone: str, email: str) -> ContactKey:
    """Return what a contact is known by in its program: the phone, else the e-mail address."""
    return (program_id, phone, "" if phone else email)


def names_of(program_id: int, phone: str, email: str) -> list[ContactName]:
    """Return all that shows that somebody has come back: the phone and the e-mail address."""
    return [(program_id, name) for name in (phone, email) if name]


def _plain(code: str) -> str:
    return ZIP_PLUS_FOUR.sub(r"\1", "".join(code.split()).upper())


def _lock_programs(programs: Iterable[int]) -> None:
    # One import at a time adds to a program. Without the key: others may go on referring to it.
    locked = Program.objects.select_for_update(no_key=True).filter(pk__in=programs)
    list(locked.order_by("pk").values_list("pk"))


def _campaigns(pros: list[ServicePro], *, since: datetime) -> dict[int, list[Campaign]]:
    # A row may be older than the last change: what was replaced since may be what it was sold by.
    held = Q(replaced_at__isnull=True) | Q(replaced_at__gt=since)
    found: dict[int, list[Campaign]] = {}
    for campaign in Campaign.objects.filter(held, pro__in=pros).order_by("name", "pk"):
        found.setdefault(campaign.pro_id, []).append(campaign)
    return found


def _campaign_categories(
    pros: list[ServicePro], categories: list[Category]
) -> set[tuple[int, int]]:
    pairs = Campaign.categories.through.objects.filter(
        campaign__pro__in=pros, category__in=categories
    )
    return set(pairs.values_list("campaign_id", "category_id"))


def _revenue(programs: Iterable[int]) -> dict[int, LedgerAccount]:
    accounts = LedgerAccount.objects.filter(program__in=programs, kind=Kind.REVENUE)
    return {account.program_id: account for account in accounts}


def _contacts(met: QuerySet[Contact]) -> dict[ContactKey, Contact]:
    # Locked: a contact that is terminated meanwhile is terminated before these leads are sold, or
    # after, when the credit that does it sees the sales (P17, X32).
    locked = met.select_for_update(no_key=True).order_by("pk")
    return {contact_key(c.program_id, c.phone, c.email): c for c in locked}


def _leads(programs: Iterable[int], rows: Sequence[SaleRow]) -> dict[LeadKey, Lead]:
    leads = Lead.objects.select_related("contact").filter(
        program__in=programs, reference__in={row.lead_ref for row in rows}
    )
    return {(lead.program_id, lead.reference): lead for lead in leads}


def _sales(
    leads: dict[LeadKey, Lead], pros: list[ServicePro]
) -> dict[tuple[LeadKey, int], LeadSale]:
    keys = {lead.pk: key for key, lead in leads.items()}
    sales = LeadSale.objects.filter(lead__in=keys, pro__in=pros)
    return {(keys[sale.lead_id], sale.pro_id): sale for sale in sales}


def _met_before(programs: Iterable[int], rows: Sequence[SaleRow]) -> QuerySet[Contact]:
    """Return whom the rows may speak of: somebody with the phone, or with the e-mail address."""
    phones = Q(phone__in={row.phone for row in rows}) & ~Q(phone="")
    emails = Q(email__in={row.email for row in rows}) & ~Q(email="")
    return Contact.objects.filter(phones | emails, program__in=programs)


def _terminated(met: QuerySet[Contact]) -> set[ContactName]:
    terminated = met.filter(terminated_at__isnull=False)
    found = terminated.values_list("program_id", "phone", "email")
    return {name for one in found for name in names_of(*one)}


def _gave_back(met: QuerySet[Contact], pros: list[ServicePro]) -> set[tuple[ContactName, int]]:
    detached = LeadSale.objects.filter(
        pro__in=pros, lead__contact__in=met, detached_at__isnull=False
    )
    found = detached.values_list(
        "pro_id", "lead__contact__program_id", "lead__contact__phone", "lead__contact__email"
    )
    return {
        (name, pro)
        for pro, program, phone, email in found
        for name in names_of(program, phone, email)
    }
