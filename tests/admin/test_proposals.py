"""The pages about sales that nobody claimed: the list, crediting one, leaving one."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Program, User
from leads.models import LeadSale
from refunds.models import CreditProposal, RefundRequest, State
from tests.admin.pages import page
from tests.conftest import SignedIn
from tests.refunds import credits
from tests.snapshots import everything

LIST = "/admin/proposals/"
FORM = {
    "reason": "looking_for_work",
    "kind": "contact_call",
    "note": "Called the number: they look for a job.",
}


@pytest.fixture
def program(db: None) -> Program:
    return credits.program_of("conxpros")


@pytest.fixture
def because_of(program: Program, manager: User, agent: User) -> RefundRequest:
    """A claim that proved a contact bad, with two sales of it to other pros proposed."""
    contact = credits.contact_of(program)
    sale = credits.sold(contact, credits.pro_of(program, manager))
    for reference in ("L-first", "L-second"):
        credits.sold(contact, credits.pro_of(program, manager), lead__reference=reference)
    return credits.approved(credits.claimed(sale, "looking_for_work"), agent)


@pytest.fixture
def proposed(because_of: RefundRequest) -> LeadSale:
    """The first of the two sales."""
    return LeadSale.objects.get(lead__reference="L-first")


def credit_page(sale: LeadSale) -> str:
    return f"/admin/sales/{sale.uuid}/credit/"


def dismiss_page(sale: LeadSale) -> str:
    return f"/admin/sales/{sale.uuid}/dismiss/"


def test_the_index_counts_what_is_proposed(browser: SignedIn, proposed: LeadSale) -> None:
    answer = browser.get("/admin/")

    counter = answer.context["counters"][-2]
    assert (counter["label"], counter["count"], counter["url"]) == (
        "sales proposed for a credit",
        2,
        LIST,
    )


def test_the_list_names_each_and_why(
    browser: SignedIn, because_of: RefundRequest, proposed: LeadSale
) -> None:
    answer = browser.get(LIST)

    assert [row["lead"] for row in answer.context["rows"]] == ["L-first", "L-second"]
    assert answer.context["rows"][0]["reason"] == "They are looking for a job"
    assert page(because_of) in answer.text
    assert credit_page(proposed) in answer.text
    assert dismiss_page(proposed) in answer.text


@pytest.mark.parametrize("more", [0, 5])
def test_the_list_costs_no_query_a_row(
    browser: SignedIn, proposed: LeadSale, program: Program, manager: User, more: int
) -> None:
    first = LeadSale.objects.exclude(credit_proposal__isnull=False).get()
    request = first.requests.get()
    for _ in range(more):
        sale = credits.sold(first.lead.contact, credits.pro_of(program, manager))
        CreditProposal.objects.create(
            sale=sale, because_of=request, reason="no_request", proposed_at=request.submitted_at
        )

    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = browser.get(LIST)

    assert len(answer.context["rows"]) == 2 + more
    assert len([one for one in queries if "creditproposal" in one["sql"]]) == 2


def test_an_empty_list_says_so(browser: SignedIn) -> None:
    assert "No sale is proposed for a credit." in browser.get(LIST).text


@pytest.mark.covers("X32")
def test_the_page_shows_what_will_happen(
    browser: SignedIn, because_of: RefundRequest, proposed: LeadSale
) -> None:
    answer = browser.get(credit_page(proposed))

    for words in (
        "Petronella Quill",
        "(404) 555-0199",
        because_of.reference,
        credits.NOTE,
        "<strong>$50.00</strong>",
        "$950.00 → <strong>$1,000.00</strong>",
        f"to {credits.user_of(proposed.pro).email}",
    ):
        assert words in answer.text
    assert answer.context["form"]["reason"].value() == "looking_for_work"


@pytest.mark.covers("C23")
def test_a_sale_is_credited_by_one_form(browser: SignedIn, proposed: LeadSale, agent: User) -> None:
    command_id = uuid4()

    answer = browser.post(credit_page(proposed), {**FORM, "command_id": command_id}, follow=True)

    request = RefundRequest.objects.get(sale=proposed)
    assert answer.redirect_chain == [(page(request), 302)]
    assert f"{request.reference}: $50.00 went back to {proposed.pro}." in answer.text
    assert (request.state, request.command_id, request.decided_by) == (
        State.APPROVED,
        command_id,
        agent,
    )
    assert CreditProposal.objects.get(sale=proposed).request == request
    assert [row["lead"] for row in browser.get(LIST).context["rows"]] == ["L-second"]


def test_the_same_form_again_leads_to_the_same_case(browser: SignedIn, proposed: LeadSale) -> None:
    sent = {**FORM, "command_id": uuid4()}
    browser.post(credit_page(proposed), sent)
    before = everything()

    answer = browser.post(credit_page(proposed), sent)

    assert answer.headers["Location"] == page(RefundRequest.objects.get(sale=proposed))
    assert everything() == before


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"note": " "}, "Say in the note what was established"),
        ({"kind": ""}, "Choose where the fact comes from."),
        ({"kind": "recording"}, "Choose where the fact comes from."),
        ({"reason": ""}, "Choose what was wrong."),
        ({"reason": "do_not_call"}, "Choose what was wrong."),
        ({"reason": "duplicate"}, "approve this yet"),
    ],
)
def test_a_form_that_is_refused_changes_nothing_and_stays_filled_in(
    browser: SignedIn, proposed: LeadSale, changed: dict[str, str], says: str
) -> None:
    before = everything()
    sent = {**FORM, "command_id": str(uuid4()), **changed}

    answer = browser.post(credit_page(proposed), sent)

    assert answer.status_code == 422
    assert says in answer.text
    assert answer.context["form"]["note"].value() == sent["note"]
    assert answer.context["form"]["command_id"].value() == sent["command_id"]
    assert everything() == before


def test_a_sale_that_its_pro_claimed_links_to_the_claim(
    browser: SignedIn, proposed: LeadSale
) -> None:
    claim = credits.claimed(proposed, "no_request")
    before = everything()

    shown = browser.get(credit_page(proposed))
    sent = browser.post(credit_page(proposed), {**FORM, "command_id": uuid4()})

    for answer in (shown, sent):
        assert "There is a request for this sale" in answer.text
        assert page(claim) in answer.text
        assert '<button type="submit" class="button"' not in answer.text
    assert sent.status_code == 422
    assert FORM["note"] in sent.text
    assert everything() == before


def test_a_policy_without_such_credits_offers_none(browser: SignedIn, manager: User) -> None:
    program = credits.program_of("aiqoo")
    sale = credits.sold(credits.contact_of(program), credits.pro_of(program, manager))
    before = everything()

    assert "nothing that the team may credit by itself" in browser.get(credit_page(sale)).text
    answer = browser.post(credit_page(sale), {**FORM, "command_id": uuid4()})
    assert answer.status_code == 422
    assert everything() == before


def test_a_proposal_is_left_with_words(browser: SignedIn, proposed: LeadSale, agent: User) -> None:
    answer = browser.post(dismiss_page(proposed), {"words": "They won the job."}, follow=True)

    assert answer.redirect_chain == [(LIST, 302)]
    assert "Lead L-first stays as it is." in answer.text
    left = CreditProposal.objects.get(sale=proposed)
    assert (left.dismissal, left.dismissed_by) == ("They won the job.", agent)
    assert "They won the job." in browser.get(credit_page(proposed)).text


def test_a_proposal_is_not_left_without_words(browser: SignedIn, proposed: LeadSale) -> None:
    before = everything()

    answer = browser.post(dismiss_page(proposed), {"words": " "})

    assert answer.status_code == 422
    assert "colleagues will read it" in answer.text
    assert everything() == before


def test_a_settled_proposal_is_not_left(browser: SignedIn, proposed: LeadSale, agent: User) -> None:
    credits.credit_by_us(proposed, agent, "looking_for_work")
    before = everything()

    answer = browser.post(dismiss_page(proposed), {"words": "They won the job."})

    assert answer.status_code == 422
    assert "A colleague has settled this proposal meanwhile." in answer.text
    assert "They won the job." in answer.text
    assert everything() == before


def test_a_sale_without_a_proposal_can_only_be_credited(
    browser: SignedIn, because_of: RefundRequest
) -> None:
    assert browser.get(dismiss_page(because_of.sale)).status_code == 404
    assert browser.get(f"/admin/sales/{uuid4()}/credit/").status_code == 404


def test_the_case_lists_what_others_bought_of_the_contact(
    browser: SignedIn, because_of: RefundRequest, proposed: LeadSale, agent: User
) -> None:
    given = credits.credit_by_us(
        LeadSale.objects.get(lead__reference="L-second"), agent, "no_request"
    )

    answer = browser.get(page(because_of))

    rows = {row["lead"]: row for row in answer.context["sales_to_others"].rows}
    assert {lead: row["tag"].word for lead, row in rows.items()} == {
        "L-first": "proposed for a credit",
        "L-second": "Approved",
    }
    assert rows["L-first"]["credit_url"] == credit_page(proposed)
    assert (rows["L-second"]["reference"], rows["L-second"]["credit_url"]) == (
        given.reference,
        "",
    )


@pytest.mark.covers("C20")
def test_the_case_warns_of_a_contact_not_to_be_called(
    browser: SignedIn, program: Program, manager: User, agent: User
) -> None:
    sale = credits.sold(credits.contact_of(program), credits.pro_of(program, manager))
    request = credits.approved(credits.claimed(sale, "do_not_call"), agent)

    answer = browser.get(page(request))

    [tag] = answer.context["contact_tags"]
    assert tag.word.startswith("Do not call since ")
    assert tag.word in answer.text
