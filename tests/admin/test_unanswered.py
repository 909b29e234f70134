"""The case says what its claim leaves open, so that somebody asks."""

import pytest

from refunds.admin import panels
from refunds.models import RefundRequest
from tests.admin.pages import page
from tests.conftest import SignedIn

pytestmark = pytest.mark.django_db

ASKED = "Have you spoken with the homeowner?"


@pytest.mark.covers("C18")
@pytest.mark.parametrize(
    ("details", "read"),
    [
        ({}, "Not answered"),
        ({"spoken": ""}, "Not answered"),
        ({"spoken": "yes"}, "Yes, I have spoken with them"),
    ],
)
def test_a_question_that_the_reason_expects_is_there_with_its_answer(
    case: RefundRequest, details: dict[str, str], read: str
) -> None:
    case.reason, case.details = "no_request", details

    assert panels.claim(case)[:-1] == [(ASKED, read)]


def test_what_the_reason_does_not_ask_for_stays_as_it_was_given(case: RefundRequest) -> None:
    case.reason, case.details = "no_request", {"promise": "free"}

    assert panels.claim(case)[:-1] == [(ASKED, "Not answered"), ("promise", "free")]


def test_the_page_shows_it(browser: SignedIn, case: RefundRequest) -> None:
    RefundRequest.objects.filter(pk=case.pk).update(reason="no_request")

    assert dict(browser.get(page(case)).context["claim"])[ASKED] == "Not answered"
