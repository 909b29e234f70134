"""A session that expired while somebody wrote about a request: the words are there afterwards."""

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from leads.models import LeadSale
from refunds.models import RefundEvent, RefundRequest
from refunds.views.signed_out import KEPT_AS, author_mark
from tests.factories import refunds as life
from tests.factories.accounts import MembershipFactory
from tests.factories.refunds import again
from tests.pages.browser import text_of
from tests.snapshots import everything

WORDS = "You reached the tenant, and the owner hung up on us."
FIELDS = {"reply": "answer", "appeal": "text", "give-back": "words"}
SIGNED_OUT = "You were signed out while you typed. Your words are here"


@pytest.fixture(params=FIELDS)
def step(request: pytest.FixtureRequest) -> str:
    """Each step that takes words."""
    return str(request.param)


@pytest.fixture
def refund(step: str, sale: LeadSale, pro: User, agent: User) -> RefundRequest:
    """A request on which the step can be taken."""
    draws = {"reply": life.awaiting_pro, "appeal": life.declined, "give-back": life.approved}
    return draws[step](sale, pro, agent)


def typed(refund: RefundRequest, step: str, author: str) -> dict[str, object]:
    """Return the step's form, filled in."""
    return {"version": refund.version, "author": author, "complete": "1", FIELDS[step]: WORDS}


def test_words_are_there_after_signing_in(
    step: str, refund: RefundRequest, pro: User, picture: SimpleUploadedFile
) -> None:
    page = f"/requests/{refund.reference}/{step}/"
    before = everything()
    client = Client()
    form = typed(refund, step, author_mark(pro)) | {"files": [picture]}
    assert client.post(page, form)["Location"] == f"/sign-in/?next={page}"
    client.force_login(pro)

    words = text_of(client.get(page))

    assert f"{WORDS}</textarea>" in words
    has_files = "; files have to be chosen again." if step != "give-back" else "."
    assert SIGNED_OUT + has_files in words
    assert everything() == before


def test_words_are_forgotten_once_they_are_sent(
    step: str, refund: RefundRequest, pro: User
) -> None:
    page = f"/requests/{refund.reference}/{step}/"
    client = Client()
    client.post(page, typed(refund, step, author_mark(pro)))
    client.force_login(pro)
    assert KEPT_AS in client.session

    sent = client.post(page, typed(refund, step, author_mark(pro)))

    assert sent["Location"] == f"/requests/{refund.reference}/next/"
    assert KEPT_AS not in client.session


def test_the_page_carries_its_readers_mark(
    step: str, refund: RefundRequest, pro: User, pro_client: Client
) -> None:
    mark = f'<input type="hidden" name="author" value="{author_mark(pro)}">'
    assert text_of(pro_client.get(f"/requests/{refund.reference}/{step}/")).count(mark) == 1


@pytest.mark.parametrize("author", ["", "1", "1:forged"])
def test_without_a_mark_of_ours_nothing_is_kept(
    step: str, refund: RefundRequest, author: str
) -> None:
    answer = Client().post(f"/requests/{refund.reference}/{step}/", typed(refund, step, author))
    assert answer["Location"].startswith("/sign-in/?next=")
    assert Session.objects.count() == 0


def test_a_colleague_does_not_read_them(step: str, refund: RefundRequest, pro: User) -> None:
    page = f"/requests/{refund.reference}/{step}/"
    client = Client()
    client.post(page, typed(refund, step, author_mark(pro)))
    client.force_login(MembershipFactory.create(pro=refund.pro).user)
    assert WORDS not in text_of(client.get(page))
    assert KEPT_AS not in client.session


def test_an_answer_written_on_the_requests_page_is_there_too(
    sale: LeadSale, pro: User, agent: User
) -> None:
    refund = life.awaiting_pro(sale, pro, agent)
    client = Client()
    client.post(f"/requests/{refund.reference}/reply/", typed(refund, "reply", author_mark(pro)))
    client.force_login(pro)
    page = text_of(client.get(f"/requests/{refund.reference}/"))
    assert f"{WORDS}</textarea>" in page
    assert f'name="author" value="{author_mark(pro)}"' in page


def test_the_words_of_one_form_stand_in_no_other(
    sale: LeadSale, pro: User, agent: User, pro_client: Client
) -> None:
    refund = life.declined(sale, pro, agent)
    client = Client()
    form = typed(refund, "appeal", author_mark(pro))
    client.post(f"/leads/{sale.uuid}/exception/", form | {"words": WORDS})
    client.force_login(pro)
    page = text_of(client.get(f"/requests/{refund.reference}/appeal/"))
    assert WORDS not in page
    assert again(refund).state == "declined"
    assert not RefundEvent.objects.filter(kind=RefundEvent.Kind.APPEALED).exists()
