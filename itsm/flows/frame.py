"""What the frame of every page counts: open incidents, firing alerts, who is on call."""

from sqlalchemy import func, select

from itsm.desk.access import visible_to
from itsm.desk.models import Kind, Ticket
from itsm.kernel.access import Permission
from itsm.kernel.work import Work
from itsm.monitoring.models import Alert
from itsm.monitoring.states import ACTIVE
from itsm.oncall import board, queries

MOST = 99


def unowned_incidents(work: Work) -> int:
    """Return how many open incidents that the actor may read have no owner, 99 at the most."""
    found = (
        select(Ticket.id)
        .where(Ticket.kind == Kind.INCIDENT, Ticket.open, Ticket.assignee_id.is_(None))
        .where(visible_to(work))
        .limit(MOST)
    )
    return work.session.scalar(select(func.count()).select_from(found.subquery())) or 0


def firing_alerts(work: Work) -> int:
    """Return how many alerts are open or acknowledged, 99 at the most."""
    found = select(Alert.id).where(Alert.state.in_(ACTIVE)).limit(MOST)
    return work.session.scalar(select(func.count()).select_from(found.subquery())) or 0


def on_call(work: Work) -> dict[str, str] | None:
    """Return the badge of who is on call by the oldest schedule, which is the main one."""
    if not work.can(Permission.ONCALL_READ):
        return None
    schedule = queries.first_schedule(work)
    if schedule is None:
        return None
    duty = board.duty(work, schedule)
    names = ", ".join(person.name for person in duty.people) or "nobody"
    until = f" until {board.hour(duty.until, work.actor.zone)}" if duty.until else ""
    return {"label": f"On call: {names}{until}", "href": "/oncall/"}
