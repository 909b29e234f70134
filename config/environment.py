"""What the environment must hold before the site may start."""

from collections.abc import Mapping

NEEDED_WITHOUT_DEBUG = {
    "SECRET_KEY": "a long random string that stays the same between starts",
    "ALLOWED_HOSTS": "the host names that the site answers to, separated by commas",
    "REDIS_URL": "the broker, such as redis://127.0.0.1:6379/0",
    "BASE_URL": "the address that mails link to, such as https://refunds.example.com",
}


def missing_settings(environ: Mapping[str, str], *, debug: bool) -> list[str]:
    """Name what a production start still lacks, each with what it is for.

    An empty list means that the site may start; with ``debug`` nothing is needed.
    """
    if debug:
        return []
    return [
        f"{name} ({purpose})"
        for name, purpose in NEEDED_WITHOUT_DEBUG.items()
        if not environ.get(name, "").strip()
    ]
