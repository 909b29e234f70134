"""A claim as a browser sends it, step by step."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.test import Client

from leads.models import LeadSale
from refunds.models import ClaimDraft
from tests.factories.refunds import EXPLANATION

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

HTMX = {"HX-Request": "true"}


def url(sale: LeadSale, step: str = "") -> str:
    return f"/leads/{sale.uuid}/refund/{step}"


def typed(**changes: object) -> dict[str, object]:
    """Return the second step's form, filled in; None leaves a field out."""
    filled: dict[str, object] = {
        "reason": "incorrect_contact",
        "detail_who_answered": "stranger",
        "explanation": EXPLANATION,
        "complete": "1",
    }
    return {name: value for name, value in (filled | changes).items() if value is not None}


def continue_with(client: Client, sale: LeadSale, **changes: object) -> "Answer":
    return client.post(url(sale, "details/"), typed(**changes))


def sending(draft: ClaimDraft) -> Mapping[str, object]:
    """Return what the button on the last page sends."""
    return {
        "command_id": draft.command_id,
        "saved_at": f"{draft.saved_at:%Y-%m-%dT%H:%M:%S.%f%z}",
    }


def send(client: Client, sale: LeadSale) -> "Answer":
    """Send the one draft that there is, as it is."""
    return client.post(url(sale, "check/"), sending(ClaimDraft.objects.get(sale=sale)))
