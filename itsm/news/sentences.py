"""How the events of news read on a ticket's timeline."""

from collections.abc import Mapping

from itsm.desk.sentences import Sentence

SENTENCES: Mapping[str, Sentence] = {
    "ticket.left": Sentence("bell-off", "{person} wants no more news of this", internal=True),
    "ticket.followed": Sentence("bell", "{person} wants news of this again", internal=True),
}
