from accounts.views.mailbox import mail_detail, mail_list
from accounts.views.preferences import choose_language, choose_theme
from accounts.views.signing import health, home, sign_in, sign_out

__all__ = [
    "choose_language",
    "choose_theme",
    "health",
    "home",
    "mail_detail",
    "mail_list",
    "sign_in",
    "sign_out",
]
