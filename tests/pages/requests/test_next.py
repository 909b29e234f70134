"""After sending anything a page says that it arrived, what happens next and when."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts import formats
from accounts.models import User
from leads.models import LeadSale
from refunds.models import RefundRequest
from tests.conftest import SignedIn
from tests.factories import refunds as life
from tests.factories.refunds import again
from tests.pages.browser import text_of

Send = Callable[[RefundRequest, str, dict[str, object]], str]


@pytest.fixture
def send(pro_client: Client) -> Send:
    """Send a step of a request, and return what the pro reads then."""

    def sent(request: RefundRequest, step: str, form: dict[str, object]) -> str:
        url = f"/requests/{request.reference}/{step}/"
        page = pro_client.post(
            url, {"version": request.version, "complete": "1"} | form, follow=True
        )
        assert page.redirect_chain == [(f"/requests/{request.reference}/next/", 302)]
        return text_of(page)

    return sent


def test_an_answer_starts_the_clock_again(
    sale: LeadSale, pro: User, agent: User, send: Send, picture: SimpleUploadedFile
) -> None:
    request = life.awaiting_pro(sale, pro, agent)
    page = send(request, "reply", {"answer": "The one on the lead.", "files": [picture]})
    assert "<h1>We have your answer</h1>" in page
    assert "1 file came with it." in page
    assert f"decide by {formats.day(again(request).limit_on)} at the latest" in page
    assert "Nothing is needed from you." in page


@pytest.mark.covers("X25")
def test_an_appeal_names_who_has_the_last_word(
    sale: LeadSale, pro: User, agent: User, manager: User, send: Send
) -> None:
    request = life.declined(sale, pro, agent)
    page = send(request, "appeal", {"text": "You reached the tenant, not the contact."})
    assert "<h1>We have your appeal</h1>" in page
    assert f"Your account manager {manager.name} looks at it again and has the last word." in page
    assert "file came with it" not in page


@pytest.mark.covers("X36")
def test_a_withdrawal_says_that_nothing_was_credited(sale: LeadSale, pro: User, send: Send) -> None:
    page = send(life.investigating(sale, pro), "withdraw", {})
    assert "<h1>You took this request back</h1>" in page
    assert "We stopped looking into it, and nothing was credited." in page
    assert f'href="/leads/{sale.uuid}/refund/"' in page


@pytest.mark.covers("L25")
def test_giving_back_says_who_takes_the_credit(
    sale: LeadSale, pro: User, agent: User, send: Send
) -> None:
    request = life.approved(sale, pro, agent)
    page = send(request, "give-back", {"words": "They hired me on Friday."})
    assert "<h1>You asked us to take this credit back</h1>" in page
    assert "$50.00 is on your balance until your account manager takes it back." in page


def test_a_reload_tells_how_it_stands_by_now(
    sale: LeadSale, pro: User, agent: User, manager: User
) -> None:
    request = life.final_declined(sale, pro, agent, manager)
    page = text_of(SignedIn(pro).get(f"/requests/{request.reference}/next/"))
    assert "<h1>We have your appeal</h1>" in page
    assert "the decision stands. This is final." in page


def test_a_request_to_which_nothing_was_sent_has_no_such_page(
    sale: LeadSale, pro: User, pro_client: Client
) -> None:
    request = life.investigating(sale, pro)
    page = pro_client.get(f"/requests/{request.reference}/next/")
    assert page.status_code == 302
    assert page["Location"] == f"/requests/{request.reference}/"
