"""Several claims by one file: how it is read, what is said of each row, and what is filed."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import ServicePro, User
from leads.models import LeadSale
from leads.services.csv_rows import FileRefused
from refunds.models import ClaimDraft, OutboundMail, RefundRequest, State
from refunds.policy.document import load_preset
from refunds.services import bulk, claims_file, drafts, file
from refunds.services.bulk import CheckedRow, ReadyClaim
from refunds.services.claims_file import ClaimRow
from tests.factories import refunds as make
from tests.factories.accounts import MembershipFactory
from tests.factories.leads import LeadSaleFactory
from tests.snapshots import everything

pytestmark = pytest.mark.django_db

SOLD_AT = datetime(2026, 3, 2, 14, tzinfo=UTC)  # a Monday, 09:00 in the program's zone
NOW = SOLD_AT + timedelta(hours=2)
HEADER = "reference,reason,explanation,who_answered\n"
NAMES = ("who_answered", "corrected_category")


@pytest.fixture
def sales(pro_company: ServicePro) -> list[LeadSale]:
    """Twenty leads of the pro's, sold on Monday."""
    make.PolicyVersionFactory.create(program=pro_company.program)
    return [LeadSaleFactory.create(pro=pro_company, sold_at=SOLD_AT) for _number in range(20)]


def row(sale: LeadSale | str, line: int = 2, **changes: Any) -> ClaimRow:  # noqa: ANN401 (any column)
    """Return a good row for a lead."""
    reference = sale if isinstance(sale, str) else sale.lead.reference
    filled: dict[str, Any] = {
        "reference": reference,
        "reason": "incorrect_contact",
        "explanation": make.EXPLANATION,
        "details": {"who_answered": "stranger"},
    }
    return ClaimRow(line, **(filled | changes))


def checked(actor: User, *rows: ClaimRow, at: datetime = NOW) -> list[CheckedRow]:
    """Check rows at a moment; that changes nothing."""
    before = everything()
    with time_machine.travel(at, tick=False):
        found = bulk.check(rows=rows, actor=actor)
    assert everything() == before
    return found


def ready(actor: User, *rows: ClaimRow) -> list[ReadyClaim]:
    """Return the claims of rows that are all good."""
    claims = [one.claim for one in checked(actor, *rows)]
    assert None not in claims
    return [claim for claim in claims if claim]


def in_review(sale: LeadSale, actor: User) -> RefundRequest:
    with time_machine.travel(NOW, tick=False):
        return make.investigating(sale, actor)


def send(actor: User, claims: list[ReadyClaim], upload: UUID) -> list[bulk.SentRow]:
    with time_machine.travel(NOW, tick=False):
        return bulk.send(upload=upload, actor=actor, claims=claims)


def begun(sale: LeadSale, actor: User) -> ClaimDraft:
    with time_machine.travel(NOW, tick=False):
        return drafts.keep(sale_uuid=sale.uuid, actor=actor, reason="incorrect_contact")


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


def read(text: str | bytes, country: str = "US") -> claims_file.ClaimsFile:
    content = text.encode() if isinstance(text, str) else text
    return claims_file.read(content, country=country, details=NAMES)


WRITTEN = f"{HEADER}H-1,incorrect_contact,“Nobody” called José lives there.,stranger\n"


@pytest.mark.parametrize(
    "content",
    [
        WRITTEN.encode(),
        WRITTEN.encode("utf-8-sig"),
        WRITTEN.encode("utf-16"),
        WRITTEN.encode("utf-16-le"),
        WRITTEN.encode("utf-16-be"),
        WRITTEN.encode("cp1252"),
        WRITTEN.replace(",", ";").encode(),
        WRITTEN.replace(",", "\t").encode("utf-16"),
        WRITTEN.replace("\n", "\r\n").encode(),
        WRITTEN.replace("reference", " Reference ").encode(),
        b"\n\n" + WRITTEN.encode() + b",,,\n",
    ],
)
@pytest.mark.covers("X31")
def test_file_is_read_whatever_program_saved_it(content: bytes) -> None:
    found = read(content)
    assert [
        (one.reference, one.reason, one.explanation, dict(one.details)) for one in found.rows
    ] == [
        (
            "H-1",
            "incorrect_contact",
            "“Nobody” called José lives there.",
            {"who_answered": "stranger"},
        )
    ]
    assert found.unused == []


@pytest.mark.parametrize("country", ["TW", "US"])
def test_old_file_from_taiwan_is_read(country: str) -> None:
    content = f"{HEADER}H-1,incorrect_contact,電話是別人的,stranger\n".encode("cp950")
    assert read(content, country).rows[0].explanation == "電話是別人的"


def test_rows_that_nobody_filled_in_are_left_out_and_strange_columns_named() -> None:
    found = read(
        "reference,reason,explanation,notes,contact\nH-1,,,,Ann\nH-2,duplicate,Twice,my own,Bob\n"
    )
    assert [(one.line, one.reference) for one in found.rows] == [(3, "H-2")]
    assert found.unused == ["notes"]


