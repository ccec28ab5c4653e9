"""When a maintenance window stands open, by the wall clocks of its zone."""

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsm.monitoring.maintenance.recurrence import (
    Plan,
    Repeats,
    in_words,
    shortest_gap,
)

BERLIN = "Europe/Berlin"


def plan(starts: str, ends: str, zone: str = BERLIN, **more: Any) -> Plan:  # noqa: ANN401
    fields = {"repeats": Repeats.ONCE} | more
    return Plan(
        ZoneInfo(zone),
        datetime.fromisoformat(starts),
        datetime.fromisoformat(ends),
        **fields,
    )


def begins(of: Plan, since: str, most: int) -> list[str]:
    """Return the wall times at which it begins next."""
    found = of.coming(datetime.fromisoformat(since).replace(tzinfo=UTC), most)
    return [f"{one.starts_at.astimezone(of.zone):%Y-%m-%d %H:%M}" for one in found]


def test_one_that_is_once_has_no_other_time() -> None:
    once = plan("2026-03-02T22:00", "2026-03-03T02:00")

    assert begins(once, "2026-01-01T00:00", 5) == ["2026-03-02 22:00"]
    assert once.next(datetime(2026, 3, 3, 0, 59, tzinfo=UTC)) is not None
    assert once.next(datetime(2026, 3, 3, 1, 0, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("repeats", "more", "expected"),
    [
        (Repeats.DAILY, {}, ["2026-01-31 22:00", "2026-02-01 22:00", "2026-02-02 22:00"]),
        (Repeats.DAILY, {"every": 3}, ["2026-01-31 22:00", "2026-02-03 22:00", "2026-02-06 22:00"]),
        (
            Repeats.WEEKLY,
            {"days": frozenset({1, 5})},
            ["2026-01-31 22:00", "2026-02-03 22:00", "2026-02-07 22:00"],
        ),
        (
            Repeats.WEEKLY,
            {"every": 2},
            ["2026-01-31 22:00", "2026-02-14 22:00", "2026-02-28 22:00"],
        ),
        (Repeats.MONTHLY, {}, ["2026-01-31 22:00", "2026-02-28 22:00", "2026-03-31 22:00"]),
        (
            Repeats.MONTHLY_WEEKDAY,
            {},
            ["2026-01-31 22:00", "2026-02-28 22:00", "2026-03-28 22:00"],
        ),
    ],
)
def test_it_comes_again_as_its_rule_says(
    repeats: Repeats, more: dict[str, Any], expected: list[str]
) -> None:
    again = plan("2026-01-31T22:00", "2026-02-01T01:00", repeats=repeats, **more)

    assert begins(again, "2026-01-01T00:00", 3) == expected


def test_it_ends_with_its_last_day() -> None:
    again = plan(
        "2026-01-05T22:00", "2026-01-06T01:00", repeats=Repeats.DAILY, until=date(2026, 1, 7)
    )

    assert len(begins(again, "2026-01-01T00:00", 10)) == 3


@pytest.mark.parametrize(
    ("zone", "night", "hours"),
    [
        (BERLIN, "2026-03-28", 3),  # 02:00 to 03:00 is skipped
        (BERLIN, "2026-10-24", 5),  # 02:00 to 03:00 comes twice
        (BERLIN, "2026-06-01", 4),
        ("America/Chicago", "2026-03-07", 3),
        ("America/Chicago", "2026-10-31", 5),
        ("Australia/Lord_Howe", "2026-10-03", 3.5),
        ("Australia/Lord_Howe", "2026-04-04", 4.5),
        ("Asia/Kathmandu", "2026-03-28", 4),
    ],
)
def test_a_night_lasts_by_the_wall_clock(zone: str, night: str, hours: float) -> None:
    start = datetime.fromisoformat(f"{night}T23:00")
    found = Plan(ZoneInfo(zone), start, start + timedelta(hours=4)).next(
        datetime(2026, 1, 1, tzinfo=UTC)
    )

    assert found is not None
    assert found.ends_at - found.starts_at == timedelta(hours=hours)


def test_a_time_that_the_spring_skips_begins_right_after_the_skip() -> None:
    again = plan("2026-03-28T02:30", "2026-03-28T03:30", repeats=Repeats.DAILY)

    found = again.coming(datetime(2026, 3, 28, 12, tzinfo=UTC), 1)[0]
    assert found.starts_at == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert found.ends_at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@given(
    st.sampled_from([one for one in Repeats if one is not Repeats.ONCE]),
    st.integers(1, 12),
    st.frozensets(st.integers(0, 6), max_size=4),
    st.integers(0, 4000),
    st.sampled_from([BERLIN, "America/Chicago", "Australia/Lord_Howe", "UTC"]),
)
def test_however_far_one_looks_the_times_are_the_same(
    repeats: Repeats, every: int, days: frozenset[int], ahead: int, zone: str
) -> None:
    again = plan(
        "2026-01-31T23:30", "2026-02-01T02:30", zone, repeats=repeats, every=every, days=days
    )
    since = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=ahead)
    found = again.coming(since, 4)
    one_by_one = again.coming(found[0].ends_at, 3)

    assert found[1:] == one_by_one
    assert all(one.ends_at > since for one in found)
    assert all(sooner.ends_at <= later.starts_at for sooner, later in itertools.pairwise(found))


def test_the_shortest_time_between_two_is_known() -> None:
    weekly = plan(
        "2026-01-05T22:00", "2026-01-06T01:00", repeats=Repeats.WEEKLY, days=frozenset({0, 2})
    )

    assert shortest_gap(weekly) == timedelta(days=2)
    assert shortest_gap(plan("2026-01-05T22:00", "2026-01-06T01:00")) is None


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "once, Tue 13 Jan 2026 at 22:00"),
        ({"repeats": Repeats.DAILY}, "every day at 22:00"),
        ({"repeats": Repeats.WEEKLY, "days": frozenset({1, 3})}, "every week on Tue, Thu at 22:00"),
        ({"repeats": Repeats.WEEKLY, "every": 2}, "every 2 weeks on Tue at 22:00"),
        ({"repeats": Repeats.MONTHLY}, "every month on day 13 at 22:00"),
        ({"repeats": Repeats.MONTHLY_WEEKDAY}, "every month on the second Tuesday at 22:00"),
    ],
)
def test_a_rule_reads_as_a_person_says_it(more: dict[str, Any], words: str) -> None:
    assert in_words(plan("2026-01-13T22:00", "2026-01-14T01:00", **more)) == words
