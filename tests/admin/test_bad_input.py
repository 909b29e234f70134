"""What no form of ours sends: a sentence answers, and never a 500.

PostgreSQL stores no NUL, which SQLite does; both must refuse it before the database is asked.
"""

import pytest

from refunds.models import RefundRequest
from tests.admin.pages import LIST, page
from tests.conftest import SignedIn
from tests.snapshots import everything

NUL = "a\x00b"
LONG = "x" * 5001
GOOD: dict[str, dict[str, object]] = {
    "finding": {"kind": "contact_call", "result": "supports", "note": "Called the number."},
    "ask": {"question": "Which number did you dial?"},
    "approve": {"note": ""},
    "decline": {"codes": ["claim_not_supported"], "note": "The number rings."},
    "reverse": {"reason": "The contact hired the pro after all."},
}
FIELDS = [(name, field) for name, fields in GOOD.items() for field in (*fields, "version")]


@pytest.mark.parametrize("value", [NUL, LONG], ids=["nul", "long"])
@pytest.mark.parametrize(("name", "field"), FIELDS)
def test_a_field_that_can_not_be_stored_gets_a_sentence(
    request: pytest.FixtureRequest, browser: SignedIn, name: str, field: str, value: str
) -> None:
    case: RefundRequest = request.getfixturevalue("approved" if name == "reverse" else "case")
    before = everything()

    answer = browser.post(page(case, name), {"version": case.version, **GOOD[name], field: value})

    assert answer.status_code == 422
    assert '<div class="errornote" role="alert">' in answer.text
    assert everything() == before


@pytest.mark.parametrize("value", ["%00", "a%00b", "x" * 5001, "%F0%9F%92%A9"])
def test_no_search_and_no_filter_fails(browser: SignedIn, case: RefundRequest, value: str) -> None:
    for name in ("q", "state", "due", "holder", "program__id__exact", "o", "p"):
        answer = browser.get(f"{LIST}?{name}={value}", follow=True)

        assert answer.status_code == 200, name


@pytest.mark.parametrize(
    "query",
    [
        "state__exact=%00",
        "state__in=submitted,%00",
        "reference__startswith=a%00b",
        "state=open&state=%00",
        "sta%00te=open",
        "e=1&state__exact=%00",
    ],
)
def test_no_lookup_with_a_nul_is_asked(browser: SignedIn, case: RefundRequest, query: str) -> None:
    answer = browser.get(f"{LIST}?{query}")

    if query.startswith("e="):
        assert answer.status_code == 200
    else:
        assert (answer.status_code, answer.headers["Location"]) == (302, f"{LIST}?e=1")


@pytest.mark.parametrize("reference", ["a%00b", "%00", "RF-%F0%9F%92%A9", "x" * 5001])
def test_no_address_fails(browser: SignedIn, reference: str) -> None:
    for name in ("change", "take", "approve"):
        assert browser.get(f"{LIST}{reference}/{name}/").status_code == 404
