import pytest

from accounts.models import Transfer, User
from leads.models import LeadSale
from refunds.models import RefundRequest
from tests.admin.pages import (
    LOOK_AGAIN,
    assert_promises_nothing,
    balance,
    last_event,
    last_mail,
    page,
)
from tests.conftest import SignedIn
from tests.factories import refunds
from tests.factories.accounts import UserFactory
from tests.refunds import credits
from tests.snapshots import everything


@pytest.mark.covers("C5", "C7")
def test_approving_credits_the_price_and_writes_the_letter(
    browser: SignedIn, sale: LeadSale, pro: User, agent: User
) -> None:
    case = refunds.supported(sale, pro, agent)

    answer = browser.post(
        page(case, "approve"), {"version": case.version, "note": "Sorry for the trouble."}
    )

    assert (answer.status_code, answer["Location"]) == (302, page(case))
    case = refunds.again(case)
    assert case.state == "approved"
    assert case.decided_by == agent
    assert case.decision_note == "Sorry for the trouble."
    assert balance(case) == 100_000
    assert Transfer.objects.get(kind="refund_credit").amount_cents == 5_000
    assert last_event(case).kind == "approved"
    assert (last_mail(case).kind, last_mail(case).to) == ("decision", pro.email)


def test_the_case_says_what_happened(
    browser: SignedIn, sale: LeadSale, pro: User, agent: User
) -> None:
    case = refunds.supported(sale, pro, agent)

    answer = browser.post(page(case, "approve"), {"version": case.version}, follow=True)

    sentence = (
        f"{case.reference} is approved: $50.00 went back to {case.pro}. "
        f"The letter goes to {pro.email}."
    )
    assert [str(message) for message in answer.context["messages"]] == [sentence]


def test_the_page_shows_what_will_happen_and_changes_nothing(
    browser: SignedIn, sale: LeadSale, pro: User, agent: User
) -> None:
    case = refunds.supported(sale, pro, agent)
    before = everything()

    answer = browser.get(page(case, "approve"))

    assert answer.context["money"] == {
        "amount": "$50.00",
        "wallet": "Paid funds",
        "before": "$950.00",
        "after": "$1,000.00",
        "below_zero": False,
    }
    assert "Approve and credit $50.00" in answer.text
    assert everything() == before


@pytest.mark.parametrize(
    ("program", "reason", "besides"),
    [
        (
            "pro360",
            "recruitment",
            [
                "The contact is shut out: no more leads come from it.",
                "Other pros who bought from this contact are proposed for a credit.",
            ],
        ),
        (
            "legalplan",
            "wrong_number",
            ["The lead leaves the pro's account, with the contact's details."],
        ),
        ("conxpros", "do_not_call", ["The contact is marked as not to be called."]),
    ],
)
def test_the_page_says_what_becomes_of_the_lead_and_its_contact(
    program: str, reason: str, besides: list[str], browser: SignedIn, agent: User
) -> None:
    market = credits.program_of(program)
    company = credits.pro_of(market, UserFactory.create())
    sale = credits.sold(credits.contact_of(market), company)
    case = credits.supported(credits.claimed(sale, reason), agent).request

    assert browser.get(page(case, "approve")).context["besides"] == besides


def test_without_a_finding_the_page_says_why_and_offers_no_button(
    browser: SignedIn, sale: LeadSale, pro: User
) -> None:
    case = refunds.investigating(sale, pro)

    answer = browser.get(page(case, "approve"))

    assert "a finding of the team&#x27;s own that supports the claim" in answer.text
    assert "<textarea" not in answer.text
    assert "Approve and credit" not in answer.text


@pytest.mark.covers("L11")
def test_without_a_finding_a_forged_approval_is_refused(
    browser: SignedIn, sale: LeadSale, pro: User
) -> None:
    case = refunds.investigating(sale, pro)
    before = everything()

    answer = browser.post(
        page(case, "approve"), {"version": case.version, "note": "Half a page of words."}
    )

    assert answer.status_code == 422
    assert "The policy doesn&#x27;t approve this yet." in answer.text
    assert LOOK_AGAIN not in answer.text
    assert "You had written:" in answer.text
    assert "Half a page of words." in answer.text
    assert everything() == before


def test_a_page_that_was_overtaken_is_refused(
    browser: SignedIn, sale: LeadSale, pro: User, agent: User
) -> None:
    case = refunds.supported(sale, pro, agent)
    before = everything()

    answer = browser.post(
        page(case, "approve"), {"version": case.version - 1, "note": "Half a page of words."}
    )

    assert answer.status_code == 409
    assert "Nothing was done. Look at it again before you go on." in answer.text
    assert LOOK_AGAIN in answer.text
    assert "You had written:" in answer.text
    assert "Half a page of words." in answer.text
    assert_promises_nothing(answer.text)
    assert everything() == before


def test_a_second_click_is_an_answer_and_no_second_credit(
    browser: SignedIn, sale: LeadSale, pro: User, agent: User
) -> None:
    case = refunds.supported(sale, pro, agent)
    browser.post(page(case, "approve"), {"version": case.version})
    before = everything()

    answer = browser.post(page(case, "approve"), {"version": case.version})

    assert answer.status_code == 409
    assert_promises_nothing(answer.text)
    assert everything() == before


def test_a_form_without_its_version_is_refused(
    browser: SignedIn, sale: LeadSale, pro: User, agent: User
) -> None:
    case = refunds.supported(sale, pro, agent)
    before = everything()

    for version in ("", "-1", "x", "1e9"):
        answer = browser.post(page(case, "approve"), {"version": version})

        assert answer.status_code == 422
        assert "This page came back incomplete." in answer.text
    assert everything() == before


def test_a_decided_request_leads_back_to_its_case(
    browser: SignedIn, sale: LeadSale, pro: User, agent: User
) -> None:
    case: RefundRequest = refunds.approved(sale, pro, agent)

    answer = browser.get(page(case, "approve"), follow=True)

    assert answer.redirect_chain == [(page(case), 302)]
    assert "the request is “Approved” now" in answer.text
