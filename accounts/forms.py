"""The forms of signing in and of one's account, in our words."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar, Union

from allauth.account import forms as account_forms
from allauth.account.adapter import get_adapter
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Cleaned = TypeVar("Cleaned")
Words = Union[str, "_StrPromise"]

EMAIL = _("E-mail address")
EMAIL_MISSING = _("Enter your e-mail address.")
EMAIL_WRONG = _("Enter a whole e-mail address, such as name@example.com.")
PASSWORD = _("Password")
PASSWORD_MISSING = _("Enter your password.")
NEW_PASSWORD = _("New password")
NEW_PASSWORD_HINT = _("At least 8 characters, and none of the most common passwords.")
NEW_PASSWORD_MISSING = _("Enter a new password.")
NEW_PASSWORD_AGAIN = _("New password once more")
NEW_PASSWORD_AGAIN_MISSING = _("Enter the new password a second time.")
CODE = _("Code")
CODE_HINT = _("Six digits from your app, or one of your recovery codes.")
CODE_MISSING = _("Enter the code.")


class SignInForm(account_forms.LoginForm):
    """E-mail and password."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "login", EMAIL, EMAIL_MISSING, invalid=EMAIL_WRONG)
        _word(self, "password", PASSWORD, PASSWORD_MISSING)
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "autofocus": True}

    def clean(self) -> dict[str, object]:
        """Say at the password what is wrong with both: the summary links to it there."""
        try:
            super().clean()
        except ValidationError as error:
            self.add_error("password", error)
        cleaned: dict[str, object] = self.cleaned_data
        return cleaned


class ResetForm(account_forms.ResetPasswordForm):
    """Asks for a link to set a new password."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "email", EMAIL, EMAIL_MISSING, invalid=EMAIL_WRONG)

    def save(self, request: HttpRequest, **kwargs: object) -> str:
        """Send the link; to an address without an account a mail that says so.

        Both cases write one mail and answer alike: the page tells nobody who has an account.
        """
        email: str = self.cleaned_data["email"]
        if self.users:
            super().save(request, **kwargs)
        else:
            get_adapter().send_mail("account/email/unknown_account", email, {})
        return email


class NewPasswordForm(account_forms.ResetPasswordKeyForm):
    """A new password, by the link in the mail."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _word_new_password(self)


class ChangePasswordForm(account_forms.ChangePasswordForm):
    """A new password, by whoever knows the present one."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "oldpassword", _("Present password"), _("Enter your present password."))
        _word_new_password(self)


class ConfirmPasswordForm(account_forms.ReauthenticateForm):
    """The password once more, before something that protects the account is changed."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "password", PASSWORD, PASSWORD_MISSING)


class CodeForm(mfa_forms.AuthenticateForm):
    """The second step of signing in."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "code", CODE, CODE_MISSING, hint=CODE_HINT)
        self.fields["code"].widget.attrs["autofocus"] = True


class ConfirmCodeForm(mfa_forms.ReauthenticateForm):
    """A code, before something that protects the account is changed."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "code", CODE, CODE_MISSING, hint=CODE_HINT)


class AddAppForm(totp_forms.ActivateTOTPForm):
    """The first code of an app, which proves that it was set up right."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        hint = _("The six digits that the app shows now.")
        _word(self, "code", _("Code from the app"), CODE_MISSING, hint=hint)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class AddPasskeyForm(webauthn_forms.AddWebAuthnForm):
    """A passkey and what to call it."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        hint = _("So that you can tell it from others, such as: my phone.")
        _word(self, "name", _("Name"), "", hint=hint)
        self.fields["passwordless"].label = _("Sign in with this passkey alone")
        self.fields["passwordless"].help_text = _(
            "Without e-mail and password; your device then asks for your finger, face or PIN."
        )
        self.fields["passwordless"].initial = True

    def clean(self) -> dict[str, object]:
        """Check what the device made."""
        return _readable(super().clean)


class SignInPasskeyForm(webauthn_forms.LoginWebAuthnForm):
    """A passkey in place of e-mail and password."""

    def clean_credential(self) -> Authenticator:
        """Check what the device answered."""
        return _readable(super().clean_credential)


class PasskeyForm(webauthn_forms.AuthenticateWebAuthnForm):
    """A passkey as the second step of signing in."""

    def clean_credential(self) -> Authenticator:
        """Check what the device answered."""
        return _readable(super().clean_credential)


class ConfirmPasskeyForm(webauthn_forms.ReauthenticateWebAuthnForm):
    """A passkey, before something that protects the account is changed."""

    def clean_credential(self) -> Authenticator:
        """Check what the device answered."""
        return _readable(super().clean_credential)


class RenamePasskeyForm(webauthn_forms.EditWebAuthnForm):
    """Another name for a passkey."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "name", _("Name"), _("Enter a name."))
        self.fields["name"].max_length = 100


class RemindersForm(forms.Form):
    """Which mails somebody wants besides those that belong to a request."""

    wants_reminders = forms.BooleanField(
        label=_("Write to me before leads can no longer be refunded"),
        help_text=_("One mail that lists what ends soon."),
        required=False,
    )


def _readable(clean: Callable[[], Cleaned]) -> Cleaned:
    """Refuse, where allauth and fido2 would break, what no device ever sent."""
    try:
        return clean()
    except (AttributeError, KeyError, OverflowError, TypeError) as error:
        raise get_adapter().validation_error("incorrect_code") from error


def _word_new_password(form: forms.Form) -> None:
    _word(form, "password1", NEW_PASSWORD, NEW_PASSWORD_MISSING, hint=NEW_PASSWORD_HINT)
    _word(form, "password2", NEW_PASSWORD_AGAIN, NEW_PASSWORD_AGAIN_MISSING)


def _word(form: forms.Form, name: str, label: Words, missing: Words, **other: Words) -> None:
    """Give a field of allauth's our label and complaints, perhaps a hint, and no placeholder."""
    field = form.fields[name]
    field.label, field.help_text = label, other.get("hint", "")
    field.error_messages["required"] = missing
    if invalid := other.get("invalid"):
        field.error_messages["invalid"] = invalid
        for validator in field.validators:
            if isinstance(validator, EmailValidator):
                validator.message = invalid
    field.widget.attrs.pop("placeholder", None)
