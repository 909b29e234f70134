"""What is said of each row before anything is sent."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from leads.models import LeadSale
from refunds.policy.document import load_preset
from refunds.services import bulk, file
from refunds.services.bulk import CheckedRow, ReadyClaim
from refunds.services.claims_file import ClaimRow
from tests.factories import refunds as make
from tests.factories.accounts import MembershipFactory
from tests.factories.leads import LeadSaleFactory
from tests.refunds.bulk.rows import NOW, SOLD_AT, begun, checked, in_review, ready, row

pytestmark = pytest.mark.django_db


def test_claim_that_was_begun_on_the_portal_goes_on_there(sales: list[LeadSale], pro: User) -> None:
    colleague = MembershipFactory.create(pro=sales[0].pro).user
    begun(sales[0], pro)
    begun(sales[1], colleague)

    first, second = checked(pro, row(sales[0]), row(sales[1], 3))

    assert (first.claim, first.is_begun) == (None, True)
    assert first.problems == ["You began this one on the portal: go on with it there."]
    assert second.claim is not None


def test_drafts_of_all_rows_are_looked_up_together(sales: list[LeadSale], pro: User) -> None:
    def queries(count: int) -> int:
        rows = [row(sale, number) for number, sale in enumerate(sales[:count])]
        with CaptureQueriesContext(connection) as captured, time_machine.travel(NOW, tick=False):
            found = bulk.check(rows=rows, actor=pro)
        assert all(one.is_begun for one in found)
        return len(captured)

    for sale in sales:
        begun(sale, pro)
    queries(1)  # parses the policy
    assert queries(2) == queries(20)


def test_good_row_is_a_claim_with_its_verdict(sales: list[LeadSale], pro: User) -> None:
    [one] = checked(pro, row(sales[0]))
    assert one.problems == ()
    assert one.verdict is not None
    assert (one.verdict.outcome, one.verdict.credit_cents) == ("investigate", 5000)
    assert one.claim == ReadyClaim(
        line=2,
        sale_uuid=sales[0].uuid,
        lead=sales[0].lead.reference,
        reason="incorrect_contact",
        explanation=make.EXPLANATION,
        details={"who_answered": "stranger"},
    )


def test_reason_and_answer_may_be_written_as_the_portal_words_them(
    sales: list[LeadSale], pro: User
) -> None:
    reason = load_preset("conxpros").reason("incorrect_contact")
    assert reason is not None
    detail = reason.details[0]
    label = detail.choice_labels["stranger"].upper()
    [claim] = ready(pro, row(sales[0], reason=reason.label, details={detail.name: label}))
    assert (claim.reason, claim.details) == ("incorrect_contact", {"who_answered": "stranger"})


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reference": ""}, "Give the number of the lead."),
        ({"reference": "H-0"}, "There is no lead of the number H-0 in your account."),
        ({"reason": "bad_mood"}, "Choose one of the reasons of this program."),
        ({"reason": ""}, "Choose one of the reasons of this program."),
        ({"explanation": "Bad."}, "Tell us what happened in at least 20 characters"),
        ({"explanation": "Bad. " * 1001}, "Keep it to 5000."),
        ({"reason": "wrong_category", "details": {}}, "Answer this: What category is it really?"),
        ({"details": {"who_answered": "a horse"}}, "Choose one of the answers to: "),
        ({"problem": "The quotation marks"}, "The quotation marks"),
    ],
)
@pytest.mark.covers("X34")
def test_bad_row_says_what_the_portal_says(
    sales: list[LeadSale], pro: User, changes: dict[str, Any], sentence: str
) -> None:
    changes = changes | ({"reference": ""} if "problem" in changes else {})
    [bad, good] = checked(pro, row(sales[0], **changes), row(sales[1], line=3))
    assert bad.claim is None
    assert sentence in " ".join(bad.problems)
    assert good.claim is not None


@pytest.mark.covers("L5", "X34")
def test_row_for_a_lead_whose_window_closed_says_so_and_nothing_else(
    sales: list[LeadSale], pro: User
) -> None:
    late = SOLD_AT + timedelta(days=30)
    [bad] = checked(pro, row(sales[0], explanation="Bad.", details={}), at=late)
    assert bad.claim is None
    assert len(bad.problems) == 1
    with time_machine.travel(late, tick=False), pytest.raises(file.ClaimRefused) as refusal:
        file.file_claim(
            sale_uuid=sales[0].uuid,
            actor=pro,
            command_id=uuid4(),
            reason="incorrect_contact",
            explanation=make.EXPLANATION,
            details={"who_answered": "stranger"},
        )
    assert bad.problems[0] == str(refusal.value)


@pytest.mark.covers("C26")
def test_lead_that_was_requested_names_its_request(sales: list[LeadSale], pro: User) -> None:
    filed = in_review(sales[0], pro)
    [bad] = checked(pro, row(sales[0]))
    assert (bad.claim, bad.live) == (None, filed.reference)
    assert bad.problems == [file.already_sentence(filed)]


@pytest.mark.covers("C26")
def test_second_row_for_a_lead_names_the_first(sales: list[LeadSale], pro: User) -> None:
    first, second = checked(pro, row(sales[0]), row(sales[0], line=7))
    assert first.claim is not None
    assert second.claim is None
    assert second.problems == [
        "Line 2 of the file is for this lead already. A lead is claimed once."
    ]


@pytest.mark.covers("C26")
@pytest.mark.parametrize(
    ("slip", "told"),
    [
        ({"reason": "bad_mood"}, "Choose one of the reasons of this program."),
        ({"explanation": "Bad."}, "Tell us what happened in at least 20 characters"),
        ({"reason": "changed_mind", "details": {}}, "changed their mind” is not refunded"),
    ],
    ids=["no reason", "too short", "would be declined"],
)
def test_a_bad_row_bars_no_good_one_of_its_lead(
    sales: list[LeadSale], pro: User, slip: dict[str, Any], told: str
) -> None:
    bad, good, again = checked(
        pro, row(sales[0], **slip), row(sales[0], line=3), row(sales[0], line=4)
    )
    assert bad.claim is None
    assert told in bad.problems[0]
    assert good.claim is not None
    assert (good.claim.line, good.claim.sale_uuid) == (3, sales[0].uuid)
    assert again.claim is None
    assert again.problems == [
        "Line 3 of the file is for this lead already. A lead is claimed once."
    ]


def test_two_bad_rows_of_a_lead_each_say_what_is_wrong(sales: list[LeadSale], pro: User) -> None:
    both = checked(pro, row(sales[0], reason="bad_mood"), row(sales[0], line=3, explanation="Bad."))
    assert [one.claim for one in both] == [None, None]
    assert both[0].problems == ["Choose one of the reasons of this program."]
    assert "at least 20 characters" in both[1].problems[0]


def test_lead_of_somebody_else_is_as_unknown_as_none(
    sales: list[LeadSale], pro: User, other_pro: User, manager: User, stranger: User
) -> None:
    told = f"There is no lead of the number {sales[0].lead.reference} in your account."
    for user in (other_pro, manager, stranger):
        [bad] = checked(user, row(sales[0]))
        assert (bad.sale, bad.claim, bad.problems) == (None, None, [told])


def test_lead_that_has_left_the_account_is_unknown(sales: list[LeadSale], pro: User) -> None:
    LeadSale.objects.filter(pk=sales[0].pk).update(detached_at=NOW)
    [bad] = checked(pro, row(sales[0]))
    assert (bad.sale, bad.claim) == (None, None)


def test_claim_that_would_be_declined_is_not_sent_by_the_way(
    sales: list[LeadSale], pro: User
) -> None:
    [bad] = checked(pro, row(sales[0], reason="non_contact", details={}))
    assert (bad.claim, bad.would_decline) == (None, True)
    assert bad.problems


def test_number_of_rows_costs_no_query(sales: list[LeadSale], pro: User) -> None:
    def queries(count: int) -> int:
        rows = [row(sale, line) for line, sale in enumerate(everyone[:count], 2)]
        bad = row(everyone[0], 99, reason="other_services", details={})
        with CaptureQueriesContext(connection) as captured:
            found = checked_at_once([*rows, bad], pro)
        assert [one.claim is not None for one in found] == [True] * count + [False]
        return len(captured)

    def checked_at_once(rows: list[ClaimRow], actor: User) -> list[CheckedRow]:
        with time_machine.travel(NOW, tick=False):
            return bulk.check(rows=rows, actor=actor)

    more = [LeadSaleFactory.create(pro=sales[0].pro, sold_at=SOLD_AT) for _number in range(30)]
    everyone = [*sales, *more]
    queries(1)  # parses the policy
    assert queries(3) == queries(50)
