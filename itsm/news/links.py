"""Links in mails that let their reader answer at once, made by rooms above this one.

`itsm/app.py` hands the makers to `add`, each for the topic of the news that it is for.
"""

from collections.abc import Callable, Mapping

from itsm.kernel.work import Work
from itsm.news.models import Topic
from itsm.news.queries import Piece

# Returns the path of the address for one person.
Maker = Callable[[Work, Piece, int], str]

# These ask for an answer, so their link leads in a mail that tells of several things.
ASKING = frozenset({Topic.APPROVAL, Topic.RESOLVED})

_makers: dict[Topic, Maker] = {}


def add(makers: Mapping[Topic, Maker]) -> None:
    """Take in makers; the last word on each topic counts."""
    _makers.update(makers)


def path(work: Work, piece: Piece, person_id: int) -> str:
    """Return where the link of a mail about a piece leads."""
    maker = _makers.get(piece.topic)
    return maker(work, piece, person_id) if maker else piece.path
