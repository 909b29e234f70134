"""Cursors in the address: one that can't be read starts at the first page."""

import pytest

from accounts import paging
from accounts.models import User
from tests.conftest import SignedIn

AT = "2026-03-05T17:00:00+00:00"


@pytest.mark.parametrize("path", ["/leads/", "/requests/", "/transactions/"])
@pytest.mark.parametrize(
    "cursor",
    [
        "0001-01-01T00:00:00+23:59_1",
        "9999-12-31T23:59:59-23:59_1",
        f"{AT}_-99999999999999999999999",
        f"{AT}_99999999999999999999999",
        f"{AT}_" + "9" * 5000,
        f"{AT}_0",
        "2026-03-05T17:00:00_1",
        f"{AT}_\x00",
        "_",
    ],
)
def test_a_cursor_that_can_not_be_read_starts_at_the_first_page(
    pro: User, path: str, cursor: str
) -> None:
    assert paging._read(cursor) is None
    assert SignedIn(pro).get(path, {"after": cursor}).status_code == 200


@pytest.mark.parametrize(
    "cursor",
    [f"{AT}_1", f"{AT}_{2**63 - 1}", "0001-01-01T00:00:00+00:00_1", "9999-12-31T23:59:59Z_1"],
)
@pytest.mark.parametrize("path", ["/leads/", "/requests/", "/transactions/"])
def test_the_farthest_cursors_can_be_asked_for(pro: User, path: str, cursor: str) -> None:
    assert paging._read(cursor) is not None
    assert SignedIn(pro).get(path, {"after": cursor}).status_code == 200
