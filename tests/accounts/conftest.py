"""The books that the ledger's tests write into."""

import pytest

from accounts.models import LedgerAccount, ServicePro
from tests.accounts.books import Accounts
from tests.factories.accounts import ServiceProFactory

Kind = LedgerAccount.Kind


@pytest.fixture
def company() -> ServicePro:
    """A pro with 1,000.00 paid and 200.00 bonus."""
    return ServiceProFactory.create(bonus_cents=20_000)


@pytest.fixture
def accounts(company: ServicePro) -> Accounts:
    """An account of each kind in one program."""
    program = company.program
    LedgerAccount.objects.create(program=program, kind=Kind.SELLER_RECOVERABLE)
    return {account.kind: account for account in LedgerAccount.objects.filter(program=program)}
