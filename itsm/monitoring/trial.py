"""Trying things out: a test through the whole intake, and a mapping on a received sample."""

import json
from collections.abc import Mapping as Typed
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import ValidationError

from itsm.kernel.access import Permission
from itsm.kernel.work import Work
from itsm.monitoring import intake, queries, service
from itsm.monitoring.body import Message, TooLarge, Unreadable, message
from itsm.monitoring.forms import mapping_of
from itsm.monitoring.intake import Posted, Receipt
from itsm.monitoring.kinds import KINDS
from itsm.monitoring.mapping import places
from itsm.monitoring.models import Integration
from itsm.monitoring.signal import Action, Reading, Severity, Signal
from itsm.monitoring.templated import document

JSON_HEADERS = {"content-type": "application/json", "user-agent": "test"}


@dataclass(frozen=True, slots=True)
class Sample:
    """A received message, with the places in it that hold something."""

    message_id: int
    kind: str
    posted: Message
    text: str
    places: Sequence[tuple[str, str]]


def send_test(work: Work, integration: Integration) -> Receipt:
    """Have the kind's own sample go through the intake as if it were posted.

    Raises Denied. An integration with a mapping of its own gets the alert all the same.
    """
    work.must(Permission.INTEGRATION_EDIT)
    raw = json.dumps(KINDS[integration.kind].sample, indent=1).encode()
    posted = Posted(integration.kind, raw, JSON_HEADERS)
    reading = _test_reading(integration)
    return intake.apply(work, integration, posted, reading)


def clear_test(work: Work, integration: Integration) -> None:
    """Resolve the alert that the test opened. Raises Denied."""
    work.must(Permission.INTEGRATION_EDIT)
    over = [
        replace(signal, action=Action.RESOLVE, starts_at=None)
        for signal in _test_reading(integration).signals
    ]
    service.receive(work, integration, over)


def sample_of(work: Work, integration: Integration, message_id: int | None) -> Sample | None:
    """Return a kept message of the integration, by default the latest, None if none can be read."""
    listed = [row.id for row in queries.messages(work, integration)]
    for wanted in [message_id] if message_id else listed:
        row = queries.message(work, wanted)
        headers = intake.headers_of(row)
        try:
            posted = message(row.body, headers)
            root = document(posted).root
        except (TooLarge, Unreadable):
            continue
        if row.source_id == integration.id:
            return Sample(row.id, row.kind, posted, intake.readable(row), places(root))
    return None


def read_sample(sample: Sample, typed: Typed[str, str]) -> Reading:
    """Return what a mapping as typed makes of a sample."""
    try:
        mapping = mapping_of(typed)
        chosen = mapping.model_dump(mode="json", exclude_defaults=True) or None
        return KINDS[sample.kind].read(sample.posted, chosen)
    except ValidationError:
        return Reading()
    except Unreadable as error:
        return Reading(notes=(f"{error.field} {error.reason}",))


def _test_reading(integration: Integration) -> Reading:
    kind = KINDS[integration.kind]
    reading = kind.read(Message(json.dumps(kind.sample).encode(), JSON_HEADERS), None)
    return replace(reading, signals=tuple(_harmless(signal) for signal in reading.signals))


def _harmless(signal: Signal) -> Signal:
    # Not every kind has a word of its own for what wakes nobody.
    return replace(signal, severity=Severity.INFO)
