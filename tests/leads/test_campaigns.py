"""A change of a campaign makes its next version; what was sold keeps its own (A16)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction

from accounts.models import ServicePro, User
from leads.models import Campaign, Category
from leads.services import campaigns
from leads.services.campaigns import MOST_AREAS, CampaignRefused, CampaignReplaced
from tests.conftest import hand_over
from tests.factories.accounts import ProgramFactory, UserFactory
from tests.factories.leads import CampaignFactory, CategoryFactory, LeadSaleFactory
from tests.snapshots import refused

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture
def campaign(pro_company: ServicePro) -> Campaign:
    """Roofing in 30301 and around 3031."""
    return CampaignFactory.create(pro=pro_company)


@pytest.fixture
def siding(pro_company: ServicePro) -> Category:
    return CategoryFactory.create(program=pro_company.program, code="siding")


def codes_of(campaign: Campaign) -> set[str]:
    return {category.code for category in campaign.categories.all()}


@pytest.mark.covers("A16")
def test_change_makes_a_version_and_keeps_the_old_one(
    campaign: Campaign, pro: User, siding: Category
) -> None:
    with time_machine.travel(NOW, tick=False):
        new = campaigns.change(
            campaign=campaign, actor=pro, categories=[siding], postal_codes=["30302", "3031*"]
        )

    old = Campaign.objects.get(pk=campaign.pk)
    assert (codes_of(old), old.postal_codes) == ({"roofing"}, ["30301", "3031*"])
    assert (old.valid_from, old.replaced_at, old.changed_by) == (None, NOW, None)
    new = Campaign.objects.get(pk=new.pk)
    assert (codes_of(new), new.postal_codes) == ({"siding"}, ["30302", "3031*"])
    assert (new.pro, new.name) == (old.pro, old.name)
    assert (new.valid_from, new.replaced_at, new.changed_by) == (NOW, None, pro)


@pytest.mark.covers("A16")
def test_sale_keeps_the_version_that_it_was_sold_under(campaign: Campaign, pro: User) -> None:
    before = LeadSaleFactory.create(pro=campaign.pro)

    new = campaigns.change(campaign=campaign, actor=pro, postal_codes=["30302"])
    after = LeadSaleFactory.create(pro=campaign.pro)

    before.refresh_from_db()
    assert (before.campaign_id, after.campaign_id) == (campaign.pk, new.pk)


def test_what_is_not_named_stays(campaign: Campaign, pro: User, siding: Category) -> None:
    areas = campaigns.change(campaign=campaign, actor=pro, postal_codes=["30302"])
    assert (codes_of(areas), areas.postal_codes) == ({"roofing"}, ["30302"])

    kinds = campaigns.change(campaign=areas, actor=pro, categories=[siding])
    assert (codes_of(kinds), kinds.postal_codes) == ({"siding"}, ["30302"])


def test_nothing_different_makes_no_version(campaign: Campaign, pro: User) -> None:
    same = campaigns.change(
        campaign=campaign,
        actor=pro,
        categories=list(campaign.categories.all()),
        postal_codes=["3031*", "30301"],
    )

    assert same == campaign
    assert Campaign.objects.get() == campaign
    assert Campaign.objects.get().replaced_at is None


def test_postal_codes_are_written_plainly_and_once(campaign: Campaign, pro: User) -> None:
    new = campaigns.change(
        campaign=campaign, actor=pro, postal_codes=[" k1a  0b1 ", "K1A 0B1", "", "303*", "*"]
    )

    assert new.postal_codes == ["K1A 0B1", "303*", "*"]


@pytest.mark.parametrize(
    ("postal_codes", "sentence"),
    [
        ([], "Leave at least one postal code: a campaign needs a place."),
        ([" ", ""], "Leave at least one postal code: a campaign needs a place."),
        (["30301", "3*1"], "“3*1” is no postal code, and no prefix that ends in a star."),
        (["30301,30302"], "“30301,30302” is no postal code, and no prefix that ends in a star."),
        (["303\x00"], "“303\x00” is no postal code, and no prefix that ends in a star."),
        (["1" * 16], f"“{'1' * 16}” is no postal code, and no prefix that ends in a star."),
        (
            [str(number) for number in range(MOST_AREAS + 1)],
            "These are more than 5000 postal codes: use prefixes that end in a star.",
        ),
    ],
    ids=["none", "empty", "star", "two", "nul", "long", "many"],
)
def test_what_is_no_place_is_refused(
    postal_codes: list[str], sentence: str, campaign: Campaign, pro: User
) -> None:
    with refused(CampaignRefused) as caught:
        campaigns.change(campaign=campaign, actor=pro, postal_codes=postal_codes)

    assert str(caught.value) == sentence


def test_campaign_without_categories_is_refused(campaign: Campaign, pro: User) -> None:
    with refused(CampaignRefused) as caught:
        campaigns.change(campaign=campaign, actor=pro, categories=[])

    assert str(caught.value) == "Choose at least one category: a campaign buys nothing without."


def test_category_of_another_program_is_refused(campaign: Campaign, pro: User) -> None:
    elsewhere = CategoryFactory.create(program=ProgramFactory.create(code="aiqoo"))

    with refused(CampaignRefused) as caught:
        campaigns.change(campaign=campaign, actor=pro, categories=[elsewhere])

    assert str(caught.value) == "Choose among the categories of the pro's own marketplace."


def test_version_that_was_replaced_is_not_changed(campaign: Campaign, pro: User) -> None:
    campaigns.change(campaign=campaign, actor=pro, postal_codes=["30302"])

    with refused(CampaignReplaced) as caught:
        campaigns.change(campaign=campaign, actor=pro, postal_codes=["30303"])

    assert "changed since you opened it" in str(caught.value)


@pytest.mark.parametrize("persona", ["pro", "manager", "root", "clerk"])
def test_who_may_change(persona: str, campaign: Campaign, request: pytest.FixtureRequest) -> None:
    actor = request.getfixturevalue(persona)

    new = campaigns.change(campaign=campaign, actor=actor, postal_codes=["30302"])

    assert (new.postal_codes, new.changed_by) == (["30302"], actor)


@pytest.mark.parametrize("persona", ["other_pro", "other_manager", "agent", "stranger"])
def test_who_may_not(persona: str, campaign: Campaign, request: pytest.FixtureRequest) -> None:
    actor = request.getfixturevalue(persona)

    with refused(CampaignRefused) as caught:
        campaigns.change(campaign=campaign, actor=actor, postal_codes=["30302"])

    assert str(caught.value) == "Only the pro and those who look after it can change a campaign."


def test_who_left_the_desk_changes_no_campaign(campaign: Campaign, stranger: User) -> None:
    hand_over(campaign.pro, stranger)
    fresh = Campaign.objects.get(pk=campaign.pk)

    with refused(CampaignRefused):
        campaigns.change(campaign=fresh, actor=stranger, postal_codes=["30302"])


def test_one_version_of_a_name_is_in_force(campaign: Campaign) -> None:
    with refused(IntegrityError), transaction.atomic():
        Campaign.objects.create(pro=campaign.pro, name=campaign.name)


def test_version_has_who_made_it(campaign: Campaign) -> None:
    with refused(IntegrityError), transaction.atomic():
        Campaign.objects.create(pro=campaign.pro, name="Other", valid_from=NOW)


def test_version_ends_after_it_began(campaign: Campaign, pro: User) -> None:
    early = NOW - timedelta(seconds=1)

    with refused(IntegrityError), transaction.atomic():
        Campaign.objects.create(
            pro=campaign.pro, name="Other", valid_from=NOW, changed_by=pro, replaced_at=early
        )


def test_version_holds_from_its_first_moment_to_the_next_ones(
    campaign: Campaign, pro: User
) -> None:
    with time_machine.travel(NOW, tick=False):
        new = campaigns.change(campaign=campaign, actor=pro, postal_codes=["30302"])
    old = Campaign.objects.get(pk=campaign.pk)
    moments = (NOW - timedelta(microseconds=1), NOW)

    assert [old.was_in_force(at) for at in moments] == [True, False]
    assert [new.was_in_force(at) for at in moments] == [False, True]


@pytest.fixture
def root(db: None) -> User:
    """An administrator."""
    return UserFactory.create(is_staff=True, is_superuser=True)


@pytest.fixture
def clerk(db: None) -> User:
    """One of the staff who may change campaigns."""
    user = UserFactory.create(is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="change_campaign"))
    return user
