"""The grounds of a refusal: what was found, and the team's own words."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from leads.models import Lead, LeadSale
from refunds import letters
from refunds.documents import worded_policy_of
from refunds.models import Finding, PolicyVersion, RefundRequest
from refunds.policy.codes import CODES
from refunds.policy.verdict import Outcome
from refunds.services import decide
from tests.factories import refunds as make
from tests.factories.leads import CallRecordingFactory, LeadSaleFactory
from tests.snapshots import refused

NOTE = "We called on Saturday at 10, and she remembers the pro."
OWN_WORDS = [
    "claim_not_supported",
    "same_category",
    "address_only",
    "notes_unclear",
    "reason_mismatch",
]
DECLINES = sorted(code for code, info in CODES.items() if info.outcome == Outcome.DECLINE)
Kind, Result = Finding.Kind, Finding.Result
BY_RECORDING = {"live_calls_by_recording_only": True}
BY_SELLER = {"seller_consent": "required", "seller_response_days": 3}


@pytest.fixture
def sale(pro: User) -> LeadSale:
    """A sale to the pro's company."""
    return LeadSaleFactory.create(pro=pro.memberships.get().pro)


@pytest.fixture
def case(sale: LeadSale, pro: User) -> RefundRequest:
    """A claim in review for which nothing was found yet."""
    return make.investigating(sale, pro)


def find(
    case: RefundRequest, agent: User, kind: Finding.Kind, result: Finding.Result
) -> RefundRequest:
    """Write a finding down as the services do, whoever's it is to bring."""
    recording = None
    if case.sale.lead.kind == Lead.Kind.LIVE_CALL:
        recording = CallRecordingFactory.create(lead=case.sale.lead, attached_by=agent)
    Finding.objects.create(
        request=case,
        kind=kind,
        result=result,
        note="What was found.",
        recording=recording,
        author=agent,
        at=timezone.now(),
    )
    return make.again(case)


def under(settings: Mapping[str, object], case: RefundRequest) -> RefundRequest:
    """Put a request under the program's policy with other settings."""
    version = case.policy_version
    other = PolicyVersion.objects.create(
        program=version.program,
        document={**version.document, **settings},
        effective_from=version.effective_from + timedelta(days=1),
        published_at=version.published_at,
    )
    RefundRequest.objects.filter(pk=case.pk).update(policy_version=other)
    return make.again(case)


def assert_declined_by(case: RefundRequest, agent: User, code: str) -> None:
    """Expect a ground to be offered before the team's own words, and to carry a refusal."""
    assert decide.decline_codes(decide.verdict_now(case)) == [code, *OWN_WORDS]
    declined = decline(case, agent, code, note="")
    assert declined.state == "declined"
    grounds = letters.grounds(declined.checks, Outcome.DECLINE)
    assert [one["code"] for one in grounds] == [code]


def decline(case: RefundRequest, agent: User, *codes: str, note: str = NOTE) -> RefundRequest:
    return decide.decline(
        reference=case.reference,
        actor=agent,
        expected_version=case.version,
        codes=codes,
        note=note,
    )


def test_where_nothing_was_found_the_team_has_its_own_words_alone(case: RefundRequest) -> None:
    assert decide.decline_codes(decide.verdict_now(case)) == OWN_WORDS


@pytest.mark.covers("C41")
@pytest.mark.parametrize("kind", [Kind.CONTACT_CALL, Kind.CONTACT_MESSAGE])
def test_what_the_contact_said_is_a_ground(
    case: RefundRequest, agent: User, kind: Finding.Kind
) -> None:
    case = find(case, agent, kind, Result.CONTRADICTS)

    assert_declined_by(case, agent, "contact_contradicts")


@pytest.mark.covers("L14")
@pytest.mark.parametrize("result", [Result.CONTRADICTS, Result.INCONCLUSIVE])
def test_what_a_recording_does_not_prove_is_a_ground(
    case: RefundRequest, agent: User, result: Finding.Result
) -> None:
    Lead.objects.filter(pk=case.sale.lead_id).update(kind=Lead.Kind.LIVE_CALL)
    case = find(under(BY_RECORDING, case), agent, Kind.RECORDING, result)

    assert_declined_by(case, agent, "recording_does_not_prove")


def test_what_the_seller_answered_is_a_ground(case: RefundRequest, agent: User) -> None:
    case = find(under(BY_SELLER, case), agent, Kind.SELLER_ANSWER, Result.CONTRADICTS)

    assert_declined_by(case, agent, "seller_refused")


@pytest.mark.parametrize(
    ("kind", "result"),
    [
        (Kind.RECORDING, Result.CONTRADICTS),
        (Kind.SELLER_ANSWER, Result.CONTRADICTS),
        (Kind.HISTORY, Result.CONTRADICTS),
        (Kind.CONTACT_CALL, Result.INCONCLUSIVE),
        (Kind.CONTACT_CALL, Result.SUPPORTS),
    ],
)
def test_what_the_policy_makes_nothing_of_is_none(
    case: RefundRequest, agent: User, kind: Finding.Kind, result: Finding.Result
) -> None:
    case = find(case, agent, kind, result)

    assert decide.decline_codes(decide.verdict_now(case)) == OWN_WORDS


@pytest.mark.parametrize("code", [code for code in DECLINES if code not in OWN_WORDS])
def test_what_nobody_found_is_refused(case: RefundRequest, agent: User, code: str) -> None:
    with refused(decide.NoGround):
        decline(case, agent, code)
    with refused(decide.NoGround):
        decline(case, agent, "claim_not_supported", code)


@pytest.mark.covers("C6", "C37", "C38", "C39", "C40")
@pytest.mark.parametrize("code", OWN_WORDS)
def test_the_team_s_own_words_are_kept_with_the_ground(
    case: RefundRequest, agent: User, code: str
) -> None:
    declined = decline(make.answered(case, agent), agent, code)

    assert declined.checks[-1] == {
        "code": code,
        "outcome": "decline",
        "fact": {"note": NOTE},
        "source": "team",
    }


@pytest.mark.covers("C37", "C38")
@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("same_category", "The work belongs to the category that you bought"),
        ("address_only", "All that is wrong is the street address"),
    ],
)
def test_the_letter_says_which_ground_whatever_the_claim_was(
    case: RefundRequest, agent: User, code: str, sentence: str
) -> None:
    declined = decline(case, agent, code)

    policy = worded_policy_of(declined.policy_version)
    [line] = letters.lines_for(declined.checks[-1:], program=declined.program, policy=policy)
    assert declined.reason == "incorrect_contact"
    assert line.sentence.startswith(sentence)
    assert NOTE in line.sentence
