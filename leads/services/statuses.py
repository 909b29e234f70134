"""What a pro notes of a lead: new, contacted, won or lost (A12)."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from leads.models import LeadSale


class StatusRefused(Exception):
    """A status that a lead can't have; its text is a sentence for the user."""


def change(*, sale_uuid: UUID, actor: User, status: str) -> LeadSale:
    """Note how far a pro has come with a lead; changes nothing but that.

    Raises LeadSale.DoesNotExist for a lead that is not in the actor's account, or has left it
    (L22), and StatusRefused for a status that there isn't.
    """
    if status not in LeadSale.Status.values:
        raise StatusRefused(_("Choose one of the statuses of the list."))
    with transaction.atomic():
        # Locked, so that a lead that is leaving the account meanwhile is not changed after it left.
        sales = LeadSale.objects.visible_to(actor).attached().select_related("lead")
        sale = sales.select_for_update(of=("self",), no_key=True).get(uuid=sale_uuid)
        sale.status = status
        sale.save(update_fields=["status"])
    return sale
