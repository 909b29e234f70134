"""Each step that a person takes, with words that suffice."""

from collections.abc import Callable
from uuid import UUID, uuid4

from accounts.models import User
from leads.models import LeadSale
from refunds.models import Finding, RefundRequest
from refunds.services import appeal, decide, file, investigate, reverse, withdraw
from refunds.uploads import CleanFile
from tests.factories import refunds as make

BLANK = ("", "   ", "\n\t")


EXPLANATION = "The man who answered said that nobody of that name lives there."


SCREENSHOT = CleanFile("call log.png", "image/png", b"drawn anew")


People = dict[str, User]


def claim(
    sale: LeadSale,
    actor: User,
    *,
    command_id: UUID | None = None,
    reason: str = "incorrect_contact",
    explanation: str = EXPLANATION,
    details: dict[str, str] | None = None,
) -> RefundRequest:
    """File a claim with one file."""
    make.PolicyVersionFactory.create(program=sale.lead.program)
    return file.file_claim(
        sale_uuid=sale.uuid,
        actor=actor,
        command_id=command_id or uuid4(),
        reason=reason,
        explanation=explanation,
        details=details or {},
        files=[SCREENSHOT],
    )


Call = Callable[[RefundRequest, People, int], object]


def approve(request: RefundRequest, people: People, version: int) -> object:
    return decide.approve(
        reference=request.reference, actor=people["agent"], expected_version=version
    )


def decline(
    request: RefundRequest,
    people: People,
    version: int,
    codes: tuple[str, ...] = ("claim_not_supported",),
    note: str = "The number rings and the contact answered by name.",
) -> object:
    return decide.decline(
        reference=request.reference,
        actor=people["agent"],
        expected_version=version,
        codes=codes,
        note=note,
    )


def take(request: RefundRequest, people: People, version: int) -> object:
    return investigate.take(
        reference=request.reference, actor=people["agent"], expected_version=version
    )


def find(request: RefundRequest, people: People, version: int, words: str = "Rang.") -> object:
    return investigate.add_finding(
        reference=request.reference,
        actor=people["agent"],
        expected_version=version,
        kind=Finding.Kind.CONTACT_CALL,
        result=Finding.Result.SUPPORTS,
        note=words,
    )


def ask(request: RefundRequest, people: People, version: int, words: str = "Which?") -> object:
    return investigate.ask_pro(
        reference=request.reference,
        actor=people["agent"],
        expected_version=version,
        question=words,
    )


def reply(request: RefundRequest, people: People, version: int, words: str = "Both.") -> object:
    return investigate.reply(
        reference=request.reference,
        actor=people["pro"],
        expected_version=version,
        answer=words,
        files=[SCREENSHOT],
    )


def file_appeal(request: RefundRequest, people: People, version: int, words: str = "No.") -> object:
    return appeal.file_appeal(
        reference=request.reference,
        actor=people["pro"],
        expected_version=version,
        text=words,
        files=[SCREENSHOT],
    )


def uphold(request: RefundRequest, people: People, version: int, words: str = "It is.") -> object:
    return appeal.uphold(
        reference=request.reference,
        actor=people["manager"],
        expected_version=version,
        sentence=words,
    )


def overturn(request: RefundRequest, people: People, version: int, words: str = "Yes.") -> object:
    return appeal.overturn(
        reference=request.reference,
        actor=people["manager"],
        expected_version=version,
        sentence=words,
    )


def take_back(request: RefundRequest, people: People, version: int, words: str = "Won.") -> object:
    return reverse.reverse(
        reference=request.reference,
        actor=people["agent"],
        expected_version=version,
        reason=words,
    )


def take_away(request: RefundRequest, people: People, version: int) -> object:
    return withdraw.withdraw(
        reference=request.reference, actor=people["pro"], expected_version=version
    )
