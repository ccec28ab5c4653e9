"""What a kind of integration is: a reader and what people need to set it up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from itsm.monitoring.body import Json, Message
from itsm.monitoring.signal import Reading, Severity

# Reads a message with the integration's mapping (None where none was set). Raises Unreadable when
# nothing in it can be understood.
Read = Callable[[Message, Json], Reading]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of monitoring system, in one file of its own."""

    name: str
    """As in `/hooks/<name>/<key>`."""
    label: str
    """As people call it."""
    read: Read
    sample: Mapping[str, Json]
    """The body that "Send a test" sends: one firing alert."""
    snippet: str
    """What to put into the source's configuration; `{url}` and `{key}` are filled in."""
    severities: Mapping[str, Severity] = field(default_factory=dict)
    """The source's own severity words where they differ from those that everybody uses."""
    path: str = "/hooks/{kind}/{key}"
    mapped: bool = False
    """Whether the integration's field mapping can be edited."""
    signed: bool = False
    """Whether Amazon SNS signs its messages, so that an integration may ask for that."""
