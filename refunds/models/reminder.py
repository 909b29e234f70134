from django.db import models

from accounts.models import Program


class ReminderRun(models.Model):
    """The morning on which a program's pros were reminded, and of which windows.

    Of those that close after ``closes_after`` and by ``closes_by``; and by ``closes_after`` already
    where the sale is younger than the run before. Each run begins where the last one ended, however
    long ago that was, so that no window is told of twice and a morning that was missed is made up.
    """

    program = models.ForeignKey(Program, models.CASCADE, related_name="reminder_runs")
    day = models.DateField()
    ran_at = models.DateTimeField()
    ran_before_at = models.DateTimeField(help_text="When the run before was; its own time if none.")
    closes_after = models.DateTimeField()
    closes_by = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["program", "day"], name="reminded_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.program_id} on {self.day}"
