"""Who may do what: the groups, and the questions that views and templates ask."""

from collections.abc import Mapping

from django.contrib.auth.models import Group, Permission

from accounts.models import User

VERIFIERS = "Verifiers"
ACCOUNT_MANAGERS = "Account managers"

GROUPS: Mapping[str, tuple[str, ...]] = {
    VERIFIERS: ("refunds.verify", "refunds.view_refundrequest"),
    ACCOUNT_MANAGERS: ("refunds.use_desk",),
}

MACHINE_EMAIL = "machine@makegood.invalid"


def make_groups() -> None:
    """Create the groups that are missing and give each exactly its permissions."""
    for name, labels in GROUPS.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.set([_permission(label) for label in labels])


def _permission(label: str) -> Permission:
    app_label, codename = label.split(".")
    return Permission.objects.get(content_type__app_label=app_label, codename=codename)


def machine() -> User:
    """Return the user who stands for the machine in decisions and events; it can't sign in."""
    user, _ = User.objects.get_or_create(
        email=MACHINE_EMAIL, defaults={"name": "Makegood", "is_active": False, "password": "!"}
    )
    return user


def is_verifier(user: User) -> bool:
    """Say whether the user decides requests in the admin."""
    return user.is_staff and user.has_perm("refunds.verify")


def is_account_manager(user: User) -> bool:
    """Say whether the user works at the desk."""
    return user.has_perm("refunds.use_desk")


def is_pro(user: User) -> bool:
    """Say whether the user belongs to a pro."""
    return user.memberships.exists()
