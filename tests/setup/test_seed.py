"""The seeded world holds what its stories promise."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from accounts import access
from leads.models import LeadSale
from refunds.models import RefundRequest
from refunds.seed import seed
from refunds.services import policies
from refunds.services.audit import audit
from refunds.services.automatic import credit_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def seeded(settings: Settings, tmp_path: Path) -> None:
    """The seeded world."""
    settings.VAR_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    access.make_groups()
    policies.load_presets()
    assert seed()


@pytest.mark.covers("P4", "X29")
def test_contacts_are_shown_where_they_replied(seeded: None) -> None:
    sales = LeadSale.objects.filter(lead__program__code="pro360").select_related("quote", "lead")
    replied = {
        sale.pk: bool(getattr(sale, "quote", None) and sale.quote.replied_at) for sale in sales
    }

    assert {sale.pk: sale.is_contact_revealed for sale in sales} == replied
    hidden = {sale.lead.reference for sale in sales if not replied[sale.pk]}
    assert hidden == {"T-3290", "T-3295", "T-3299", "T-3309"}
    assert audit() == []


@pytest.mark.covers("P2")
def test_sweep_has_a_fee_to_give_back_two_minutes_after_the_start(seeded: None) -> None:
    before = set(RefundRequest.objects.values_list("pk", flat=True))
    assert credit_due() == 0

    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=False):
        assert credit_due() == 1

    [credited] = RefundRequest.objects.exclude(pk__in=before).select_related("sale__lead")
    assert (credited.sale.lead.reference, credited.reason) == ("T-3299", "quote_unread")
