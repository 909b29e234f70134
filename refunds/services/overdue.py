"""Flags investigations that are past their decision limit, each once, and tells who owns them.

Three statements a batch, whatever its size: the rows never come to us (design §8, §11).
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts.access import machine
from refunds.services import doorbell

BATCH = 10_000

Value = int | str | list[int]

# States and conditions are spelled as in the index ``request_not_yet_flagged``, which holds what
# is still to be flagged and nothing else: a sweep with nothing to do reads nothing.
FLAG = """
    UPDATE refunds_refundrequest SET overdue_flagged_at = %(now)s
    WHERE id {in_list} (
        SELECT id FROM refunds_refundrequest
        WHERE state IN ('investigating', 'with_seller')
          AND overdue_flagged_at IS NULL AND due_at < %(now)s
        ORDER BY due_at, id LIMIT %(batch)s {skip_locked}
    {list_ends}
    RETURNING id
"""
RECORD = """
    INSERT INTO refunds_refundevent
        (request_id, kind, at, actor_id, from_state, to_state, data, visible_to_pro)
    SELECT id, 'overdue', %(now)s, %(machine)s, state, state, {limit_on}, {true}
    FROM refunds_refundrequest WHERE id {in_requests}
    RETURNING id
"""
# What ``mails.owed`` would write for such an event: a test holds the two together.
TELL = """
    INSERT INTO refunds_outboundmail
        ("to", uuid, key, event_id, kind, locale, status, attempts, not_before, last_error)
    SELECT COALESCE(holder.email, %(team)s), {uuid}, 'overdue:' || event.id, event.id, 'overdue',
        program.locale, 'queued', 0, event.at, ''
    FROM refunds_refundevent event
    JOIN refunds_refundrequest request ON request.id = event.request_id
    JOIN accounts_program program ON program.id = request.program_id
    LEFT JOIN accounts_user holder ON holder.id = request.holder_id
    WHERE event.id {in_events} AND request.id {in_requests}
"""

DIALECTS: Mapping[str, Mapping[str, str]] = {
    "postgresql": {
        "skip_locked": "FOR UPDATE SKIP LOCKED",
        "limit_on": "jsonb_build_object('limit_on', limit_on)",
        "true": "true",
        "uuid": "gen_random_uuid()",
        # An array, for which the planner goes by the key and never through the table.
        "in_list": "= ANY(ARRAY",
        "list_ends": "))",
        "in_requests": "= ANY(%(requests)s)",
        "in_events": "= ANY(%(events)s)",
    },
    "sqlite": {
        "skip_locked": "",  # one writer at a time, so nothing is locked by another
        "limit_on": "json_object('limit_on', limit_on)",
        "true": "1",
        "uuid": "lower(hex(randomblob(16)))",
        "in_list": "IN",
        "list_ends": ")",
        "in_requests": "IN (SELECT value FROM json_each(%(requests)s))",
        "in_events": "IN (SELECT value FROM json_each(%(events)s))",
    },
}


def flag_overdue() -> int:
    """Flag every request that is ours to decide and past its limit; return how many.

    Each batch is one transaction: the flags, an event each, and a mail each to whoever holds the
    case, else to the team. Two sweeps at once flag each request once.
    """
    now = timezone.now()
    by = machine().pk
    flagged = 0
    while count := _flag_batch(now, by):
        flagged += count
    return flagged


@transaction.atomic
def _flag_batch(now: datetime, by: int) -> int:
    at = str(connection.ops.adapt_datetimefield_value(now))
    flagged = _ids(FLAG, now=at, batch=BATCH)
    if flagged:
        requests = _list(flagged)
        events = _list(_ids(RECORD, now=at, machine=by, requests=requests))
        _run(TELL, team=settings.TEAM_EMAIL, requests=requests, events=events)
        transaction.on_commit(partial(doorbell.ring, doorbell.SEND_DUE_MAIL))
    return len(flagged)


def _ids(statement: str, **values: Value) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_in_dialect(statement), values)
        return [pk for (pk,) in cursor.fetchall()]


def _run(statement: str, **values: Value) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_in_dialect(statement), values)


def _in_dialect(statement: str) -> str:
    return statement.format(**DIALECTS[connection.vendor])


def _list(ids: list[int]) -> str | list[int]:
    """Return a list as one value that the database takes apart."""
    return json.dumps(ids) if connection.vendor == "sqlite" else ids
