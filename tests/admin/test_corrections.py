"""Dismissing a proposed correction in the admin (X22)."""

import pytest

from accounts.models import User
from leads.models import LeadSale
from refunds.models import RefundRequest
from refunds.services import corrections
from tests.admin.pages import balance, last_event, page
from tests.conftest import SignedIn
from tests.factories import refunds
from tests.factories.accounts import UserFactory
from tests.snapshots import everything

REASON = "The call log that the pro sent was forged."
WHOLE = "The phone company sent the same log."


@pytest.fixture
def case(sale: LeadSale, pro: User, agent: User, manager: User) -> RefundRequest:
    """A final credit that the agent proposed to take back."""
    final = refunds.final_approved(sale, pro, agent, manager)
    corrections.propose(
        reference=final.reference, actor=agent, expected_version=final.version, reason=REASON
    )
    return refunds.again(final)


@pytest.fixture
def root(db: None) -> User:
    """An administrator."""
    return UserFactory.create(is_staff=True, is_superuser=True)


def dismissal(case: RefundRequest, **data: object) -> dict[str, object]:
    return {"version": case.version, "reason": WHOLE, **data}


@pytest.mark.covers("X22")
def test_administrator_reads_what_was_found_and_dismisses_it(
    case: RefundRequest, root: User
) -> None:
    browser, address = SignedIn(root), page(case, "dismiss_correction")
    shown = browser.get(address)
    assert REASON in shown.text
    assert "Nothing moves: $50.00 stays with" in shown.text

    answer = browser.post(address, dismissal(case), follow=True)

    assert answer.redirect_chain == [(page(case), 302)]
    assert f"Dismissed: $50.00 stays with {case.pro}." in answer.text
    assert WHOLE in answer.text
    assert balance(case) == 100_000
    assert (last_event(case).kind, last_event(case).data) == ("dismissed", {"reason": WHOLE})
    assert "Propose a correction…" in answer.text
    assert "Confirm the correction…" not in answer.text


@pytest.mark.covers("X22")
def test_the_way_there_is_shown_to_whom_it_is_open(
    case: RefundRequest, agent: User, other_agent: User, root: User
) -> None:
    ways = {
        who: "Dismiss the correction…" in SignedIn(who).get(page(case)).text
        for who in (agent, other_agent, root)
    }

    assert ways == {agent: True, other_agent: False, root: True}


def test_colleague_is_told_who_can(case: RefundRequest, other_agent: User) -> None:
    before = everything()

    answer = SignedIn(other_agent).post(page(case, "dismiss_correction"), dismissal(case))

    assert answer.status_code == 422
    assert "Only an administrator, or who proposed the correction, can dismiss it." in answer.text
    assert WHOLE in answer.text
    assert everything() == before


def test_dismissal_without_a_reason_is_refused(case: RefundRequest, root: User) -> None:
    before = everything()

    answer = SignedIn(root).post(page(case, "dismiss_correction"), dismissal(case, reason=" "))

    assert answer.status_code == 422
    assert "Say why the credit stays: colleagues will read it." in answer.text
    assert everything() == before


def test_page_that_was_overtaken_dismisses_nothing(case: RefundRequest, root: User) -> None:
    browser, address = SignedIn(root), page(case, "dismiss_correction")
    browser.post(address, dismissal(case))
    before = everything()

    answer = browser.post(address, dismissal(case))

    assert answer.status_code == 409
    assert "Nothing was done. Look at it again before you go on." in answer.text
    assert WHOLE in answer.text
    assert everything() == before


def test_dismissed_correction_waits_no_more(case: RefundRequest, root: User) -> None:
    browser, queue = SignedIn(root), "/admin/refunds/refundrequest/?state=suspected"
    assert case.reference in browser.get(queue).text

    browser.post(page(case, "dismiss_correction"), dismissal(case))

    assert case.reference not in browser.get(queue).text


@pytest.mark.covers("X22")
def test_pro_learns_nothing_of_a_dismissal(case: RefundRequest, pro: User, root: User) -> None:
    SignedIn(root).post(page(case, "dismiss_correction"), dismissal(case))

    shown = SignedIn(pro).get(f"/requests/{case.reference}/").text

    assert "Your appeal succeeded: $50.00 is on your balance." in shown
    for word in (WHOLE, REASON, "dismissed"):
        assert word not in shown
