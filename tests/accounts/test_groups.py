"""The groups of the team, and what each may do."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts import access
from accounts.models import User
from tests.conftest import SignedIn

pytestmark = pytest.mark.django_db

QUEUE = "admin:refunds_refundrequest_changelist"
PERSONAS = ("agent", "lead", "finance", "auditor", "root", "manager", "stranger")


@pytest.mark.parametrize(
    ("may", "who"),
    [
        ("is_verifier", {"agent", "lead", "root"}),
        ("is_lead", {"lead", "root"}),
        ("may_read_admin", {"agent", "lead", "auditor", "root"}),
    ],
)
def test_each_may_do_what_its_group_says(
    may: str, who: set[str], request: pytest.FixtureRequest
) -> None:
    asks = getattr(access, may)

    assert {name for name in PERSONAS if asks(request.getfixturevalue(name))} == who


@pytest.mark.parametrize("group", [name for name in access.GROUPS if name != "Account managers"])
def test_who_is_no_staff_may_do_nothing_in_the_admin(group: str, stranger: User) -> None:
    access.make_groups()
    stranger.groups.add(Group.objects.get(name=group))

    for asks in (
        access.is_verifier,
        access.is_lead,
        access.may_read_admin,
    ):
        assert not asks(User.objects.get(pk=stranger.pk))


def test_groups_have_exactly_their_permissions(groups: None) -> None:
    found = {
        group.name: {permission.codename for permission in group.permissions.all()}
        for group in Group.objects.all()
    }

    assert found == {
        "Verifiers": {"verify"},
        "Verification leads": {"verify", "lead"},
        "Finance": {"read_books"},
        "Auditors": {"audit"},
        "Account managers": {"use_desk"},
    }


@pytest.mark.parametrize(
    ("persona", "page"),
    [("agent", QUEUE), ("lead", QUEUE), ("auditor", QUEUE), ("finance", "admin:index")],
)
def test_each_of_the_team_begins_where_their_work_is(
    persona: str, page: str, request: pytest.FixtureRequest
) -> None:
    browser = SignedIn(request.getfixturevalue(persona))

    answer = browser.get(reverse("home"))

    assert (answer.status_code, answer["Location"]) == (302, reverse(page))
    assert browser.get(reverse(page)).status_code == 200
    assert f'href="{reverse(page)}"' in browser.get(reverse("account")).text
