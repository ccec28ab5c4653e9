"""What is told of a major incident while it lasts: to employees, or to colleagues alone."""

from itsm.desk import service as tickets
from itsm.desk.inputs import NewComment
from itsm.desk.models import Source, Visibility
from itsm.incidents.major import cadence, queries, roles
from itsm.incidents.major.events import UpdateMissed, UpdateWritten
from itsm.incidents.major.inputs import NewUpdate
from itsm.incidents.major.models import Major, Update
from itsm.incidents.major.states import Role, Status
from itsm.incidents.models import Incident
from itsm.kernel.errors import Invalid, Refused
from itsm.kernel.work import Work

# Who is to write updates; the second where nobody is the first.
WRITERS = (Role.COMMUNICATIONS, Role.COMMANDER)


def write(
    work: Work, incident: Incident, new: NewUpdate, *, source: Source = Source.PORTAL
) -> Update:
    """Write an update, which is a comment as well; the next one is due an interval later.

    A public one is told to all employees with its status. Emits TicketCommented, UpdateWritten.
    Raises NotFound; Denied for one who has neither a role in this incident nor incident:major;
    Invalid for an internal one with a status; Refused for a public one of a confidential incident,
    and for a status that says other than that an incident is over that is.
    """
    major = queries.active(work, incident)
    roles.must_run(work, incident)
    public = new.visibility is Visibility.PUBLIC
    if new.status is not None and not public:
        raise Invalid("an internal update has no status", {"status": "of a public update alone"})
    if public and incident.confidential:
        raise Refused("employees are told nothing of a confidential incident: write it internally")
    written = tickets.comment(
        work, incident, NewComment(body=new.body, visibility=new.visibility), source=source
    )
    if public:
        _set_status(work, incident, major, new.status or major.status)
    if major.ended_at is None:
        cadence.restart(work, major)
    update = work.add(
        Update(
            comment_id=written.id,
            comment=written,
            ticket_id=incident.id,
            status=major.status if public else None,
        )
    )
    work.emit(
        UpdateWritten(
            ticket_id=incident.id,
            comment_id=written.id,
            visibility=new.visibility,
            status=update.status,
            next_due=major.update_due_at,
        )
    )
    return update


def _set_status(work: Work, incident: Incident, major: Major, status: Status) -> None:
    if not incident.open and status is not Status.RESOLVED:
        raise Refused(f"the incident is {incident.state}: reopen it first")
    over = status is Status.RESOLVED
    if over and major.ended_at is None:
        cadence.stop(work, major)
        major.ended_at = work.now
    elif not over:
        major.ended_at = None
    major.status = status


def remind(work: Work, incident: Incident, times: int) -> None:
    """Say on the timeline that an update is due, and to whom that falls. Emits UpdateMissed."""
    major = queries.of(work, incident.id)
    if major is None or major.update_due_at is None or major.update_due_at > work.now:
        return
    holders = queries.holders(work, incident.id)
    role = next((one for one in WRITERS if one in holders), None)
    person = holders[role].person.name if role else None
    work.emit(UpdateMissed(ticket_id=incident.id, role=role, person=person))
    if times < cadence.MOST_REMINDERS:
        cadence.remind_next(work, major, times + 1)
