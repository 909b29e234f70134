from accounts.views.mailbox import mail_detail, mail_list
from accounts.views.signing import health, home, sign_in, sign_out

__all__ = ["health", "home", "mail_detail", "mail_list", "sign_in", "sign_out"]
