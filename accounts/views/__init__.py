from accounts.views.account import account
from accounts.views.mailbox import mail_detail, mail_list
from accounts.views.preferences import choose_language, choose_theme
from accounts.views.signing import health, home

__all__ = [
    "account",
    "choose_language",
    "choose_theme",
    "health",
    "home",
    "mail_detail",
    "mail_list",
]
