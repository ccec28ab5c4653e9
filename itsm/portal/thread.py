"""A ticket as its requester reads it: who said what, and how it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from itsm.desk.models import Attachment
from itsm.incidents.models import Incident
from itsm.incidents.states import State
from itsm.kernel.work import Work
from itsm.portal import queries
from itsm.portal.wording import Plainly, plainly


@dataclass(frozen=True, slots=True)
class Tried:
    """What was tried and refused: what is wrong by field, and what was typed."""

    errors: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Said:
    """One message of the conversation; `own` where the reader wrote it."""

    id: int
    author: str
    at: datetime
    text: str
    own: bool
    files: Sequence[Attachment]


@dataclass(frozen=True, slots=True)
class Thread:
    """All that the page shows."""

    incident: Incident
    plainly: Plainly
    said: Sequence[Said]
    may_judge: bool
    over: bool
    solution: str


def of(work: Work, incident: Incident) -> Thread:
    """Return a ticket's public conversation, oldest first, what was reported leading."""
    files = queries.files(work, incident)
    requester = incident.requester.name if incident.requester else ""
    first = Said(
        0,
        requester,
        incident.created_at,
        incident.description or incident.title,
        incident.requester_id == work.actor.id,
        [one for one in files if one.comment_id is None],
    )
    replies = [
        Said(
            one.id,
            one.author_name,
            one.created_at,
            one.body,
            one.author_id is not None and one.author_id == work.actor.id,
            [file for file in files if file.comment_id == one.id],
        )
        for one in queries.replies(work, incident)
    ]
    state = State(incident.state)
    return Thread(
        incident,
        plainly(state, incident.waits_for, requester),
        [first, *replies],
        may_judge=state is State.RESOLVED and incident.requester_id == work.actor.id,
        over=state in {State.CLOSED, State.CANCELLED},
        solution=incident.resolution if not incident.open else "",
    )
