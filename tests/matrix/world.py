"""Who there is, and what an address is asked with."""

from dataclasses import dataclass

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from leads.models import LeadSale
from refunds.models import (
    RefundRequest,
)
from tests.factories import refunds as make

WORDS = "Nobody of that name lives there, as the man who answered said."


@dataclass(frozen=True)
class World:
    """Who there is, and the sale that all is about."""

    sale: LeadSale
    pro: User
    agent: User
    manager: User


@dataclass(frozen=True)
class Stage:
    """What an address is asked with: its arguments, and what a POST sends."""

    args: tuple[object, ...] = ()
    data: dict[str, object] | None = None


class SoundAnew(SimpleUploadedFile):
    """An upload that every visitor sends from its first byte."""

    def read(self, *size: int) -> bytes:
        self.seek(0)
        return bytes(super().read(*size))


def of_request(request: RefundRequest, **data: object) -> Stage:
    """Ask about a request, from the page that is up to date."""
    fresh = make.again(request)
    return Stage((fresh.reference,), {"version": fresh.version, "complete": "1", **data})
