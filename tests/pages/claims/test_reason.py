"""Step 1: the reasons by what becomes of them, and what stands in the way of any."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from leads.models import LeadSale
from refunds.models import ClaimDraft
from refunds.policy.document import load_preset, preset_codes
from tests.conftest import SignedIn
from tests.factories import refunds as life
from tests.factories.refunds import EXPLANATION
from tests.pages.browser import text_of
from tests.pages.claims.pages import continue_with, url
from tests.refunds import credits
from tests.snapshots import everything

GROUPS = {
    "conxpros": {
        "Refundable": ["non_working_phone", "testing_solicitation", "looking_for_work"],
        "Not on its own": [
            "job_not_won",
            "changed_mind",
            "shopping_around",
            "cannot_afford",
            "language_barrier",
            "other_lead_company",
            "already_in_crm",
            "not_ready_yet",
            "bad_address_only",
        ],
    },
    "aiqoo": {"Refundable": ["no_contact_info", "no_request_submitted"]},
    "pro360": {
        "Sometimes": ["contact_not_obtained"],
        "Not on its own": ["cannot_reach", "already_resolved"],
    },
    "legalplan": {"Not on its own": ["not_interested", "did_not_purchase", "no_contact"]},
}


SHUT_OUT = "If it is refunded, the customer is shut out."
CONSEQUENCES = {
    "conxpros": {
        "wrong_category": "If your campaign takes the right category as well, you get the "
        "difference.",
        "do_not_call": "If it is refunded, the contact is not to be called any more.",
    },
    "aiqoo": {"stale": "Our team has to prove it itself: nobody's word alone is enough."},
    "pro360": dict.fromkeys(("recruitment", "advertisement", "price_check"), SHUT_OUT),
    "legalplan": {},
}
LEAVES = "If it is refunded, the lead leaves your account for good, with the contact."


@pytest.mark.covers("L7", "C20", "P10")
@pytest.mark.parametrize("code", preset_codes())
def test_every_reason_says_what_follows_of_it(code: str, manager: User) -> None:
    """What follows of it alone at the reason, what follows of each in a group above the group."""
    program = credits.program_of(code)
    sale = credits.sold(credits.contact_of(program), credits.pro_of(program, manager))

    page = SignedIn(credits.user_of(sale.pro)).get(url(sale))

    groups = page.context["groups"]
    told = {one.code: one.consequence for group in groups for one in group.reasons}
    for reason, sentence in CONSEQUENCES[code].items():
        assert told.pop(reason).endswith(sentence)
    assert set(told.values()) <= {"", "Decided at once if our records prove it."}
    leaving = [group.title for group in groups if LEAVES in group.notes]
    refunded = [group.title for group in groups if not group.is_never]
    assert leaving == (refunded if code == "legalplan" else [])
    assert all(group.notes for group in groups)


@pytest.mark.covers("A8", "C27", "L10", "P14")
@pytest.mark.parametrize("code", preset_codes())
def test_every_reason_is_in_one_group_and_the_unrefunded_are_apart(
    code: str, manager: User
) -> None:
    program = credits.program_of(code)
    sale = credits.sold(credits.contact_of(program), credits.pro_of(program, manager))

    page = SignedIn(credits.user_of(sale.pro)).get(url(sale))

    shown = {group.title: [one.code for one in group.reasons] for group in page.context["groups"]}
    offered = [reason.code for reason in load_preset(code).offered_for(sale.lead.kind)]
    assert sorted(code for codes in shown.values() for code in codes) == sorted(offered)
    assert GROUPS[code].items() <= shown.items()


def test_what_a_reason_takes_and_what_follows_stands_beside_it(
    sale: LeadSale, pro_client: Client
) -> None:
    page = text_of(pro_client.get(url(sale)))
    assert "Miss one and it can&#x27;t be credited." in page
    assert "if it does, you get the difference between the two prices." in page
    assert page.count("A person decides by ") == 2  # once for each group of reasons
    assert page.count("Decided at once if our records prove it.") == 3
    assert "winning the job is not part of what a lead promises" in page
    assert "For a lead that doesn&#x27;t answer, make every call" not in page  # one reason's alone
    page = text_of(pro_client.get(url(sale, "details/?reason=non_contact")))
    assert "For a lead that doesn&#x27;t answer, make every call" in page


@pytest.mark.covers("A12", "L4")
def test_the_reason_begins_the_draft(sale: LeadSale, pro_client: Client, pro: User) -> None:
    page = pro_client.post(url(sale), {"reason": "duplicate"})
    assert page["Location"] == url(sale, "details/")
    draft = ClaimDraft.objects.get()
    assert (draft.sale, draft.author, draft.reason) == (sale, pro, "duplicate")


def test_words_that_come_with_the_reason_are_kept(sale: LeadSale, pro_client: Client) -> None:
    pro_client.post(url(sale), {"reason": "duplicate", "explanation": EXPLANATION})
    assert ClaimDraft.objects.get().explanation == EXPLANATION


@pytest.mark.parametrize("reason", ["nonsense", "", "technical_issue"])
def test_no_such_reason_asks_again_and_keeps_the_words(
    sale: LeadSale, pro_client: Client, reason: str
) -> None:
    before = everything()
    page = pro_client.post(url(sale), {"reason": reason, "explanation": EXPLANATION})
    assert page.status_code == 422
    assert "Choose one of the reasons of this program." in text_of(page)
    assert f'<input type="hidden" name="explanation" value="{EXPLANATION}">' in text_of(page)
    assert everything() == before


def test_a_link_with_a_reason_goes_on_and_changes_nothing(
    sale: LeadSale, pro_client: Client
) -> None:
    before = everything()
    page = pro_client.get(url(sale, "?reason=duplicate"), follow=True)
    assert page.redirect_chain == [(url(sale, "details/?reason=duplicate"), 302)]
    assert "You got this lead from us before" in text_of(page)
    assert everything() == before


def test_a_draft_is_offered(sale: LeadSale, pro_client: Client) -> None:
    pro_client.post(url(sale), {"reason": "duplicate"})
    page = text_of(pro_client.get(url(sale)))
    assert "You began this on" in page
    assert f'href="{url(sale, "details/")}">Go on</a>' in page
    assert 'value="duplicate" id="reason-duplicate"' in page
    assert "checked" in page


def test_a_draft_can_be_started_anew(sale: LeadSale, pro_client: Client) -> None:
    pro_client.post(url(sale), {"reason": "duplicate"})
    page = pro_client.post(url(sale, "anew/"))
    assert page["Location"] == url(sale)
    assert ClaimDraft.objects.count() == 0


@pytest.mark.covers("L5")
def test_closed_lead_explains_itself_instead_of_the_form(
    sale: LeadSale, pro_client: Client, manager: User
) -> None:
    LeadSale.objects.filter(pk=sale.pk).update(sold_at=timezone.now() - timedelta(days=30))
    for query in ("", "?reason=incorrect_contact", "details/?reason=incorrect_contact"):
        page = text_of(pro_client.get(url(sale, query), follow=True))
        assert "Closed since" in page
        assert manager.email in page
        assert "<textarea" not in page
        assert 'type="radio"' not in page


@pytest.mark.covers("C35", "L5")
def test_a_reason_for_a_closed_lead_begins_nothing(sale: LeadSale, pro_client: Client) -> None:
    LeadSale.objects.filter(pk=sale.pk).update(sold_at=timezone.now() - timedelta(days=30))
    before = everything()
    page = pro_client.post(url(sale), {"reason": "duplicate"})
    assert page.status_code == 422
    assert "There is a problem" in text_of(page)
    assert "Closed since" in text_of(page)
    assert continue_with(pro_client, sale)["Location"] == url(sale)
    assert everything() == before


def test_lead_with_a_live_request_leads_to_it(
    sale: LeadSale, pro: User, pro_client: Client
) -> None:
    request = life.investigating(sale, pro)
    before = everything()
    for step in ("", "details/", "check/"):
        page = pro_client.get(url(sale, step))
        assert page["Location"] == f"/requests/{request.reference}/"
    page = pro_client.post(url(sale), {"reason": "duplicate"})
    assert page["Location"] == f"/requests/{request.reference}/"
    assert everything() == before


def test_starting_anew_asks_before_anything_is_thrown_away(
    sale: LeadSale, pro_client: Client
) -> None:
    continue_with(pro_client, sale)
    page = text_of(pro_client.get(url(sale)))
    asked = page.index("<summary>Start anew</summary>")
    said = page.index("Starting anew throws your words and files away.")
    done = page.index("Throw them away and start anew</button>")
    assert page.index('<details class="anew">') < asked < said < done
    assert page.count(f'action="{url(sale, "anew/")}"') == 1
    pro_client.post(url(sale, "anew/"))
    assert not ClaimDraft.objects.exists()
