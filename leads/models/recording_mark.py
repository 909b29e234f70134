import uuid

from django.db import models
from django.db.models import Q

from accounts.models import User
from leads.models.sale import CallRecording

LONGEST_SECONDS = 24 * 60 * 60


class RecordingMark(models.Model):
    """A place in a recording that one of the team marked, so that the next one need not search."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recording = models.ForeignKey(
        CallRecording,
        models.CASCADE,
        related_name="marks",
        db_index=False,  # the constraint's index begins with it
    )
    second = models.PositiveIntegerField(help_text="Seconds from the recording's beginning.")
    words = models.CharField(max_length=200)
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recording", "second", "author"], name="second_marked_once_by_a_person"
            ),
            models.CheckConstraint(
                condition=Q(second__lte=LONGEST_SECONDS), name="mark_within_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recording_id} at {self.second} s"
