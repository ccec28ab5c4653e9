from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import ClassVar

import pytest

from itsm.kernel.errors import Invalid
from itsm.kernel.events import Event, Subject, plain
from itsm.kernel.paging import clamp, decode, encode


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True, kw_only=True)
class Painted(Event):
    name: ClassVar[str] = "wall.painted"
    about: ClassVar[str] = "wall"

    wall_id: int
    colour: Colour
    at: datetime
    coats: tuple[int, ...]


def test_an_event_knows_its_subject_and_has_a_form_for_json() -> None:
    at = datetime(2026, 3, 2, 12, tzinfo=UTC)
    event = Painted(wall_id=7, colour=Colour.RED, at=at, coats=(1, 2))

    assert event.subject() == Subject("wall", 7)
    assert event.data() == {
        "wall_id": 7,
        "colour": "red",
        "at": "2026-03-02T12:00:00+00:00",
        "coats": [1, 2],
    }


def test_what_has_no_form_for_json_is_refused() -> None:
    with pytest.raises(TypeError, match="object has no JSON form"):
        plain(object())


def test_a_cursor_gives_its_key_back() -> None:
    assert decode(encode(["2026-03-02T12:00:00", 7]), 2) == ["2026-03-02T12:00:00", 7]


@pytest.mark.parametrize("cursor", ["", "x", "!!!", "WzFd", "bnVsbA"])
def test_a_foreign_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid):
        decode(cursor, 2)


def test_a_page_has_1_to_200_items_and_50_by_default() -> None:
    assert [clamp(limit) for limit in (None, 0, -1, 7, 1000)] == [50, 50, 1, 7, 200]
