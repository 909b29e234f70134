"""Auditors read what verifiers see, and are offered nothing that they can't do."""

import pytest
from django.urls import reverse

from accounts.models import User
from leads.models import LeadSale
from refunds.models import RefundRequest
from tests.admin.pages import LIST, page
from tests.conftest import SignedIn
from tests.factories import refunds as make

OFFERS = ("Take</button>", "Supports the claim</button>", "Approve…", "Decline…", "Ask the pro…")
READ_ONLY = "You can read this page; what it changes is for the verification team."
FOR_LEADS = "Only a lead of the verification team can do this."


def test_auditors_read_a_case_and_are_offered_nothing(
    case: RefundRequest, agent: User, auditor: User
) -> None:
    read, worked = (SignedIn(user).get(page(case)).text for user in (auditor, agent))

    assert case.explanation in read
    for offer in OFFERS:
        assert offer in worked
        assert offer not in read
    assert f'{page(case)}"' in SignedIn(auditor).get(LIST).text


def test_auditors_read_a_step_without_its_form(case: RefundRequest, auditor: User) -> None:
    answer = SignedIn(auditor).get(page(case, "decline"))

    assert answer.status_code == 200
    assert READ_ONLY in answer.text
    assert "<textarea" not in answer.text


@pytest.mark.parametrize("persona", ["agent", "auditor"])
def test_events_are_declared_by_leads(
    persona: str, case: RefundRequest, lead: User, request: pytest.FixtureRequest
) -> None:
    address = reverse("admin:declared_events")

    read = SignedIn(request.getfixturevalue(persona)).get(address).text

    assert FOR_LEADS in read
    assert "Declare it</button>" not in read
    assert "Declare it</button>" in SignedIn(lead).get(address).text


@pytest.mark.parametrize(
    ("origin", "heading"),
    [
        ("claim", "What the pro says"),
        ("proactive", "Credited by the team: no pro claimed it"),
        ("automatic", "Raised by the system: no pro claimed it"),
    ],
)
def test_the_case_says_whose_words_the_claim_is(
    origin: str, heading: str, sale: LeadSale, pro: User, agent: User
) -> None:
    case = make.approved(sale, pro, agent)
    RefundRequest.objects.filter(pk=case.pk).update(origin=origin)

    text = SignedIn(agent).get(page(case)).text

    assert f'<h2 id="claim">{heading}</h2>' in text
    assert text.count("What the pro says") == (origin == "claim")


def test_where_nobody_wrote_a_claim_no_words_of_one_are_drawn(
    sale: LeadSale, pro: User, agent: User
) -> None:
    case = make.approved(sale, pro, agent)
    RefundRequest.objects.filter(pk=case.pk).update(origin="proactive", explanation="")

    text = SignedIn(agent).get(page(case)).text

    claim = text.split('id="claim"')[1].split("</section>")[0]
    assert "<blockquote>" not in claim


def test_the_button_to_take_is_gone_while_a_colleague_holds_it(
    case: RefundRequest, agent: User, other_agent: User, lead: User
) -> None:
    SignedIn(agent).post(page(case, "take"), {"version": make.again(case).version})

    assert "Take</button>" not in SignedIn(other_agent).get(page(case)).text
    assert "Take</button>" in SignedIn(lead).get(page(case)).text
