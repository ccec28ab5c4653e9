"""Times in the dialects of monitoring systems; what is none, or means "never", is None."""

from datetime import UTC, datetime

import pytest

from itsm.monitoring.body import Json
from itsm.monitoring.fields import instant

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-01T12:00:00Z",
        "2026-03-01T13:00:00+0100",
        "2026-03-01T12:00:00.0000001Z",
        "2026-03-01 12:00:00",
        "2026.03.01 12:00:00",
        "2026-03-01 13:00:00 +0100",
        "2026-03-01 13:00:00 CET",
        "Sun Mar  1 13:00:00 CET 2026",
        "Sun Mar 1 12:00:00 2026",
        "Sun, 01 Mar 2026 12:00:00 GMT",
        "Sun 01 Mar 2026 01:00:00 PM CET",
        "March 1, 2026 12:00 PM UTC",
        "Sun Mar 01 2026 13:00:00 GMT+0100 (Central European Standard Time)",
        1772366400,
        "1772366400.0",
        1772366400000,
        "1772366400000000",
    ],
)
def test_an_instant_is_read_in_whatever_dialect(written: Json) -> None:
    assert instant(written) == NOON


def test_midnight_and_noon_are_told_apart_by_halves_of_the_day() -> None:
    assert instant("12:30 AM Mar 1 2026 UTC") == datetime(2026, 3, 1, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "1970-01-01 00:00:00",
        "0001-01-01T00:00:00Z",
        0,
        "",
        "yesterday",
        "31 Feb 2026 12:00:00 UTC",
        "2026-03-01 12:00:00 +99:99",
        "9" * 40,
        "x" * 5000,
        True,
        {"at": 1},
    ],
)
def test_what_is_no_instant_is_none(written: Json) -> None:
    assert instant(written) is None


def test_a_zone_that_may_mean_several_hours_is_not_guessed() -> None:
    assert instant("2026-03-01 12:00:00 IST") is None
