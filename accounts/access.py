"""Who may do what: the groups, and the questions that views and templates ask."""

from collections.abc import Mapping

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

from accounts.models import User
from accounts.standing import places

VERIFY = "verify"
LEAD = "lead"
READ_BOOKS = "read_books"
AUDIT = "audit"
USE_DESK = "use_desk"
DUTIES = (VERIFY, LEAD, READ_BOOKS, AUDIT, USE_DESK)

VERIFIERS = "Verifiers"
LEADS = "Verification leads"
FINANCE = "Finance"
AUDITORS = "Auditors"
ACCOUNT_MANAGERS = "Account managers"

GROUPS: Mapping[str, tuple[str, ...]] = {
    VERIFIERS: (f"refunds.{VERIFY}",),
    LEADS: (f"refunds.{VERIFY}", f"refunds.{LEAD}"),
    FINANCE: (f"refunds.{READ_BOOKS}",),
    AUDITORS: (f"refunds.{AUDIT}",),
    ACCOUNT_MANAGERS: (f"refunds.{USE_DESK}",),
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
    return user.is_staff and user.has_perm(f"refunds.{VERIFY}")


def is_lead(user: User) -> bool:
    """Say whether the user leads the verification team: publishes policies, declares events."""
    return is_verifier(user) and user.has_perm(f"refunds.{LEAD}")


def may_read_admin(user: User) -> bool:
    """Say whether the user reads every case in the admin; an auditor decides none."""
    return is_verifier(user) or (user.is_staff and user.has_perm(f"refunds.{AUDIT}"))


def is_account_manager(user: User) -> bool:
    """Say whether the user works at the desk."""
    return user.has_perm(f"refunds.{USE_DESK}")


def duties(user: User) -> set[str]:
    """Return which of the DUTIES the user has for the marketplace, by one query."""
    known = Permission.objects.filter(content_type__app_label="refunds").order_by()
    own = known.filter(codename__in=DUTIES).values_list("codename", flat=True)
    if user.is_superuser:
        return set(own)
    groups = User.groups.through.objects.filter(user=user).values("group")
    alone = User.user_permissions.through.objects.filter(user=user).values("permission")
    together = Group.permissions.through.objects.filter(group__in=groups).values("permission")
    return set(own.filter(Q(pk__in=alone) | Q(pk__in=together)))


def admin_home(duties: set[str]) -> str:
    """Return the name of the admin's page where somebody of the staff begins, "" for none."""
    if duties & {VERIFY, AUDIT}:
        return "admin:refunds_refundrequest_changelist"
    return "admin:index" if duties & {LEAD, READ_BOOKS} else ""


def is_pro(user: User) -> bool:
    """Say whether the user belongs to a pro; keeps what it learned for the rest of the page."""
    return bool(places(user))
