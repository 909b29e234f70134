"""The desk: appeals of the manager's own pros, decided once, by somebody else than before."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts import ledger
from accounts.models import LedgerAccount, ServicePro, User
from leads.models import LeadSale
from refunds.models import OutboundMail, RefundRequest, State
from tests.conftest import SignedIn, hand_over
from tests.factories import refunds as life
from tests.factories.leads import LeadSaleFactory
from tests.factories.refunds import again
from tests.pages.browser import text_of
from tests.refunds import credits
from tests.snapshots import everything

SignIn = Callable[[User], Client]


@pytest.fixture
def appealed(sale: LeadSale, pro: User, agent: User) -> RefundRequest:
    """An appeal that waits for ``manager``."""
    return life.appealed(sale, pro, agent)


@pytest.fixture
def desk(manager: User, signed_in: SignIn) -> Client:
    """The account manager's browser."""
    return signed_in(manager)


def test_oldest_appeal_comes_first_and_decided_ones_below(
    pro_company: ServicePro, pro: User, agent: User, manager: User, desk: Client
) -> None:
    first, second, third = LeadSaleFactory.create_batch(3, pro=pro_company)
    older = life.appealed(first, pro, agent)
    newer = life.appealed(second, pro, agent)
    decided = life.final_declined(third, pro, agent, manager)
    page = desk.get("/desk/")
    assert [row.reference for row in page.context["waiting"]] == [
        older.reference,
        newer.reference,
    ]
    assert [row.reference for row in page.context["decided"]] == [decided.reference]


def test_desk_of_another_manager_is_empty(
    appealed: RefundRequest, other_manager: User, signed_in: SignIn
) -> None:
    page = text_of(signed_in(other_manager).get("/desk/"))
    assert appealed.reference not in page
    assert "No appeal waits for you." in page


@pytest.mark.covers("C43")
@pytest.mark.parametrize("path", ["", "uphold/", "overturn/"])
def test_appeal_of_another_managers_pro_is_not_found(
    appealed: RefundRequest, other_manager: User, signed_in: SignIn, path: str
) -> None:
    before = everything()
    client = signed_in(other_manager)
    url = f"/desk/appeals/{appealed.reference}/{path}"
    form = {"version": appealed.version, "sentence": "No.", "is_final": "on"}
    response = client.post(url, form) if path else client.get(url)
    assert response.status_code == 404
    assert everything() == before


@pytest.mark.parametrize("who", ["pro", "agent", "stranger"])
def test_desk_is_for_account_managers(
    appealed: RefundRequest, signed_in: SignIn, request: pytest.FixtureRequest, who: str
) -> None:
    before = everything()
    client = signed_in(request.getfixturevalue(who))
    form = {"version": appealed.version, "sentence": "No.", "is_final": "on"}
    url = f"/desk/appeals/{appealed.reference}/"
    assert client.get("/desk/").status_code == 403
    assert client.get(url).status_code == 403
    assert client.post(f"{url}uphold/", form).status_code == 403
    assert client.post(f"{url}overturn/", form).status_code == 403
    assert everything() == before


def test_first_decision_stands_beside_the_appeal(
    appealed: RefundRequest, agent: User, desk: Client
) -> None:
    page = text_of(desk.get(f"/desk/appeals/{appealed.reference}/"))
    assert "We looked into it and could not confirm it: The number rings" in page
    assert f"Decided by {agent.name}" in page
    assert "The person who answered you is the tenant, not the contact." in page
    assert "Whatever you decide is final. Overturning credits $50.00 at once" in page


@pytest.mark.covers("C6")
def test_first_decision_tells_its_rule_and_links_to_no_page_of_the_pros(
    appealed: RefundRequest, desk: Client
) -> None:
    page = text_of(desk.get(f"/desk/appeals/{appealed.reference}/"))
    assert "<strong>The rule:</strong> Something that we can check has to support" in page
    assert "Asked for: $50.00, the price of the lead." in page
    assert "/rules/" not in page


def test_request_without_an_appeal_is_not_on_the_desk(
    sale: LeadSale, pro: User, agent: User, desk: Client
) -> None:
    request = life.declined(sale, pro, agent)
    assert desk.get(f"/desk/appeals/{request.reference}/").status_code == 404


@pytest.mark.covers("L11")
def test_what_has_to_be_verified_first_is_said_and_not_offered(manager: User, agent: User) -> None:
    program = credits.program_of("legalplan")
    sale = credits.sold(credits.contact_of(program), credits.pro_of(program, manager))
    request = credits.appealed(credits.claimed(sale, "mailbox_full"), agent)
    url = f"/desk/appeals/{request.reference}/"
    told, offered = "Ask the team to look into it; else uphold the decision.", "Overturn and credit"

    page = text_of(SignedIn(manager).get(url))
    assert (told in page, offered in page) == (True, False)

    credits.supported(request, agent)
    page = text_of(SignedIn(manager).get(url))
    assert (told in page, offered in page) == (False, True)


