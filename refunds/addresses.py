"""Where people are written to."""

from accounts.models import ServicePro


def of_pro(pro: ServicePro, *, asked_by: int) -> str:
    """Return where a pro is written to: whoever asked in its name, else its first member, else the
    account manager. ``asked_by`` is a user's id; somebody who is none of the pro's gets no mail."""
    members = pro.memberships.select_related("user").order_by("pk")
    addresses = {member.user_id: member.user.email for member in members}
    if asked_by in addresses:
        return addresses[asked_by]
    return next(iter(addresses.values()), pro.account_manager.email)
