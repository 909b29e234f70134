"""Adding to what a program sells from."""

from django.db import transaction

from accounts.models import LedgerAccount
from leads.models import LeadSeller


def add_seller(
    *,
    program_id: int,
    code: str,
    name: str,
    email: str = "",
    guidelines: str = "",
    response_days: int = 3,
) -> LeadSeller:
    """Add a lead seller to a program, with the account of what can be recovered from it (A17).

    ``response_days`` are business days. Raises IntegrityError where the program has the code.
    """
    with transaction.atomic():
        account = LedgerAccount.objects.create(
            program_id=program_id, kind=LedgerAccount.Kind.SELLER_RECOVERABLE
        )
        return LeadSeller.objects.create(
            program_id=program_id,
            code=code,
            name=name,
            email=email,
            guidelines=guidelines,
            response_days=response_days,
            account=account,
        )


def account_of(seller: LeadSeller) -> LedgerAccount:
    """Return the account of what can be recovered from a seller; opens one that is missing.

    Runs in the caller's transaction.
    """
    if seller.account is None:
        # Without the key: imports go on referring to the seller, and wait for nobody.
        seller = LeadSeller.objects.select_for_update(of=("self",), no_key=True).get(pk=seller.pk)
    if seller.account is None:
        seller.account = LedgerAccount.objects.create(
            program_id=seller.program_id, kind=LedgerAccount.Kind.SELLER_RECOVERABLE
        )
        seller.save(update_fields=["account"])
    return seller.account
