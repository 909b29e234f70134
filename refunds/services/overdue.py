"""Flags investigations that are past their decision limit, each once, and tells who owns them.

A batch is one statement on PostgreSQL and three on SQLite, which has no other way: the rows never
come to us (design §8, §11).
"""

import json
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts.access import machine
from refunds.services import doorbell

BATCH = 10_000

Value = int | str

# States and conditions are spelled as in the index ``request_not_yet_flagged``, which holds what
# is still to be flagged and nothing else: a sweep with nothing to do reads nothing.
DUE = """
    state IN ('investigating', 'with_seller')
    AND overdue_flagged_at IS NULL AND due_at < %(now)s
"""

# On PostgreSQL. The innermost list comes from the index alone, which a lock would forbid. The
# locked rows are then updated where they lie, and what is written of them is taken from the
# update: each is looked up once. Arrays, for which the planner never goes through the table.
FLAG_RECORD_AND_TELL = """
    WITH flagged AS (
        UPDATE refunds_refundrequest SET overdue_flagged_at = %(now)s
        WHERE ctid = ANY(ARRAY(
            SELECT ctid FROM refunds_refundrequest
            WHERE {due} AND id = ANY(ARRAY(
                SELECT id FROM refunds_refundrequest
                WHERE {due} ORDER BY due_at, id LIMIT %(batch)s
            ))
            FOR UPDATE SKIP LOCKED
        ))
        RETURNING id, state, limit_on, program_id, holder_id,
            nextval('refunds_refundevent_id_seq') AS event_id
    ),
    recorded AS (
        INSERT INTO refunds_refundevent
            (id, request_id, kind, at, actor_id, from_state, to_state, data, visible_to_pro)
        SELECT event_id, id, 'overdue', %(now)s, %(machine)s, state, state,
            jsonb_build_object('limit_on', limit_on), true
        FROM flagged
    ),
    told AS (
        INSERT INTO refunds_outboundmail
            ("to", uuid, key, event_id, kind, locale, status, attempts, not_before, last_error)
        SELECT COALESCE(holder.email, %(team)s), gen_random_uuid(), 'overdue:' || event_id,
            event_id, 'overdue', program.locale, 'queued', 0, %(now)s, ''
        FROM flagged
        JOIN accounts_program program ON program.id = flagged.program_id
        LEFT JOIN accounts_user holder ON holder.id = flagged.holder_id
    )
    SELECT count(*) FROM flagged
"""

# On SQLite, where one writer at a time needs no lock. A test holds these rows and those above to
# the same ``mails.owed``.
FLAG = """
    UPDATE refunds_refundrequest SET overdue_flagged_at = %(now)s
    WHERE id IN (
        SELECT id FROM refunds_refundrequest WHERE {due} ORDER BY due_at, id LIMIT %(batch)s
    )
    RETURNING id
"""
RECORD = """
    INSERT INTO refunds_refundevent
        (request_id, kind, at, actor_id, from_state, to_state, data, visible_to_pro)
    SELECT id, 'overdue', %(now)s, %(machine)s, state, state,
        json_object('limit_on', limit_on), 1
    FROM refunds_refundrequest WHERE id IN (SELECT value FROM json_each(%(requests)s))
    RETURNING id
"""
TELL = """
    INSERT INTO refunds_outboundmail
        ("to", uuid, key, event_id, kind, locale, status, attempts, not_before, last_error)
    SELECT COALESCE(holder.email, %(team)s), lower(hex(randomblob(16))), 'overdue:' || event.id,
        event.id, 'overdue', program.locale, 'queued', 0, event.at, ''
    FROM refunds_refundevent event
    JOIN refunds_refundrequest request ON request.id = event.request_id
    JOIN accounts_program program ON program.id = request.program_id
    LEFT JOIN accounts_user holder ON holder.id = request.holder_id
    WHERE event.id IN (SELECT value FROM json_each(%(events)s))
"""


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
    flag = {"postgresql": _flag_in_one, "sqlite": _flag_in_three}[connection.vendor]
    count = flag(at, by)
    if count:
        transaction.on_commit(partial(doorbell.ring, doorbell.SEND_DUE_MAIL))
    return count


def _flag_in_one(at: str, by: int) -> int:
    values: dict[str, Value] = {"now": at, "batch": BATCH, "machine": by}
    [count] = _numbers(FLAG_RECORD_AND_TELL, **values, team=settings.TEAM_EMAIL)
    return count


def _flag_in_three(at: str, by: int) -> int:
    flagged = _numbers(FLAG, now=at, batch=BATCH)
    if flagged:
        events = _numbers(RECORD, now=at, machine=by, requests=json.dumps(flagged))
        with connection.cursor() as cursor:
            cursor.execute(TELL, {"team": settings.TEAM_EMAIL, "events": json.dumps(events)})
    return len(flagged)


def _numbers(statement: str, **values: Value) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement.format(due=DUE), values)
        return [number for (number,) in cursor.fetchall()]
