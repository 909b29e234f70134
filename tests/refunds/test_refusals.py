"""What each service refuses, with the error that its caller shows; everything stays as it was."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypedDict
from uuid import UUID, uuid4

import pytest
import time_machine
from django.test import override_settings
from django.utils import timezone

from accounts import ledger
from accounts.models import LedgerAccount, ServicePro, Transfer, User
from leads.models import LeadSale
from refunds.models import Evidence, Finding, RefundRequest
from refunds.services import appeal, decide, file, investigate, reverse, withdraw
from refunds.services.appeal import AppealRefused, NotYours
from refunds.services.change import NotAllowed, RefundError, Stale
from refunds.services.decide import NoGround, NotProven
from refunds.services.file import AlreadyRequested, ClaimRefused, CommandReused
from refunds.services.investigate import WordsMissing
from refunds.services.money import CreditRefused
from refunds.services.reverse import ReversalRefused
from refunds.uploads import CleanFile
from tests.conftest import hand_over
from tests.factories import refunds as make
from tests.factories.leads import LeadSaleFactory
from tests.refunds.states import in_state
from tests.snapshots import refused

pytestmark = pytest.mark.django_db

BLANK = ("", "   ", "\n\t")
EXPLANATION = "The man who answered said that nobody of that name lives there."
SCREENSHOT = CleanFile("call log.png", "image/png", b"drawn anew")
A_MOMENT = timedelta(microseconds=1)

People = dict[str, User]


@pytest.fixture(autouse=True)
def _every_file_has_its_row(db: None, tmp_path: Path) -> Iterator[None]:
    """See after each test that no refused step left a file behind."""
    with override_settings(MEDIA_ROOT=tmp_path):
        yield
    assert len(list(tmp_path.iterdir())) == Evidence.objects.count()


@pytest.fixture
def people(pro: User, agent: User, manager: User) -> People:
    """Everybody who has a part in a request."""
    return {"pro": pro, "agent": agent, "manager": manager}


@pytest.fixture
def sale(pro_company: ServicePro) -> LeadSale:
    """A sale for 50.00 out of 1,000.00 paid funds."""
    return LeadSaleFactory.create(pro=pro_company)


class Words(TypedDict, total=False):
    """What a form may say besides."""

    reason: str
    explanation: str


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


# --- Filing ---


@pytest.mark.covers("A14", "X34")
@pytest.mark.parametrize("explanation", [*BLANK, "x" * 19, "   " + "x" * 19 + "   "])
def test_claim_without_an_explanation(sale: LeadSale, pro: User, explanation: str) -> None:
    make.PolicyVersionFactory.create(program=sale.lead.program)

    with refused(ClaimRefused) as caught:
        claim(sale, pro, explanation=explanation)

    assert "at least 20 characters" in str(caught.value)


def test_claim_with_an_explanation_that_just_suffices(sale: LeadSale, pro: User) -> None:
    assert claim(sale, pro, explanation="x" * 20).state == "investigating"


@pytest.mark.covers("A13", "C40")
@pytest.mark.parametrize("reason", ["", "no_such_reason", "INCORRECT_CONTACT"])
def test_claim_for_an_unknown_reason(sale: LeadSale, pro: User, reason: str) -> None:
    make.PolicyVersionFactory.create(program=sale.lead.program)

    with refused(ClaimRefused) as caught:
        claim(sale, pro, reason=reason)

    assert "Choose one from the list" in str(caught.value)


@pytest.mark.covers("C9b")
def test_claim_whose_answer_rules_the_reason_out(sale: LeadSale, pro: User) -> None:
    make.PolicyVersionFactory.create(program=sale.lead.program)

    with refused(ClaimRefused) as caught:
        claim(sale, pro, details={"who_answered": "household"})

    assert "If that answer is not what happened, tell us what did." in str(caught.value)


@pytest.mark.covers("C1", "C35")
def test_claim_that_is_late(pro_company: ServicePro, pro: User) -> None:
    sale = LeadSaleFactory.create(pro=pro_company, sold_at=timezone.now() - timedelta(days=6))
    make.PolicyVersionFactory.create(program=pro_company.program)

    with refused(ClaimRefused) as caught:
        claim(sale, pro)

    assert "too late" in str(caught.value)


@pytest.mark.parametrize("persona", ["other_pro", "manager", "agent", "stranger"])
def test_claim_for_a_sale_of_somebody_else(
    sale: LeadSale, persona: str, request: pytest.FixtureRequest
) -> None:
    actor = request.getfixturevalue(persona)
    make.PolicyVersionFactory.create(program=sale.lead.program)

    with refused(LeadSale.DoesNotExist):
        claim(sale, actor)


@pytest.mark.covers("X27")
@pytest.mark.parametrize("state", ["investigating", "awaiting_pro", "approved", "declined"])
def test_second_claim_for_the_sale(state: str, sale: LeadSale, people: People) -> None:
    first = in_state(state, sale, **people)

    with refused(AlreadyRequested) as caught:
        claim(sale, people["pro"])

    assert caught.value.args[0].startswith(f"There is a request for this lead: {first.reference}.")


def test_claim_sent_twice_is_filed_once(sale: LeadSale, pro: User) -> None:
    command_id = uuid4()
    first = claim(sale, pro, command_id=command_id)
    assert first.events.count() == 2

    second = claim(sale, pro, command_id=command_id)

    assert second == first
    assert RefundRequest.objects.count() == 1
    assert first.events.count() == 2
    assert first.evidence.count() == 1


@pytest.mark.parametrize(
    "other", [{"reason": "non_working_phone"}, {"explanation": "Something else altogether."}]
)
def test_form_sent_again_with_other_answers(sale: LeadSale, pro: User, other: Words) -> None:
    command_id = uuid4()
    claim(sale, pro, command_id=command_id)

    with refused(CommandReused):
        claim(sale, pro, command_id=command_id, **other)


def test_form_sent_again_for_another_sale(sale: LeadSale, pro: User) -> None:
    command_id = uuid4()
    claim(sale, pro, command_id=command_id)
    other_sale = LeadSaleFactory.create(pro=sale.pro)

    with refused(CommandReused):
        claim(other_sale, pro, command_id=command_id)


# --- Stale pages, and words that are missing: the same for every service ---

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


STEPS: list[tuple[Call, str]] = [
    (take, "investigating"),
    (find, "investigating"),
    (ask, "investigating"),
    (approve, "investigating"),
    (decline, "investigating"),
    (take_away, "investigating"),
    (reply, "awaiting_pro"),
    (file_appeal, "declined"),
    (uphold, "appealed"),
    (overturn, "appealed"),
    (take_back, "approved"),
]


@pytest.mark.parametrize(("step", "state"), STEPS)
@pytest.mark.parametrize("off_by", [-1, 1])
def test_page_that_was_overtaken(
    step: Call, state: str, off_by: int, sale: LeadSale, people: People
) -> None:
    request = in_state(state, sale, **people)

    with refused(Stale) as caught:
        step(request, people, request.version + off_by)

    assert request.get_state_display() in str(caught.value)


@pytest.mark.parametrize(("step", "state"), STEPS)
def test_step_taken_twice_from_one_page(
    step: Call, state: str, sale: LeadSale, people: People
) -> None:
    request = in_state(state, sale, **people)
    if step is approve:
        find(request, people, request.version)
        request = make.again(request)
    step(request, people, request.version)

    with refused(Stale):
        step(request, people, request.version)


@pytest.mark.parametrize(
    ("step", "state", "error"),
    [
        (find, "investigating", WordsMissing),
        (ask, "investigating", WordsMissing),
        (reply, "awaiting_pro", WordsMissing),
        (file_appeal, "declined", AppealRefused),
        (uphold, "appealed", AppealRefused),
        (overturn, "appealed", AppealRefused),
        (take_back, "approved", ReversalRefused),
    ],
)
@pytest.mark.parametrize("words", BLANK)
def test_step_without_words(  # noqa: PLR0917 (fixtures and parameters)
    step: Callable[..., object],
    state: str,
    error: type[RefundError],
    words: str,
    sale: LeadSale,
    people: People,
) -> None:
    request = in_state(state, sale, **people)

    with refused(error):
        step(request, people, request.version, words)


# --- Somebody else's request ---


@pytest.mark.parametrize(
    ("step", "state"), [(reply, "awaiting_pro"), (file_appeal, "declined"), (take_away, "declined")]
)
@pytest.mark.parametrize("persona", ["other_pro", "manager", "agent", "stranger"])
def test_step_of_the_pro_by_somebody_else(  # noqa: PLR0917 (fixtures and parameters)
    step: Call,
    state: str,
    persona: str,
    sale: LeadSale,
    people: People,
    request: pytest.FixtureRequest,
) -> None:
    refund = in_state(state, sale, **people)
    actor = request.getfixturevalue(persona)

    with refused(RefundRequest.DoesNotExist):
        step(refund, people | {"pro": actor}, refund.version)


@pytest.mark.covers("C43")
@pytest.mark.parametrize("step", [uphold, overturn])
@pytest.mark.parametrize("persona", ["other_manager", "pro", "agent", "stranger"])
def test_appeal_decided_by_somebody_else(
    step: Call, persona: str, sale: LeadSale, people: People, request: pytest.FixtureRequest
) -> None:
    refund = in_state("appealed", sale, **people)
    actor = request.getfixturevalue(persona)

    with refused(RefundRequest.DoesNotExist, NotAllowed):
        step(refund, people | {"manager": actor}, refund.version)


@pytest.mark.parametrize(
    ("step", "state"),
    [
        (take, "investigating"),
        (find, "investigating"),
        (ask, "investigating"),
        (approve, "investigating"),
        (decline, "investigating"),
        (take_back, "approved"),
    ],
)
@pytest.mark.parametrize("persona", ["pro", "manager"])
def test_step_of_the_team_by_somebody_else(
    persona: str, step: Call, state: str, sale: LeadSale, people: People
) -> None:
    request = in_state(state, sale, **people)

    with refused(NotAllowed):
        step(request, people | {"agent": people[persona]}, request.version)


@pytest.mark.covers("X25")
@pytest.mark.parametrize("step", [uphold, overturn])
def test_appeal_of_ones_own_decision(
    step: Call, sale: LeadSale, people: People, deciding_manager: User
) -> None:
    both = {"agent": deciding_manager, "manager": deciding_manager}
    request = in_state("appealed", sale, **people | both)
    hand_over(sale.pro, deciding_manager)
    assert request.decided_by == deciding_manager

    with refused(NotYours) as caught:
        step(request, people | both, request.version)

    assert str(caught.value) == (
        "You decided this request yourself; a colleague must decide its appeal."
    )


# --- Decisions ---


@pytest.mark.covers("L11")
def test_approval_without_a_finding(sale: LeadSale, people: People) -> None:
    request = in_state("investigating", sale, **people)

    with refused(NotProven) as caught:
        approve(request, people, request.version)

    assert str(caught.value) == (
        "The policy doesn't approve this yet. "
        "Still needed: a finding of the team's own that supports the claim."
    )


@pytest.mark.covers("C41")
def test_approval_against_a_finding(sale: LeadSale, people: People) -> None:
    request = make.supported(sale, people["pro"], people["agent"])
    investigate.add_finding(
        reference=request.reference,
        actor=people["agent"],
        expected_version=request.version,
        kind=Finding.Kind.CONTACT_CALL,
        result=Finding.Result.CONTRADICTS,
        note="Called again: it is the right number after all.",
    )

    with refused(NotProven):
        approve(request, people, request.version + 1)


def test_approval_of_a_sale_that_was_credited_elsewhere(sale: LeadSale, people: People) -> None:
    request = make.supported(sale, people["pro"], people["agent"])
    LeadSale.objects.filter(pk=sale.pk).update(credited_cents=5000)

    with refused(NotProven, CreditRefused):
        approve(request, people, request.version)


@pytest.mark.covers("C6")
@pytest.mark.parametrize(
    ("codes", "note"),
    [
        ((), "The number rings."),
        ((), ""),
        (("no_such_code",), "The number rings."),
        (("",), "The number rings."),
        (("claim_not_supported", "no_such_code"), "The number rings."),
        (("window_closed",), "The claim is in time, and a person can't say otherwise."),
        (("needs_verification",), "This is no ground."),
        (("claim_not_supported",), ""),
        (("notes_unclear",), "   "),
        (("reason_mismatch",), "\n"),
        (("contact_contradicts", "claim_not_supported"), ""),
    ],
)
def test_refusal_without_a_ground(
    codes: tuple[str, ...], note: str, sale: LeadSale, people: People
) -> None:
    request = in_state("investigating", sale, **people)

    with refused(NoGround):
        decline(request, people, request.version, codes, note)


# --- Dates ---


def later(moment: datetime) -> time_machine.travel:
    return time_machine.travel(moment, tick=False)


@pytest.mark.covers("X25")
def test_appeal_past_its_date(sale: LeadSale, people: People) -> None:
    request = in_state("declined", sale, **people)
    assert request.decided_at is not None
    assert request.appeal_until == request.decided_at + timedelta(days=14)

    with later(request.appeal_until + A_MOMENT), refused(AppealRefused):
        file_appeal(request, people, request.version)


@pytest.mark.covers("X25")
def test_appeal_in_its_last_moment(sale: LeadSale, people: People) -> None:
    request = in_state("declined", sale, **people)
    assert request.appeal_until is not None

    with later(request.appeal_until):
        file_appeal(request, people, request.version)

    assert make.again(request).state == "appealed"


@pytest.mark.covers("C44", "X25")
@pytest.mark.parametrize("state", ["appealed", "final_approved", "final_declined"])
def test_second_appeal(state: str, sale: LeadSale, people: People) -> None:
    request = in_state(state, sale, **people)

    with refused(Stale):
        file_appeal(request, people, request.version)


@pytest.mark.covers("X27")
def test_appeal_of_what_came_too_early(sale: LeadSale, people: People) -> None:
    request = in_state("declined", sale, **people)
    RefundRequest.objects.filter(pk=request.pk).update(may_file_again=True, appeal_until=None)

    with refused(AppealRefused):
        file_appeal(request, people, request.version)


@pytest.mark.covers("X22")
def test_reversal_past_its_days(sale: LeadSale, people: People) -> None:
    request = in_state("approved", sale, **people)
    assert request.decided_at is not None

    with (
        later(request.decided_at + timedelta(days=90) + A_MOMENT),
        refused(ReversalRefused) as caught,
    ):
        take_back(request, people, request.version)

    assert str(caught.value) == "An approval can be reversed for 90 days, and they have passed."


@pytest.mark.covers("C42", "X22")
def test_reversal_in_its_last_moment(sale: LeadSale, people: People) -> None:
    request = in_state("approved", sale, **people)
    assert request.decided_at is not None

    with later(request.decided_at + timedelta(days=90)):
        take_back(request, people, request.version)

    assert make.again(request).state == "reversed"
    assert ledger.wallet(sale.pro, LedgerAccount.Kind.PAID).balance_cents == 95_000
    assert Transfer.objects.filter(kind=Transfer.Kind.REVERSAL).count() == 1


@pytest.mark.covers("X36")
@pytest.mark.parametrize("state", ["approved", "declined", "appealed", "reversed", "withdrawn"])
def test_withdrawal_after_the_decision(state: str, sale: LeadSale, people: People) -> None:
    request = in_state(state, sale, **people)

    with refused(Stale):
        take_away(request, people, request.version)
