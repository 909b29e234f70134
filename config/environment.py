"""What the environment must hold before the site may start."""

from collections.abc import Mapping
from urllib.parse import urlsplit

NEEDED_WITHOUT_DEBUG = {
    "SECRET_KEY": "a long random string that stays the same between starts",
    "ALLOWED_HOSTS": "the host names that the site answers to, separated by commas",
    "REDIS_URL": "the broker, such as redis://127.0.0.1:6379/0",
    "EMAIL_URL": "the mail server, such as smtp+tls://user:password@mail.example.com:587",
    "BASE_URL": "the address that mails link to, such as https://refunds.example.com",
}

# Each address with the schemes that we run on and an example. Their values hold passwords, so
# no complaint repeats them.
ADDRESSES = {
    "DATABASE_URL": (
        {"postgres", "postgresql", "sqlite"},
        "postgres://user:password@127.0.0.1:5432/makegood",
    ),
    "REDIS_URL": ({"redis", "rediss"}, "redis://127.0.0.1:6379/0"),
}


def is_undecided(environ: Mapping[str, str]) -> bool:
    """Say whether production names are set and DEBUG is not: nobody may mean that.

    DEBUG is on by default, and would show a site with real names to the world as a seeded toy.
    """
    named = any(environ.get(name, "").strip() for name in ("SECRET_KEY", "ALLOWED_HOSTS"))
    return named and not environ.get("DEBUG", "").strip()


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


def unreadable_addresses(environ: Mapping[str, str]) -> list[str]:
    """Name the addresses that are set to something we can't read, each with an example.

    One that is unset or empty is none: then the embedded kind is meant.
    """
    return [
        f"{name} (it must look like {example})"
        for name, (schemes, example) in ADDRESSES.items()
        if environ.get(name, "").strip() and not _is_address(environ[name].strip(), schemes)
    ]


def _is_address(value: str, schemes: set[str]) -> bool:
    try:
        parts = urlsplit(value)
        _ = parts.port  # raises when it is no number
    except ValueError:
        return False
    names_a_database = len(parts.path) > 1 or "redis" in parts.scheme
    return parts.scheme in schemes and "://" in value and names_a_database
