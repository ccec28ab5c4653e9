"""The life of a request to cover or swap time on call."""

from enum import StrEnum

from itsm.kernel.access import Permission
from itsm.kernel.states import Life, Move


class CoverKind(StrEnum):
    """What is asked: an offer to all, cover by one person, a swap with one person."""

    OFFER = "offer"
    COVER = "cover"
    SWAP = "swap"


class CoverState(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


_OPEN = frozenset({CoverState.OPEN})
_PART = Permission.ONCALL_OVERRIDE

COVER_LIFE = Life(
    CoverState.OPEN,
    [
        Move("accept", _OPEN, CoverState.ACCEPTED, _PART),
        Move("decline", _OPEN, CoverState.DECLINED, _PART),
        Move("withdraw", _OPEN, CoverState.WITHDRAWN, _PART),
        Move("expire", _OPEN, CoverState.EXPIRED, _PART),
    ],
)
