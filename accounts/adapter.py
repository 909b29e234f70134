"""How allauth behaves here: whom it lets in, what it says, and where its mails lead."""

import logging
from collections.abc import Mapping

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.models import User

logger = logging.getLogger(__name__)

ALLAUTH, GUESSES = "allauth.account", "wrong_passwords_of_account"
NO_GUESS = ratelimit.RateLimitUsage(usage=[])

NOTICES = {
    "account/email/password_changed": _("Your password was changed."),
    "account/email/password_reset": _("Your password was set anew by the link in our mail."),
    "mfa/email/totp_activated": _("Signing in now also asks for a code from an app."),
    "mfa/email/totp_deactivated": _("Signing in no longer asks for a code from an app."),
    "mfa/email/webauthn_added": _("A passkey was added to your account."),
    "mfa/email/webauthn_removed": _("A passkey was removed from your account."),
    "mfa/email/recovery_codes_generated": _("You have new recovery codes. The old ones are void."),
}
FLASHES = {
    "account/messages/password_changed.txt": NOTICES["account/email/password_changed"],
    "mfa/messages/totp_activated.txt": NOTICES["mfa/email/totp_activated"],
    "mfa/messages/totp_deactivated.txt": NOTICES["mfa/email/totp_deactivated"],
    "mfa/messages/webauthn_added.txt": NOTICES["mfa/email/webauthn_added"],
    "mfa/messages/webauthn_removed.txt": NOTICES["mfa/email/webauthn_removed"],
    "mfa/messages/recovery_codes_generated.txt": NOTICES["mfa/email/recovery_codes_generated"],
}
WAYS_TO_CONFIRM = {
    "reauthenticate": _("With your password"),
    "mfa_reauthenticate": _("With a code"),
    "mfa_reauthenticate:webauthn": _("With a passkey"),
}


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up: the marketplace makes the accounts."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed."),
        "email_password_mismatch": _(
            "That e-mail address and password don't belong together. Check both and try again."
        ),
        "enter_current_password": _("That is not your present password. Type it again."),
        "incorrect_password": _("That is not your password. Type it again."),
        "too_many_login_attempts": _(
            "Too many attempts from here. Wait five minutes, or set a new password by mail."
        ),
        "too_many_guesses": _(
            "Too many wrong passwords for this account. Set a new one by mail, or wait an hour."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse: accounts are made by the marketplace."""
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the link of the mail, on our own address and never on the asker's (trap 24)."""
        uid, _dash, token = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
        return f"{settings.BASE_URL}{path}"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Go back to where the change was begun."""
        return reverse("account")

    def get_reauthentication_methods(self, user: AbstractBaseUser) -> list[dict[str, object]]:
        """Call the ways to confirm who one is by the words of the other pages."""
        ways = super().get_reauthentication_methods(user)
        return [way | {"description": str(WAYS_TO_CONFIRM[way["id"]])} for way in ways]

    def send_mail(self, template_prefix: str, email: str, context: Mapping[str, object]) -> None:
        """Write to somebody in their own language, else in that of the page."""
        reader = User.objects.filter(email__iexact=email).first()
        language = reader.language if reader and reader.language else translation.get_language()
        notice = NOTICES.get(template_prefix)
        prefix = "account/email/notice" if notice else template_prefix
        own = {"notice": notice, "email": email, "base_url": settings.BASE_URL}
        with translation.override(language):
            message = self.render_mail(prefix, email, {**context, **own})
        try:
            message.send()
        except OSError:  # also what smtplib raises
            if not notice:
                raise
            # What the mail tells of was done and stays done.
            logger.exception("A notice of a change was not sent: %s", template_prefix)

    def add_message(  # noqa: PLR0913, PLR0917 (as allauth has it)
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: Mapping[str, object] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Say what was done where the page itself does not show it."""
        words = message or FLASHES.get(message_template or "")
        if words:
            messages.add_message(request, level, words, extra_tags=extra_tags)

    def pre_authenticate(self, request: HttpRequest, **credentials: str) -> None:
        """Count the attempt for its account as well: many places may guess at one together.

        Raises ValidationError once there were too many. The link in a mail opens the account.
        """
        super().pre_authenticate(request, **credentials)
        key = credentials.get("email", "").lower()
        # None: too many; without an address there is no account to count for.
        self._guess = (
            ratelimit.consume(request, app=ALLAUTH, action=GUESSES, key=key) if key else NO_GUESS
        )
        if self._guess is None:
            raise self.validation_error("too_many_guesses")

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Begin to count anew: who could set a password need not wait for those who guess."""
        super().set_password(user, password)
        key = user.get_username().lower()
        ratelimit.clear(context.request, app=ALLAUTH, action=GUESSES, key=key)

    def _rollback_login_failed_rl_usage(self) -> None:
        super()._rollback_login_failed_rl_usage()
        if self._guess:
            self._guess.rollback()

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: str) -> str:
        # By address and place: a stranger who guesses locks out the stranger alone (trap 33).
        email = credentials.get("email", "").lower()
        return f"{self.get_client_ip(request)}:{email}"


class MFAAdapter(DefaultMFAAdapter):
    """The second step of signing in, in our words."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("That code is not right, or no longer. Enter the newest one."),
        "cannot_generate_recovery_codes": _(
            "Recovery codes need an app or a passkey first: add one of them."
        ),
    }

    def get_totp_issuer(self) -> str:
        """Name the product in people's apps."""
        return "Makegood"

    def build_totp_svg(self, url: str) -> str:
        """Draw the code as an element of the page: our policy lets no picture in from its text."""
        drawn: str = super().build_totp_svg(url)
        return drawn[drawn.index("<svg") :]

    def generate_authenticator_name(self, user: AbstractBaseUser, type: str) -> str:
        """Leave the name to the person."""
        return str(_("Passkey"))
