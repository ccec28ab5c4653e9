"""The life of a major incident: declared, changed, over, resumed, demoted.

Who runs it stands in `roles.py`, what is told of it in `updates.py`.
"""

from itsm.desk import service as tickets
from itsm.incidents.major import cadence, queries, roles
from itsm.incidents.major.events import (
    MajorChanged,
    MajorDeclared,
    MajorDemoted,
    StatusLinksSwitched,
)
from itsm.incidents.major.inputs import ChangeMajor, Declare, Demote
from itsm.incidents.major.models import Major
from itsm.incidents.major.states import Status
from itsm.incidents.models import Incident
from itsm.kernel.access import Permission
from itsm.kernel.errors import Refused
from itsm.kernel.work import Work
from itsm.platform import instance
from itsm.tickets import editing
from itsm.tickets.inputs import EditTicket

# The fact that switches the links on, for everybody without a login.
LINKS = "status_links"
GRAVEST = EditTicket(impact=1, urgency=1)


def declare(work: Work, incident: Incident, how: Declare) -> Major:
    """Make an open incident a major one, of the gravest impact and urgency. Emits MajorDeclared.

    Whoever declares it is its commander until another takes that role. Raises Denied without
    incident:major, Refused for one that is over or is a major incident already.
    """
    work.must(Permission.INCIDENT_MAJOR, incident)
    if not incident.open:
        raise Refused(f"{incident.number} is {incident.state} already")
    major = queries.of(work, incident.id)
    if major is not None and major.active:
        raise Refused(f"{incident.number} is a major incident already")
    again = major is not None
    major = major or work.add(_new(work, incident, how))
    major.active, major.headline = True, how.headline or major.headline
    incident.major = True
    major.status, major.ended_at = Status.INVESTIGATING, None
    major.interval_min = how.interval_min
    cadence.restart(work, major)
    tickets.touch(work, incident)
    work.emit(MajorDeclared(ticket_id=incident.id, again=again, interval_min=major.interval_min))
    editing.edit(work, incident, GRAVEST)
    roles.begin(work, incident)
    return major


def _new(work: Work, incident: Incident, how: Declare) -> Major:
    return Major(
        ticket_id=incident.id,
        active=True,
        headline=how.headline,
        status=Status.INVESTIGATING,
        interval_min=how.interval_min,
        declared_at=work.now,
    )


def demote(work: Work, incident: Incident, why: Demote) -> None:
    """Take back that it is a major incident; its priority stays. Emits MajorDemoted.

    Its status page is gone from then on. Raises Denied without incident:major, NotFound.
    """
    work.must(Permission.INCIDENT_MAJOR, incident)
    major = queries.active(work, incident)
    cadence.stop(work, major)
    roles.disband(work, incident)
    major.active = incident.major = False
    tickets.touch(work, incident)
    work.emit(MajorDemoted(ticket_id=incident.id, reason=why.reason))


def change(work: Work, incident: Incident, wanted: ChangeMajor) -> None:
    """Set the public headline, and how often an update is due. Emits MajorChanged.

    Raises NotFound; Denied for one who has neither a role in this incident nor incident:major.
    """
    major = queries.active(work, incident)
    roles.must_run(work, incident)
    if wanted.headline is not None:
        major.headline = wanted.headline
    if wanted.interval_min is not None and wanted.interval_min != major.interval_min:
        major.interval_min = wanted.interval_min
        if major.update_due_at is not None:
            cadence.restart(work, major)
    tickets.touch(work, incident)
    work.emit(
        MajorChanged(
            ticket_id=incident.id, headline=major.headline, interval_min=major.interval_min
        )
    )


def end(work: Work, ticket_id: int) -> None:
    """Take in that the incident is over: employees read so, and no update is due."""
    major = queries.of(work, ticket_id)
    if major is not None and major.active and major.ended_at is None:
        cadence.stop(work, major)
        major.status, major.ended_at = Status.RESOLVED, work.now


def resume(work: Work, ticket_id: int) -> None:
    """Take in that the incident is not over after all: it is looked into again."""
    major = queries.of(work, ticket_id)
    if major is not None and major.active and major.ended_at is not None:
        major.status, major.ended_at = Status.INVESTIGATING, None
        cadence.restart(work, major)


def was_one(work: Work, incident: Incident) -> bool:
    """Tell whether it is a major incident, or was one."""
    return queries.of(work, incident.id) is not None


def share_links(work: Work, *, on: bool) -> None:
    """Let anyone with the link read a status page, or not. Emits StatusLinksSwitched.

    Raises Denied without config:edit.
    """
    work.must(Permission.CONFIG_EDIT)
    if links_are_shared(work) is not on:
        instance.put(work, LINKS, on)
        work.emit(StatusLinksSwitched(on=on))


def links_are_shared(work: Work) -> bool:
    """Tell whether anyone with the link may read a status page."""
    return instance.get(work, LINKS) is True
