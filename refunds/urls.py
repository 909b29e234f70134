"""The addresses of the portal and the desk."""

from django.urls import path

from refunds.views import claims, contact_log, desk, evidence, portal, requests

urlpatterns = [
    path("leads/", portal.lead_list, name="lead_list"),
    path("leads/<uuid:sale_uuid>/refund/", claims.claim, name="claim"),
    path("leads/<uuid:sale_uuid>/contact-log/", contact_log.contact_log, name="contact_log"),
    path("requests/", portal.request_list, name="request_list"),
    path("requests/<slug:reference>/", requests.request_detail, name="request_detail"),
    path("requests/<slug:reference>/reply/", requests.request_reply, name="request_reply"),
    path("requests/<slug:reference>/appeal/", requests.request_appeal, name="request_appeal"),
    path("requests/<slug:reference>/withdraw/", requests.request_withdraw, name="request_withdraw"),
    path("evidence/<uuid:evidence_uuid>/", evidence.evidence, name="evidence"),
    path("transactions/", portal.transactions, name="transactions"),
    path("desk/", desk.desk_appeals, name="desk_appeals"),
    path("desk/appeals/<slug:reference>/", desk.desk_appeal, name="desk_appeal"),
    path("desk/appeals/<slug:reference>/uphold/", desk.desk_uphold, name="desk_uphold"),
    path("desk/appeals/<slug:reference>/overturn/", desk.desk_overturn, name="desk_overturn"),
]
