import pytest

from accounts.models import User
from leads.models import LeadSale
from refunds.models import Finding, RefundRequest
from refunds.policy.codes import TEAM_CODES
from refunds.services import decide, investigate
from tests.admin.pages import assert_promises_nothing, balance, last_event, last_mail, page
from tests.conftest import SignedIn
from tests.factories import refunds
from tests.snapshots import everything, refused

NOTE = "The number rings and the contact answered by name."


@pytest.mark.covers("C5")
def test_declining_moves_no_money_and_writes_the_letter(
    browser: SignedIn, sale: LeadSale, pro: User, agent: User
) -> None:
    case = refunds.investigating(sale, pro)

    answer = browser.post(
        page(case, "decline"),
        {"version": case.version, "codes": ["claim_not_supported"], "note": NOTE},
        follow=True,
    )

    assert answer.redirect_chain == [(page(case), 302)]
    assert f"The letter with the reasons goes to {pro.email}." in answer.text
    case = refunds.again(case)
    assert (case.state, case.decided_by, case.decision_note) == ("declined", agent, NOTE)
    assert balance(case) == 95_000
    assert last_event(case).data == {"codes": ["claim_not_supported"]}
    assert last_mail(case).kind == "decision"


@pytest.mark.covers("C6")
def test_a_decline_without_reasons_is_refused_by_the_form(
    browser: SignedIn, sale: LeadSale, pro: User
) -> None:
    case = refunds.investigating(sale, pro)
    before = everything()

    answer = browser.post(page(case, "decline"), {"version": case.version, "note": NOTE})

    assert answer.status_code == 422
    assert "Tick at least one reason: the pro must be told why." in answer.text
    assert NOTE in answer.text
    assert everything() == before


@pytest.mark.covers("C6")
def test_a_decline_without_reasons_is_refused_by_the_service(
    sale: LeadSale, pro: User, agent: User
) -> None:
    case = refunds.investigating(sale, pro)

    with refused(decide.NoGround):
        decide.decline(
            reference=case.reference,
            actor=agent,
            expected_version=case.version,
            codes=[],
            note=NOTE,
        )


@pytest.mark.parametrize(
    ("codes", "note"),
    [
        (["window_closed"], NOTE),
        (["recording_does_not_prove"], NOTE),
        (["claim_not_supported", "seller_refused"], NOTE),
        (["no_such_code"], NOTE),
        (["claim_not_supported"], "  "),
    ],
    ids=["clock", "recording", "seller", "unknown", "needs_a_note"],
)
def test_a_reason_that_does_not_hold_is_refused(
    browser: SignedIn, sale: LeadSale, pro: User, codes: list[str], note: str
) -> None:
    case = refunds.investigating(sale, pro)
    before = everything()

    answer = browser.post(
        page(case, "decline"), {"version": case.version, "codes": codes, "note": note}
    )

    assert answer.status_code == 422
    assert "errornote" in answer.text
    assert everything() == before


def test_what_the_policy_found_stands_first_and_is_ticked(
    browser: SignedIn, sale: LeadSale, pro: User, agent: User
) -> None:
    case = refunds.investigating(sale, pro)
    investigate.add_finding(
        reference=case.reference,
        actor=agent,
        expected_version=case.version,
        kind=Finding.Kind.CONTACT_CALL,
        result=Finding.Result.CONTRADICTS,
        note="She remembers the pro's call.",
    )

    form = browser.get(page(case, "decline")).context["form"]

    assert [box.data["value"] for box in form.found_boxes] == ["contact_contradicts"]
    assert [box.data["value"] for box in form.other_boxes] == list(TEAM_CODES)
    assert [box.data["selected"] for box in form.found_boxes] == [True]
    assert not any(box.data["selected"] for box in form.other_boxes)


def test_a_page_that_was_overtaken_is_refused(browser: SignedIn, sale: LeadSale, pro: User) -> None:
    case = refunds.investigating(sale, pro)
    before = everything()

    answer = browser.post(
        page(case, "decline"),
        {"version": case.version - 1, "codes": ["claim_not_supported"], "note": NOTE},
    )

    assert answer.status_code == 409
    assert "Nothing was done. Look at it again before you go on." in answer.text
    assert "You had written:" in answer.text
    assert NOTE in answer.text
    assert_promises_nothing(answer.text)
    assert everything() == before


def test_an_approved_case_promises_no_decline(browser: SignedIn, approved: RefundRequest) -> None:
    before = everything()

    answer = browser.post(page(approved, "decline"), {"version": approved.version})

    assert answer.status_code == 409
    assert "by Vera Verifier: now Approved (Approved)." in answer.text
    assert_promises_nothing(answer.text)
    assert everything() == before
