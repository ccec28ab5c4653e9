"""Hours by person and kind, to the second, whatever the clocks do."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itsm.oncall.fairness import PageFact, burdens, clipped, days, joined
from itsm.oncall.holiday_calendar import between
from itsm.oncall.rota import Shift

BERLIN = ZoneInfo("Europe/Berlin")
ANN, BOB = 1, 2
HOUR = timedelta(hours=1)
# Monday 2 March, midnight in Berlin.
MONDAY = datetime(2026, 3, 1, 23, tzinfo=UTC)


def hours(*shifts: Shift) -> dict[str, float]:
    (one,) = burdens(shifts, [], BERLIN)
    return {kind: one.hours(kind) for kind in ("work", "night", "weekend")}


def test_a_week_has_fifty_working_hours() -> None:
    week = Shift(ANN, MONDAY, MONDAY + timedelta(days=7))

    assert hours(week) == {"work": 50, "night": 70, "weekend": 48}


def test_the_night_of_the_spring_change_is_an_hour_shorter() -> None:
    """The clocks change on a Sunday, so the weekend has 47 hours."""
    week = Shift(ANN, *days(date(2026, 3, 23), date(2026, 3, 29), BERLIN))

    assert hours(week) == {"work": 50, "night": 70, "weekend": 47}


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu"])
@settings(max_examples=60, deadline=None)
@given(st.integers(0, 400 * 24 * 60), st.integers(1, 40 * 24 * 60))
def test_no_second_is_lost_or_counted_twice(zone: str, start: int, length: int) -> None:
    begins = MONDAY + timedelta(minutes=start)
    shift = Shift(ANN, begins, begins + timedelta(minutes=length))
    (one,) = burdens([shift], [], ZoneInfo(zone))

    assert one.total_s == length * 60


def test_pages_count_while_their_person_is_on_call() -> None:
    shift = Shift(ANN, MONDAY, MONDAY + 24 * HOUR)
    pages = [
        PageFact(ANN, MONDAY + 3 * HOUR, MONDAY + 3 * HOUR + timedelta(minutes=2)),
        PageFact(ANN, MONDAY + 10 * HOUR, MONDAY + 10 * HOUR + timedelta(minutes=6)),
        PageFact(ANN, MONDAY + 11 * HOUR),
        PageFact(ANN, MONDAY + 24 * HOUR),
        PageFact(BOB, MONDAY + 3 * HOUR),
    ]
    (one,) = burdens([shift], pages, BERLIN)

    assert (one.pages, one.disturbing, one.answered, one.median_s) == (3, 1, 2, 240)


def test_who_had_most_stands_first() -> None:
    shifts = [Shift(ANN, MONDAY, MONDAY + HOUR), Shift(BOB, MONDAY, MONDAY + 2 * HOUR)]

    assert [one.person for one in burdens(shifts, [], BERLIN)] == [BOB, ANN]


def test_shifts_that_touch_become_one() -> None:
    parts = [
        Shift(ANN, MONDAY + HOUR, MONDAY + 2 * HOUR),
        Shift(ANN, MONDAY, MONDAY + HOUR),
        Shift(ANN, MONDAY + 3 * HOUR, MONDAY + 4 * HOUR),
    ]

    assert joined(parts) == [Shift(ANN, MONDAY, MONDAY + 2 * HOUR), parts[2]]


def test_what_lies_outside_is_cut_off() -> None:
    whole = Shift(ANN, MONDAY, MONDAY + 4 * HOUR)

    assert list(clipped([whole], MONDAY + HOUR, MONDAY + 2 * HOUR)) == [
        Shift(ANN, MONDAY + HOUR, MONDAY + 2 * HOUR)
    ]
    assert list(clipped([whole], MONDAY + 4 * HOUR, MONDAY + 5 * HOUR)) == []


@pytest.mark.parametrize(
    ("code", "split"), [("DE-BY", (40, 24)), ("DE-BE", (50, 0)), ("", (50, 0))]
)
def test_epiphany_is_a_holiday_in_bavaria_and_none_in_berlin(
    code: str, split: tuple[int, int]
) -> None:
    first, last = date(2026, 1, 5), date(2026, 1, 11)
    week = Shift(ANN, *days(first, last, BERLIN))
    (one,) = burdens([week], [], BERLIN, between(code, first, last))

    assert [one.hours(kind) for kind in ("work", "holiday")] == list(split)
    assert one.hours() == 168


@pytest.mark.parametrize(("day", "length"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_a_holiday_on_which_the_clocks_change_has_the_hours_that_pass(
    day: date, length: int
) -> None:
    shift = Shift(ANN, *days(day, day, BERLIN))
    (one,) = burdens([shift], [], BERLIN, {day})

    assert (one.hours("holiday"), one.hours()) == (length, length)


def test_a_page_on_a_holiday_disturbs() -> None:
    shift = Shift(ANN, MONDAY, MONDAY + 24 * HOUR)
    pages = [PageFact(ANN, MONDAY + 10 * HOUR)]
    (plain,) = burdens([shift], pages, BERLIN)
    (free,) = burdens([shift], pages, BERLIN, {date(2026, 3, 2)})

    assert (plain.disturbing, free.disturbing) == (0, 1)
