"""Quiet hours as arithmetic."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsm.notify.quiet import held_until

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("2026-03-02T21:59", None),
        ("2026-03-02T22:00", "2026-03-03T07:00"),
        ("2026-03-03T06:59", "2026-03-03T07:00"),
        ("2026-03-03T07:00", None),
    ],
)
def test_hours_over_midnight_end_in_the_morning(at: str, until: str | None) -> None:
    found = held_until(time(22), time(7), BERLIN, wall(at))

    assert found == (wall(until) if until else None)


def test_hours_within_a_day_end_on_that_day() -> None:
    assert held_until(time(9), time(17), BERLIN, wall("2026-03-02T09:00")) == wall(
        "2026-03-02T17:00"
    )


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


@given(
    starts=st.times(),
    ends=st.times(),
    zone=st.sampled_from(["Europe/Berlin", "Australia/Lord_Howe", "America/Chicago", "UTC"]),
    minutes=st.integers(0, 366 * 24 * 60),
)
def test_the_end_always_lies_ahead_and_within_a_day_or_so(
    starts: time, ends: time, zone: str, minutes: int
) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    end = held_until(starts, ends, ZoneInfo(zone), at)

    assert end is None or at < end <= at + timedelta(hours=25, minutes=1)
