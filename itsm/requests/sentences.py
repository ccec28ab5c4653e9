"""How the events of service requests read on the timeline."""

from collections.abc import Mapping

from itsm.desk.sentences import Data, Sentence
from itsm.tickets.sentences import with_reason

_FROM = {"email": "mail", "api": "the API"}


def _opened(data: Data) -> str:
    source = str(data["source"])
    return f"{{actor}} asked for this by {_FROM.get(source, source)}"


def _fulfilled(data: Data) -> str:
    said = "{actor} fulfilled this"
    return f"{said}: {{resolution}}" if data["resolution"] else said


SENTENCES: Mapping[str, Sentence] = {
    "request.opened": Sentence("flag", _opened),
    "request.started": Sentence("player-play", "{actor} began to work on this"),
    "request.paused": Sentence("player-pause", with_reason("{actor} put this off"), tone="warn"),
    "request.resumed": Sentence("player-play", "{actor} goes on with this"),
    "request.fulfilled": Sentence("circle-check", _fulfilled, tone="ok"),
    "request.reopened": Sentence(
        "rotate-clockwise", with_reason("{actor} reopened this"), tone="danger"
    ),
    "request.closed": Sentence("folder", "{actor} closed this"),
    "request.rejected": Sentence("x", with_reason("{actor} rejected this"), tone="danger"),
    "request.cancelled": Sentence("ban", with_reason("{actor} cancelled this")),
}
