"""What each page is for: a visit that doesn't show it looks at nothing, with scripts or without."""

from collections.abc import Mapping

from playwright.sync_api import Page, expect

from tests.browser.read_only.pages import Visit

EMPTY = "#problem a[href^='#']"  # a form came back, and its summary leads to a field
SEND = "main form.stack button[type=submit]"

# By the visit's address and look, or by its address alone.
MAIN_THINGS: Mapping[str, str] = {
    "sign_in": "main input[name=password]",
    "sign_in-empty": EMPTY,
    "account_inactive": "main p",
    "account_reset_password": "main input[name=email]",
    "account_reset_password_done": "main p",
    "account_reset_password_from_key-wrong": "main a[href='/password/']",
    "account_reset_password_from_key-right": "main input[name=password2]",
    "account_reset_password_from_key_done": "main a[href='/sign-in/']",
    "mfa_authenticate": "main input[name=code]",
    "account": "main input[type=checkbox], main dl, main h2",
    "account_change_password": "main input[name=oldpassword]",
    "account_change_password-empty": EMPTY,
    "account_reauthenticate": "main input[name=password]",
    "mfa_reauthenticate": "main input[name=code]",
    "mfa_reauthenticate_webauthn": "main noscript, main form[data-passkey]",
    "mfa_index": "main a[href='/account/security/app/']",
    "mfa_index-all": "main a[href='/account/security/app/remove/']",
    "mfa_activate_totp": "main input[name=code]",
    "mfa_deactivate_totp": SEND,
    "mfa_view_recovery_codes": "main li",
    "mfa_generate_recovery_codes": SEND,
    "mfa_list_webauthn": "text=My phone",
    "mfa_add_webauthn": "main input[name=name]",
    "mfa_edit_webauthn": "main input[name=name]",
    "mfa_remove_webauthn": SEND,
    "lead_list": "table.leads td a:text-matches('.')",
    "lead_list-menu": "details.menu a[href='/account/']",
    "lead_list-none": "text=No lead fits this filter.",
    "refundable_list": "table.refundable select[name=reason]",
    "contact_log": "form.taps button[value=call]",
    "contact_log-awaited": "text=There is nothing to log yet",
    "contact_log-complete": "main a:text('Request')",
    "exception": "main textarea[name=words]",
    "exception-asked": "text=Waits for an answer",
    "claim": "#reasons input[name=reason]",
    "claim-empty": "#reason-error",
    "claim-draft": "text=You began this on",
    "claim-late": "main a[href$='/exception/']",
    "claim_details": "#claim textarea[name=explanation]",
    "claim_details-draft": "text=call log.pdf",
    "claim_details-category": "select[name=detail_corrected_category]",
    "claim_details-contact": "main a[href$='/contact-log/']",
    "claim_details-empty": EMPTY,
    "claim_check": "text=Send the request",
    "request_sent": "main .reference",
    "claims_csv": "main input[type=file]",
    "claims_csv-empty": EMPTY,
    "claims_csv-preview": "text=There is no lead of the number H-99999 in your account.",
    "claims_csv_sent": "main table.cards a[href^='/requests/RF-']",
    "request_list": "main table.cards a[href^='/requests/RF-']",
    "request_detail": "main .reference, main dl",
    "request_detail-asked": "main form textarea[name=answer]",
    "request_detail-by-machine": "text=Source:",
    "request_detail-declined": "text=The rule:",
    "request_next": "main a[href^='/requests/RF-']",
    "request_reply": "main textarea[name=answer]",
    "request_reply-empty": EMPTY,
    "request_appeal": "main textarea[name=text]",
    "request_appeal-empty": EMPTY,
    "request_withdraw": SEND,
    "request_give_back": "main textarea[name=words]",
    "request_give_back-empty": EMPTY,
    "transactions": "table.statement td",
    "transactions-credits": "table.statement:has-text('credit') td",
    "rules": "main ul.grounds li",
    "desk_appeals": "main table.cards a[href^='/desk/appeals/']",
    "desk_appeals-forbidden": "main a",
    "desk_appeal": "main textarea[name=sentence]",
    "desk_reversals": "main table.cards a[href^='/desk/reversals/']",
    "desk_reversal": "main textarea[name=reason]",
    "desk_exceptions": "main table.cards a[href^='/desk/exceptions/']",
    "desk_exception": "main textarea[name=answer]",
    "reminders_stop": "main form button[type=submit]",
    "mail_list": "main table a",
    "mail_detail": "main .box p",
    "not-found": "main a",
}


def expect_the_main_thing(visit: Visit, page: Page) -> None:
    """Look for what somebody comes for, and for a button that sends each form that takes words."""
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    look = "-".join(part for part in (visit.name, visit.look) if part)
    wanted = MAIN_THINGS.get(look) or MAIN_THINGS[visit.name]
    expect(page.locator(wanted).filter(visible=True).first).to_be_visible()
    if visit.look != "empty":
        expect(page.locator("#problem")).to_have_count(0)
    forms = page.locator("main form:has(textarea, input[type=text], input[type=file])")
    for form in forms.filter(visible=True).all():
        expect(form.locator("button[type=submit]:visible").first).to_be_visible()
