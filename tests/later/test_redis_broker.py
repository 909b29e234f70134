"""The broker that is Redis: what a worker holds of it while it says nothing (trap 22)."""

import pytest
from kombu.connection import Connection
from redis.exceptions import TimeoutError as RedisTimeoutError

from config.celery import app
from tests.later.processes import OwnRedis

pytestmark = pytest.mark.django_db(transaction=True)

SILENT_FOR_A_SECOND = {"socket_timeout": 1, "max_retries": 0}


def test_a_ring_that_could_not_be_acknowledged_holds_back_no_other(own_redis: OwnRedis) -> None:
    assert app.conf.worker_prefetch_multiplier == 1  # so that one ring held is all rings held
    with Connection(  # type: ignore[no-untyped-call] # kombu is half typed
        own_redis.address, transport_options=SILENT_FOR_A_SECOND
    ) as connection:
        channel = connection.channel()
        channel.basic_qos(0, 1, False)
        with connection.SimpleQueue("rings") as queue:
            queue.put("first")
            queue.put("second")
        channel.queue_declare("rings")
        ring = channel.basic_get("rings")
        assert not channel.qos.can_consume()

        own_redis.freeze()
        with pytest.raises(RedisTimeoutError):
            ring.ack()
        own_redis.thaw()

        assert channel.qos.can_consume()
        assert channel.basic_get("rings").decode() == "second"
