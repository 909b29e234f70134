"""Where people are written to."""

from collections.abc import Collection

from accounts.models import Membership, ServicePro


def of_pro(pro: ServicePro, *, asked_by: int) -> str:
    """Return where a pro is written to: whoever asked in its name, else its first member, else the
    account manager. ``asked_by`` is a user's id; somebody who is none of the pro's gets no mail."""
    members = pro.memberships.select_related("user").order_by("pk")
    addresses = {member.user_id: member.user.email for member in members}
    if asked_by in addresses:
        return addresses[asked_by]
    return next(iter(addresses.values()), pro.account_manager.email)


def of_pros(pros: Collection[int]) -> dict[int, str]:
    """Return where many pros are written to where nobody asked in their names, by their ids."""
    managers = ServicePro.objects.filter(pk__in=pros).values_list("pk", "account_manager__email")
    # The first member comes last, and so takes the place of the others.
    members = Membership.objects.filter(pro__in=pros).order_by("-pk")
    return dict(managers) | dict(members.values_list("pro_id", "user__email"))
