"""A world to credit in: any program, leads of one contact sold to several pros."""

from collections.abc import Mapping
from uuid import uuid4

from accounts.models import Program, ServicePro, User
from leads.models import Contact, LeadSale
from refunds.models import Finding, RefundRequest
from refunds.policy.document import load_preset
from refunds.services import appeal, decide, file, investigate, proactive
from tests.factories import refunds as make
from tests.factories.accounts import MembershipFactory, ProgramFactory, ServiceProFactory
from tests.factories.leads import ContactFactory, LeadSaleFactory

NOTE = "Called the number: they look for people of the same trade."


def program_of(code: str) -> Program:
    """Return a program with its preset in force."""
    preset = load_preset(code)
    program = ProgramFactory.create(
        code=code,
        name=preset.name,
        time_zone=preset.time_zone,
        currency=preset.currency,
        currency_decimals=preset.currency_decimals,
        country=preset.country,
    )
    make.PolicyVersionFactory.create(program=program)
    return program


def pro_of(program: Program, manager: User) -> ServicePro:
    """Return a pro with one user."""
    company = ServiceProFactory.create(program=program, account_manager=manager)
    MembershipFactory.create(pro=company)
    return company


def contact_of(program: Program, **fields: object) -> Contact:
    """Return a contact that no other text on a page is mistaken for."""
    named = {
        "name": "Petronella Quill",
        "phone": "+14045550199",
        "email": "petronella.quill@example.com",
    }
    return ContactFactory.create(program=program, **{**named, **fields})


def sold(contact: Contact, company: ServicePro, **fields: object) -> LeadSale:
    """Sell a lead of a contact to a pro."""
    return LeadSaleFactory.create(
        pro=company, lead__contact=contact, lead__street="77 Quince Alley", **fields
    )


def user_of(company: ServicePro) -> User:
    """Return the pro's user."""
    return company.memberships.get().user


def claimed(
    sale: LeadSale,
    reason: str,
    *,
    explanation: str = make.EXPLANATION,
    details: Mapping[str, str] | None = None,
) -> RefundRequest:
    """File the claim of a sale's own pro."""
    return file.file_claim(
        sale_uuid=sale.uuid,
        actor=user_of(sale.pro),
        command_id=uuid4(),
        reason=reason,
        explanation=explanation,
        details=details or {},
    )


def supported(request: RefundRequest, agent: User, *, note: str = NOTE) -> Finding:
    """Write down a call that supports a claim."""
    return found(request, agent, result=Finding.Result.SUPPORTS, note=note)


def found(
    request: RefundRequest, agent: User, *, result: Finding.Result, note: str = NOTE
) -> Finding:
    """Write down a call to the contact."""
    return investigate.add_finding(
        reference=request.reference,
        actor=agent,
        expected_version=request.version,
        kind=Finding.Kind.CONTACT_CALL,
        result=result,
        note=note,
    )


def approved(request: RefundRequest, agent: User, *, note: str = NOTE) -> RefundRequest:
    """Approve a claim that waits for a person, after a call that supports it."""
    finding = supported(request, agent, note=note)
    return decide.approve(
        reference=request.reference, actor=agent, expected_version=finding.request.version
    )


def appealed(request: RefundRequest, agent: User) -> RefundRequest:
    """Appeal a claim for its pro, which is declined first where it waits for a person."""
    declined = _declined(request, agent) if request.is_open else request
    return appeal.file_appeal(
        reference=request.reference,
        actor=user_of(request.pro),
        expected_version=declined.version,
        text="Please ask them again.",
    )


def _declined(request: RefundRequest, agent: User) -> RefundRequest:
    return decide.decline(
        reference=request.reference,
        actor=agent,
        expected_version=request.version,
        codes=["claim_not_supported"],
        note=NOTE,
    )


def overturned(request: RefundRequest, manager: User) -> RefundRequest:
    """Credit an appealed claim after all."""
    return appeal.overturn(
        reference=request.reference,
        actor=manager,
        expected_version=request.version,
        sentence=make.SENTENCE,
    )


def established(reason: str, **changes: object) -> proactive.Established:
    """Return what the team found out by a call."""
    given = {"kind": Finding.Kind.CONTACT_CALL, "note": NOTE, **changes}
    return proactive.Established(reason=reason, **given)  # type: ignore[arg-type] # as a form gives


def credit_by_us(sale: LeadSale, agent: User, reason: str, **changes: object) -> RefundRequest:
    """Credit a sale that nobody claimed."""
    return proactive.credit(
        sale_uuid=sale.uuid,
        actor=agent,
        command_id=uuid4(),
        established=established(reason, **changes),
    )


def kinds(request: RefundRequest) -> list[str]:
    """Return what happened to a request, in order."""
    return list(request.events.order_by("pk").values_list("kind", flat=True))
