"""The page on which a verifier approves against the contact's word."""

import pytest
from django.utils import timezone

from accounts.models import User
from leads.models import LeadSale
from refunds.models import Finding, RefundRequest
from tests.admin.pages import balance, last_event, page
from tests.conftest import SignedIn
from tests.factories import refunds
from tests.snapshots import everything

QUESTION = "Why is it approved against the contact&#x27;s word?"
REASON = "The carrier wrote that the line was dead until Monday."
Kind, Result = Finding.Kind, Finding.Result


@pytest.fixture
def contradicted(sale: LeadSale, pro: User, agent: User) -> RefundRequest:
    """A claim that our records support and the contact contradicts."""
    case = refunds.investigating(sale, pro)
    find(case, agent, Kind.HISTORY, Result.SUPPORTS)
    find(case, agent, Kind.CONTACT_CALL, Result.CONTRADICTS)
    return case


def find(case: RefundRequest, agent: User, kind: Finding.Kind, result: Finding.Result) -> None:
    Finding.objects.create(
        request=case, kind=kind, result=result, note="Found.", author=agent, at=timezone.now()
    )


@pytest.mark.covers("L13")
def test_page_asks_for_a_reason_and_says_what_it_means(
    browser: SignedIn, contradicted: RefundRequest
) -> None:
    before = everything()

    answer = browser.get(page(contradicted, "approve"))

    assert answer.text.count(QUESTION) == 1
    assert "What the contact tells us is usually final." in answer.text
    assert "Approve and credit $50.00" in answer.text
    assert everything() == before


@pytest.mark.covers("L13")
def test_reason_approves_and_stands_on_the_case(
    browser: SignedIn, contradicted: RefundRequest
) -> None:
    answer = browser.post(
        page(contradicted, "approve"),
        {"version": contradicted.version, "override": REASON, "note": ""},
        follow=True,
    )

    assert answer.redirect_chain == [(page(contradicted), 302)]
    assert (refunds.again(contradicted).state, balance(contradicted)) == ("approved", 100_000)
    assert last_event(contradicted).data["override"] == REASON
    assert f"The contact told the team otherwise, which was set aside: {REASON}" in answer.text


@pytest.mark.covers("L13")
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("", "Say why it is approved against the contact"),
        ("No.", "at least 20 characters: the pro"),
    ],
)
def test_reason_that_is_none_is_refused(
    words: str, sentence: str, browser: SignedIn, contradicted: RefundRequest
) -> None:
    before = everything()

    form = {"version": contradicted.version, "override": words, "note": ""}
    answer = browser.post(page(contradicted, "approve"), form)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert everything() == before


@pytest.mark.covers("L13")
@pytest.mark.parametrize("found", ["support alone", "contradiction alone"])
def test_other_claims_have_no_such_question(
    found: str, browser: SignedIn, sale: LeadSale, pro: User, agent: User
) -> None:
    if found == "support alone":
        case = refunds.supported(sale, pro, agent)
    else:
        case = refunds.investigating(sale, pro)
        find(case, agent, Kind.CONTACT_CALL, Result.CONTRADICTS)
    before = everything()

    assert QUESTION not in browser.get(page(case, "approve")).text
    if found == "contradiction alone":
        form = {"version": case.version, "override": REASON, "note": ""}
        assert browser.post(page(case, "approve"), form).status_code == 422
        assert everything() == before
