import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import LedgerAccount
from leads.models import LeadSeller
from leads.services.catalogue import account_of, add_seller
from tests import needs
from tests.factories.accounts import ProgramFactory
from tests.factories.leads import LeadSellerFactory

pytestmark = pytest.mark.django_db


@pytest.mark.covers("A17")
def test_a_seller_has_an_account() -> None:
    program = ProgramFactory.create()
    seller = add_seller(
        program_id=program.pk, code="S-1", name="Leads Ltd", guidelines="Real requests only."
    )
    seller = LeadSeller.objects.get(pk=seller.pk)
    assert (seller.code, seller.guidelines, seller.response_days) == (
        "S-1",
        "Real requests only.",
        3,
    )
    assert seller.account is not None
    assert (seller.account.kind, seller.account.program) == ("seller_recoverable", program)


def test_a_code_that_is_taken_opens_no_account() -> None:
    program = ProgramFactory.create()
    add_seller(program_id=program.pk, code="S-1", name="Leads Ltd")
    with pytest.raises(IntegrityError), transaction.atomic():
        add_seller(program_id=program.pk, code="S-1", name="Other Ltd")
    assert LeadSeller.objects.count() == 1
    assert LedgerAccount.objects.filter(kind="seller_recoverable").count() == 1


def test_opening_an_account_stops_no_import_that_refers_to_the_seller() -> None:
    needs.postgresql()
    seller = LeadSellerFactory.create()

    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        account_of(seller)

    locks = [query["sql"] for query in queries.captured_queries if " FOR " in query["sql"]]
    assert len(locks) == 1
    assert " FOR NO KEY UPDATE" in locks[0]
