"""The team reads every version of a policy, compares a draft, and publishes it with a date."""

from datetime import UTC, datetime
from html import unescape

import pytest
import yaml
from django.urls import reverse

from accounts.models import ServicePro, User
from refunds.models import PolicyVersion
from refunds.policy.document import load_preset
from refunds.services import policies
from tests.conftest import SignedIn
from tests.factories.refunds import PolicyVersionFactory
from tests.snapshots import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(pro_company: ServicePro, lead: User) -> PolicyVersion:
    """conXpros, version 2: seven days instead of five."""
    PolicyVersionFactory.create(program=pro_company.program)
    data = load_preset("conxpros").model_dump(mode="json", exclude_defaults=True)
    text = yaml.safe_dump({**data, "window": {"kind": "calendar_days", "days": 7}})
    return policies.draft(program_code="conxpros", text=text, author=lead)


@pytest.fixture
def browser(lead: User) -> SignedIn:
    """The lead's browser."""
    return SignedIn(lead)


def address(number: int) -> str:
    return reverse("admin:policy_detail", args=["conxpros", number])


def read(browser: SignedIn, url: str) -> str:
    return unescape(" ".join(browser.get(url).content.decode().split()))


def test_the_list_names_each_version_with_its_state(
    draft: PolicyVersion, browser: SignedIn
) -> None:
    page = read(browser, reverse("admin:policy_list"))

    assert f'<a href="{address(1)}">Version 1</a>' in page
    assert f'<a href="{address(2)}">Version 2</a>' in page
    assert page.index("Draft") < page.index("In force")


def test_a_draft_is_compared_with_what_is_in_force(draft: PolicyVersion, browser: SignedIn) -> None:
    page = read(browser, address(2))

    assert "- days: 5" in page
    assert "+ days: 7" in page
    assert "kind: calendar_days" in page


def test_what_is_in_force_has_no_button(draft: PolicyVersion, browser: SignedIn) -> None:
    page = read(browser, address(1))

    assert "Publish it" not in page
    assert "promise: Report a lead within 5 days" in page


def test_a_draft_is_published_from_the_start_of_a_day(
    draft: PolicyVersion, browser: SignedIn, lead: User
) -> None:
    answer = browser.post(address(2), {"starts_on": "2199-04-01"}, follow=True)

    version = PolicyVersion.objects.get(pk=draft.pk)
    assert version.effective_from == datetime(2199, 4, 1, 4, tzinfo=UTC)
    assert version.published_at is not None
    assert version.author == lead
    assert (
        "Published: it holds for leads that are sold from Mon 1 Apr 2199, 00:00 EDT on."
        in unescape(answer.content.decode())
    )
    assert "Begins later" in answer.content.decode()


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2020-01-02", "Choose a later start"),
        ("", "Give the day from which it holds."),
        ("soon", "Give a day, such as 2026-03-07."),
    ],
)
def test_a_day_that_can_not_be_is_refused(
    day: str, sentence: str, draft: PolicyVersion, browser: SignedIn
) -> None:
    before = everything()

    answer = browser.post(address(2), {"starts_on": day})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert everything() == before


def test_what_is_published_is_not_published_again(draft: PolicyVersion, browser: SignedIn) -> None:
    before = everything()

    answer = browser.post(address(1), {"starts_on": "2199-04-01"})

    assert answer.status_code == 422
    assert "published already" in answer.content.decode()
    assert everything() == before


@pytest.mark.parametrize("number", [0, 3])
def test_a_version_that_there_is_not_is_not_found(
    number: int, draft: PolicyVersion, browser: SignedIn
) -> None:
    assert browser.get(address(number)).status_code == 404
