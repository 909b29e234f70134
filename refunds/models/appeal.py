from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class Appeal(models.Model):
    """The one second look that a declined request may have (C43).

    Who decided it and when stands on the request, where the database can compare it with the
    first decider.
    """

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("Upheld")
        OVERTURNED = "overturned", _("Overturned")

    text = models.TextField()
    filed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    sentence = models.TextField(blank=True, help_text="What the pro reads about the outcome.")

    def __str__(self) -> str:
        return f"Appeal of {self.filed_at:%Y-%m-%d}"