def test_apostrophe_of_the_template_is_taken_away_again() -> None:
    assert read(f"{HEADER}'=H-1,duplicate,Twice,\n").rows[0].reference == "=H-1"
    assert read(f"{HEADER}'H-1,duplicate,Twice,\n").rows[0].reference == "'H-1"


@pytest.mark.parametrize(
    "broken",
    ['H-1,duplicate,"never closed,', f"H-1,duplicate,{'x' * 131_073},", "H-1,a,b,c,d,e"],
)
def test_row_that_can_not_be_read_is_named_and_keeps_no_other_back(broken: str) -> None:
    found = read(f"{HEADER}{broken}\nH-2,duplicate,Twice,\n")
    assert [(one.line, bool(one.problem), one.reference) for one in found.rows] == [
        (2, True, ""),
        (3, False, "H-2"),
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"reason,explanation\n", "this one is missing: reference."),
        (b"a;b\n", "these are missing: reference, reason, explanation."),
        (b"reference,reason,explanation,reason\n", "A column is there twice: reason."),
        (HEADER.encode(), "No row of the file gives a reason and says what happened."),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "This is no table of text."),
        (b"PK\x03\x04\x14\x00\x06\x00", "This is no table of text."),
        (b"\xff\xd8\xff\xe0" + b"0" * (1024 * 1024 + 1), "This is no table of text."),
        (b"\xff\xfea", "can't be read"),
        (b"x" * (1024 * 1024 + 1), "The file is larger than 1 MB. Send it in parts."),
        (
            (HEADER + "H-1,duplicate,Twice,\n" * 501).encode(),
            "The file has more than 500 rows. Send it in parts.",
        ),
    ],
)
def test_file_that_no_row_can_be_used_of_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(FileRefused) as refusal:
        read(content)
    assert sentence in str(refusal.value)


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


@pytest.mark.covers("L5", "X35")
def test_each_row_is_filed_by_itself_and_once(sales: list[LeadSale], pro: User) -> None:
    claims = ready(pro, *(row(sale, line) for line, sale in enumerate(sales[:17], 2)))
    upload = uuid4()
    sent = send(pro, claims, upload)
    filed = list(bulk.sent_in(upload, pro))
    assert [one.sale for one in filed] == sales[:17]
    assert [one.reference for one in sent] == [one.reference for one in filed]
    assert {(one.channel, one.state, one.filed_by) for one in filed} == {
        ("csv", State.INVESTIGATING, pro)
    }
    assert OutboundMail.objects.filter(event__request__in=filed).count() == 17

    before = everything()
    assert send(pro, claims, upload) == sent
    assert everything() == before


def test_row_that_was_overtaken_keeps_no_other_back(sales: list[LeadSale], pro: User) -> None:
    claims = ready(pro, *(row(sale, line) for line, sale in enumerate(sales[:3], 2)))
    LeadSale.objects.filter(pk=sales[0].pk).update(detached_at=NOW)
    there = in_review(sales[1], pro)
    sent = send(pro, claims, uuid4())
    assert [(one.line, one.refusal) for one in sent] == [
        (2, f"There is no lead of the number {sales[0].lead.reference} in your account."),
        (3, file.already_sentence(there)),
        (4, ""),
    ]
    assert RefundRequest.objects.filter(channel="csv").get().sale == sales[2]


@pytest.mark.covers("X34")
def test_row_that_came_too_late_meanwhile_is_refused_not_declined(
    sales: list[LeadSale], pro: User
) -> None:
    claims = ready(pro, row(sales[0]))
    before = everything()
    with time_machine.travel(SOLD_AT + timedelta(days=30), tick=False):
        [sent] = bulk.send(upload=uuid4(), actor=pro, claims=claims)
    assert sent.reference == ""
    assert sent.refusal
    assert everything() == before


def test_upload_holds_only_what_its_sender_filed_by_it(sales: list[LeadSale], pro: User) -> None:
    upload, colleague = uuid4(), MembershipFactory.create(pro=sales[0].pro).user
    send(colleague, ready(colleague, row(sales[0])), upload)
    with time_machine.travel(NOW, tick=False):
        file.file_claim(
            sale_uuid=sales[1].uuid,
            actor=pro,
            command_id=uuid5(upload, "1"),
            reason="incorrect_contact",
            explanation=make.EXPLANATION,
            details={"who_answered": "stranger"},
        )

    assert list(bulk.sent_in(upload, pro)) == []
    assert [one.sale for one in bulk.sent_in(upload, colleague)] == [sales[0]]


def test_upload_of_a_colleague_shows_none_of_it(
    sales: list[LeadSale], pro: User, other_pro: User
) -> None:
    upload = uuid4()
    send(pro, ready(pro, row(sales[0])), upload)
    assert list(bulk.sent_in(upload, other_pro)) == []
