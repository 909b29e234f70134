"""Rows that an import does not take, and why."""

from pathlib import Path

import pytest
from django.utils import timezone

from accounts.models import ServicePro
from leads.models import Contact, LeadSale
from leads.services.intake import Summary
from tests.factories.accounts import ProgramFactory, ServiceProFactory
from tests.factories.leads import (
    CategoryFactory,
    ContactFactory,
)
from tests.leads.imports.steps import NOT_COVERED, add_pro, balance, facts, load
from tests.leads.sales_csv import row


def assert_refused(folder: Path, column: str, reason: str, **changes: str) -> None:
    before = facts()
    summary, report = load(folder, row(**changes))
    assert summary == Summary(read=1, bad=1)
    assert report == [(2, column, reason)]
    assert facts() == before


@pytest.mark.parametrize(
    ("column", "thing"), [("seller", "seller"), ("category", "category"), ("pro", "pro")]
)
def test_reference_data_that_is_unknown(
    roofer: ServicePro, tmp_path: Path, column: str, thing: str
) -> None:
    reason = f"The program has no {thing} with this code."
    assert_refused(tmp_path, column, reason, **{column: "X-9"})


def test_another_programs_pro_is_unknown(roofer: ServicePro, tmp_path: Path) -> None:
    elsewhere = ProgramFactory.create(code="aiqoo")
    ServiceProFactory.create(program=elsewhere, code="P-9")
    assert_refused(tmp_path, "pro", "The program has no pro with this code.", pro="P-9")


def test_a_pro_without_a_campaign(roofer: ServicePro, tmp_path: Path) -> None:
    ServiceProFactory.create(program=roofer.program, code="P-2")
    assert_refused(tmp_path, "pro", "The pro has no campaign.", pro="P-2")


def test_a_price_beyond_the_wallet(roofer: ServicePro, tmp_path: Path) -> None:
    assert_refused(tmp_path, "price", NOT_COVERED, price="1000.01")


def test_a_price_that_only_both_funds_together_cover(roofer: ServicePro, tmp_path: Path) -> None:
    add_pro("P-2", paid_cents=3_000, bonus_cents=3_000)
    assert_refused(tmp_path, "price", NOT_COVERED, pro="P-2", price="50.00")


@pytest.mark.covers("P17")
def test_a_terminated_contact_creates_no_lead(roofer: ServicePro, tmp_path: Path) -> None:
    ContactFactory.create(
        program=roofer.program, phone="+14045550142", terminated_at=timezone.now()
    )
    reason = "This contact was terminated and creates no more leads (P17)."
    assert_refused(tmp_path, "phone", reason)


@pytest.mark.covers("P17", "L24")
@pytest.mark.parametrize("left", ["terminated", "gave_back"])
@pytest.mark.parametrize(
    ("back", "column"),
    [
        ({"email": ""}, "phone"),
        ({"email": "another@example.com"}, "phone"),
        ({"phone": ""}, "email"),
        ({"phone": "404 555 0143"}, "email"),
    ],
    ids=["phone_only", "other_email", "email_only", "other_phone"],
)
def test_who_left_is_known_again_by_phone_or_email(
    roofer: ServicePro, tmp_path: Path, back: dict[str, str], column: str, left: str
) -> None:
    load(tmp_path, row(lead_ref="L-0"))
    if left == "terminated":
        Contact.objects.update(terminated_at=timezone.now())
    else:
        LeadSale.objects.update(detached_at=timezone.now())
    reason = {
        "terminated": "This contact was terminated and creates no more leads (P17).",
        "gave_back": (
            "A lead of this contact was refunded to this pro and left its account; a new one goes "
            "to another pro (L24)."
        ),
    }[left]

    summary, problems = load(tmp_path, row(lead_ref="L-1", **back))

    assert summary == Summary(1, bad=1)
    assert [tuple(problem[1:]) for problem in problems] == [(column, reason)]
    assert LeadSale.objects.count() == 1


@pytest.mark.covers("P17", "L24")
def test_who_left_is_somebody_else_in_another_program(roofer: ServicePro, tmp_path: Path) -> None:
    elsewhere = ProgramFactory.create(code="aiqoo")
    ContactFactory.create(
        program=elsewhere,
        phone="+14045550142",
        email=row()["email"],
        terminated_at=timezone.now(),
    )

    assert load(tmp_path, row()) == (Summary(1, added=1), [])


def test_a_contact_terminated_later_leaves_the_sale_known(
    roofer: ServicePro, tmp_path: Path
) -> None:
    load(tmp_path, row())
    Contact.objects.update(terminated_at=timezone.now())
    assert load(tmp_path, row()) == (Summary(1, already_there=1), [])


@pytest.mark.parametrize(
    ("column", "value"), [("price", "52.51"), ("sold_at", "2026-03-02T09:00:31-05:00")]
)
def test_a_known_sale_with_other_facts(
    roofer: ServicePro, tmp_path: Path, column: str, value: str
) -> None:
    load(tmp_path, row())
    reason = "The sale is known with another value here; it was not changed."
    assert_refused(tmp_path, column, reason, **{column: value})


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("category", "plumbing"),
        ("postal_code", "30302"),
        ("phone", "404 555 0143"),
        ("phone", ""),
        ("street", "14 Peach Street"),
        ("kind", "live_call"),
        ("submitted_at", "2026-03-02T08:00:00-05:00"),
        ("job_date", "2026-03-05"),
    ],
)
@pytest.mark.parametrize("to", ["P-1", "P-2"])
def test_a_known_lead_with_other_facts(
    roofer: ServicePro, tmp_path: Path, column: str, value: str, to: str
) -> None:
    CategoryFactory.create(program=roofer.program, code="plumbing")
    add_pro("P-2")
    load(tmp_path, row())
    reason = "The lead is known with another value here; it was not changed."
    assert_refused(tmp_path, column, reason, pro=to, **{column: value})


def test_rows_of_one_file_disagree(roofer: ServicePro, tmp_path: Path) -> None:
    summary, report = load(tmp_path, row(), row(price="60"), row(postal_code="30302"))
    assert summary == Summary(3, added=1, bad=2)
    assert [(line, column) for line, column, _ in report] == [(3, "price"), (4, "postal_code")]
    assert balance(roofer) == 94_750
