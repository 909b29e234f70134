"""Giving a credit back: the pro asks at the request, the manager sees to it at the desk (L25)."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from leads.models import LeadSale
from refunds.models import RefundRequest
from refunds.services import reverse
from tests.factories import refunds as life
from tests.factories.accounts import UserFactory
from tests.pages.browser import text_of
from tests.refunds.states import in_state
from tests.snapshots import everything

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
WORDS = "They signed with us after all, last week."


@pytest.fixture
def approved(sale: LeadSale, pro: User, agent: User) -> RefundRequest:
    """A credit of 50.00."""
    return life.again(life.approved(sale, pro, agent))


@pytest.fixture
def people(pro: User, agent: User, manager: User) -> dict[str, User]:
    """Everybody who has a part in a request."""
    return {"pro": pro, "agent": agent, "manager": manager}


@pytest.fixture
def asked(approved: RefundRequest, pro: User) -> RefundRequest:
    """A credit that the pro wants to give back."""
    return reverse.ask(
        reference=approved.reference, actor=pro, expected_version=approved.version, words=WORDS
    )


@pytest.mark.covers("L25")
def test_pro_asks_from_the_request(approved: RefundRequest, pro_client: Client) -> None:
    url = f"/requests/{approved.reference}/"
    assert f'href="{url}give-back/"' in text_of(pro_client.get(url))
    assert "takes $50.00 from your balance again" in text_of(pro_client.get(f"{url}give-back/"))

    page = pro_client.post(
        f"{url}give-back/",
        {"version": approved.version, "complete": "1", "words": WORDS},
        follow=True,
    )

    assert page.redirect_chain == [(f"{url}next/", 302)]
    again = text_of(pro_client.get(url))
    assert "You asked to give this credit back" in again
    assert f'href="{url}give-back/"' not in again
    assert life.again(approved).reversal_asked_at is not None


def test_wish_needs_words(approved: RefundRequest, pro_client: Client) -> None:
    before = everything()

    page = pro_client.post(
        f"/requests/{approved.reference}/give-back/",
        {"version": approved.version, "complete": "1", "words": " "},
    )

    assert page.status_code == 422
    assert "Say why you want to give the credit back." in text_of(page)
    assert everything() == before


def test_words_that_were_cut_off_give_nothing_back(
    approved: RefundRequest, pro_client: Client
) -> None:
    before = everything()

    page = pro_client.post(
        f"/requests/{approved.reference}/give-back/", {"version": approved.version, "words": WORDS}
    )

    assert page.status_code == 422
    assert "Only a part of this arrived, so nothing was sent." in text_of(page)
    assert everything() == before


@pytest.mark.parametrize("state", ["investigating", "declined", "final_approved", "reversed"])
def test_there_is_no_way_to_give_back_what_is_not_a_first_approval(
    state: str, sale: LeadSale, people: dict[str, User], pro_client: Client
) -> None:
    request = in_state(state, sale, **people)
    before = everything()

    page = pro_client.post(
        f"/requests/{request.reference}/give-back/",
        {"version": request.version, "complete": "1", "words": WORDS},
    )

    assert page.status_code in (409, 422)
    assert "give-back" not in text_of(pro_client.get(f"/requests/{request.reference}/"))
    assert everything() == before


@pytest.mark.covers("L25")
def test_manager_sees_to_it(asked: RefundRequest, manager: User, signed_in: SignIn) -> None:
    desk = signed_in(manager)
    url = f"/desk/reversals/{asked.reference}/"
    assert [row.reference for row in desk.get("/desk/reversals/").context["waiting"]] == [
        asked.reference
    ]
    assert WORDS in text_of(desk.get(url))

    page = desk.post(url, {"version": asked.version, "reason": WORDS}, follow=True)

    assert "$50.00 was taken back." in text_of(page)
    assert life.again(asked).state == "reversed"
    assert [row.reference for row in desk.get("/desk/reversals/").context["done"]] == [
        asked.reference
    ]


def test_history_names_the_manager_who_took_it_back(
    asked: RefundRequest, manager: User, signed_in: SignIn, pro_client: Client
) -> None:
    desk = signed_in(manager)
    desk.post(f"/desk/reversals/{asked.reference}/", {"version": asked.version, "reason": WORDS})

    timeline = pro_client.get(f"/requests/{asked.reference}/").context["refund"].timeline

    assert (timeline[-1].title, timeline[-1].who) == ("Credit reversed", str(manager))


def test_second_click_is_overtaken(asked: RefundRequest, manager: User, signed_in: SignIn) -> None:
    desk, url = signed_in(manager), f"/desk/reversals/{asked.reference}/"
    desk.post(url, {"version": asked.version, "reason": WORDS})
    before = everything()

    page = desk.post(url, {"version": asked.version, "reason": WORDS})

    assert page.status_code == 409
    assert everything() == before


def test_credit_that_nobody_wants_to_give_back_is_not_on_the_desk(
    approved: RefundRequest, manager: User, signed_in: SignIn
) -> None:
    desk = signed_in(manager)
    assert desk.get(f"/desk/reversals/{approved.reference}/").status_code == 404
    assert desk.get("/desk/reversals/").context["waiting"] == []


def test_verifier_carries_the_wish_out_in_the_admin(
    asked: RefundRequest, agent: User, signed_in: SignIn
) -> None:
    browser = signed_in(agent)
    url = f"/admin/refunds/refundrequest/{asked.reference}/reverse/"
    assert WORDS in text_of(browser.get(url))

    browser.post(url, {"version": asked.version, "reason": WORDS, "at_wish": "on"})

    reversed_ = life.again(asked).events.get(kind="reversed")
    assert (reversed_.actor, reversed_.data["at_wish"]) == (agent, True)


# --- A final credit that was got by fraud (X22) ---


@pytest.mark.covers("X22")
def test_two_people_correct_a_final_credit_in_the_admin(
    sale: LeadSale, pro: User, agent: User, manager: User, signed_in: SignIn
) -> None:
    final = life.again(life.final_approved(sale, pro, agent, manager))
    root = UserFactory.create(is_staff=True, is_superuser=True)
    case = f"/admin/refunds/refundrequest/{final.reference}"
    assert "Propose a correction…" in text_of(signed_in(agent).get(f"{case}/change/"))

    signed_in(agent).post(
        f"{case}/propose_correction/", {"version": final.version, "reason": WORDS}
    )
    assert "Confirm the correction…" not in text_of(signed_in(agent).get(f"{case}/change/"))
    assert "Confirm the correction…" in text_of(signed_in(root).get(f"{case}/change/"))
    assert WORDS in text_of(signed_in(root).get(f"{case}/confirm_correction/"))
    page = signed_in(root).post(
        f"{case}/confirm_correction/", {"version": life.again(final).version}, follow=True
    )

    assert "$50.00 was taken back from" in text_of(page)
    assert life.again(final).state == "final_approved"
    pro_page = text_of(signed_in(pro).get(f"/requests/{final.reference}/"))
    assert "The credit was corrected" in pro_page
    assert "is on your balance" not in pro_page
    assert "Credit corrected for lead" in text_of(signed_in(pro).get("/transactions/"))
    assert WORDS in pro_page


@pytest.mark.covers("X22")
def test_pro_learns_nothing_of_a_proposal(
    sale: LeadSale, pro: User, agent: User, manager: User, signed_in: SignIn
) -> None:
    final = life.again(life.final_approved(sale, pro, agent, manager))
    signed_in(agent).post(
        f"/admin/refunds/refundrequest/{final.reference}/propose_correction/",
        {"version": final.version, "reason": WORDS},
    )

    assert WORDS not in text_of(signed_in(pro).get(f"/requests/{final.reference}/"))


@pytest.mark.covers("L25")
def test_who_gave_a_credit_back_reads_that_it_was_their_wish(
    asked: RefundRequest, manager: User, pro_client: Client
) -> None:
    reverse.reverse(
        reference=asked.reference,
        actor=manager,
        expected_version=asked.version,
        reason="Thank you for being honest.",
        at_wish=True,
    )

    page = text_of(pro_client.get(f"/requests/{asked.reference}/"))

    assert "You gave the credit back" in page
    assert "As you asked, $50.00 was taken back from your balance: Thank you for being" in page
    assert "If you think that this is wrong" not in page


def test_manager_s_sentence_is_the_manager_s_own(
    asked: RefundRequest, manager: User, signed_in: SignIn
) -> None:
    page = signed_in(manager).get(f"/desk/reversals/{asked.reference}/")

    assert page.context["form"]["reason"].value() is None
