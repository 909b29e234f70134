"""Asking, granting, and claiming after all."""

from accounts.models import User
from leads.models import LeadSale
from refunds.models import ExceptionRequest
from refunds.services import exceptions

WORDS = "The storm took our phones and the power for six days."


ANSWER = "The storm is on record for your county."


def ask(
    sale: LeadSale, actor: User, *, cause: str = "hurricane", words: str = WORDS
) -> ExceptionRequest:
    return exceptions.ask(sale_uuid=sale.uuid, actor=actor, cause=cause, words=words)
