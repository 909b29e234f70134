"""The addresses of the portal and the desk."""

from django.urls import path

from refunds.views import (
    bulk,
    claim_check,
    claim_details,
    claims,
    contact_log,
    desk,
    evidence,
    exceptions,
    leads,
    recording,
    refundable,
    reminders,
    request_list,
    requests,
    reversals,
    rules,
    transactions,
)

urlpatterns = [
    path("leads/", leads.lead_list, name="lead_list"),
    path("leads/refundable/", refundable.refundable_list, name="refundable_list"),
    path("leads/<uuid:sale_uuid>/status/", leads.lead_status, name="lead_status"),
    path("leads/<uuid:sale_uuid>/refund/", claims.claim, name="claim"),
    path("leads/<uuid:sale_uuid>/refund/anew/", claims.claim_discard, name="claim_discard"),
    path(
        "leads/<uuid:sale_uuid>/refund/details/", claim_details.claim_details, name="claim_details"
    ),
    path("leads/<uuid:sale_uuid>/refund/save/", claim_details.claim_save, name="claim_save"),
    path("leads/<uuid:sale_uuid>/refund/files/", claim_details.claim_files, name="claim_files"),
    path(
        "leads/<uuid:sale_uuid>/refund/files/<uuid:file_uuid>/remove/",
        claim_details.claim_files,
        name="claim_file",
    ),
    path("leads/<uuid:sale_uuid>/refund/check/", claim_check.claim_check, name="claim_check"),
    path("leads/<uuid:sale_uuid>/contact-log/", contact_log.contact_log, name="contact_log"),
    path(
        "leads/<uuid:sale_uuid>/contact-log/take-back/",
        contact_log.contact_log_take_back,
        name="contact_log_take_back",
    ),
    path("leads/<uuid:sale_uuid>/exception/", exceptions.exception, name="exception"),
    path("requests/", request_list.request_list, name="request_list"),
    path("requests/csv/", bulk.claims_csv, name="claims_csv"),
    path("requests/csv/template.csv", bulk.claims_csv_template, name="claims_csv_template"),
    path("requests/csv/send/", bulk.claims_csv_send, name="claims_csv_send"),
    path("requests/csv/<uuid:upload>/", bulk.claims_csv_sent, name="claims_csv_sent"),
    path("requests/<slug:reference>/", requests.request_detail, name="request_detail"),
    path("requests/<slug:reference>/sent/", claim_check.request_sent, name="request_sent"),
    path("requests/<slug:reference>/next/", requests.request_next, name="request_next"),
    path("requests/<slug:reference>/reply/", requests.request_reply, name="request_reply"),
    path("requests/<slug:reference>/appeal/", requests.request_appeal, name="request_appeal"),
    path("requests/<slug:reference>/withdraw/", requests.request_withdraw, name="request_withdraw"),
    path(
        "requests/<slug:reference>/give-back/",
        requests.request_give_back,
        name="request_give_back",
    ),
    path("evidence/<uuid:evidence_uuid>/", evidence.evidence, name="evidence"),
    path("recordings/<uuid:recording_uuid>/", recording.recording, name="recording"),
    path("transactions/", transactions.transactions, name="transactions"),
    path("transactions.csv", transactions.transactions_csv, name="transactions_csv"),
    path("rules/", rules.rules, name="rules"),
    path("reminders/stop/<str:token>/", reminders.reminders_stop, name="reminders_stop"),
    path("desk/", desk.desk_appeals, name="desk_appeals"),
    path("desk/appeals/<slug:reference>/", desk.desk_appeal, name="desk_appeal"),
    path("desk/appeals/<slug:reference>/uphold/", desk.desk_uphold, name="desk_uphold"),
    path("desk/appeals/<slug:reference>/overturn/", desk.desk_overturn, name="desk_overturn"),
    path("desk/reversals/", reversals.desk_reversals, name="desk_reversals"),
    path("desk/reversals/<slug:reference>/", reversals.desk_reversal, name="desk_reversal"),
    path("desk/exceptions/", exceptions.desk_exceptions, name="desk_exceptions"),
    path(
        "desk/exceptions/<uuid:exception_uuid>/", exceptions.desk_exception, name="desk_exception"
    ),
    path(
        "desk/exceptions/<uuid:exception_uuid>/grant/",
        exceptions.desk_exception_grant,
        name="desk_exception_grant",
    ),
    path(
        "desk/exceptions/<uuid:exception_uuid>/refuse/",
        exceptions.desk_exception_refuse,
        name="desk_exception_refuse",
    ),
]
