"""The pages about one request: their addresses, and who gets in.

A new page is a line here, a row for GET and one for POST in ``tests/admin/matrix.py``, and a scene
in ``tests/admin/stages.py``. Pages about anything else offer ``urls(site)`` to ``site.PAGES``.
"""

from collections.abc import Callable, Mapping

from django.contrib.admin import AdminSite
from django.http import HttpResponse
from django.urls import URLPattern, path

from refunds.admin import case, corrections, decide, recordings, sellers
from refunds.admin.doors import for_readers, for_verifiers

Pages = Mapping[str, Callable[..., HttpResponse]]

TO_READ: Pages = {"change": case.case_page}
STEPS: Pages = {
    "take": decide.take,
    "finding": decide.finding,
    "ask": decide.ask,
    "approve": decide.approve,
    "decline": decide.decline,
    "reverse": decide.reverse,
    "seller_ask": sellers.ask,
    "seller_reappeal": sellers.reappeal,
    "seller_answer": sellers.answer,
    "goodwill": sellers.goodwill,
    "recording": sellers.recording,
    "mark": recordings.mark,
    "unmark": recordings.unmark,
    "propose_correction": corrections.propose,
    "confirm_correction": corrections.confirm,
    "dismiss_correction": corrections.dismiss,
}


def urls(site: AdminSite) -> list[URLPattern]:
    """Return the addresses of a request's pages."""
    doors = {name: for_readers(site, page) for name, page in TO_READ.items()}
    doors |= {name: for_verifiers(site, page) for name, page in STEPS.items()}
    return [
        path(f"<slug:reference>/{name}/", door, name=f"refunds_refundrequest_{name}")
        for name, door in doors.items()
    ]
