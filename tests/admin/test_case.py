from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from leads.models import LeadSale
from refunds.models import Evidence, Finding
from refunds.services import investigate
from tests.admin.pages import last_event, page
from tests.conftest import SignedIn
from tests.factories import refunds
from tests.factories.leads import ContactAttemptFactory, LeadSaleFactory
from tests.snapshots import everything

FINDING = {
    "kind": "contact_call",
    "result": "supports",
    "note": "Called the number: it belongs to somebody else.",
}


def test_everything_known_is_on_one_page(
    browser: SignedIn, sale: LeadSale, pro: User, agent: User
) -> None:
    LeadSaleFactory.create(
        pro=sale.pro,
        lead__contact=sale.lead.contact,
        lead__reference="L-EARLIER",
        sold_at=sale.sold_at - timedelta(days=60),
    )
    for by in ("pro", "team"):
        ContactAttemptFactory.create(sale=sale, by=by, logged_by=agent)
    case = refunds.supported(sale, pro, agent)
    file = Evidence.objects.create(
        request=case,
        file="x.png",
        original_name="call log.png",
        content_type="image/png",
        size=2048,
        sha256="0" * 64,
        uploaded_by=pro,
        uploaded_at=timezone.now(),
    )

    text = browser.get(page(case)).text

    for words in (
        "The details belong to another person",  # the reason, as the policy words it
        refunds.EXPLANATION,
        "Nothing has been established yet",  # at filing
        "A finding supports the claim.",  # now
        "What the contact told our team",  # and its source
        "Called the number: it belongs to somebody else.",
        sale.lead.contact.phone,
        "30301, 3031* (covers 30301)",
        "inside the window",
        "The verification team: call",
        "The pro: call",
        f'href="/evidence/{file.uuid}/"',
        "L-EARLIER",
        "Checked by the machine",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("make", "buttons"),
    [
        ("investigating", {"take", "add_finding", "ask", "approve", "decline"}),
        ("awaiting_pro", set()),
        ("approved", {"reverse"}),
        ("declined", set()),
        ("appealed", set()),
        ("reversed_", set()),
        ("withdrawn", set()),
    ],
)
def test_only_what_the_state_allows_is_offered(
    request: pytest.FixtureRequest, browser: SignedIn, make: str, buttons: set[str]
) -> None:
    names = ("sale", "pro") if make in ("investigating", "withdrawn") else ("sale", "pro", "agent")
    case = getattr(refunds, make)(*map(request.getfixturevalue, names))

    answer = browser.get(page(case))

    assert answer.status_code == 200
    assert {name for name, may in answer.context["may"].items() if may} == buttons
    assert {
        name for name in ("ask", "approve", "decline", "reverse") if page(case, name) in answer.text
    } == buttons - {"take", "add_finding"}
    assert ('<nav class="bar"' in answer.text) == bool(buttons)


def test_taking_makes_the_reader_the_holder(
    browser: SignedIn, sale: LeadSale, pro: User, agent: User
) -> None:
    case = refunds.investigating(sale, pro)

    answer = browser.post(page(case, "take"), {"version": case.version}, follow=True)

    assert answer.redirect_chain == [(page(case), 302)]
    assert f"You hold {case.reference} now." in answer.text
    assert refunds.again(case).holder == agent
    assert last_event(case).kind == "taken"
    assert answer.context["may"]["take"] is False


def test_a_case_that_a_colleague_took_meanwhile_is_not_taken(
    browser: SignedIn, sale: LeadSale, pro: User, other_agent: User
) -> None:
    case = refunds.investigating(sale, pro)
    investigate.take(reference=case.reference, actor=other_agent, expected_version=case.version)
    before = everything()

    answer = browser.post(page(case, "take"), {"version": case.version})

    assert answer.status_code == 409
    assert "This request has changed since you opened it" in answer.text
    assert "held by Victor Verifier" in answer.text
    assert everything() == before


def test_a_finding_is_added_in_one_line(browser: SignedIn, sale: LeadSale, pro: User) -> None:
    case = refunds.investigating(sale, pro)

    answer = browser.post(page(case, "finding"), {"version": case.version, **FINDING}, follow=True)

    assert answer.redirect_chain == [(page(case), 302)]
    finding = Finding.objects.get(request=case)
    assert (finding.kind, finding.result, finding.note) == tuple(FINDING.values())
    assert last_event(case).kind == "finding"


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"note": " "}, 422),
        ({"kind": "rumour"}, 422),
        ({"result": "proves"}, 422),
        ({"version": 1}, 409),
        ({"version": ""}, 422),
    ],
)
def test_a_finding_that_is_refused_changes_nothing_and_stays_filled_in(
    browser: SignedIn, sale: LeadSale, pro: User, changed: dict[str, object], status: int
) -> None:
    case = refunds.investigating(sale, pro)
    before = everything()
    sent = {"version": case.version, **FINDING, **changed}

    answer = browser.post(page(case, "finding"), sent)

    assert answer.status_code == status
    assert "errornote" in answer.text
    assert answer.context["finding_form"]["note"].value() == sent["note"]
    assert everything() == before


def test_the_page_costs_the_same_whatever_the_history(
    browser: SignedIn, sale: LeadSale, pro: User, agent: User
) -> None:
    case = refunds.supported(sale, pro, agent)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            browser.get(page(case))
        return len(captured)

    before = queries()
    for _ in range(10):
        case = refunds.again(case)
        ContactAttemptFactory.create(sale=sale, logged_by=agent)
        investigate.add_finding(
            reference=case.reference,
            actor=agent,
            expected_version=case.version,
            kind=Finding.Kind.HISTORY,
            result=Finding.Result.SUPPORTS,
            note="Once more.",
        )

    assert queries() == before
    assert before <= 25
