"""Every read of templates, drafts and presence: what is another's is not found."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from itsm.desk.models import Comment, Ticket, Visibility
from itsm.kernel.errors import NotFound
from itsm.kernel.work import Work
from itsm.people.models import Person
from itsm.tickets.composer.models import Draft, Presence, Scope, Template

MOST = 200


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody else who has the ticket before them."""

    name: str
    replying: bool

    @property
    def says(self) -> str:
        """What they do, in words."""
        return f"{self.name} is {'replying' if self.replying else 'viewing'}"


def _usable(work: Work) -> ColumnElement[bool]:
    return or_(
        (Template.scope == Scope.OWN) & (Template.owner_id == work.actor.id),
        (Template.scope == Scope.TEAM) & Template.team_id.in_(sorted(work.actor.team_ids)),
        Template.scope == Scope.ALL,
    )


def templates(work: Work) -> Sequence[Template]:
    """Return the templates that the actor may use, the most used first, at most 200."""
    query = select(Template).where(_usable(work))
    ordered = query.order_by(Template.used.desc(), Template.name, Template.id)
    return work.session.scalars(ordered.limit(MOST)).all()


def template(work: Work, template_id: int) -> Template:
    """Return a template that the actor may use. Raises NotFound."""
    query = select(Template).where(Template.id == template_id, _usable(work))
    found = work.session.scalar(query)
    if found is None:
        raise NotFound("there is no such template")
    return found


def draft(work: Work, ticket: Ticket, visibility: Visibility) -> Draft | None:
    """Return the actor's own draft of one kind."""
    if work.actor.id is None:
        return None
    return work.session.get(Draft, (work.actor.id, ticket.id, visibility))


def newest_draft(work: Work, ticket: Ticket) -> Draft | None:
    """Return the draft that the actor wrote last on a ticket."""
    query = select(Draft).where(Draft.person_id == work.actor.id, Draft.ticket_id == ticket.id)
    return work.session.scalar(query.order_by(Draft.updated_at.desc()).limit(1))


def presence(work: Work, ticket: Ticket) -> Presence | None:
    """Return the row that says that the actor has the ticket before them."""
    return work.session.get(Presence, (ticket.id, work.actor.id))


def viewers(work: Work, ticket_ids: Iterable[int]) -> Mapping[int, Sequence[Viewer]]:
    """Return who else is at each of the tickets now, with one statement."""
    ids = list(ticket_ids)
    if not ids:
        return {}
    rows = work.session.execute(
        select(Presence.ticket_id, Person.name, Presence.replying)
        .join(Person, Person.id == Presence.person_id)
        .where(
            Presence.ticket_id.in_(ids),
            Presence.expires_at > work.now,
            Presence.person_id != work.actor.id,
        )
        .order_by(Presence.replying.desc(), Person.name)
    )
    found: dict[int, list[Viewer]] = {}
    for ticket_id, name, replying in rows:
        found.setdefault(ticket_id, []).append(Viewer(name, bool(replying)))
    return found


def newer_replies(work: Work, ticket: Ticket, seen: int) -> Sequence[Comment]:
    """Return the public replies of others after the one with the id `seen`, oldest first."""
    query = select(Comment).where(
        Comment.ticket_id == ticket.id,
        Comment.id > seen,
        Comment.visibility == Visibility.PUBLIC,
        func.coalesce(Comment.author_id, 0) != (work.actor.id or -1),
    )
    return work.session.scalars(
        query.options(joinedload(Comment.author)).order_by(Comment.id).limit(20)
    ).all()
