"""The cache, with its server and without it."""

import pytest
from django.conf import settings

from loket import cache as module
from loket.cache import LOG_EVERY_S, PAUSE_S, TolerantClient, TolerantRedisCache

AWAY = "unix:///nowhere/redis.sock"


@pytest.fixture
def clock(monkeypatch):
    """A clock that a test moves: clock[0] is the time in seconds."""
    now = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(TolerantClient, "ask_again_at", float("-inf"))
    monkeypatch.setattr(TolerantClient, "log_again_at", float("-inf"))
    return now


@pytest.fixture
def server():
    """The cache as settings describe it, on the server of the tests."""
    cache = TolerantRedisCache(settings.REDIS_URL, {"KEY_PREFIX": "test_cache"})
    cache.delete_many(["a", "b", "n"])
    yield cache
    cache.delete_many(["a", "b", "n"])
    cache._cache.get_client().connection_pool.disconnect()


def test_with_its_server_it_keeps_what_it_is_given(server):
    assert server.add("a", {"school": "01AB00"}) is True
    assert server.add("a", "second") is False
    server.set_many({"b": 2, "n": 1})

    assert server.get("a") == {"school": "01AB00"}
    assert server.get_many(["a", "b", "c"]) == {"a": {"school": "01AB00"}, "b": 2}
    assert server.incr("n") == 2
    assert server.touch("b") is True
    assert server.has_key("b") is True
    assert server.delete("b") is True
    assert server.get("b", "nothing") == "nothing"


def test_without_its_server_nothing_is_found_and_nothing_fails(clock):
    cache = TolerantRedisCache(AWAY, {})

    cache.set("a", 1)
    cache.set_many({"a": 1})
    cache.delete_many(["a"])

    assert cache.get("a", "nothing") == "nothing"
    assert cache.get_many(["a"]) == {}
    assert cache.get_or_set("a", lambda: "made") == "made"
    assert cache.add("a", 1) is False
    assert cache.touch("a") is False
    assert cache.has_key("a") is False
    assert cache.delete("a") is False
    assert cache.clear() is False
    with pytest.raises(ValueError, match="not found"):
        cache.incr("a")


def test_an_absent_server_is_left_alone_for_a_while(clock, monkeypatch):
    tries = []
    monkeypatch.setattr(TolerantClient, "get_client", lambda *args, **kwargs: tries.append(1) or _refuse())
    cache = TolerantRedisCache(AWAY, {})

    for seconds in (0, 1, PAUSE_S - 1.5, 1):  # at 0, 1, and just before and after the end of the pause
        clock[0] += seconds
        cache.get("a")

    assert len(tries) == 2


def test_an_absent_server_is_reported_once_a_minute(clock, caplog):
    cache = TolerantRedisCache(AWAY, {})

    for _ in range(LOG_EVERY_S):
        cache.get("a")
        clock[0] += 1
    assert len(caplog.messages) == 1

    cache.get("a")
    assert caplog.messages == ["The cache does not answer; going on without it: ConnectionError"] * 2


def _refuse():
    raise module.redis.exceptions.ConnectionError
