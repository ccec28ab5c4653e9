"""Whatever stands where a kind expects something else, it says so and does not break."""

import copy
import json
from collections.abc import Iterator

import pytest

from itsm.monitoring.body import Json, Message, Unreadable
from itsm.monitoring.kinds import KINDS
from itsm.monitoring.kinds.kind import Kind
from itsm.monitoring.signal import Signal

ODD: list[Json] = [
    None, "", "x" * 3000, "{", "[]", '{"a": []}', "$HOSTNAME$", "{{x}}", 0, -1, 1.5, 10**30,
    True, False, [], [1], [[]], [{}], {}, {"a": 1},
]  # fmt: skip


def paths(value: Json, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield at
    inner = value.items() if isinstance(value, dict) else ()
    for step, member in enumerate(value) if isinstance(value, list) else inner:
        yield from paths(member, (*at, step))


def put(root: Json, at: tuple[str | int, ...], value: Json) -> Json:
    if not at:
        return value
    changed = copy.deepcopy(root)
    holder = changed
    for step in at[:-1]:
        holder = holder[step]
    holder[at[-1]] = value
    return changed


def bodies(kind: Kind) -> Iterator[Json]:
    """Yield the kind's sample with every value exchanged, and the samples of all other kinds."""
    sample = dict(kind.sample)
    for at in paths(sample):
        yield from (put(sample, at, odd) for odd in ODD)
    yield from (dict(other.sample) for other in KINDS.values())


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_an_odd_value_is_read_or_refused_and_nothing_else(kind: Kind) -> None:
    for body in bodies(kind):
        for signal in signals(kind, body):
            texts = (signal.title, signal.body, signal.check, signal.severity_word, signal.url)
            assert all(isinstance(text, str) for text in (*texts, *signal.hosts)), body


def signals(kind: Kind, body: Json) -> tuple[Signal, ...]:
    try:
        return kind.read(Message(json.dumps(body).encode()), None).signals
    except Unreadable:
        return ()
