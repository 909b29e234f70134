import pytest
from django.utils import timezone

from accounts import formats
from accounts.models import User
from refunds.models import RefundRequest
from refunds.services import investigate
from tests.admin.pages import assert_promises_nothing, last_event, last_mail, page
from tests.conftest import SignedIn
from tests.factories import refunds
from tests.snapshots import everything

QUESTION = "Which number did you dial?"


def test_asking_stops_the_clock_and_mails_the_question(
    browser: SignedIn, case: RefundRequest, pro: User
) -> None:
    until = formats.instant(investigate.answer_due_at(case, timezone.now()), case.program)
    asking = browser.get(page(case, "ask")).text
    answer = browser.post(
        page(case, "ask"), {"version": case.version, "question": QUESTION}, follow=True
    )

    assert f"stands still until the pro answers, at most until {until}" in asking
    assert answer.redirect_chain == [(page(case), 302)]
    assert f"{case.reference} waits for the pro." in answer.text
    case = refunds.again(case)
    assert (case.state, case.question) == ("awaiting_pro", QUESTION)
    assert case.answer_due_at is not None
    told = {"question": QUESTION, "answer_due_at": case.answer_due_at.isoformat()}
    assert last_event(case).data == told
    assert (last_mail(case).kind, last_mail(case).to) == ("question", pro.email)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("", "Write the question that the pro should answer."),
        ("  ", "Write the question that the pro should answer."),
        ("a\x00b", "Null characters are not allowed."),
    ],
    ids=["empty", "blank", "nul"],
)
def test_a_question_that_says_nothing_is_refused(
    browser: SignedIn, case: RefundRequest, question: str, sentence: str
) -> None:
    before = everything()

    answer = browser.post(page(case, "ask"), {"version": case.version, "question": question})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert everything() == before


def test_a_page_that_was_overtaken_is_refused(browser: SignedIn, case: RefundRequest) -> None:
    before = everything()

    answer = browser.post(page(case, "ask"), {"version": case.version - 1, "question": QUESTION})

    assert answer.status_code == 409
    assert "Nothing was done. Look at it again before you go on." in answer.text
    assert "You had written:" in answer.text
    assert QUESTION in answer.text
    assert_promises_nothing(answer.text)
    assert everything() == before
