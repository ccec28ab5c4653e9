"""What of the tickets an actor may do something to, as a condition for queries.

It says the same as `itsm.kernel.access.can` says of one ticket; a test compares the two.
"""

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    and_,
    false,
    or_,
    select,
    true,
    union_all,
)

from itsm.desk.models import Ticket, Watcher
from itsm.kernel.access import Actor, ActorKind, Grant, Permission, Reach
from itsm.kernel.work import Work


def visible_to(work: Work) -> ColumnElement[bool]:
    """Return the condition on Ticket that holds for what the actor may read."""
    return reachable(work, Permission.TICKET_READ)


def reachable(work: Work, permission: Permission) -> ColumnElement[bool]:
    """Return the condition on Ticket that holds where the actor has `permission`."""
    actor = work.actor
    if actor.kind is ActorKind.SYSTEM:
        return true()
    grants = [grant for grant in actor.grants if grant.permission is permission]
    if not grants:
        return false()
    return and_(_gate(actor), or_(*(_covered(actor, grant) for grant in grants)))


def _gate(actor: Actor) -> ColumnElement[bool]:
    desks = {
        desk_id
        for grant in actor.grants
        if grant.permission is Permission.TICKET_CONFIDENTIAL
        for desk_id in grant.desk_ids
    }
    return or_(Ticket.confidential.is_(False), _is_part(actor), _among(Ticket.desk_id, desks))


def _is_part(actor: Actor) -> ColumnElement[bool]:
    """Return the condition for requester, assignee and watchers, cheap to ask of a single row."""
    if actor.id is None:
        return false()
    watched = select(Watcher.ticket_id).where(Watcher.person_id == actor.id)
    return or_(
        Ticket.requester_id == actor.id, Ticket.assignee_id == actor.id, Ticket.id.in_(watched)
    )


def _covered(actor: Actor, grant: Grant) -> ColumnElement[bool]:
    match grant.reach:
        case Reach.ALL:
            return true()
        case Reach.DESK:
            return _among(Ticket.desk_id, grant.desk_ids)
        case Reach.TEAM:
            return _among(Ticket.team_id, actor.team_ids)
        case Reach.OWN:
            return _takes_part(actor)


def _takes_part(actor: Actor) -> ColumnElement[bool]:
    """Return the same condition so that it leads to the rows, by one index each."""
    if actor.id is None:
        return false()
    return Ticket.id.in_(
        union_all(
            select(Ticket.id).where(Ticket.requester_id == actor.id).correlate(None),
            select(Ticket.id).where(Ticket.assignee_id == actor.id).correlate(None),
            select(Watcher.ticket_id).where(Watcher.person_id == actor.id).correlate(None),
        )
    )


def _among(
    column: SQLColumnExpression[int] | SQLColumnExpression[int | None],
    ids: frozenset[int] | set[int],
) -> ColumnElement[bool]:
    return column.in_(sorted(ids)) if ids else false()