@pytest.mark.covers("C43")
def test_overturning_credits_the_price(
    appealed: RefundRequest, pro_company: ServicePro, desk: Client
) -> None:
    page = desk.post(
        f"/desk/appeals/{appealed.reference}/overturn/",
        {"version": appealed.version, "sentence": life.SENTENCE, "is_final": "on"},
        follow=True,
    )
    assert again(appealed).state == State.FINAL_APPROVED
    assert ledger.wallet(pro_company, LedgerAccount.Kind.PAID).balance_cents == 100_000
    assert "$50.00 was credited." in text_of(page)
    assert "Overturn and credit" not in text_of(page)
    assert OutboundMail.objects.filter(kind=OutboundMail.Kind.APPEAL_DECISION).count() == 1


def test_upholding_moves_no_money(
    appealed: RefundRequest, pro_company: ServicePro, desk: Client
) -> None:
    page = desk.post(
        f"/desk/appeals/{appealed.reference}/uphold/",
        {"version": appealed.version, "sentence": life.SENTENCE, "is_final": "on"},
        follow=True,
    )
    assert again(appealed).state == State.FINAL_DECLINED
    assert ledger.wallet(pro_company, LedgerAccount.Kind.PAID).balance_cents == 95_000
    assert life.SENTENCE in text_of(page)


@pytest.mark.parametrize("step", ["uphold", "overturn"])
def test_decision_without_a_sentence_changes_nothing(
    appealed: RefundRequest, desk: Client, step: str
) -> None:
    before = everything()
    page = desk.post(
        f"/desk/appeals/{appealed.reference}/{step}/",
        {"version": appealed.version, "sentence": "  ", "is_final": "on"},
    )
    assert page.status_code == 422
    assert "Write the sentence that the pro will read." in text_of(page)
    assert everything() == before


@pytest.mark.parametrize("step", ["uphold", "overturn"])
def test_decision_is_confirmed_to_be_final(
    appealed: RefundRequest, desk: Client, step: str
) -> None:
    before = everything()
    page = desk.post(
        f"/desk/appeals/{appealed.reference}/{step}/",
        {"version": appealed.version, "sentence": "My words stay."},
    )
    assert page.status_code == 422
    assert "Say that you know that this is final." in text_of(page)
    assert "My words stay." in text_of(page)
    assert everything() == before


def test_history_speaks_of_the_pro_to_the_manager(appealed: RefundRequest, desk: Client) -> None:
    page = text_of(desk.get(f"/desk/appeals/{appealed.reference}/"))
    assert "Checked by the machine" in page
    assert "Checked automatically" not in page


def test_claim_stands_above_the_decision(appealed: RefundRequest, desk: Client) -> None:
    page = text_of(desk.get(f"/desk/appeals/{appealed.reference}/"))
    assert page.index("The claim</h2>") < page.index("Your decision</h2>")


@pytest.mark.parametrize("step", ["uphold", "overturn"])
def test_stale_page_says_so_and_changes_nothing(
    appealed: RefundRequest, desk: Client, step: str
) -> None:
    before = everything()
    page = desk.post(
        f"/desk/appeals/{appealed.reference}/{step}/",
        {"version": appealed.version - 1, "sentence": "My words stay.", "is_final": "on"},
    )
    assert page.status_code == 409
    assert "This request has changed since you opened it" in text_of(page)
    assert "My words stay." in text_of(page)
    assert everything() == before


@pytest.mark.covers("C44")
def test_late_second_decision_shows_the_first(
    sale: LeadSale, pro: User, agent: User, manager: User, desk: Client
) -> None:
    request = life.appealed(sale, pro, agent)
    form = {"version": request.version, "sentence": "First words.", "is_final": "on"}
    desk.post(f"/desk/appeals/{request.reference}/uphold/", form)
    before = everything()
    page = desk.post(
        f"/desk/appeals/{request.reference}/overturn/", form | {"sentence": "Second words."}
    )
    assert page.status_code == 409
    assert "First words." in text_of(page)
    assert "Second words." in text_of(page)
    assert everything() == before


@pytest.mark.covers("X25")
def test_first_decider_does_not_decide_the_appeal(
    sale: LeadSale, pro: User, deciding_manager: User, signed_in: SignIn
) -> None:
    request = life.appealed(sale, pro, deciding_manager)
    hand_over(sale.pro, deciding_manager)
    desk = signed_in(deciding_manager)
    before = everything()
    page = text_of(desk.get(f"/desk/appeals/{request.reference}/"))
    assert "You took the first decision yourself" in page
    assert "Overturn and credit" not in page
    answer = desk.post(
        f"/desk/appeals/{request.reference}/overturn/",
        {"version": request.version, "sentence": "Mine.", "is_final": "on"},
    )
    assert answer.status_code == 422
    assert "You decided this request yourself" in text_of(answer)
    assert everything() == before


@pytest.mark.parametrize("step", ["uphold", "overturn"])
def test_decisions_are_not_made_by_following_a_link(
    appealed: RefundRequest, desk: Client, step: str
) -> None:
    page = f"/desk/appeals/{appealed.reference}/"
    before = everything()

    assert desk.get(f"{page}{step}/")["Location"] == page
    assert everything() == before
