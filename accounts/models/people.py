from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models.program import Program


class UserManager(BaseUserManager["User"]):
    """Makes users, who are known by their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """Create a user; without a password the user can't sign in."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None) -> "User":
        """Create a user who may do everything that the admin offers."""
        return self.create_user(email, password, is_staff=True, is_superuser=True)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find the user who signs in, whatever the case of the letters typed."""
        return self.get(email__iexact=username)


class User(AbstractUser):
    """Somebody who signs in by e-mail: a pro, a verifier or an account manager."""

    username = None  # type: ignore[assignment] # Django's documented way to drop the column
    first_name = None  # type: ignore[assignment] # one name is enough, and fits every language
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(max_length=100, blank=True)
    language = models.CharField(
        max_length=10,
        blank=True,
        help_text="Of this person's pages and mails; empty: the browser's, and the program's.",
    )
    wants_reminders = models.BooleanField(
        default=True, help_text="Whether to be written to before a window closes."
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []
    objects = UserManager()  # type: ignore[assignment,misc] # narrower than AbstractUser's

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once_in_any_case"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """Return the name that pages show."""
        return str(self)

    def get_short_name(self) -> str:
        """Return the name that the admin greets with."""
        return str(self)


class ServicePro(models.Model):
    """The service professional's company, which buys leads."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        PAUSED = "paused", _("Paused")
        CLOSED = "closed", _("Closed")

    program = models.ForeignKey(Program, models.PROTECT, related_name="pros")
    code = models.CharField(
        max_length=40, help_text="The pro's number in the lead-distribution system."
    )
    name = models.CharField(max_length=150)
    account_manager = models.ForeignKey(User, models.PROTECT, related_name="managed_pros")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ACTIVE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["program", "code"], name="pro_code_once_a_program"),
            models.CheckConstraint(
                condition=models.Q(status__in=["active", "paused", "closed"]),
                name="pro_status_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A user's place in a pro's company."""

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        MEMBER = "member", _("Member")

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    pro = models.ForeignKey(ServicePro, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.OWNER)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "pro"], name="member_once_a_pro"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.pro_id}"
