"""When the silence of a source is worth a word."""

from datetime import UTC, datetime, timedelta

import pytest

from itsm.monitoring.pulse import fell_silent, patience

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def times(*gaps: float) -> list[datetime]:
    """Return instants that lie so many minutes apart, the last at noon."""
    at = [NOON]
    for gap in reversed(gaps):
        at.insert(0, at[0] - timedelta(minutes=gap))
    return at


@pytest.mark.parametrize(
    ("at", "minutes"),
    [
        ([], None),
        (times(60, 60, 60), None),
        (times(*[10] * 12), 30),
        (times(*[1] * 200), 15),
        (times(*[1] * 60), None),
        (times(*[10, 20] * 10), 60),
        (times(*[1] * 20, 120, *[1] * 20), None),
        (times(*[60] * 24), 180),
    ],
    ids=["never", "too few", "every ten", "at least 15", "too short", "uneven", "bursts", "hourly"],
)
def test_a_source_with_an_even_pace_may_be_silent_for_three_of_its_gaps(
    at: list[datetime], minutes: int | None
) -> None:
    assert patience(at) == (None if minutes is None else timedelta(minutes=minutes))


@pytest.mark.parametrize(("minutes", "silent"), [(29, False), (30, False), (31, True)])
def test_it_fell_silent_once_that_is_over(minutes: int, *, silent: bool) -> None:
    assert fell_silent(times(*[10] * 12), NOON + timedelta(minutes=minutes)) is silent


def test_one_without_a_pace_never_does() -> None:
    assert not fell_silent([], NOON)
