"""How often a token may be used: counted in Redis, a minute at a time."""

import time
from typing import Final

from django.core.cache import cache

from .models import ApiToken

PER_MINUTE: Final = 600
_MINUTE: Final = 60


def seconds_to_wait(token: ApiToken) -> int:
    """Count one request; 0 where it may be answered, otherwise the seconds until the next may.

    Without Redis nobody is let in (RedisError), as nobody may try to sign in: a program asks again.
    """
    now = time.time()
    minute = int(now) // _MINUTE
    # The workspace and the token name the key, and nothing but a count is kept.
    key = f"api:{token.workspace_id}:{token.pk}:{minute}"
    cache.add(key, 0, timeout=2 * _MINUTE)
    return 0 if cache.incr(key) <= PER_MINUTE else int((minute + 1) * _MINUTE - now) + 1
