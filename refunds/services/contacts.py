"""What a credit says of the contact itself: it is shut out, or not to be called any more.

The caller has locked the contact. What is on record stays: a reversal does not undo it.
"""

from datetime import datetime

from accounts.models import User
from leads.models import Contact
from refunds.models import RefundEvent, RefundRequest
from refunds.services.change import record


def terminate(contact: Contact, *, because_of: RefundRequest, actor: User, at: datetime) -> None:
    """Shut a contact out: none of its leads is sold any more (P10, P11, P13, P17).

    Records an event, once a contact.
    """
    if contact.terminated_at is None:
        contact.terminated_at = at
        contact.save(update_fields=["terminated_at"])
        record(because_of, kind=RefundEvent.Kind.TERMINATED, actor=actor, at=at)


def put_on_do_not_call(
    contact: Contact, *, because_of: RefundRequest, actor: User, at: datetime
) -> None:
    """Note that a contact asked not to be called (C20): every page that shows it says so.

    Records an event, once a contact.
    """
    if contact.do_not_call_at is None:
        contact.do_not_call_at = at
        contact.save(update_fields=["do_not_call_at"])
        record(because_of, kind=RefundEvent.Kind.DO_NOT_CALL, actor=actor, at=at)
