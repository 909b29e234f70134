"""Every page of the portal and the desk, each in the looks that it has in the seeded world.

``test_every_page`` compares the names with the site's addresses: a new one has to be a page here,
or to say below why it shows none.
"""

from collections.abc import Callable
from dataclasses import dataclass

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.core import signing
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page
from pytest_django import Settings

from accounts.mailbox import read_mails
from refunds import reminder_mails
from refunds.models import ExceptionRequest
from tests.browser import world
from tests.browser.world import (
    AIQOO,
    LEGALPLAN,
    MANAGER,
    MFA_PRO,
    PRO,
    PRO360,
    SECOND_PRO,
    WORDS,
)

Args = tuple[object, ...]

ROWS = f"""reference,reason,explanation
H-20418,incorrect_contact,{WORDS}
H-20421,no_such_reason,{WORDS}
H-99999,incorrect_contact,{WORDS}
"""
SUBMIT = "main form button[type=submit]:visible"
CHOOSE, GO_ON = "#reasons .actions button", "#claim .actions button"

# Addresses that show no page of ours: what is done by a POST alone, files, and pure redirects.
NO_PAGE = {
    "account_login": "the same as sign_in",
    "account_logout": "POST",
    "choose_language": "POST",
    "choose_theme": "POST",
    "claims_csv_send": "POST",
    "claims_csv_template": "a file",
    "claim_discard": "POST",
    "claim_file": "POST",
    "claim_files": "POST",
    "claim_save": "POST",
    "contact_log_take_back": "POST",
    "desk_exception_grant": "POST",
    "desk_exception_refuse": "POST",
    "desk_overturn": "POST",
    "desk_uphold": "POST",
    "evidence": "a file",
    "health": "a word for machines",
    "home": "leads on to one's first page",
    "lead_status": "POST",
    "mfa_download_recovery_codes": "a file",
    "mfa_login_webauthn": "options for a script",
    "recording": "a file",
    "sign_out": "POST",
    "transactions_csv": "a file",
}


@dataclass(frozen=True)
class Visit:
    """A page as somebody sees it: its address, and what they do there before it is looked at."""

    name: str
    who: str = ""
    args: Callable[[], Args] = tuple
    query: str = ""
    then: Callable[[Page], None] | None = None
    look: str = ""
    status: int = 200
    leads_on: bool = False

    @property
    def address(self) -> str:
        """The path with its query."""
        return (reverse(self.name, args=self.args()) if self.name else "") + self.query

    def __str__(self) -> str:
        return "-".join(
            part for part in (self.name, self.look, self.who.removesuffix(".example")) if part
        )


def of_lead(lead: str, who: str) -> Callable[[], Args]:
    """Ask about somebody's sale of a lead."""
    return lambda: (world.sale(lead, who).uuid,)


def of_request(lead: str, who: str) -> Callable[[], Args]:
    """Ask about somebody's request about a lead."""
    return lambda: (world.request(lead, who).reference,)


def arrive(visit: Visit, context: BrowserContext, settings: Settings) -> Page:
    """Go to a page and make it look as it shall."""
    settings.DEBUG = visit.name.startswith("mail_")  # nobody else sees mails
    page = context.new_page()
    if visit.name != "mfa_authenticate":
        response = page.goto(visit.address)
        assert response is not None
        assert response.status == visit.status
        assert visit.leads_on or response.request.redirected_from is None, page.url
    if visit.then:
        visit.then(page)
    page.wait_for_load_state()
    return page


def press(selector: str = SUBMIT) -> Callable[[Page], None]:
    """Press a button of the page, as it is."""
    return lambda page: page.locator(selector).first.click()


def upload(rows: str) -> Callable[[Page], None]:
    """Choose a file with these rows, and send it."""

    def act(page: Page) -> None:
        file = {"name": "claims.csv", "mimeType": "text/csv", "buffer": rows.encode()}
        page.set_input_files("main input[type=file]", file)  # type: ignore[arg-type]
        press()(page)

    return act


def open_menu(page: Page) -> None:
    """Open the menu at the top."""
    page.locator("details.menu summary").click()


