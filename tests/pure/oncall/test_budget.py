"""How many messages one person gets by one medium, as arithmetic."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsm.oncall.budget import EVERY, MORE, Limit, opening

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def at(*minutes: float) -> list[datetime]:
    return [NOON + timedelta(minutes=one) for one in minutes]


@pytest.mark.parametrize(
    ("medium", "sent", "now", "opens"),
    [
        ("ntfy", [], 0, 0),
        ("ntfy", [0], 0, 1),
        ("ntfy", [0], 0.5, 1),
        ("ntfy", [0], 1, 1),
        ("ntfy", [*range(30)], 30, 30),
        ("sms", [0, 1, 2, 3], 4, 4),
        ("sms", [0, 1, 2, 3, 4], 5, 15),
        ("sms", [0, 1, 2, 3, 4, 15, 16, 17, 18, 19, 30], 31, 60),
        ("voice", [0, 1], 2, 2),
        ("voice", [0, 1, 2], 3, 15),
        ("voice", [0, 1, 2, 15, 16, 17, 30], 31, 60),
    ],
)
def test_the_next_message_goes_when_the_fullest_window_opens(
    medium: str, sent: list[float], now: float, opens: float
) -> None:
    assert opening(medium, at(*sent), at(now)[0]) == at(opens)[0]


def test_a_clock_that_was_set_back_holds_nothing_up() -> None:
    assert opening("sms", at(60, 61, 62, 63, 64), NOON) == NOON


@given(
    medium=st.sampled_from(["sms", "voice", "email"]),
    asked=st.lists(st.integers(0, 3 * 60 * 60), max_size=60),
)
def test_whoever_waits_for_the_opening_never_exceeds_a_limit(medium: str, asked: list[int]) -> None:
    sent: list[datetime] = []
    for second in sorted(asked):
        now = NOON + timedelta(seconds=second)
        if opening(medium, sent, now) == now:
            sent.append(now)

    assert all(most_within(sent, limit) <= limit.most for limit in (*EVERY, *MORE.get(medium, ())))


def most_within(sent: list[datetime], limit: Limit) -> int:
    return max((sum(end - limit.window < one <= end for one in sent) for end in sent), default=0)
