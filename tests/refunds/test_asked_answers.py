"""What a reason asks for besides the explanation, in the portal and through the manager."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import translation

from accounts.models import User
from leads.models import LeadSale
from refunds import letters
from refunds.documents import policy_of
from refunds.models import OutboundMail, RefundRequest
from refunds.services import file
from refunds.services.file import ClaimRefused
from tests.factories import refunds as make
from tests.refunds import credits
from tests.snapshots import refused

pytestmark = pytest.mark.django_db

SOLD_AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
NOW = SOLD_AT + timedelta(hours=2)

GOOD = [
    ("aiqoo", "stale", {"spoken": "yes", "requested_on": "2026-02-16"}),
    ("aiqoo", "cannot_authorize", {"spoken": "yes"}),
    ("conxpros", "already_hired_or_done", {"spoken": "yes", "hired_on": "2026-03-01"}),
    ("conxpros", "no_request", {"spoken": "yes"}),
    ("conxpros", "misleading_ad", {"spoken": "yes", "promise": "free"}),
    ("conxpros", "do_not_call", {"when_asked": "first_contact"}),
    ("legalplan", "underage", {"age": "17"}),
    ("legalplan", "mailbox_full", {"tried": "yes", "attempts_made": "Monday to Thursday"}),
]
NOT_SPOKEN = "is not refunded where the answer is “No, I haven't spoken with them”."
BAD = [
    ("aiqoo", "stale", {"spoken": "no"}, NOT_SPOKEN),
    (
        "aiqoo",
        "stale",
        {"requested_on": "2026-02-17"},
        "“The request was weeks old when you got it” needs a day at least 14 days before the lead "
        "reached you, which was on Mon 2 Mar 2026. By your answer it was Tue 17 Feb 2026.",
    ),
    ("aiqoo", "cannot_authorize", {"spoken": "no"}, NOT_SPOKEN),
    ("conxpros", "already_hired_or_done", {"spoken": "no"}, NOT_SPOKEN),
    ("conxpros", "no_request", {"spoken": "no"}, NOT_SPOKEN),
    ("conxpros", "misleading_ad", {"spoken": "no"}, NOT_SPOKEN),
    (
        "conxpros",
        "do_not_call",
        {"when_asked": "later"},
        "is not refunded where the answer is “Only after our first contact”.",
    ),
    (
        "legalplan",
        "underage",
        {"age": "18"},
        "“They are under age” needs an answer below 18, and yours is 18.",
    ),
    (
        "legalplan",
        "mailbox_full",
        {"tried": "no"},
        "is not refunded where the answer is “No, not all three, or over fewer days”.",
    ),
]


def sale_of(code: str, manager: User) -> LeadSale:
    program = credits.program_of(code)
    company = credits.pro_of(program, manager)
    return credits.sold(credits.contact_of(program), company, sold_at=SOLD_AT)


def told_to_the_manager(
    sale: LeadSale, manager: User, reason: str, details: Mapping[str, str]
) -> RefundRequest:
    with time_machine.travel(NOW, tick=False):
        return file.file_for_pro(
            sale_uuid=sale.uuid,
            actor=manager,
            command_id=uuid4(),
            reason=reason,
            explanation=make.EXPLANATION,
            details=details,
            reported_at=NOW,
        )


@pytest.mark.covers("A6", "A7", "C17", "C18", "C19", "C20", "L9")
@pytest.mark.parametrize(("code", "reason", "details"), GOOD)
def test_a_claim_that_says_what_its_reason_takes_goes_to_a_person(
    code: str, reason: str, details: dict[str, str], manager: User
) -> None:
    sale = sale_of(code, manager)

    with time_machine.travel(NOW, tick=False):
        request = credits.claimed(sale, reason, details=details)

    assert (request.state, request.details) == ("investigating", details)


@pytest.mark.covers("A6", "A7", "C17", "C18", "C19", "C20", "L9")
@pytest.mark.parametrize(("code", "reason", "changes", "sentence"), BAD)
def test_an_answer_against_the_reason_is_told_in_the_portal_and_files_nothing(
    code: str, reason: str, changes: dict[str, str], sentence: str, manager: User
) -> None:
    sale = sale_of(code, manager)
    details = {**good(code, reason), **changes}

    with time_machine.travel(NOW, tick=False), refused(ClaimRefused) as caught:
        credits.claimed(sale, reason, details=details)

    assert sentence in str(caught.value)


@pytest.mark.covers("A6", "A7", "C17", "C18", "C19", "C20", "L9")
@pytest.mark.parametrize(("code", "reason", "changes", "sentence"), BAD)
def test_the_same_is_a_decline_with_its_ground_through_the_manager(
    code: str, reason: str, changes: dict[str, str], sentence: str, manager: User
) -> None:
    details = {**good(code, reason), **changes}

    request = told_to_the_manager(sale_of(code, manager), manager, reason, details)

    assert request.state == "declined"
    [against] = [one for one in request.checks if one["outcome"] == "decline"]
    assert against["code"] == "answer_not_eligible"
    [line] = letters.lines_for(
        [against], program=request.program, policy=policy_of(request.policy_version)
    )
    assert sentence in line.sentence
    assert OutboundMail.objects.filter(kind=OutboundMail.Kind.DECISION).count() == 1


@pytest.mark.covers("A6", "A7", "C17", "C18", "C19", "C20", "L9")
@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("aiqoo", "stale"),
        ("aiqoo", "cannot_authorize"),
        ("conxpros", "no_request"),
        ("conxpros", "misleading_ad"),
        ("conxpros", "do_not_call"),
        ("legalplan", "mailbox_full"),
        ("legalplan", "wrong_number"),
    ],
)
def test_what_the_manager_was_not_told_is_left_to_a_person(
    code: str, reason: str, manager: User
) -> None:
    request = told_to_the_manager(sale_of(code, manager), manager, reason, {})

    assert request.state == "investigating"


@pytest.mark.covers("A6")
@pytest.mark.parametrize(
    ("language", "for_team"),
    [
        ("en", "The answer Tue 17 Feb 2026 is not 14 days before Mon 2 Mar 2026."),
        (
            "zh-hant",
            "答案 2026 年 2 月 17 日（星期二）沒有比 2026 年 3 月 2 日（星期一）早 14 天。",
        ),
    ],
)
def test_the_team_reads_the_answer_and_what_it_was_measured_by(
    language: str, for_team: str, manager: User
) -> None:
    details = {"spoken": "yes", "requested_on": "2026-02-17"}
    request = told_to_the_manager(sale_of("aiqoo", manager), manager, "stale", details)
    against = [one for one in request.checks if one["outcome"] == "decline"]

    with translation.override(language):
        policy = policy_of(request.policy_version).in_language(language)
        [line] = letters.lines_for(against, program=request.program, policy=policy)

    assert line.staff_sentence == for_team


def good(code: str, reason: str) -> dict[str, str]:
    """Answers that leave nothing against the reason."""
    return next(details for one, asked, details in GOOD if (one, asked) == (code, reason))
