import uuid

from django.db import models

from accounts.models import User
from refunds.models.request import RefundRequest


class Evidence(models.Model):
    """A file that somebody attached to a request, kept under a name of our own (trap 29)."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.ForeignKey(RefundRequest, models.PROTECT, related_name="evidence")
    file = models.FileField(max_length=200)
    original_name = models.CharField(max_length=150)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField(help_text="Bytes, as stored.")
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "evidence"

    def __str__(self) -> str:
        return self.original_name

    @property
    def is_picture(self) -> bool:
        """Say whether it can be looked at on a page; it was drawn anew when it was taken."""
        return self.content_type.startswith("image/")
