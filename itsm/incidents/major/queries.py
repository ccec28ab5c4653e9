"""Every read of major incidents.

What employees are told of them is read in `bulletins.py`.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from itsm.desk import queries as desk
from itsm.desk.models import Ticket
from itsm.incidents.major.models import Action, Major, Responder, Review, RoleHolder, Update
from itsm.incidents.major.states import Role
from itsm.kernel.access import Permission
from itsm.kernel.errors import NotFound
from itsm.kernel.work import Work

MOST_ACTIONS = 500


def of(work: Work, ticket_id: int) -> Major | None:
    """Return what there is of an incident that is or was a major one."""
    return work.session.get(Major, ticket_id)


def active(work: Work, ticket: Ticket) -> Major:
    """Return what makes the ticket a major incident. Raises NotFound where it is none."""
    found = of(work, ticket.id)
    if found is None or not found.active:
        raise NotFound(f"{ticket.number} is no major incident")
    return found


def holders(work: Work, ticket_id: int) -> Mapping[Role, RoleHolder]:
    """Return who has which role now."""
    rows = work.session.scalars(
        select(RoleHolder)
        .where(RoleHolder.ticket_id == ticket_id)
        .options(joinedload(RoleHolder.person))
    )
    return {row.role: row for row in rows}


def responders(work: Work, ticket_id: int) -> Sequence[Responder]:
    """Return who works on it, and who did, in the order in which they joined."""
    return work.session.scalars(
        select(Responder)
        .where(Responder.ticket_id == ticket_id)
        .options(joinedload(Responder.person))
        .order_by(Responder.joined_at, Responder.person_id)
    ).all()


def responder(work: Work, ticket_id: int, person_id: int) -> Responder | None:
    """Return somebody as a responder, None if they never joined."""
    return work.session.get(Responder, (ticket_id, person_id))


def updates(work: Work, ticket: Ticket) -> Sequence[Update]:
    """Return the updates that the actor may read, oldest first, with their comments."""
    readable = [] if desk.reads_notes(work, ticket) else [Update.status.is_not(None)]
    return work.session.scalars(
        select(Update)
        .where(Update.ticket_id == ticket.id, *readable)
        .options(joinedload(Update.comment))
        .order_by(Update.comment_id)
    ).all()


def review(work: Work, ticket: Ticket) -> Review:
    """Return the review. Raises NotFound where none was drafted."""
    found = work.session.get(Review, ticket.id)
    if found is None:
        raise NotFound(f"there is no review of {ticket.number} yet")
    return found


def has_review(work: Work, ticket_id: int) -> bool:
    """Tell whether a review was drafted."""
    statement = select(Review.ticket_id).where(Review.ticket_id == ticket_id)
    return work.session.scalar(statement) is not None


def actions(work: Work, ticket_id: int) -> Sequence[Action]:
    """Return the action items of one incident, in the order in which they were written."""
    return work.session.scalars(
        select(Action)
        .where(Action.ticket_id == ticket_id)
        .options(joinedload(Action.owner))
        .order_by(Action.id)
    ).all()


def action(work: Work, ticket: Ticket, action_id: int) -> Action:
    """Return one action item of the incident. Raises NotFound."""
    found = work.session.scalar(
        select(Action)
        .where(Action.id == action_id, Action.ticket_id == ticket.id)
        .options(joinedload(Action.owner))
    )
    if found is None:
        raise NotFound("there is no such action item")
    return found


def all_actions(work: Work, *, done: bool = False, mine: bool = False) -> Sequence[Action]:
    """Return action items of the incidents whose notes the actor may read, the next due first.

    Those that are open, or those that are done; at most 500.
    """
    statement = (
        select(Action)
        .join(Ticket, Ticket.id == Action.ticket_id)
        .where(
            desk.reachable(work, Permission.TICKET_NOTE),
            Action.done_at.is_not(None) if done else Action.done_at.is_(None),
        )
        .options(joinedload(Action.owner), joinedload(Action.ticket))
        .order_by(Action.due_on.is_(None), Action.due_on, Action.id)
        .limit(MOST_ACTIONS)
    )
    if mine:
        statement = statement.where(Action.owner_id == work.actor.id)
    return work.session.scalars(statement).all()
