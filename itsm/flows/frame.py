"""What the frame of every page counts: open incidents, firing alerts, who is on call."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from itsm.desk.access import visible_to
from itsm.desk.models import Kind, Ticket
from itsm.kernel.work import Work
from itsm.monitoring.models import Alert
from itsm.monitoring.states import LOUD
from itsm.oncall import board, queries

MOST = 99


def unowned_incidents(work: Work) -> int:
    """Return how many open incidents that the actor may read have no owner, 99 at the most."""
    return _unowned(work, Kind.INCIDENT)


def unowned_requests(work: Work) -> int:
    """Return likewise how many open requests have none."""
    return _unowned(work, Kind.REQUEST)


def _unowned(work: Work, kind: Kind) -> int:
    found = (
        select(Ticket.id)
        .where(Ticket.kind == kind, Ticket.open, Ticket.assignee_id.is_(None))
        .where(visible_to(work))
        .limit(MOST)
    )
    return work.session.scalar(select(func.count()).select_from(found.subquery())) or 0


def firing_alerts(work: Work) -> int:
    """Return how many alerts are open or acknowledged, 99 at the most."""
    found = select(Alert.id).where(Alert.state.in_(LOUD)).limit(MOST)
    return work.session.scalar(select(func.count()).select_from(found.subquery())) or 0


def on_call(work: Work) -> dict[str, str] | None:
    """Return the badge of who is on call by the oldest schedule, which is the main one.

    The frame asks for those alone who may read it.
    """
    schedule = queries.first_schedule(work)
    if schedule is None:
        return None
    duty = board.duty(work, schedule)
    names = ", ".join(person.name for person in duty.people) or "nobody"
    until = f" until {_when(work, duty.until)}" if duty.until else ""
    return {"label": f"On call: {names}{until}", "href": "/oncall/"}


def _when(work: Work, at: datetime) -> str:
    """Return an instant by the hour if it is within a day, else by its day as well."""
    near = at - work.now < timedelta(days=1)
    return (board.hour if near else board.clock)(at, work.actor.zone)
