"""A cache on Redis that the site can do without."""

import logging
import time

import redis
from django.core.cache.backends.redis import RedisCache, RedisCacheClient

logger = logging.getLogger(__name__)

PAUSE_S = 5  # how long a process leaves an absent server alone: each try can cost a visitor two seconds
LOG_EVERY_S = 60


class TolerantClient(RedisCacheClient):
    """Django's client; while the server is away, nothing is found and nothing is kept."""

    # Of the process, not of a client: Django makes one for each thread.
    ask_again_at = log_again_at = float("-inf")

    def _unless_away(self, away, method, *args):
        """What `method` gives, or `away` when the server does not answer."""
        now = time.monotonic()
        if now < TolerantClient.ask_again_at:
            return away
        try:
            return method(*args)
        except (redis.exceptions.ConnectionError, redis.exceptions.TimeoutError) as error:
            TolerantClient.ask_again_at = time.monotonic() + PAUSE_S
            if now >= TolerantClient.log_again_at:
                TolerantClient.log_again_at = now + LOG_EVERY_S
                logger.warning("The cache does not answer; going on without it: %s", type(error).__name__)
            return away

    def add(self, key, value, timeout):
        return self._unless_away(False, super().add, key, value, timeout)

    def get(self, key, default):
        return self._unless_away(default, super().get, key, default)

    def set(self, key, value, timeout):
        self._unless_away(None, super().set, key, value, timeout)

    def touch(self, key, timeout):
        return self._unless_away(False, super().touch, key, timeout)

    def delete(self, key):
        return self._unless_away(False, super().delete, key)

    def get_many(self, keys):
        return self._unless_away({}, super().get_many, keys)

    def has_key(self, key):
        return self._unless_away(False, super().has_key, key)

    def incr(self, key, delta):
        # Django's caches raise ValueError for a key that is not there, and nothing is there now.
        value = self._unless_away(None, super().incr, key, delta)
        if value is None:
            raise ValueError(f"Key {key!r} not found.")
        return value

    def set_many(self, data, timeout):
        self._unless_away(None, super().set_many, data, timeout)

    def delete_many(self, keys):
        self._unless_away(None, super().delete_many, keys)

    def clear(self):
        return self._unless_away(False, super().clear)


class TolerantRedisCache(RedisCache):
    """Redis away counts as a miss: slower, never an error. `loket:ready` tells the operator."""

    def __init__(self, server, params):
        super().__init__(server, params)
        self._class = TolerantClient
