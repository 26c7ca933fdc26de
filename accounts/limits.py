"""How often somebody may do something without an account. Addresses are kept as a hash, and for minutes."""

from django.core.cache import cache
from django.utils.crypto import salted_hmac
from rest_framework.throttling import BaseThrottle


class TooOftenError(Exception):
    """Somebody did something more often than a person would."""


def count_try(what, who, *, most, within_s):
    """Count one try of `who` to do `what`. Raises TooOftenError when it is one too many within `within_s` seconds.

    who: a visitor's address, or an e-mail address. Without a cache nothing is counted: limits that must hold
    then too count rows.
    """
    key = f"try:{what}:{salted_hmac('accounts.limits', who).hexdigest()}"
    cache.add(key, 0, within_s)
    try:
        count = cache.incr(key)
    except ValueError:  # the cache is away, or the time was just over
        return
    if count > most:
        raise TooOftenError


def address_of(request):
    """The address that our own proxies saw; only to count by.

    As the API counts (NUM_PROXIES): a visitor can put anything before the addresses that those add.
    """
    return BaseThrottle().get_ident(request)
