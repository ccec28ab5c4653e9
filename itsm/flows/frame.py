"""What the frame of every page counts: open incidents, firing alerts, who is on call."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Select, select

from itsm.desk import queries as desk
from itsm.desk.access import visible_to
from itsm.desk.models import Kind, Ticket
from itsm.kernel.access import Permission
from itsm.kernel.work import Work
from itsm.monitoring.models import Alert
from itsm.monitoring.states import LOUD
from itsm.oncall import board, queries

MOST = 99


def counts(work: Work) -> Mapping[str, int]:
    """Return the numbers of the rail that concern the actor, each 99 at the most.

    Open `incidents` and `requests` that they may read and nobody owns; `alerts` that fire.
    """
    statements: dict[str, Select[int]] = {}
    if work.actor.holds(Permission.TICKET_READ):
        statements |= {"incidents": _unowned(work, Kind.INCIDENT)}
        statements |= {"requests": _unowned(work, Kind.REQUEST)}
    if work.actor.holds(Permission.ALERT_READ):
        statements["alerts"] = select(Alert.id).where(Alert.state.in_(LOUD))
    return desk.count_up_to(work, statements, MOST)


def _unowned(work: Work, kind: Kind) -> Select[int]:
    nobodys = (Ticket.kind == kind, Ticket.open, Ticket.assignee_id.is_(None))
    return select(Ticket.id).where(*nobodys, visible_to(work))


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
