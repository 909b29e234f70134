"""Signing in, one's account, and the pages that belong to nobody's work.

Only those of allauth's addresses are here that we use, under the names that it looks for.
"""

from allauth.account import views as signing
from allauth.mfa.base import views as second_step
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as app_codes
from allauth.mfa.webauthn import views as passkeys
from django.urls import path
from django.views.decorators.http import require_POST

from accounts import views

SECURITY = "account/security/"

urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", signing.login, name="sign_in"),
    path("sign-in/", signing.login, name="account_login"),
    path("sign-in/closed/", signing.account_inactive, name="account_inactive"),
    path("sign-in/code/", second_step.authenticate, name="mfa_authenticate"),
    path("sign-in/passkey/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("sign-out/", require_POST(signing.logout), name="sign_out"),
    path("sign-out/", require_POST(signing.logout), name="account_logout"),
    path("confirm/", signing.reauthenticate, name="account_reauthenticate"),
    path("confirm/code/", second_step.reauthenticate, name="mfa_reauthenticate"),
    path("confirm/passkey/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("password/", signing.password_reset, name="account_reset_password"),
    path("password/sent/", signing.password_reset_done, name="account_reset_password_done"),
    path(
        "password/set/",
        signing.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path(
        "password/<slug:uidb36>/<slug:key>/",
        signing.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("account/", views.account, name="account"),
    path("account/password/", signing.password_change, name="account_change_password"),
    path(SECURITY, second_step.index, name="mfa_index"),
    path(f"{SECURITY}app/", app_codes.activate_totp, name="mfa_activate_totp"),
    path(f"{SECURITY}app/remove/", app_codes.deactivate_totp, name="mfa_deactivate_totp"),
    path(
        f"{SECURITY}recovery-codes/",
        recovery_codes.view_recovery_codes,
        name="mfa_view_recovery_codes",
    ),
    path(
        f"{SECURITY}recovery-codes/new/",
        recovery_codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        f"{SECURITY}recovery-codes/file/",
        recovery_codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path(f"{SECURITY}passkeys/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path(f"{SECURITY}passkeys/add/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path(f"{SECURITY}passkeys/<int:pk>/rename/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path(
        f"{SECURITY}passkeys/<int:pk>/remove/", passkeys.remove_webauthn, name="mfa_remove_webauthn"
    ),
    path("language/", views.choose_language, name="choose_language"),
    path("theme/", views.choose_theme, name="choose_theme"),
    path("healthz", views.health, name="health"),
    path("mail/", views.mail_list, name="mail_list"),
    path("mail/<str:name>/", views.mail_detail, name="mail_detail"),
]
