"""What every kind shares: a sample that fires, a snippet to fill in, and that it never fails."""

import json
from collections.abc import Iterator

import pytest

from itsm.monitoring.body import Json, Message, Unreadable
from itsm.monitoring.kinds import KINDS
from itsm.monitoring.kinds.kind import Kind
from itsm.monitoring.signal import Action


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_the_sample_of_a_kind_is_one_firing_alert(kind: Kind) -> None:
    reading = kind.read(Message(json.dumps(kind.sample).encode()), None)

    assert [signal.action for signal in reading.signals] == [Action.FIRE]
    assert reading.rejects == ()


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_the_snippet_names_where_to_post(kind: Kind) -> None:
    assert "https://desk.example" in kind.snippet.format(url="https://desk.example", key="k")


ODD: tuple[Json, ...] = (
    None, "", "x", "$MACRO$", 0, -1, 2.5, 10**30, True, [], {}, [[7]], {"a": {"b": None}},
    "1970-01-01", "9" * 400, "\ud83d\ude00", ["\x7f"], "{", "[[[",
)  # fmt: skip


def spoiled(value: Json) -> Iterator[Json]:
    """Yield the value with each of its parts, and the whole, replaced by each odd thing."""
    yield from ODD
    parts = list(value.items() if isinstance(value, dict) else enumerate(value))
    for name, part in parts:
        for odd in spoiled(part) if isinstance(part, dict | list) else ODD:
            copy = dict(value) if isinstance(value, dict) else list(value)
            copy[name] = odd
            yield copy


def said(kind: Kind, body: Json) -> list[str]:
    """Return the titles of what a body says, and the field and reason of what was refused."""
    try:
        reading = kind.read(Message(json.dumps(body).encode()), None)
    except Unreadable as error:
        return [error.field, error.reason]
    refused = [text for one in reading.rejects for text in (one.field, one.reason)]
    return [signal.title for signal in reading.signals] + refused + list(reading.notes)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_whatever_stands_in_a_body_it_is_read_or_refused_with_a_reason(kind: Kind) -> None:
    for body in spoiled(kind.sample):
        assert all(said(kind, body)), body
