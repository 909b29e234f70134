"""What must hold before the site starts; each check raises one sentence for the person."""

import errno
import socket

import redis
from django.conf import settings
from django.db import OperationalError, connection


class Unfit(Exception):
    """This machine or environment can't run the site; says why and what to do."""


def check_port(host: str, port: int) -> None:
    """Raise ``Unfit`` unless a server of ours can listen there."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Unfit(_why_not_listen(port, error)) from error


def check_database() -> None:
    """Raise ``Unfit`` unless the database answers."""
    try:
        connection.ensure_connection()
    except OperationalError as error:
        raise Unfit(f"{_database()} can't be opened: {_one_line(error)}.") from error


def check_broker() -> None:
    """Raise ``Unfit`` unless the broker answers; one made of files always does."""
    url = settings.CELERY_BROKER_URL
    if not url.startswith("redis"):
        return
    client = redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2)
    try:
        client.ping()
    except (redis.RedisError, OSError) as error:
        raise Unfit(
            f"The broker in REDIS_URL doesn't answer ({_one_line(error)}): start it, or unset "
            "REDIS_URL to use files in var/."
        ) from error
    finally:
        client.close()


def _why_not_listen(port: int, error: OSError) -> str:
    another = "take another with `make run PORT=8123` or `manage.py up --port 8123`"
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use: stop what listens there, or {another}."
    return f"Port {port} can't be opened ({error.strerror}): {another}."


def _database() -> str:
    target = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"The database file {target['NAME']}"
    return f"The database in DATABASE_URL ({target['NAME']} on {target['HOST'] or 'a socket'})"


def _one_line(error: Exception) -> str:
    """Return the first line of the driver's message, which holds no password."""
    return str(error).strip().partition("\n")[0].rstrip(".")
