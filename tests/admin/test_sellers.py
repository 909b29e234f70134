"""The steps with the seller: a page shows what will happen, and one service does it."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Transfer, User
from leads.models import LeadSale, LeadSeller
from refunds.models import RefundRequest, SellerMessage
from refunds.services import decide, seller_clock
from tests.admin.pages import assert_promises_nothing, balance, last_event, last_mail, page
from tests.conftest import SignedIn
from tests.factories import refunds
from tests.factories.leads import LeadSaleFactory
from tests.snapshots import everything

AGREES, REFUSES = SellerMessage.Answer.AGREES, SellerMessage.Answer.REFUSES
WORDS = "Please look at your records of this lead."
SELLER_STEPS = ("seller_ask", "seller_reappeal", "seller_answer", "goodwill")


@pytest.fixture
def case(sale: LeadSale, pro: User, agent: User) -> RefundRequest:
    """A supported claim in a program that needs its sellers' consent."""
    refunds.asks_sellers(sale.lead.program, consent="required")
    return refunds.again(refunds.supported(sale, pro, agent))


def offered(browser: SignedIn, case: RefundRequest) -> set[str]:
    """Return the seller's steps that the case page links to."""
    text = browser.get(page(case)).text
    return {name for name in SELLER_STEPS if page(case, name) in text}


@pytest.mark.covers("A18", "A19")
def test_putting_a_case_waits_for_the_seller_and_mails_it(
    browser: SignedIn, case: RefundRequest
) -> None:
    answer = browser.post(
        page(case, "seller_ask"), {"version": case.version, "text": WORDS}, follow=True
    )

    assert answer.redirect_chain == [(page(case), 302)]
    assert f"{case.reference} waits for the seller." in answer.text
    assert refunds.again(case).state == "with_seller"
    assert last_event(case).kind == "seller_asked"
    assert (last_mail(case).kind, last_mail(case).to) == (
        "seller_case",
        "verification@makegood.example",
    )


@pytest.mark.covers("A17", "A19", "X17")
def test_case_page_shows_the_seller_the_guidelines_and_the_thread(
    browser: SignedIn, case: RefundRequest, agent: User
) -> None:
    LeadSeller.objects.update(guidelines="Every lead was asked for in the last 24 hours.")
    refunds.heard_from_seller(case, agent, REFUSES)

    text = browser.get(page(case)).text

    for words in (
        "Seller refused",
        "Every lead was asked for in the last 24 hours.",
        "0 of the last 1 cases",
        WORDS,
        "Our records show the form as it was sent.",
        "From the seller: refuses",
    ):
        assert words in text


def test_only_what_the_case_allows_is_offered(
    browser: SignedIn, case: RefundRequest, agent: User
) -> None:
    assert offered(browser, case) == {"seller_ask"}
    refunds.put_to_seller(case, agent)
    assert offered(browser, case) == {"seller_answer"}
    browser.post(
        page(case, "seller_answer"),
        {"version": refunds.again(case).version, "answer": "refuses", "text": WORDS},
    )
    assert offered(browser, case) == {"seller_reappeal", "goodwill"}
    browser.post(
        page(case, "seller_reappeal"), {"version": refunds.again(case).version, "text": WORDS}
    )
    assert offered(browser, case) == {"seller_answer"}
    browser.post(
        page(case, "seller_answer"),
        {"version": refunds.again(case).version, "answer": "agrees", "text": WORDS},
    )
    assert offered(browser, case) == set()


def test_program_that_asks_no_seller_offers_none_of_it(
    browser: SignedIn, sale: LeadSale, pro: User
) -> None:
    case = refunds.investigating(sale, pro)

    assert offered(browser, case) == set()
    assert "The seller&#x27;s case" not in browser.get(page(case)).text
    before = everything()
    for name in SELLER_STEPS:
        answer = browser.get(page(case, name), follow=True)
        assert answer.redirect_chain == [(page(case), 302)]
        answer = browser.post(page(case, name), {"version": case.version, "text": WORDS})
        assert answer.status_code == 409
    assert everything() == before


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"text": WORDS}, "Say whether the seller agrees or refuses."),
        ({"answer": "silent", "text": WORDS}, "Say whether the seller agrees or refuses."),
        ({"answer": "agrees", "text": " "}, "Write what the seller said."),
        ({"answer": "agrees", "text": "a\x00b"}, "Null characters are not allowed."),
    ],
    ids=["no answer", "silence", "no words", "nul"],
)
def test_an_answer_that_is_none_is_refused(
    browser: SignedIn, case: RefundRequest, agent: User, data: dict[str, str], sentence: str
) -> None:
    asked = refunds.put_to_seller(case, agent)
    before = everything()

    answer = browser.post(page(case, "seller_answer"), {"version": asked.version, **data})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert everything() == before


