"""Celery: the doorbell and the clock. The work itself is rows in the database (design §8)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("makegood")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Sweeps take whatever is due by now, so a missed or a doubled tick changes nothing (trap 23).
app.conf.beat_schedule = {
    "send-due-mail": {"task": "refunds.tasks.send_due_mail", "schedule": 15.0},
    "flag-overdue": {"task": "refunds.tasks.flag_overdue", "schedule": 60.0},
}
