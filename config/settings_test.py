"""Settings of the test suite: the site's own, made quick and kept apart."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="makegood-tests-"))

from config.settings import *  # noqa: F403 (VAR_DIR must be set before the settings are read)
from config.settings import DATABASES, ON_SQLITE, VAR_DIR

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DEBUG = False
BASE_URL = "http://testserver"
# Threads need a real file: in memory they see "table is locked" (trap 18).
if ON_SQLITE:
    DATABASES["default"]["TEST"] = {"NAME": str(Path(VAR_DIR) / "test.sqlite3")}
# Nothing rings by itself in the suite; tests that want the worker start one.
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {}
# WhiteNoise warns of a folder that isn't there, and in a fresh clone none is.
STATIC_ROOT = Path(VAR_DIR) / "staticfiles"
STATIC_ROOT.mkdir(exist_ok=True)
