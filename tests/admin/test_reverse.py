import pytest

from refunds.models import RefundRequest
from tests.admin.pages import assert_promises_nothing, balance, last_event, last_mail, page
from tests.conftest import SignedIn
from tests.factories import refunds
from tests.snapshots import everything

REASON = "The contact hired the pro after all."


@pytest.mark.covers("C42")
def test_reversing_takes_the_credit_back(browser: SignedIn, approved: RefundRequest) -> None:
    answer = browser.post(
        page(approved, "reverse"), {"version": approved.version, "reason": REASON}, follow=True
    )

    assert answer.redirect_chain == [(page(approved), 302)]
    assert f"$50.00 was taken back from {approved.pro}." in answer.text
    assert refunds.again(approved).state == "reversed"
    assert balance(approved) == 95_000
    assert last_event(approved).data == {
        "reason": REASON,
        "amount_cents": 5_000,
        "at_wish": False,
        "had_left": False,
    }
    assert last_mail(approved).kind == "reversal"


def test_the_page_shows_the_balance_after(browser: SignedIn, approved: RefundRequest) -> None:
    before = everything()

    money = browser.get(page(approved, "reverse")).context["money"]

    assert (money["before"], money["after"]) == ("$1,000.00", "$950.00")
    assert everything() == before


def test_a_reversal_without_a_reason_is_refused(browser: SignedIn, approved: RefundRequest) -> None:
    before = everything()

    answer = browser.post(page(approved, "reverse"), {"version": approved.version, "reason": " "})

    assert answer.status_code == 422
    assert "Say why the credit is taken back: the pro will read it." in answer.text
    assert everything() == before


def test_a_page_that_was_overtaken_is_refused(browser: SignedIn, approved: RefundRequest) -> None:
    before = everything()

    answer = browser.post(
        page(approved, "reverse"), {"version": approved.version - 1, "reason": REASON}
    )

    assert answer.status_code == 409
    assert "Nothing was done. Look at it again before you go on." in answer.text
    assert "You had written:" in answer.text
    assert REASON in answer.text
    assert_promises_nothing(answer.text)
    assert everything() == before


def test_what_was_never_credited_is_not_reversed(browser: SignedIn, case: RefundRequest) -> None:
    before = everything()

    answer = browser.post(page(case, "reverse"), {"version": case.version, "reason": REASON})

    assert answer.status_code == 409
    assert everything() == before
