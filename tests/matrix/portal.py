"""Who gets what at the addresses of the portal, the desk and the account."""

# Each column's roles: a lead is a verifier, and is nobody else here.
COLUMNS: tuple[tuple[str, ...], ...] = (
    ("anonymous",),
    ("pro",),
    ("other_pro",),
    ("manager",),
    ("other_manager",),
    ("agent", "lead"),
    ("finance",),
    ("auditor",),
    ("stranger",),
)

TABLE = """
                                                      other man-  other             au-   stran
name                                      anon  pro   pro   ager  man.  team  fin.  ditor ger
home                                 GET  login 302   302   302   302   302   302   302   403
home                                 POST login 405   405   405   405   405   405   405   405
sign_in                              GET  200   302   302   302   302   302   302   302   302
sign_in                              POST 200   302   302   302   302   302   302   302   302
sign_out                             GET  405   405   405   405   405   405   405   405   405
sign_out                             POST 302   302   302   302   302   302   302   302   302
account_login                        GET  200   302   302   302   302   302   302   302   302
account_login                        POST 200   302   302   302   302   302   302   302   302
account_inactive                     GET  200   200   200   200   200   200   200   200   200
account_inactive                     POST 405   405   405   405   405   405   405   405   405
mfa_authenticate                     GET  302   302   302   302   302   302   302   302   302
mfa_authenticate                     POST 302   302   302   302   302   302   302   302   302
mfa_login_webauthn                   GET  302   302   302   302   302   302   302   302   302
mfa_login_webauthn                   POST 302   302   302   302   302   302   302   302   302
account_logout                       GET  405   405   405   405   405   405   405   405   405
account_logout                       POST 302   302   302   302   302   302   302   302   302
account_reauthenticate               GET  login 200   200   200   200   200   200   200   200
account_reauthenticate               POST login 200   200   200   200   200   200   200   200
mfa_reauthenticate                   GET  login 302   302   302   302   302   302   302   302
mfa_reauthenticate                   POST login 302   302   302   302   302   302   302   302
mfa_reauthenticate_webauthn          GET  login 302   302   302   302   302   302   302   302
mfa_reauthenticate_webauthn          POST login 302   302   302   302   302   302   302   302
account_reset_password               GET  200   200   200   200   200   200   200   200   200
account_reset_password               POST 200   200   200   200   200   200   200   200   200
account_reset_password_done          GET  200   200   200   200   200   200   200   200   200
account_reset_password_done          POST 405   405   405   405   405   405   405   405   405
account_reset_password_from_key_done GET  200   200   200   200   200   200   200   200   200
account_reset_password_from_key_done POST 405   405   405   405   405   405   405   405   405
account_reset_password_from_key      GET  200   200   200   200   200   200   200   200   200
account_reset_password_from_key      POST 200   200   200   200   200   200   200   200   200
account                              GET  login 200   200   200   200   200   200   200   200
account                              POST login 302   302   302   302   302   302   302   302
account_change_password              GET  login 200   200   200   200   200   200   200   200
account_change_password              POST login 200   200   200   200   200   200   200   200
mfa_index                            GET  login 200   200   200   200   200   200   200   200
mfa_index                            POST login 405   405   405   405   405   405   405   405
mfa_activate_totp                    GET  login again again again again again again again again
mfa_activate_totp                    POST login again again again again again again again again
mfa_deactivate_totp                  GET  login 404   404   404   404   404   404   404   404
mfa_deactivate_totp                  POST login 404   404   404   404   404   404   404   404
mfa_view_recovery_codes              GET  login 404   404   404   404   404   404   404   404
mfa_view_recovery_codes              POST login 405   405   405   405   405   405   405   405
mfa_generate_recovery_codes          GET  login again again again again again again again again
mfa_generate_recovery_codes          POST login again again again again again again again again
mfa_download_recovery_codes          GET  login 404   404   404   404   404   404   404   404
mfa_download_recovery_codes          POST login 404   404   404   404   404   404   404   404
mfa_list_webauthn                    GET  login 200   200   200   200   200   200   200   200
mfa_list_webauthn                    POST login 405   405   405   405   405   405   405   405
mfa_add_webauthn                     GET  login again again again again again again again again
mfa_add_webauthn                     POST login again again again again again again again again
mfa_edit_webauthn                    GET  login again again again again again again again again
mfa_edit_webauthn                    POST login again again again again again again again again
mfa_remove_webauthn                  GET  login again again again again again again again again
mfa_remove_webauthn                  POST login again again again again again again again again
choose_language                      GET  405   405   405   405   405   405   405   405   405
choose_language                      POST 302   302   302   302   302   302   302   302   302
choose_theme                         GET  405   405   405   405   405   405   405   405   405
choose_theme                         POST 302   302   302   302   302   302   302   302   302
health                               GET  200   200   200   200   200   200   200   200   200
health                               POST 405   405   405   405   405   405   405   405   405
mail_list                            GET  404   404   404   404   404   404   404   404   404
mail_list                            POST 405   405   405   405   405   405   405   405   405
mail_detail                          GET  404   404   404   404   404   404   404   404   404
mail_detail                          POST 405   405   405   405   405   405   405   405   405
lead_list                            GET  login 200   200   403   403   403   403   403   403
lead_list                            POST login 405   405   405   405   405   405   405   405
refundable_list                      GET  login 200   200   403   403   403   403   403   403
refundable_list                      POST login 405   405   405   405   405   405   405   405
lead_status                          GET  login 405   405   405   405   405   405   405   405
lead_status                          POST login 302   404   404   404   404   404   404   404
claim                                GET  login 200   404   404   404   404   404   404   404
claim                                POST login 302   404   404   404   404   404   404   404
claim_discard                        GET  login 405   405   405   405   405   405   405   405
claim_discard                        POST login 302   404   404   404   404   404   404   404
claim_details                        GET  login 200   404   404   404   404   404   404   404
claim_details                        POST login 302   404   404   404   404   404   404   404
claim_save                           GET  login 302   302   302   302   302   302   302   302
claim_save                           POST login 302   404   404   404   404   404   404   404
claim_files                          GET  login 302   302   302   302   302   302   302   302
claim_files                          POST login 302   404   404   404   404   404   404   404
claim_file                           GET  login 302   302   302   302   302   302   302   302
claim_file                           POST login 302   404   404   404   404   404   404   404
claim_check                          GET  login 200   404   404   404   404   404   404   404
claim_check                          POST login 302   404   404   404   404   404   404   404
request_sent                         GET  login 200   404   404   404   404   404   404   404
request_sent                         POST login 405   405   405   405   405   405   405   405
contact_log                          GET  login 200   404   404   404   404   404   404   404
contact_log                          POST login 302   404   404   404   404   404   404   404
contact_log_take_back                GET  login 405   405   405   405   405   405   405   405
contact_log_take_back                POST login 302   404   404   404   404   404   404   404
request_list                         GET  login 200   200   403   403   403   403   403   403
request_list                         POST login 405   405   405   405   405   405   405   405
claims_csv                           GET  login 200   200   403   403   403   403   403   403
claims_csv                           POST login 200   200   403   403   403   403   403   403
claims_csv_template                  GET  login 200   200   403   403   403   403   403   403
claims_csv_template                  POST login 405   405   405   405   405   405   405   405
claims_csv_send                      GET  login 302   302   302   302   302   302   302   302
claims_csv_send                      POST login 302   422   403   403   403   403   403   403
claims_csv_sent                      GET  login 200   404   403   403   403   403   403   403
claims_csv_sent                      POST login 405   405   405   405   405   405   405   405
request_detail                       GET  login 200   404   404   404   404   404   404   404
request_detail                       POST login 405   405   405   405   405   405   405   405
request_next                         GET  login 200   404   404   404   404   404   404   404
request_next                         POST login 405   405   405   405   405   405   405   405
request_reply                        GET  login 200   404   404   404   404   404   404   404
request_reply                        POST login 302   404   404   404   404   404   404   404
request_appeal                       GET  login 200   404   404   404   404   404   404   404
request_appeal                       POST login 302   404   404   404   404   404   404   404
request_withdraw                     GET  login 200   404   404   404   404   404   404   404
request_withdraw                     POST login 302   404   404   404   404   404   404   404
request_give_back                    GET  login 200   404   404   404   404   404   404   404
request_give_back                    POST login 302   404   404   404   404   404   404   404
exception                            GET  login 200   404   200   404   404   404   404   404
exception                            POST login 302   404   302   404   404   404   404   404
evidence                             GET  login 200   404   200   404   200   404   200   404
evidence                             POST login 405   405   405   405   405   405   405   405
recording                            GET  login 404   404   200   404   200   404   200   404
recording                            POST login 405   405   405   405   405   405   405   405
transactions                         GET  login 200   200   403   403   403   403   403   403
transactions                         POST login 405   405   405   405   405   405   405   405
transactions_csv                     GET  login 200   200   403   403   403   403   403   403
transactions_csv                     POST login 405   405   405   405   405   405   405   405
reminders_stop                       GET  200   200   200   200   200   200   200   200   200
reminders_stop                       POST 200   200   200   200   200   200   200   200   200
rules                                GET  login 200   200   403   403   403   403   403   403
rules                                POST login 405   405   405   405   405   405   405   405
desk_appeals                         GET  login 403   403   200   200   403   403   403   403
desk_appeals                         POST login 405   405   405   405   405   405   405   405
desk_appeal                          GET  login 403   403   200   404   403   403   403   403
desk_appeal                          POST login 405   405   405   405   405   405   405   405
desk_uphold                          GET  login 302   302   302   302   302   302   302   302
desk_uphold                          POST login 403   403   302   404   403   403   403   403
desk_overturn                        GET  login 302   302   302   302   302   302   302   302
desk_overturn                        POST login 403   403   302   404   403   403   403   403
desk_exceptions                      GET  login 403   403   200   200   403   403   403   403
desk_exceptions                      POST login 405   405   405   405   405   405   405   405
desk_exception                       GET  login 403   403   200   404   403   403   403   403
desk_exception                       POST login 405   405   405   405   405   405   405   405
desk_exception_grant                 GET  login 302   302   302   302   302   302   302   302
desk_exception_grant                 POST login 403   403   302   404   403   403   403   403
desk_exception_refuse                GET  login 302   302   302   302   302   302   302   302
desk_exception_refuse                POST login 403   403   302   404   403   403   403   403
desk_reversals                       GET  login 403   403   200   200   403   403   403   403
desk_reversals                       POST login 405   405   405   405   405   405   405   405
desk_reversal                        GET  login 403   403   200   404   403   403   403   403
desk_reversal                        POST login 403   403   302   404   403   403   403   403
"""
