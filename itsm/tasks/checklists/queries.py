"""Every SELECT of checklists. One of a desk is told to those alone who work there or set it up."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, case, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from itsm.desk.models import Category, Desk, Ticket
from itsm.kernel.access import Permission, Reach
from itsm.kernel.errors import NotFound
from itsm.kernel.work import Work
from itsm.tasks.checklists.models import Checklist

MOST = 200


def all_(work: Work) -> Sequence[Checklist]:
    """Return the checklists that the actor may know of, those that are offered first."""
    query = select(Checklist).where(_seen(work))
    loaded = query.options(joinedload(Checklist.desk), selectinload(Checklist.steps))
    ordered = loaded.order_by(Checklist.active.desc(), Checklist.name, Checklist.id)
    return work.session.scalars(ordered.limit(MOST)).all()


def offered(work: Work, ticket: Ticket) -> Sequence[tuple[int, str]]:
    """Return id and name of what may be applied to a ticket, its desk's and category's first."""
    of_desk = Checklist.desk_id == ticket.desk_id
    rank = case(
        (of_desk & (Checklist.category == ticket.category) & (Checklist.category != ""), 0),
        (of_desk & (Checklist.category == ""), 1),
        (of_desk, 2),
        (Checklist.desk_id.is_(None), 3),
        else_=4,
    )
    query = select(Checklist.id, Checklist.name).where(Checklist.active, _seen(work))
    rows = work.session.execute(query.order_by(rank, Checklist.name, Checklist.id).limit(MOST))
    return [(row.id, row.name) for row in rows]


def checklist(work: Work, checklist_id: int) -> Checklist:
    """Return a checklist that the actor may know of, with its steps. Raises NotFound."""
    query = select(Checklist).where(Checklist.id == checklist_id, _seen(work))
    found = work.session.scalar(
        query.options(joinedload(Checklist.desk), selectinload(Checklist.steps))
    )
    if found is None:
        raise NotFound("there is no such checklist")
    return found


def categories(work: Work, desk: Desk) -> set[str]:
    """Return the categories that a desk offers."""
    query = select(Category.name).where(Category.desk_id == desk.id, Category.active)
    return set(work.session.scalars(query))


def desks(work: Work) -> Sequence[Desk]:
    """Return the desks that take tickets, for those who set checklists up."""
    return work.session.scalars(select(Desk).where(Desk.active).order_by(Desk.name)).all()


def _seen(work: Work) -> ColumnElement[bool]:
    if work.can(Permission.CONFIG_READ):
        return true()
    grants = [one for one in work.actor.grants if one.permission is Permission.TICKET_NOTE]
    if any(one.reach is Reach.ALL for one in grants):
        return true()
    desks = sorted({desk_id for one in grants for desk_id in one.desk_ids})
    return or_(Checklist.desk_id.is_(None), Checklist.desk_id.in_(desks))
