"""Approving against the contact's word: with a reason, and where nothing else stands against it."""

import pytest
from django.utils import timezone

from accounts.models import User
from leads.models import Lead, LeadSale
from refunds import letters, mails
from refunds.documents import policy_of
from refunds.models import Finding, OutboundMail, RefundEvent, RefundRequest
from refunds.policy.verdict import Outcome
from refunds.services import decide
from refunds.services.audit import audit
from refunds.services.change import NotAllowed, RefundError
from refunds.services.overrides import OverrideRefused, may_override
from tests.factories import refunds as make
from tests.factories.leads import LeadSaleFactory
from tests.snapshots import refused

pytestmark = pytest.mark.django_db

REASON = "The carrier wrote that the line was dead until Monday."
Kind, Result = Finding.Kind, Finding.Result


@pytest.fixture
def sale(pro: User) -> LeadSale:
    """A sale of 50.00 to the pro's company."""
    return LeadSaleFactory.create(pro=pro.memberships.get().pro)


@pytest.fixture
def case(sale: LeadSale, pro: User) -> RefundRequest:
    """A claim in review for which nothing was found yet."""
    return make.investigating(sale, pro)


@pytest.fixture
def contradicted(case: RefundRequest, agent: User) -> RefundRequest:
    """The claim, supported by our records and contradicted by the contact."""
    find(case, agent, Kind.HISTORY, Result.SUPPORTS)
    return find(case, agent, Kind.CONTACT_CALL, Result.CONTRADICTS)


def find(
    case: RefundRequest, agent: User, kind: Finding.Kind, result: Finding.Result
) -> RefundRequest:
    """Write a finding down, whoever's it is to bring."""
    Finding.objects.create(
        request=case, kind=kind, result=result, note="Found.", author=agent, at=timezone.now()
    )
    return make.again(case)


def approve(case: RefundRequest, actor: User, override: str = REASON) -> RefundRequest:
    return decide.approve(
        reference=case.reference, actor=actor, expected_version=case.version, override=override
    )


@pytest.mark.covers("L13")
def test_reason_sets_the_contacts_word_aside_and_stays_on_record(
    contradicted: RefundRequest, agent: User
) -> None:
    assert may_override(contradicted, decide.verdict_now(contradicted))

    approve(contradicted, agent, f"  {REASON}\n")

    request = make.again(contradicted)
    assert (request.state, request.credit_cents, request.decided_by) == ("approved", 5000, agent)
    [kept] = [one for one in request.checks if one["code"] == "contact_contradicts"]
    assert kept["outcome"] is None
    assert (kept["fact"]["override"], kept["fact"]["kind"]) == (REASON, "contact_call")
    event = RefundEvent.objects.get(kind="approved")
    assert event.data == {"credit_cents": 5000, "override": REASON}
    assert audit() == []


@pytest.mark.covers("L13", "C6")
def test_letter_tells_what_the_contact_said_and_the_reason(
    contradicted: RefundRequest, agent: User
) -> None:
    approve(contradicted, agent)
    written = mails.render(OutboundMail.objects.get(kind="decision"))

    sentence = (
        "The contact told our team something else than the claim says. We approve it all the "
        f"same, because: {REASON}"
    )
    assert sentence in written.text
    assert sentence in written.html
    request = make.again(contradicted)
    lines = letters.lines_for(
        letters.grounds(request.checks, Outcome.APPROVE),
        program=request.program,
        policy=policy_of(request.policy_version),
    )
    assert f"The contact told the team otherwise, which was set aside: {REASON}" in [
        line.staff_sentence for line in lines
    ]


@pytest.mark.covers("L13")
@pytest.mark.parametrize(
    ("words", "error", "sentence"),
    [
        ("", decide.NotProven, "The policy doesn't approve this yet."),
        ("   ", decide.NotProven, "The policy doesn't approve this yet."),
        ("x" * 19, OverrideRefused, "Give a reason of at least 20 characters: the pro reads it."),
        ("x" * 19 + "\u200b", OverrideRefused, "at least 20 characters"),
    ],
    ids=["none", "blank", "short", "not to be seen"],
)
def test_contacts_word_stands_without_a_reason(
    words: str,
    error: type[RefundError],
    sentence: str,
    contradicted: RefundRequest,
    agent: User,
) -> None:
    with refused(error) as caught:
        approve(contradicted, agent, words)
    assert sentence in str(caught.value)


@pytest.mark.covers("L13")
def test_twenty_characters_are_a_reason(contradicted: RefundRequest, agent: User) -> None:
    assert approve(contradicted, agent, "x" * 20).state == "approved"


@pytest.mark.covers("L13")
@pytest.mark.parametrize("found", [None, "inconclusive", "seller"])
def test_no_reason_stands_in_for_a_finding(
    found: str | None, case: RefundRequest, agent: User
) -> None:
    if found == "inconclusive":
        find(case, agent, Kind.HISTORY, Result.INCONCLUSIVE)
    if found == "seller":
        find(case, agent, Kind.SELLER_ANSWER, Result.SUPPORTS)
    case = find(case, agent, Kind.CONTACT_CALL, Result.CONTRADICTS)

    with refused(OverrideRefused) as caught:
        approve(case, agent)
    assert "only where a finding of ours supports the claim" in str(caught.value)


@pytest.mark.covers("L13")
def test_reason_sets_nothing_else_aside(contradicted: RefundRequest, agent: User) -> None:
    LeadSale.objects.update(credited_cents=5000)
    case = make.again(contradicted)
    codes = {one.code for one in decide.verdict_now(case).checks if one.outcome == Outcome.DECLINE}
    assert codes == {"contact_contradicts", "already_credited"}

    with refused(OverrideRefused):
        approve(case, agent)


@pytest.mark.covers("L13", "L14")
def test_live_call_is_decided_by_its_recording(contradicted: RefundRequest, agent: User) -> None:
    Lead.objects.update(kind=Lead.Kind.LIVE_CALL)

    with refused(RefundError):
        approve(make.again(contradicted), agent)


@pytest.mark.covers("L13")
def test_claim_that_needs_no_override_takes_none(sale: LeadSale, pro: User, agent: User) -> None:
    case = make.supported(sale, pro, agent)

    with refused(OverrideRefused):
        approve(case, agent)


@pytest.mark.covers("L13")
def test_override_is_for_the_team(contradicted: RefundRequest, pro: User, manager: User) -> None:
    for actor in (pro, manager):
        with refused(NotAllowed):
            approve(contradicted, actor)
