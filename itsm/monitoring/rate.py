"""How much an integration may send: a token bucket whose state stands in the database.

A process draws tokens in blocks and spends them by itself, since one row that every message
updates would have them all wait for each other. What it holds unspent is at most one block.
"""

import math
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy import select

from itsm.kernel.work import Work
from itsm.monitoring.models import Bucket
from itsm.monitoring.signal import Source

MAX_BLOCK = 256


class Meter:
    """One process's unspent tokens, by integration."""

    def __init__(self) -> None:
        self._held: dict[int, int] = {}
        self._lock = Lock()

    def take(self, work: Work, integration: Source) -> int:
        """Spend one token. Returns 0, or in how many seconds there is one again."""
        with self._lock:
            held = self._held.get(integration.id, 0)
            if held:
                self._held[integration.id] = held - 1
                return 0
        drawn = draw(work, integration)
        if not drawn:
            return max(1, math.ceil(60 / integration.rate_per_minute))
        with self._lock:
            self._held[integration.id] = self._held.get(integration.id, 0) + drawn - 1
        return 0


def draw(work: Work, integration: Source) -> int:
    """Take a block of tokens out of the bucket and return how many; 0 is counted as a refusal."""
    bucket = work.session.scalars(
        select(Bucket).where(Bucket.integration_id == integration.id).with_for_update()
    ).one()
    _fill(bucket, integration, work.now)
    block = min(bucket.tokens, MAX_BLOCK, max(1, integration.burst // 10))
    bucket.tokens -= block
    if not block:
        bucket.refused += 1
        bucket.refused_at = work.now
    return block


def _fill(bucket: Bucket, integration: Source, now: datetime) -> None:
    each = timedelta(minutes=1) / integration.rate_per_minute
    fresh = max(0, (now - bucket.filled_at) // each)
    if bucket.tokens + fresh >= integration.burst:
        bucket.tokens, bucket.filled_at = integration.burst, now
    else:
        bucket.tokens += fresh
        bucket.filled_at += each * fresh
