"""What every kind shares: a sample that fires, a snippet that can be filled in."""

import json

import pytest

from itsm.monitoring.body import Message
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
