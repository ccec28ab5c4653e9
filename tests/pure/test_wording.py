"""How times and names read on a page."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from itsm.web.components import ago, duration, exact, initials, remaining

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (4320, "1 h 12 min"),
        (86400, "1 d"),
        (187200, "2 d 4 h"),
    ],
)
def test_a_length_of_time_is_said_in_its_two_largest_units(seconds: int, words: str) -> None:
    assert duration(seconds) == words


def test_a_deadline_says_what_is_left_and_what_is_lost() -> None:
    assert remaining(2280) == "38 min left"
    assert remaining(-360) == "over by 6 min"


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Otto Brandt", "OB"), ("Anna Maria de Souza", "AS"), ("root", "R"), ("", "?"), ("  ", "?")],
)
def test_initials_come_from_the_first_and_the_last_word(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_an_instant_of_any_zone_reads_in_utc() -> None:
    berlin = NOON.astimezone(timezone(timedelta(hours=1)))

    assert "02 Mar 2026 12:00 UTC" in exact(berlin)


def test_what_never_happened_reads_as_nothing() -> None:
    assert ago(None) == ""
