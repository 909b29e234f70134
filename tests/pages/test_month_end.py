"""The notice that a month's end brings, in the program's zone, and only then."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine

from accounts.models import User
from leads.models import LeadSale
from refunds.services import file
from tests.conftest import SignedIn
from tests.factories import refunds as make
from tests.pages.browser import text_of
from tests.refunds import credits

pytestmark = pytest.mark.django_db

NOTICE = "At the end of a month we have more to verify"
# New York, four hours behind UTC: the 28th's last second and the 29th's first, the 31st's last
# and the 1st's first.
MOMENTS = [
    (datetime(2026, 3, 29, 3, 59, 59, tzinfo=UTC), False),
    (datetime(2026, 3, 29, 4, tzinfo=UTC), True),
    (datetime(2026, 4, 1, 3, 59, 59, tzinfo=UTC), True),
    (datetime(2026, 4, 1, 4, tzinfo=UTC), False),
]


def sold(code: str, manager: User, at: datetime) -> LeadSale:
    program = credits.program_of(code)
    return credits.sold(credits.contact_of(program), credits.pro_of(program, manager), sold_at=at)


@pytest.mark.covers("L15", "X19")
@pytest.mark.parametrize(("at", "is_told"), MOMENTS)
@pytest.mark.parametrize("query", ["", "?reason=mailbox_full"])
def test_the_claim_page_tells_of_it_in_the_last_days(
    query: str, at: datetime, is_told: bool, manager: User
) -> None:
    sale = sold("legalplan", manager, at - timedelta(hours=2))

    with time_machine.travel(at, tick=False):
        page = text_of(
            SignedIn(credits.user_of(sale.pro)).get(
                f"/leads/{sale.uuid}/refund/{query}", follow=True
            )
        )

    assert (NOTICE in page) is is_told


@pytest.mark.covers("L15", "X19")
@pytest.mark.parametrize(("at", "is_told"), MOMENTS)
def test_an_open_request_tells_of_it_and_keeps_its_dates(
    at: datetime, is_told: bool, manager: User
) -> None:
    sale = sold("legalplan", manager, at - timedelta(hours=2))
    pro = credits.user_of(sale.pro)
    with time_machine.travel(at - timedelta(hours=1), tick=False):
        request = credits.claimed(sale, "mailbox_full")

    with time_machine.travel(at, tick=False):
        page = text_of(SignedIn(pro).get(f"/requests/{request.reference}/"))

    assert (NOTICE in page) is is_told
    assert make.again(request).limit_on == request.limit_on


@pytest.mark.covers("L15")
def test_a_decided_request_tells_nothing_of_it(manager: User) -> None:
    at = datetime(2026, 3, 30, 12, tzinfo=UTC)
    sale = sold("legalplan", manager, at)
    pro = credits.user_of(sale.pro)

    with time_machine.travel(at, tick=False):
        request = file.file_claim(
            sale_uuid=sale.uuid,
            actor=pro,
            command_id=uuid4(),
            reason="not_interested",
            explanation=make.EXPLANATION,
            details={},
        )
        page = text_of(SignedIn(pro).get(f"/requests/{request.reference}/"))

    assert request.state == "declined"
    assert NOTICE not in page


def test_other_programs_say_nothing_of_it(manager: User) -> None:
    at = datetime(2026, 3, 30, 12, tzinfo=UTC)
    sale = sold("conxpros", manager, at)

    with time_machine.travel(at, tick=False):
        page = text_of(SignedIn(credits.user_of(sale.pro)).get(f"/leads/{sale.uuid}/refund/"))

    assert NOTICE not in page
