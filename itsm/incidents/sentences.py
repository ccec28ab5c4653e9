"""How the events of incidents read on the timeline."""

from collections.abc import Mapping

from itsm.desk.sentences import Data, Sentence
from itsm.tickets.properties import PRIORITIES
from itsm.tickets.sentences import with_reason

_FROM = {"monitoring": "Monitoring", "email": "mail", "api": "the API"}


def _opened(data: Data) -> str:
    source = str(data["source"])
    if source == "monitoring":
        return "Monitoring opened this"
    return f"{{actor}} reported this by {_FROM.get(source, source)}"


def _resolved(data: Data) -> str:
    who = "Its source reports that it is over" if data["by_source"] else "{actor} resolved this"
    return f"{who}: {{resolution}}" if data["resolution"] else who


def _graver(data: Data) -> str:
    after = PRIORITIES[int(str(data["after"]))]
    return f"Monitoring reports {{severity}}: the priority rose to {after}"


SENTENCES: Mapping[str, Sentence] = {
    "incident.opened": Sentence("flag", _opened),
    "incident.started": Sentence("player-play", "{actor} began to work on this"),
    "incident.acknowledged": Sentence("check", "{actor} acknowledged this", tone="ok"),
    "incident.paused": Sentence("player-pause", with_reason("{actor} put this off"), tone="warn"),
    "incident.resumed": Sentence("player-play", "{actor} goes on with this"),
    "incident.resolved": Sentence("circle-check", _resolved, tone="ok"),
    "incident.reopened": Sentence(
        "rotate-clockwise", with_reason("{actor} reopened this"), tone="danger"
    ),
    "incident.closed": Sentence("folder", "{actor} closed this"),
    "incident.cancelled": Sentence("ban", with_reason("{actor} cancelled this")),
    "incident.graver": Sentence("alert-triangle", _graver, tone="danger", internal=True),
}