@pytest.mark.parametrize("name", ["seller_answer", "seller_ask"])
def test_a_page_that_was_overtaken_is_refused(
    browser: SignedIn, case: RefundRequest, agent: User, name: str
) -> None:
    asked = refunds.put_to_seller(case, agent) if name == "seller_answer" else case
    before = everything()

    answer = browser.post(
        page(case, name), {"version": asked.version - 1, "answer": "agrees", "text": WORDS}
    )

    assert answer.status_code == 409
    assert "Nothing was done. Look at it again before you go on." in answer.text
    assert WORDS in answer.text
    assert_promises_nothing(answer.text)
    assert everything() == before


@pytest.mark.covers("X16")
def test_goodwill_page_says_who_pays_and_credits_it(
    browser: SignedIn, case: RefundRequest, agent: User
) -> None:
    refused = refunds.heard_from_seller(case, agent, REFUSES)
    shown = browser.get(page(case, "goodwill")).text
    assert "out of our own pocket" in shown
    assert "$950.00" in shown

    browser.post(page(case, "goodwill"), {"version": refused.version, "note": "She was clear."})

    assert refunds.again(case).state == "approved"
    assert balance(case) == 100_000
    assert Transfer.objects.get(kind="goodwill").amount_cents == 5_000
    assert last_mail(case).kind == "decision"


@pytest.mark.covers("A22", "A23")
def test_pro_reads_why_the_date_moved(
    case: RefundRequest, agent: User, browser: SignedIn, pro: User
) -> None:
    refused = refunds.heard_from_seller(case, agent, REFUSES)
    browser.post(page(case, "seller_reappeal"), {"version": refused.version, "text": WORDS})

    text = SignedIn(pro).get(f"/requests/{case.reference}/").text

    assert "Decision date moved" in text
    assert "The seller refused, and we put the case to them again." in text
    assert "These days are later than before" in text


@pytest.mark.covers("A22", "A23")
def test_team_reads_why_the_date_moved(case: RefundRequest, agent: User, browser: SignedIn) -> None:
    refused = refunds.heard_from_seller(case, agent, REFUSES)
    browser.post(page(case, "seller_reappeal"), {"version": refused.version, "text": WORDS})

    assert (
        "The case went to the seller again: the decision is due by" in browser.get(page(case)).text
    )


@pytest.mark.covers("A18")
def test_page_says_where_the_case_goes(browser: SignedIn, case: RefundRequest) -> None:
    LeadSeller.objects.update(email="")
    without = browser.get(page(case, "seller_ask")).text
    LeadSeller.objects.update(email="quality@seller.example")
    with_address = browser.get(page(case, "seller_ask")).text

    assert "to your own team at verification@makegood.example, to pass on" in without
    assert "at quality@seller.example: the lead" in with_address


@pytest.mark.covers("X17")
def test_silence_is_counted_on_the_case_page(
    browser: SignedIn, case: RefundRequest, agent: User
) -> None:
    refunds.put_to_seller(case, agent)
    with time_machine.travel(timezone.now() + timedelta(days=30), tick=False):
        seller_clock.note_silence()

    text = browser.get(page(case)).text

    assert "Seller did not answer" in text
    assert "1 of the last 1 cases" in text
    assert offered(browser, case) == {"seller_ask", "seller_answer"}


@pytest.mark.covers("X17")
@pytest.mark.parametrize(("days", "is_marked"), [(119, True), (121, False)])
def test_a_silent_seller_is_marked_in_its_other_cases(  # noqa: PLR0917 (fixtures and parameters)
    browser: SignedIn,
    case: RefundRequest,
    pro: User,
    agent: User,
    days: int,
    is_marked: bool,
) -> None:
    refunds.put_to_seller(case, agent)
    now = timezone.now()
    assert "Non-responsive" not in browser.get(page(case)).text
    with time_machine.travel(now + timedelta(days=30), tick=False):
        seller_clock.note_silence()
    with time_machine.travel(now + timedelta(days=days), tick=False):
        browser.force_login(agent)
        later = LeadSaleFactory.create(
            pro=case.pro, sold_at=timezone.now(), lead__seller=case.sale.lead.seller
        )
        text = browser.get(page(refunds.investigating(later, pro))).text

    assert ("Non-responsive" in text) is is_marked
    assert "1 of the last 1 cases" in text


@pytest.mark.covers("A20", "X16")
def test_late_answer_of_a_credited_claim_is_recorded_and_recovered(
    browser: SignedIn, sale: LeadSale, pro: User, agent: User
) -> None:
    refunds.asks_sellers(sale.lead.program)
    case = refunds.silent(refunds.again(refunds.supported(sale, pro, agent)), agent)
    decide.approve(reference=case.reference, actor=agent, expected_version=case.version)
    case = refunds.again(case)

    assert offered(browser, case) == {"seller_answer"}
    shown = browser.get(page(case, "seller_answer")).text
    assert "$50.00 is recovered from them, and the pro keeps the credit" in shown
    assert "In review" not in shown

    answer = browser.post(
        page(case, "seller_answer"),
        {"version": case.version, "answer": "agrees", "text": WORDS},
        follow=True,
    )

    assert "What was decided stays as it is." in answer.text
    assert Transfer.objects.get(kind="seller_recovery").amount_cents == 5_000
    assert refunds.again(case).state == "approved"
    assert offered(browser, case) == set()
