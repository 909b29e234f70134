"""What Celery runs. A task takes nothing: it looks at the rows and does what is due (trap 20)."""

from celery import shared_task

from refunds.services import (
    automatic,
    drafts,
    outbox,
    overdue,
    policies,
    pro_clock,
    rates,
    reminders,
    seller_clock,
)


@shared_task
def send_due_mail() -> int:
    """Send the mails that are due."""
    return outbox.send_due()


@shared_task
def flag_overdue() -> int:
    """Flag the requests that are past their decision limit."""
    return overdue.flag_overdue()


@shared_task
def credit_what_is_due() -> int:
    """Give back the fees that come back by themselves."""
    return automatic.credit_due()


@shared_task
def note_silence_of_sellers() -> int:
    """Go on without the sellers who did not answer in time."""
    return seller_clock.note_silence()


@shared_task
def go_on_unanswered() -> int:
    """Go on without the pros who did not answer in time."""
    return pro_clock.go_on_unanswered()


@shared_task
def remind_sellers() -> int:
    """Remind the sellers whose answer is due on the next business day."""
    return seller_clock.remind()


@shared_task
def remind_of_windows() -> int:
    """Remind pros of windows that close soon."""
    return reminders.remind()


@shared_task
def bring_policies_into_force() -> int:
    """Let programs take over what their policy in force says now."""
    return policies.bring_into_force()


@shared_task
def delete_forgotten_drafts() -> int:
    """Delete the drafts whose windows closed long ago."""
    return drafts.delete_forgotten()


@shared_task
def count_rates() -> int:
    """Count the rates of the programs whose day has begun."""
    return rates.count_due()
