"""What Celery runs. A task takes nothing: it looks at the rows and does what is due (trap 20)."""

from celery import shared_task

from refunds.services import outbox, overdue


@shared_task
def send_due_mail() -> int:
    """Send the mails that are due."""
    return outbox.send_due()


@shared_task
def flag_overdue() -> int:
    """Flag the requests that are past their decision limit."""
    return overdue.flag_overdue()
