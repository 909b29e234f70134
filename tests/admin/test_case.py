from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import formats
from accounts.models import User
from leads.models import Lead, LeadSale
from leads.phones import written
from refunds.admin import panels
from refunds.models import Evidence, Finding, RefundRequest
from refunds.services import investigate
from tests.admin.pages import LOOK_AGAIN, last_event, page
from tests.conftest import SignedIn
from tests.factories import refunds
from tests.factories.leads import (
    CallRecordingFactory,
    CategoryFactory,
    ContactAttemptFactory,
    LeadSaleFactory,
)
from tests.snapshots import everything

FINDING = {
    "kind": "contact_call",
    "result": "supports",
    "note": "Called the number: it belongs to somebody else.",
}


def lead_facts(browser: SignedIn, case: RefundRequest) -> dict[str, str]:
    """Return what the facts panel says of the lead."""
    _title, rows = browser.get(page(case)).context["facts"][0]
    return dict(rows)


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
        "Still needed: a finding",  # at filing
        "A finding supports the claim: a call with the contact, ",  # now
        "What the contact told our team",  # and its source
        "Called the number: it belongs to somebody else.",
        written(sale.lead.contact.phone, country="US"),
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
        ("appealed", {"add_finding"}),
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
    assert '<nav class="bar"' in answer.text
    assert "Back to the queue" in answer.text


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
    assert "Nothing was done. Look at it again before you go on." in answer.text
    assert "held by Victor Verifier" in answer.text
    assert everything() == before


@pytest.mark.covers("L12")
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
        ({"kind": ""}, 422),
        ({"kind": "rumour"}, 422),
        ({"result": ""}, 422),
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


def test_the_finding_form_knows_where_to_look_and_says_who_reads_it(
    browser: SignedIn, case: RefundRequest
) -> None:
    answer = browser.get(page(case))

    assert '<option value="contact_call" selected>Call with the contact</option>' in answer.text
    assert "The pro reads this, word for word." in answer.text


def test_an_empty_finding_is_told_what_it_lacks(browser: SignedIn, case: RefundRequest) -> None:
    answer = browser.post(page(case, "finding"), {"version": case.version})

    assert list(answer.context["finding_form"].errors.values()) == [
        ["Choose where the fact comes from."],
        ["Choose what it shows."],
        ["Say in the note what was established, and how."],
    ]
    assert LOOK_AGAIN not in answer.text


def test_an_overtaken_finding_can_be_sent_from_the_page_that_says_so(
    browser: SignedIn, case: RefundRequest
) -> None:
    stale = browser.post(page(case, "finding"), {"version": case.version - 1, **FINDING})
    form = stale.context["finding_form"]

    again = browser.post(
        page(case, "finding"), {name: form[name].value() for name in ("version", *FINDING)}
    )

    assert LOOK_AGAIN in stale.text
    assert "You had written:" not in stale.text
    assert again.status_code == 302
    assert Finding.objects.get(request=case).note == FINDING["note"]


def test_a_finding_on_a_decided_case_is_shown_back(
    browser: SignedIn, approved: RefundRequest
) -> None:
    before = everything()

    answer = browser.post(page(approved, "finding"), {"version": approved.version, **FINDING})

    assert answer.status_code == 409
    assert "You had written:" in answer.text
    assert answer.text.count(FINDING["note"]) == 2 + 1  # the finding, its event, what was typed
    assert everything() == before


@pytest.mark.parametrize(
    ("recordings", "words"), [(0, "none on file"), (1, "1 on file"), (2, "2 on file")]
)
def test_a_live_call_says_how_many_recordings_there_are(
    browser: SignedIn,
    case: RefundRequest,
    recordings: int,
    words: str,
) -> None:
    lead = case.sale.lead
    Lead.objects.filter(pk=lead.pk).update(kind=Lead.Kind.LIVE_CALL)
    for _ in range(recordings):
        CallRecordingFactory.create(lead=lead)

    assert lead_facts(browser, case)["Recording"] == words


def test_a_web_lead_has_no_recording_to_speak_of(browser: SignedIn, case: RefundRequest) -> None:
    assert "Recording" not in lead_facts(browser, case)


def test_a_decided_case_lists_the_grounds_of_the_decision_alone(
    browser: SignedIn, sale: LeadSale, pro: User, agent: User
) -> None:
    case = refunds.declined(sale, pro, agent)
    RefundRequest.objects.filter(pk=case.pk).update(
        checks=[
            {"code": code, "outcome": outcome, "fact": {}, "source": "books"}
            for code, outcome in (
                ("needs_verification", "investigate"),
                ("contact_not_obtained", None),
                ("claim_not_supported", "decline"),
            )
        ]
    )

    answer = browser.get(page(case))

    assert "What the decision rests on" in answer.text
    assert [check["sentence"] for check in answer.context["checks"]] == [
        "What the team found does not support the claim."
    ]


def test_an_approval_rests_on_what_speaks_for_the_claim(
    browser: SignedIn, approved: RefundRequest
) -> None:
    checks = browser.get(page(approved)).context["checks"]
    found_at = formats.instant(approved.findings.get().at, approved.program)

    assert [check["sentence"] for check in checks] == [
        f"A finding supports the claim: a call with the contact, {found_at}."
    ]


def test_a_withdrawn_claim_rests_on_no_decision(
    browser: SignedIn, sale: LeadSale, pro: User
) -> None:
    text = browser.get(page(refunds.withdrawn(sale, pro))).text

    assert "What the machine checked at filing" in text
    assert "What the decision rests on" not in text


def test_an_appealed_case_says_who_has_it(
    browser: SignedIn, sale: LeadSale, pro: User, agent: User
) -> None:
    text = browser.get(page(refunds.appealed(sale, pro, agent))).text

    assert "The appeal waits for Mara Manager, the pro&#x27;s account manager" in text
    assert "Back to the queue" in text


@pytest.mark.parametrize(
    ("reason", "detail", "given", "read"),
    [
        ("wrong_category", "corrected_category", "solar", "Solar panels"),
        ("wrong_category", "corrected_category", "no_such_code", "no_such_code"),
        ("already_hired_or_done", "hired_on", "2026-11-01", "Sun 1 Nov 2026"),
        ("already_hired_or_done", "hired_on", "last week", "last week"),
    ],
)
def test_what_the_pro_answered_is_in_words(
    case: RefundRequest, reason: str, detail: str, given: str, read: str
) -> None:
    CategoryFactory.create(program=case.program, code="solar", name="Solar panels")
    case.reason, case.details = reason, {detail: given}

    *_unanswered, (_label, answer), _filed = panels.claim(case)

    assert answer == read


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


@pytest.mark.covers("L11")
def test_a_finding_is_added_while_an_appeal_waits(
    browser: SignedIn, sale: LeadSale, pro: User, agent: User
) -> None:
    case = refunds.appealed(sale, pro, agent)
    assert "Add finding" in browser.get(page(case)).text

    browser.post(
        page(case, "finding"),
        {"version": case.version, "kind": "history", "result": "supports", "note": "It is so."},
    )

    assert (case.findings.get().author, refunds.again(case).state) == (agent, "appealed")
