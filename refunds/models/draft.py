from uuid import uuid4

from django.db import models

from accounts.models import User
from leads.models import LeadSale


class ClaimDraft(models.Model):
    """A claim that somebody has begun and not sent, kept as it is typed.

    ``command_id`` becomes the request's: whoever sends the draft twice has filed one request.
    ``edition`` counts the saves of its words, so that a late one is told from a newer one.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    sale = models.ForeignKey(LeadSale, models.PROTECT, related_name="drafts")
    author = models.ForeignKey(User, models.PROTECT, related_name="claim_drafts")
    command_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    reason = models.CharField(max_length=40, blank=True)
    explanation = models.TextField(blank=True)
    details = models.JSONField(default=dict, blank=True)
    edition = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField()
    worded_at = models.DateTimeField(
        null=True, help_text="When it first said enough of what happened: that makes it in time."
    )
    saved_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sale", "author"], name="draft_once_a_sale_and_author"),
        ]

    def __str__(self) -> str:
        return f"Draft for {self.sale_id} by {self.author_id}"


class DraftFile(models.Model):
    """A file that waits with a draft, and becomes evidence when the draft is sent."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    draft = models.ForeignKey(ClaimDraft, models.CASCADE, related_name="files")
    file = models.FileField(max_length=200)
    original_name = models.CharField(max_length=150)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField(help_text="Bytes, as stored.")
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft", "sha256"], name="file_once_a_draft"),
        ]

    def __str__(self) -> str:
        return self.original_name
