"""How a ticket of any kind begins: its row, its number, its place in search."""

from enum import StrEnum
from typing import TypeVar

from itsm.assets import service as ci_links
from itsm.desk import queries as desk
from itsm.desk import service as tickets
from itsm.desk.models import Desk, Ticket
from itsm.kernel.access import ActorKind, Permission
from itsm.kernel.work import Work
from itsm.tickets import properties
from itsm.tickets.inputs import OpenTicket

T = TypeVar("T", bound=Ticket)


def begin(work: Work, model: type[T], new: OpenTicket, *, state: StrEnum, prefix: str) -> T:
    """Enter a ticket, with the priority that the matrix gives; its kind says that it was opened.

    `prefix` is that of its number where the desk has none of its own. Raises Invalid for a desk,
    person, team or parent that does not exist for the actor; Denied without ticket:create on the
    desk, or for oneself; without ticket:assign for an owner.
    """
    work.must(Permission.TICKET_CREATE)
    where = desk.desk(work, new.desk)
    ticket = _draft(work, model, new, where, state)
    work.must(Permission.TICKET_CREATE, ticket)
    if new.assignee or new.team:
        work.must(Permission.TICKET_ASSIGN, ticket)
    if new.parent:
        work.must(Permission.TICKET_LINK, ticket)
        ticket.parent_id = properties.parent(work, new.parent, ticket).id
    ticket.priority = desk.priority(work, new.impact, new.urgency)
    ticket.number = tickets.next_number(work, where.prefix or prefix)
    work.add(ticket)
    tickets.index(work, ticket)
    return ticket


def link_cis(work: Work, ticket: Ticket, new: OpenTicket) -> None:
    """Link the CIs that it was opened for. Emits TicketCiLinked. Raises Invalid."""
    for ci in properties.cis(work, new.cis):
        ci_links.link(work, ticket, ci)


def _draft(work: Work, model: type[T], new: OpenTicket, where: Desk, state: StrEnum) -> T:
    requester = properties.requester(work, new.requester)
    assignee = properties.assignee(work, new.assignee) if new.assignee else None
    team = (
        properties.team(work, new.team) if new.team else desk.usual_team(work, where, new.category)
    )
    return model(
        kind=model.__mapper__.polymorphic_identity,
        title=new.title,
        description=new.description,
        state=state,
        open=True,
        impact=new.impact,
        urgency=new.urgency,
        desk=where,
        desk_id=where.id,
        category=new.category,
        tags=list(new.tags),
        source=new.source,
        confidential=new.confidential or where.confidential,
        requester=requester,
        requester_id=requester.id if requester else None,
        assignee=assignee,
        assignee_id=assignee.id if assignee else None,
        team=team,
        team_id=team.id if team else None,
        created_at=work.now,
        updated_at=work.now,
        worked_at=work.now,
        touched_by_person=work.actor.kind is ActorKind.PERSON,
        version=1,
    )
