"""Selling leads to pros, a chunk of rows at a time: the lead, the charge and the sale."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from accounts import ledger
from accounts.delivery import is_delivery_paused
from accounts.models import LedgerAccount, Program, ServicePro, Transfer
from leads.fingerprint import request_fingerprint
from leads.models import Campaign, Category, Contact, Lead, LeadSale, LeadSeller
from leads.services.known import ContactName, Known, contact_key, look_up, names_of
from leads.services.rows import Problem, SaleRow

# How a program charged at an instant: its policy says so, which is above this app.
ChargeModeAt = Callable[[Program, datetime], Program.ChargeMode]


class SaleRefused(Exception):
    """A row that can be read and can't be sold; ``column`` is what to look at."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


@dataclass
class Plan:
    """What a chunk adds to the database, and what it leaves out.

    ``reachable`` are stored contacts that had no e-mail address and get one.
    """

    contacts: list[Contact] = field(default_factory=list)
    reachable: list[Contact] = field(default_factory=list)
    leads: list[Lead] = field(default_factory=list)
    movements: list[ledger.Movement] = field(default_factory=list)
    sales: list[LeadSale] = field(default_factory=list)
    already_there: int = 0
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class _Parties:
    """Who and what a row names, found."""

    seller: LeadSeller
    category: Category
    pro: ServicePro
    revenue: LedgerAccount


def sell_rows(rows: Sequence[SaleRow], *, now: datetime, charge_mode_at: ChargeModeAt) -> Plan:
    """Sell each row's lead to its pro in one transaction, and charge the pro's wallet.

    Where the program charged on the reply when the lead was sold, the fee is held until then, and
    the pro gets the contact with it (P4, X28, X29).

    Leads and sales that are there already stay as they are; a contact without an e-mail address
    gets the one that comes with a later sale. Returns what was added and why the
    other rows were not. Raises IntegrityError where somebody else added one of them meanwhile;
    nothing is sold then.
    """
    with transaction.atomic():
        known = look_up(rows)
        plan = Plan()
        for row in rows:
            try:
                mode = charge_mode_at(row.program, row.sold_at)
                _plan_row(row, known, plan, is_held=mode == Program.ChargeMode.ON_REPLY)
            except SaleRefused as refusal:
                plan.problems.append(Problem(row.line, refusal.column, str(refusal)))
        _write(plan, now)
    return plan


def _plan_row(row: SaleRow, known: Known, plan: Plan, *, is_held: bool) -> None:
    parties = _parties(row, known)
    lead_key = (row.program.pk, row.lead_ref)
    lead = known.leads.get(lead_key)
    if lead is not None:
        _check_same_lead(row, lead, parties)
    sale = known.sales.get((lead_key, parties.pro.pk))
    if sale is not None:
        _check_same_sale(row, sale)
        plan.already_there += 1
        return
    _check_gets_leads(known, parties.pro)
    campaign = _campaign(row, known, parties)
    _check_not_terminated(row, known)
    _check_goes_to_another_pro(row, known, parties.pro)
    contact = _known_contact(row, lead, known)
    wallet = _wallet(row, known, parties.pro)
    # Nothing is refused from here on: what follows is written.
    if contact is None:
        contact = _new_contact(row, known, plan)
    elif row.email and not contact.email:
        _fill_email(row, contact, plan)
    lead = lead or _new_lead(row, known, plan, contact=contact, parties=parties)
    _new_sale(row, known, plan, lead=lead, campaign=campaign, is_held=is_held)
    _charge(row, known, plan, wallet=wallet, parties=parties, is_held=is_held)


def _parties(row: SaleRow, known: Known) -> _Parties:
    program = row.program.pk
    seller = known.sellers.get((program, row.seller))
    if seller is None:
        raise SaleRefused("seller", "The program has no seller with this code.")
    category = known.categories.get((program, row.category))
    if category is None:
        raise SaleRefused("category", "The program has no category with this code.")
    pro = known.pros.get((program, row.pro))
    if pro is None:
        raise SaleRefused("pro", "The program has no pro with this code.")
    revenue = known.revenue.get(program)
    if revenue is None:
        raise SaleRefused("program", "The program has no revenue account yet.")
    return _Parties(seller, category, pro, revenue)


def _check_same_lead(row: SaleRow, lead: Lead, parties: _Parties) -> None:
    same = {
        "seller": lead.seller_id == parties.seller.pk,
        "category": lead.category_id == parties.category.pk,
        "kind": lead.kind == row.kind,
        "phone": lead.contact.phone == row.phone,
        "email": bool(row.phone) or lead.contact.email == row.email,
        "postal_code": lead.postal_code == row.postal_code,
        "street": lead.street == row.street,
        "submitted_at": lead.submitted_at == row.submitted_at,
        "job_date": lead.job_date == row.job_date,
    }
    _refuse_others(same, "The lead is known with another value here; it was not changed.")


def _check_same_sale(row: SaleRow, sale: LeadSale) -> None:
    same = {
        "price": sale.price_cents == row.price_cents,
        "sold_at": sale.sold_at == row.sold_at,
    }
    _refuse_others(same, "The sale is known with another value here; it was not changed.")


