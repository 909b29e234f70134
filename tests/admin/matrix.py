"""Who gets what at the admin's addresses."""

# Each column's roles: those who are none of the team get one answer.
COLUMNS: tuple[tuple[str, ...], ...] = (
    ("anonymous",),
    ("pro", "other_pro", "manager", "other_manager", "stranger"),
    ("agent",),
    ("lead",),
    ("finance",),
    ("auditor",),
    ("root",),
)

TABLE = """
name                                                 anon  other agent lead  fin.  aud.  root
admin:index                                     GET  login login 200   200   200   200   200
admin:index                                     POST login login 200   200   200   200   200
admin:login                                     GET  login 403   302   302   302   302   302
admin:login                                     POST login 403   302   302   302   302   302
admin:logout                                    GET  login 302   405   405   405   405   405
admin:logout                                    POST login 302   302   302   302   302   302
admin:password_change                           GET  login login 200   200   200   200   200
admin:password_change                           POST login login 200   200   200   200   200
admin:password_change_done                      GET  login login 200   200   200   200   200
admin:password_change_done                      POST login login 405   405   405   405   405
admin:autocomplete                              GET  login login 403   403   403   403   403
admin:autocomplete                              POST login login 405   405   405   405   405
admin:jsi18n                                    GET  login login 200   200   200   200   200
admin:jsi18n                                    POST login login 405   405   405   405   405
admin:view_on_site                              GET  login login 404   404   404   404   404
admin:view_on_site                              POST login login 404   404   404   404   404
admin:refunds_refundrequest_changelist          GET  login login 200   200   403   200   200
admin:refunds_refundrequest_changelist          POST login login 200   200   403   403   200
admin:refunds_refundrequest_change              GET  login login 200   200   403   200   200
admin:refunds_refundrequest_change              POST login login 405   405   403   405   405
admin:refunds_refundrequest_take                GET  login login 302   302   403   302   302
admin:refunds_refundrequest_take                POST login login 302   302   403   403   302
admin:refunds_refundrequest_finding             GET  login login 302   302   403   302   302
admin:refunds_refundrequest_finding             POST login login 302   302   403   403   302
admin:refunds_refundrequest_ask                 GET  login login 200   200   403   200   200
admin:refunds_refundrequest_ask                 POST login login 302   302   403   403   302
admin:refunds_refundrequest_approve             GET  login login 200   200   403   200   200
admin:refunds_refundrequest_approve             POST login login 302   302   403   403   302
admin:refunds_refundrequest_decline             GET  login login 200   200   403   200   200
admin:refunds_refundrequest_decline             POST login login 302   302   403   403   302
admin:refunds_refundrequest_reverse             GET  login login 200   200   403   200   200
admin:refunds_refundrequest_reverse             POST login login 302   302   403   403   302
admin:refunds_refundrequest_seller_ask          GET  login login 200   200   403   200   200
admin:refunds_refundrequest_seller_ask          POST login login 302   302   403   403   302
admin:refunds_refundrequest_seller_reappeal     GET  login login 200   200   403   200   200
admin:refunds_refundrequest_seller_reappeal     POST login login 302   302   403   403   302
admin:refunds_refundrequest_seller_answer       GET  login login 200   200   403   200   200
admin:refunds_refundrequest_seller_answer       POST login login 302   302   403   403   302
admin:refunds_refundrequest_goodwill            GET  login login 200   200   403   200   200
admin:refunds_refundrequest_goodwill            POST login login 302   302   403   403   302
admin:refunds_refundrequest_recording           GET  login login 200   200   403   200   200
admin:refunds_refundrequest_recording           POST login login 302   302   403   403   302
admin:refunds_refundrequest_mark                GET  login login 302   302   403   302   302
admin:refunds_refundrequest_mark                POST login login 302   302   403   403   302
admin:refunds_refundrequest_unmark              GET  login login 302   302   403   302   302
admin:refunds_refundrequest_unmark              POST login login 302   302   403   403   302
admin:refunds_refundrequest_propose_correction  GET  login login 200   200   403   200   200
admin:refunds_refundrequest_propose_correction  POST login login 302   302   403   403   302
admin:refunds_refundrequest_confirm_correction  GET  login login 200   200   403   200   200
admin:refunds_refundrequest_confirm_correction  POST login login 422   422   403   403   302
admin:refunds_refundrequest_dismiss_correction  GET  login login 200   200   403   200   200
admin:refunds_refundrequest_dismiss_correction  POST login login 302   422   403   403   302
admin:policy_list                               GET  login login 200   200   403   200   200
admin:policy_list                               POST login login 405   405   403   405   405
admin:policy_detail                             GET  login login 200   200   403   200   200
admin:policy_detail                             POST login login 403   302   403   403   302
admin:exception_list                            GET  login login 200   200   403   200   200
admin:exception_list                            POST login login 405   405   403   405   405
admin:exception_detail                          GET  login login 200   200   403   200   200
admin:exception_detail                          POST login login 302   302   403   403   302
admin:proposal_list                             GET  login login 200   200   403   200   200
admin:proposal_list                             POST login login 405   405   403   405   405
admin:proactive_credit                          GET  login login 200   200   403   200   200
admin:proactive_credit                          POST login login 302   302   403   403   302
admin:proposal_dismiss                          GET  login login 200   200   403   200   200
admin:proposal_dismiss                          POST login login 302   302   403   403   302
admin:declared_events                           GET  login login 200   200   403   200   200
admin:declared_events                           POST login login 403   302   403   403   302
admin:event_withdraw                            GET  login login 405   405   403   405   405
admin:event_withdraw                            POST login login 403   302   403   403   302
admin:app_list                                  GET  login login 200   200   404   200   200
admin:app_list                                  POST login login 200   200   404   200   200
admin:(?P<url>.*)$                              GET  login login 404   404   404   404   404
admin:(?P<url>.*)$                              POST login login 404   404   404   404   404
"""