def type_password(page: Page) -> None:
    """Sign in as somebody who is asked for a second step."""
    page.goto(reverse("sign_in"))
    page.locator("input[name=login]").fill(MFA_PRO)
    page.locator("input[name=password]").fill("makegood")
    press()(page)
    page.wait_for_url("**/code/")


def _new_password() -> Args:
    user = world.person(SECOND_PRO)
    return (user_pk_to_url_str(user), default_token_generator.make_token(user))


def _passkey() -> Args:
    return (Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN).pk,)


def _stop_token() -> Args:
    signer = signing.Signer(salt=reminder_mails.SALT)
    return (signer.sign_object(world.person(PRO).pk),)


def _mail() -> Args:
    return (read_mails(world.mail_folder())[0].name,)


def _exception() -> Args:
    return (ExceptionRequest.objects.get(sale__lead__reference="F-9050").uuid,)


SIGNING_IN = (
    Visit("sign_in"),
    Visit("sign_in", then=press(), look="empty"),
    Visit("account_inactive"),
    Visit("account_reset_password"),
    Visit("account_reset_password_done"),
    Visit("account_reset_password_from_key", args=lambda: ("1", "no-such-key"), look="wrong"),
    Visit("account_reset_password_from_key", args=_new_password, look="right", leads_on=True),
    Visit("account_reset_password_from_key_done"),
    Visit("mfa_authenticate", then=type_password),
    Visit("account", PRO),
    Visit("account", MANAGER),
    Visit("account_change_password", PRO),
    Visit("account_change_password", PRO, then=press(), look="empty"),
    Visit("account_reauthenticate", PRO),
    Visit("mfa_reauthenticate", MFA_PRO),
    Visit("mfa_reauthenticate_webauthn", MFA_PRO),
    Visit("mfa_index", PRO),
    Visit("mfa_index", MFA_PRO, look="all"),
    Visit("mfa_activate_totp", PRO),
    Visit("mfa_deactivate_totp", MFA_PRO),
    Visit("mfa_view_recovery_codes", MFA_PRO),
    Visit("mfa_generate_recovery_codes", MFA_PRO),
    Visit("mfa_list_webauthn", MFA_PRO),
    Visit("mfa_add_webauthn", PRO),
    Visit("mfa_edit_webauthn", MFA_PRO, args=_passkey),
    Visit("mfa_remove_webauthn", MFA_PRO, args=_passkey),
)
LEADS = (
    Visit("lead_list", PRO),
    Visit("lead_list", PRO, then=open_menu, look="menu"),
    Visit("lead_list", PRO, query="?q=nobody-of-this-name", look="none"),
    Visit("lead_list", AIQOO),
    Visit("lead_list", LEGALPLAN),
    Visit("lead_list", PRO360),
    Visit("refundable_list", PRO),
    Visit("refundable_list", PRO360),
    Visit("contact_log", PRO, of_lead("H-20385", PRO), look="complete"),
    Visit("contact_log", PRO, of_lead("H-20418", PRO)),
    Visit("contact_log", PRO360, of_lead("T-3309", PRO360), look="awaited"),
    Visit("exception", PRO, of_lead("H-20044", PRO)),
    Visit("exception", LEGALPLAN, of_lead("F-9050", LEGALPLAN), look="asked"),
)
CLAIMS = (
    Visit("claim", PRO, of_lead("H-20418", PRO)),
    Visit(
        "claim", PRO, of_lead("H-20418", PRO), then=press("#reasons .actions button"), look="empty"
    ),
    Visit("claim", PRO, of_lead("H-20421", PRO), look="draft"),
    Visit("claim", PRO, of_lead("H-20044", PRO), look="late"),
    Visit("claim", AIQOO, of_lead("A-7715", AIQOO)),
    Visit("claim", PRO360, of_lead("T-3309", PRO360)),
    Visit("claim_details", PRO, of_lead("H-20421", PRO), look="draft"),
    Visit("claim_details", PRO, of_lead("H-20418", PRO), "?reason=wrong_category", look="category"),
    Visit("claim_details", PRO, of_lead("H-20385", PRO), "?reason=non_contact", look="contact"),
    Visit(
        "claim_details",
        PRO,
        of_lead("H-20418", PRO),
        "?reason=incorrect_contact",
        then=press(GO_ON),
        look="empty",
    ),
    Visit("claim_check", PRO, of_lead("H-20421", PRO)),
    Visit("request_sent", PRO, of_request("H-20350", PRO)),
    Visit("request_sent", PRO, of_request("H-20399", PRO), look="decided"),
)
BULK = (
    Visit("claims_csv", PRO),
    Visit("claims_csv", PRO, then=press(), look="empty"),
    Visit("claims_csv", PRO, then=upload(ROWS), look="preview"),
    Visit("claims_csv_sent", SECOND_PRO, lambda: (world.UPLOAD,)),
)
# One request of each kind of standing.
REQUESTS = (
    Visit("request_list", PRO),
    Visit("request_list", PRO, query="?tab=open", look="open"),
    Visit("request_list", PRO, query="?tab=decided", look="decided"),
    Visit("request_list", LEGALPLAN, query="?tab=decided", look="detached"),
    Visit("request_detail", PRO, of_request("H-20351", PRO), look="investigating"),
    Visit("request_detail", PRO, of_request("H-20350", PRO), look="asked"),
    Visit("request_detail", PRO, of_request("H-20399", PRO), look="by-machine"),
    Visit("request_detail", PRO, of_request("H-20397", PRO), look="declined"),
    Visit("request_detail", PRO, of_request("H-20377", PRO), look="partial"),
    Visit("request_detail", PRO, of_request("H-20360", PRO), look="proactive"),
    Visit("request_detail", PRO, of_request("H-20340", PRO), look="appealed"),
    Visit("request_detail", PRO, of_request("H-20330", PRO), look="final"),
    Visit("request_detail", PRO, of_request("H-20322", PRO), look="given-back"),
    Visit("request_detail", AIQOO, of_request("A-7690", AIQOO), look="with-seller"),
    Visit("request_detail", AIQOO, of_request("A-7640", AIQOO), look="goodwill"),
    Visit("request_detail", LEGALPLAN, of_request("F-9140", LEGALPLAN), look="detached"),
    Visit("request_detail", PRO360, of_request("T-3301", PRO360)),
    Visit("request_next", PRO, of_request("H-20340", PRO)),
    Visit("request_reply", PRO, of_request("H-20350", PRO)),
    Visit("request_reply", PRO, of_request("H-20350", PRO), then=press(), look="empty"),
    Visit("request_appeal", PRO, of_request("H-20397", PRO)),
    Visit("request_appeal", PRO, of_request("H-20397", PRO), then=press(), look="empty"),
    Visit("request_withdraw", PRO, of_request("H-20351", PRO)),
    Visit("request_give_back", PRO, of_request("H-20377", PRO)),
    Visit("request_give_back", PRO, of_request("H-20377", PRO), then=press(), look="empty"),
)
MONEY = (
    Visit("transactions", PRO),
    Visit("transactions", PRO, query="?kind=credits", look="credits"),
    Visit("transactions", PRO360),
    Visit("rules", PRO),
    Visit("rules", AIQOO),
    Visit("rules", LEGALPLAN),
    Visit("rules", PRO360),
)
DESK = (
    Visit("desk_appeals", MANAGER),
    Visit("desk_appeal", MANAGER, of_request("H-20340", PRO)),
    Visit("desk_reversals", MANAGER),
    Visit("desk_reversal", MANAGER, of_request("H-20322", PRO)),
    Visit("desk_exceptions", MANAGER),
    Visit("desk_exception", MANAGER, _exception),
)
OTHER = (
    Visit("reminders_stop", args=_stop_token),
    Visit("mail_list"),
    Visit("mail_detail", args=_mail),
    Visit("", PRO, query="/no-such-page/", look="not-found", status=404),
    Visit("desk_appeals", PRO, look="forbidden", status=403),
)
VISITS = SIGNING_IN + LEADS + CLAIMS + BULK + REQUESTS + MONEY + DESK + OTHER