def _refuse_others(same: dict[str, bool], reason: str) -> None:
    others = [column for column, is_same in same.items() if not is_same]
    if others:
        raise SaleRefused("; ".join(others), reason)


def _check_gets_leads(known: Known, pro: ServicePro) -> None:
    if is_delivery_paused(pro, known.wallets_of(pro)):
        raise SaleRefused(
            "pro",
            "The pro gets no leads now: it isn't active, or a wallet of its is below zero (X23).",
        )


def _campaign(row: SaleRow, known: Known, parties: _Parties) -> Campaign:
    campaign = known.campaign_for(parties.pro, parties.category, row.postal_code, row.sold_at)
    if campaign is None:
        raise SaleRefused("pro", "The pro has no campaign.")
    return campaign


def _check_not_terminated(row: SaleRow, known: Known) -> None:
    for name in names_of(row.program.pk, row.phone, row.email):
        if name in known.terminated:
            raise SaleRefused(
                _column_of(name, row),
                "This contact was terminated and creates no more leads (P17).",
            )


def _check_goes_to_another_pro(row: SaleRow, known: Known, pro: ServicePro) -> None:
    for name in names_of(row.program.pk, row.phone, row.email):
        if (name, pro.pk) in known.gave_back:
            raise SaleRefused(
                _column_of(name, row),
                "A lead of this contact was refunded to this pro and left its account; a new one "
                "goes to another pro (L24).",
            )


def _column_of(name: ContactName, row: SaleRow) -> str:
    return "phone" if name[1] == row.phone else "email"


def _known_contact(row: SaleRow, lead: Lead | None, known: Known) -> Contact | None:
    # One object a contact, whichever lead it is met by: what a row changes, later rows see.
    contact = known.contacts.get(contact_key(row.program.pk, row.phone, row.email))
    return lead.contact if contact is None and lead is not None else contact


def _wallet(row: SaleRow, known: Known, pro: ServicePro) -> LedgerAccount:
    wallet = known.wallet_for(pro, row.price_cents)
    if wallet is None:
        raise SaleRefused(
            "price",
            "Neither the paid nor the bonus funds alone cover the price, and a price is not split.",
        )
    return wallet


def _new_contact(row: SaleRow, known: Known, plan: Plan) -> Contact:
    contact = Contact(program=row.program, name=row.contact_name, phone=row.phone, email=row.email)
    known.contacts[contact_key(row.program.pk, row.phone, row.email)] = contact
    plan.contacts.append(contact)
    return contact


def _fill_email(row: SaleRow, contact: Contact, plan: Plan) -> None:
    contact.email = row.email
    if contact.pk is not None:  # otherwise this chunk adds it, with the address
        plan.reachable.append(contact)


def _new_lead(
    row: SaleRow, known: Known, plan: Plan, *, contact: Contact, parties: _Parties
) -> Lead:
    lead = Lead(
        program=row.program,
        reference=row.lead_ref,
        seller=parties.seller,
        contact=contact,
        contact_name=row.contact_name,
        category=parties.category,
        kind=row.kind,
        postal_code=row.postal_code,
        street=row.street,
        job_date=row.job_date,
        submitted_at=row.submitted_at,
        fingerprint=request_fingerprint(
            contact=row.contact,
            category=row.category,
            postal_code=row.postal_code,
            street=row.street,
        ),
    )
    known.leads[row.program.pk, row.lead_ref] = lead
    plan.leads.append(lead)
    return lead


def _new_sale(
    row: SaleRow, known: Known, plan: Plan, *, lead: Lead, campaign: Campaign, is_held: bool
) -> None:
    sale = LeadSale(
        lead=lead,
        pro_id=campaign.pro_id,
        campaign=campaign,
        price_cents=row.price_cents,
        sold_at=row.sold_at,
        contact_revealed_at=None if is_held else row.sold_at,
    )
    known.sales[(row.program.pk, row.lead_ref), campaign.pro_id] = sale
    plan.sales.append(sale)


def _charge(
    row: SaleRow,
    known: Known,
    plan: Plan,
    *,
    wallet: LedgerAccount,
    parties: _Parties,
    is_held: bool,
) -> None:
    # Only this chunk's view of the balance: the ledger changes the stored one.
    wallet.balance_cents = (wallet.balance_cents or 0) - row.price_cents
    plan.movements.append(
        ledger.Movement(
            kind=Transfer.Kind.HOLD if is_held else Transfer.Kind.LEAD_CHARGE,
            source=wallet,
            destination=known.hold_of(parties.pro) if is_held else parties.revenue,
            amount_cents=row.price_cents,
            key=f"charge:{row.program.code}:{row.lead_ref}:{row.pro}",
        )
    )


def _write(plan: Plan, now: datetime) -> None:
    Contact.objects.bulk_create(plan.contacts)
    # The filter keeps an address that somebody gave one meanwhile.
    Contact.objects.filter(email="").bulk_update(plan.reachable, ["email"])
    Lead.objects.bulk_create(plan.leads)
    transfers = ledger.post_many(plan.movements, at=now)
    for sale, transfer in zip(plan.sales, transfers, strict=True):
        sale.charge = transfer
    LeadSale.objects.bulk_create(plan.sales)
