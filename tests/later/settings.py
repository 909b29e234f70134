"""Settings of a worker whose mails can be held up: the site's own but for the mail backend."""

from config.settings import *  # noqa: F403 (all of the site's)

EMAIL_BACKEND = "tests.later.slow_mail.EmailBackend"
# A child that is gone gets ten seconds to report, which a killed one doesn't need.
CELERY_WORKER_LOST_WAIT = 1
