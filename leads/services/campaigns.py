"""Changing what a pro buys. What was sold keeps what the campaign covered then (A16)."""

import re
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import access
from accounts.models import ServicePro, User
from leads.models import Campaign, Category

AREA = re.compile(r"[A-Z0-9][A-Z0-9 -]{0,14}\*?|\*")
MOST_AREAS = 5_000


class CampaignRefused(Exception):
    """A change that can't be made; its text is a sentence for the user."""


class CampaignReplaced(CampaignRefused):
    """Somebody else changed the campaign meanwhile."""


def change(
    *,
    campaign: Campaign,
    actor: User,
    categories: Collection[Category] | None = None,
    postal_codes: Collection[str] | None = None,
) -> Campaign:
    """Replace a campaign by a version with other categories or postal codes, from now on (A16).

    What is None stays as it is. ``postal_codes`` are exact, or prefixes that end in a star. Sales
    keep the version that they were sold under, an import of older ones too. Returns the version in
    force: the campaign itself where nothing differs.

    Raises CampaignRefused for anybody but the pro, its account manager and staff who may change
    campaigns, without a category or a postal code, for a category of another program, and for what
    is no postal code; CampaignReplaced where ``campaign`` is in force no more.
    """
    _ensure_allowed(campaign.pro, actor)
    with transaction.atomic():
        # Without the key: an import goes on selling by this version until the next one is there.
        locked = Campaign.objects.select_for_update(of=("self",), no_key=True)
        old = locked.select_related("pro").get(pk=campaign.pk)
        if old.replaced_at is not None:
            raise CampaignReplaced(
                _("This campaign has changed since you opened it. Nothing was changed: look again.")
            )
        kept = set(old.categories.all())
        wanted = kept if categories is None else _categories(old.pro, categories)
        areas = old.postal_codes if postal_codes is None else _areas(postal_codes)
        if wanted == kept and set(areas) == set(old.postal_codes):
            return old
        return _replace(old, actor=actor, categories=wanted, areas=areas)


def _ensure_allowed(pro: ServicePro, actor: User) -> None:
    is_own = pro.memberships.filter(user=actor).exists()
    looks_after = pro.account_manager_id == actor.pk and access.is_account_manager(actor)
    if not (is_own or looks_after or _is_staff_for_campaigns(actor)):
        raise CampaignRefused(_("Only the pro and those who look after it can change a campaign."))


def _is_staff_for_campaigns(actor: User) -> bool:
    return actor.is_staff and actor.has_perm("leads.change_campaign")


def _categories(pro: ServicePro, categories: Collection[Category]) -> set[Category]:
    if not categories:
        raise CampaignRefused(_("Choose at least one category: a campaign buys nothing without."))
    if any(category.program_id != pro.program_id for category in categories):
        raise CampaignRefused(_("Choose among the categories of the pro's own marketplace."))
    return set(categories)


def _areas(postal_codes: Collection[str]) -> list[str]:
    written = (" ".join(code.upper().split()) for code in postal_codes)
    areas = list(dict.fromkeys(area for area in written if area))
    if not areas:
        # None at all would not mean nowhere: the policy can then prove nothing either way.
        raise CampaignRefused(_("Leave at least one postal code: a campaign needs a place."))
    if len(areas) > MOST_AREAS:
        raise CampaignRefused(
            _("These are more than %(most)d postal codes: use prefixes that end in a star.")
            % {"most": MOST_AREAS}
        )
    for area in areas:
        if not AREA.fullmatch(area):
            raise CampaignRefused(
                _("“%(area)s” is no postal code, and no prefix that ends in a star.")
                % {"area": area}
            )
    return areas


def _replace(
    old: Campaign, *, actor: User, categories: Collection[Category], areas: list[str]
) -> Campaign:
    at = timezone.now()
    old.replaced_at = at
    old.save(update_fields=["replaced_at"])
    new = Campaign.objects.create(
        pro=old.pro, name=old.name, postal_codes=areas, valid_from=at, changed_by=actor
    )
    new.categories.set(categories)
    return new
