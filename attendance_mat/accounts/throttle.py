"""Slows down whoever guesses passwords. Counts stand in the cache, under digests of what they count.

A whole school may share one network address, so its limit is far above that of one person there.
"""

import hashlib
import logging
from contextlib import suppress
from typing import Final

from django.core.cache import cache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

MINUTES: Final = 15
ONE_PERSON_FROM_ONE_PLACE: Final = 6  # failures within so many minutes
ONE_PERSON: Final = 40
ONE_PLACE: Final = 200


def can_count() -> bool:
    """Say whether tries are counted now: whether the cache answers."""
    try:
        cache.get(_key("", ""))
    except RedisError:
        return False
    return True


def is_throttled(email: str, place: str) -> bool:
    """Say whether this person, from this network address, must wait before another try."""
    limits = _limits(email, place)
    try:
        failures = cache.get_many(limits)
    except RedisError:
        log.warning("The cache did not answer: tries to sign in are not counted.")
        return False
    return any(failures.get(key, 0) >= limit for key, limit in limits.items())


def count_failure(email: str, place: str) -> None:
    """Count one failed try."""
    with suppress(RedisError, ValueError):  # ValueError: the count ran out between the two calls
        for key in _limits(email, place):
            cache.add(key, 0, MINUTES * 60)
            cache.incr(key)


def forget_failures(email: str, place: str) -> None:
    """Start this person's count here afresh, since they have signed in."""
    with suppress(RedisError):
        cache.delete(_key(email, place))


def _limits(email: str, place: str) -> dict[str, int]:
    return {
        _key(email, place): ONE_PERSON_FROM_ONE_PLACE,
        _key(email, ""): ONE_PERSON,
        _key("", place): ONE_PLACE,
    }


def _key(email: str, place: str) -> str:
    digest = hashlib.sha256(f"{email.strip().lower()}\n{place}".encode()).hexdigest()
    return f"failed-sign-ins:{digest}"
