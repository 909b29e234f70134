from datetime import datetime

from django.db import models
from django.db.models import Q

from accounts.models import Program, User


class PolicyVersionQuerySet(models.QuerySet["PolicyVersion"]):
    """Questions about many versions."""

    def in_force(self, program_id: int, at: datetime) -> "PolicyVersion":
        """Return the version that held at an instant; the first one also covers what came before.

        Raises PolicyVersion.DoesNotExist where the program has no policy at all.
        """
        versions = self.filter(program_id=program_id, published_at__isnull=False)
        current = versions.filter(effective_from__lte=at).order_by("-effective_from").first()
        first = current or versions.order_by("effective_from").first()
        if first is None:
            raise PolicyVersion.DoesNotExist(f"Program {program_id} has no published policy.")
        return first


class PolicyVersion(models.Model):
    """A program's policy document, as it holds from an instant on; a draft until it is published.

    A trigger refuses to change one that is published.
    """

    program = models.ForeignKey(Program, models.PROTECT, related_name="policy_versions")
    document = models.JSONField()
    effective_from = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    author = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = PolicyVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["program", "effective_from"],
                condition=Q(published_at__isnull=False),
                name="policy_version_once_a_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.program_id} from {self.effective_from:%Y-%m-%d}"
