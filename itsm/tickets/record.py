"""The record page: everything that it shows of one ticket, with a fixed number of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from itsm.assets import queries as assets
from itsm.assets.queries import CiBrief
from itsm.desk import queries as desk
from itsm.desk import timeline
from itsm.desk.models import Attachment, Comment, LinkType, Ticket, Visibility
from itsm.desk.queries import Related
from itsm.desk.timeline import Entry
from itsm.kernel.access import Permission
from itsm.kernel.work import Work
from itsm.news import queries as news
from itsm.people import directory
from itsm.people.directory import PeopleFilter
from itsm.tickets import kinds, panels, queries
from itsm.tickets.composer import queries as composer
from itsm.tickets.composer import service as composing
from itsm.tickets.composer.models import Draft, Template
from itsm.tickets.composer.queries import Viewer
from itsm.tickets.kinds import KindOf
from itsm.tickets.panels import Panel
from itsm.tickets.properties import IMPACTS, URGENCIES

PEOPLE_SUGGESTED = 200
# The properties that are changed one by one, and what the page calls them.
FIELDS = {
    "assignee": "Owner",
    "team": "Team",
    "requester": "Requester",
    "impact": "Impact",
    "urgency": "Urgency",
    "category": "Category",
    "tags": "Tags",
    "expected_at": "Expected by",
    "cis": "Affected",
    "parent": "Parent",
    "title": "Title",
    "description": "Description",
}


@dataclass(frozen=True, slots=True)
class Tried:
    """What was tried and refused: what is wrong by field, and what was typed."""

    errors: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    newer: Sequence[Comment] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that the page shows."""

    ticket: Ticket
    kind: KindOf
    entries: Sequence[Entry]
    files: Sequence[Attachment]
    related: Sequence[Related]
    cis: Sequence[CiBrief]
    panels: Sequence[Panel]
    # Who runs a major incident and how it stands, for one; of its own room.
    major: Any
    steps: frozenset[str]
    may_note: bool
    editing: str
    options: Sequence[tuple[str, str]]
    tried: Tried
    draft: Draft | None
    viewers: Sequence[Viewer]
    left: bool
    zone: str = "UTC"
    template: Template | None = None
    inserted: str = ""
    # Where entries come from that were merged into it, by the ticket's id.
    origins: Mapping[int, str] = field(default_factory=dict)

    @property
    def newest_reply(self) -> int:
        """The id of the newest public reply that the page shows, 0 where there is none."""
        replies = [
            one.comment.id
            for one in self.entries
            if one.comment and one.comment.visibility is Visibility.PUBLIC
        ]
        return max(replies, default=0)

    @property
    def expected_local(self) -> str:
        """By when it should be done, in the reader's zone as a form says it."""
        at = self.ticket.expected_at
        return f"{at.astimezone(ZoneInfo(self.zone)):%Y-%m-%dT%H:%M}" if at else ""

    @property
    def writing(self) -> str:
        """What stands in the composer: what was refused, what a template says, or the draft."""
        return (
            self.tried.typed.get("body") or self.inserted or (self.draft.body if self.draft else "")
        )

    @property
    def parent(self) -> str:
        """The parent's number, empty where there is none that the reader may know of."""
        return next((one.number for one in self.related if one.type == "parent"), "")

    @property
    def merged_into(self) -> str:
        """The number of the ticket that this one goes on in, empty where it was not merged."""
        return next((one.number for one in self.related if one.type == "merged_into"), "")

    def loose_files(self) -> list[Attachment]:
        """Return the files that came with no comment."""
        return [file for file in self.files if file.comment_id is None]

    def from_where(self, comment: Comment) -> str:
        """Return where an entry comes from that was merged in, empty for one of its own."""
        if comment.ticket_id == self.ticket.id:
            return ""
        return f"from {self.origins.get(comment.ticket_id, 'another ticket')}"


def show(
    work: Work,
    number: str,
    *,
    editing: str = "",
    tried: Tried | None = None,
    use: int | None = None,
) -> Record:
    """Return what the page shows, with the property `editing` open to be changed.

    `use` names a template whose text is put into the composer.

    Raises NotFound where the ticket is not visible.
    """
    ticket = queries.get(work, number)
    files = desk.attachments(work, ticket)
    entries = timeline.of(work, ticket, files)
    notes = desk.reads_notes(work, ticket)
    template = composer.template(work, use) if use and notes else None
    return Record(
        ticket=ticket,
        kind=kinds.of(ticket),
        entries=entries,
        files=files,
        related=desk.related(work, ticket),
        cis=assets.of_tickets(work, [ticket.id]).get(ticket.id, []),
        panels=panels.of(work, ticket),
        major=kinds.of(ticket).beside(work, ticket),
        steps=_steps(work, ticket),
        may_note=notes,
        editing=editing if editing in FIELDS else "",
        options=options(work, editing),
        tried=tried or Tried(),
        draft=composer.newest_draft(work, ticket),
        viewers=composer.viewers(work, [ticket.id]).get(ticket.id, ()) if notes else (),
        left=news.has_left(work, ticket.id),
        zone=work.actor.zone,
        template=template,
        origins=_origins(work, ticket, entries),
        inserted=composing.render(work, template, ticket).text if template else "",
    )


def _origins(work: Work, ticket: Ticket, entries: Sequence[Entry]) -> Mapping[int, str]:
    ids = {one.comment.ticket_id for one in entries if one.comment}
    return desk.numbers(work, ids - {ticket.id})


def _steps(work: Work, ticket: Ticket) -> frozenset[str]:
    if not work.can(Permission.TICKET_TRANSITION, ticket):
        return frozenset()
    return frozenset(kinds.of(ticket).moves(ticket))


def options(work: Work, editing: str) -> list[tuple[str, str]]:
    """Return what may be chosen for a property, as pairs of value and label."""
    if editing == "team":
        return [(team.key, team.name) for team in desk.teams(work)]
    if editing in {"assignee", "requester"}:
        people = directory.people(work, PeopleFilter(), limit=PEOPLE_SUGGESTED).items
        return [(person.username, person.name) for person in people]
    return []


def words() -> dict[str, object]:
    """Return what the page calls levels and links."""
    return {
        "impacts": list(IMPACTS.items()),
        "urgencies": list(URGENCIES.items()),
        "link_types": list(LinkType),
        "kinds": kinds.every(),
    }
