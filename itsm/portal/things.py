"""What the portal shows a person: their own incidents, their devices, what is disturbed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from itsm.assets import queries as assets
from itsm.assets.models import Ci
from itsm.desk import queries as desk
from itsm.desk.models import Attachment, Comment, Visibility
from itsm.incidents import queries as incidents
from itsm.incidents.filters import ME, OPEN_ONES, Filters
from itsm.incidents.models import Incident
from itsm.incidents.queries import Listed
from itsm.incidents.states import State
from itsm.kernel.errors import NotFound
from itsm.kernel.paging import Page
from itsm.kernel.work import Work
from itsm.portal.wording import STANDINGS, Standing

FEW = 5


@dataclass(frozen=True, slots=True)
class Said:
    """A public message, with its files."""

    author: str
    at: datetime
    body: str
    mine: bool
    files: Sequence[Attachment]


@dataclass(frozen=True, slots=True)
class Thing:
    """One of the person's incidents as its page shows it."""

    incident: Incident
    standing: Standing
    talk: Sequence[Said]
    files: Sequence[Attachment]
    mine: bool

    @property
    def answerable(self) -> bool:
        """Whether a reply still reaches those who work on it."""
        return State(self.incident.state) not in {State.CLOSED, State.CANCELLED}


def page(work: Work, asked: Mapping[str, str]) -> Page[Listed]:
    """Return a page of what the person reported, what changed last first."""
    known = {name: asked[name] for name in ("q", "cursor", "state") if asked.get(name)}
    return incidents.page(
        work, Filters.lenient({"requester": ME, "sort": "-updated_at", "limit": "20", **known})
    )


def open_ones(work: Work) -> Sequence[Listed]:
    """Return the few of them that are not over and changed last."""
    asked = Filters(requester=ME, state=OPEN_ONES, sort="-updated_at", limit=FEW)
    solved = Filters(requester=ME, state=State.RESOLVED, sort="-updated_at", limit=FEW)
    return [*incidents.page(work, solved).items, *incidents.page(work, asked).items]


def standing(row: Listed | Incident) -> Standing:
    """Return how something stands, in plain words."""
    return STANDINGS[State(row.state)]


def one(work: Work, number: str) -> Incident:
    """Return an incident that the person reported or follows. Raises NotFound."""
    incident = incidents.get(work, number)
    if work.actor.id not in incident.facts().owner_ids:
        raise NotFound(f"there is no ticket {number[:24]}")
    return incident


def show(work: Work, incident: Incident) -> Thing:
    """Return what the page of an incident shows: its public side, and nothing else."""
    files = [one for one in desk.attachments(work, incident) if _is_public(one)]
    talk = [
        Said(
            author=said.author_name,
            at=said.created_at,
            body=said.body,
            mine=said.author_id == work.actor.id,
            files=[file for file in files if file.comment_id == said.id],
        )
        for said in desk.comments(work, incident)
        if _is_public(said)
    ]
    return Thing(
        incident=incident,
        standing=standing(incident),
        talk=talk,
        files=[file for file in files if file.comment_id is None],
        mine=incident.requester_id == work.actor.id,
    )


def _is_public(told: Comment | Attachment) -> bool:
    return told.visibility is Visibility.PUBLIC


def devices(work: Work) -> Sequence[Ci]:
    """Return the CIs that the person uses, by name."""
    return assets.used_by(work, work.actor.id) if work.actor.id is not None else ()
