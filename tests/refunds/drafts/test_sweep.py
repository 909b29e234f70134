"""Drafts that nobody came back to: deleted a month after their windows closed, with their files."""

from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from accounts.models import User
from leads.models import LeadSale
from refunds import tasks
from refunds.models import ClaimDraft
from refunds.services import drafts
from refunds.uploads import CleanFile
from tests.factories.leads import LeadSaleFactory


def draft(sale: LeadSale, pro: User, *, sold_days_ago: int, saved_days_ago: int) -> ClaimDraft:
    """Return a draft with a file, as old as told; conXpros' window closes after five days."""
    begun = drafts.keep(sale_uuid=sale.uuid, actor=pro, reason="duplicate")
    photo = CleanFile("log.png", "image/png", str(sale.pk).encode())
    drafts.add_file(sale_uuid=sale.uuid, actor=pro, file=photo)
    now = timezone.now()
    LeadSale.objects.filter(pk=sale.pk).update(sold_at=now - timedelta(days=sold_days_ago))
    ClaimDraft.objects.filter(pk=begun.pk).update(saved_at=now - timedelta(days=saved_days_ago))
    return begun


def test_only_what_was_forgotten_goes(sale: LeadSale, pro: User, folder: Path) -> None:
    def another() -> LeadSale:
        return LeadSaleFactory.create(pro=sale.pro)

    draft(sale, pro, sold_days_ago=60, saved_days_ago=31)
    saved_lately = draft(another(), pro, sold_days_ago=60, saved_days_ago=29)
    closed_lately = draft(another(), pro, sold_days_ago=33, saved_days_ago=31)

    assert tasks.delete_forgotten_drafts() == 1
    assert tasks.delete_forgotten_drafts() == 0

    assert list(ClaimDraft.objects.order_by("pk")) == [saved_lately, closed_lately]
    kept = {one.file.name for left in (saved_lately, closed_lately) for one in left.files.all()}
    assert {path.name for path in folder.iterdir()} == kept
