"""Who runs a major incident, and who works on it."""

from collections.abc import Mapping

from itsm.desk import service as tickets
from itsm.incidents.major import queries
from itsm.incidents.major.events import (
    ResponderJoined,
    ResponderLeft,
    RoleGiven,
    RoleGivenUp,
)
from itsm.incidents.major.models import Responder, RoleHolder
from itsm.incidents.major.states import Role
from itsm.incidents.models import Incident
from itsm.kernel.access import Permission, can
from itsm.kernel.errors import Invalid, NotFound, Refused
from itsm.kernel.work import Work
from itsm.people import queries as people
from itsm.people.models import Person


def must_run(work: Work, incident: Incident) -> Mapping[Role, RoleHolder]:
    """Return who has which role. Raises Denied unless the actor has one, or incident:major."""
    holders = queries.holders(work, incident.id)
    if all(one.person_id != work.actor.id for one in holders.values()):
        work.must(Permission.INCIDENT_MAJOR, incident)
    return holders


def colleague(work: Work, incident: Incident, username: str) -> Person:
    """Return who is meant, oneself for an empty name. Raises Invalid for one who may not help.

    That is somebody who has left, or may not read the incident's internal notes.
    """
    try:
        person = people.person(work, username or work.actor.name)
    except NotFound as error:
        raise Invalid(str(error), {"username": "unknown"}) from error
    actor = people.actor(work, person)
    if not person.active or not can(actor, Permission.TICKET_NOTE, incident):
        message = f"{person.name} may not work on {incident.number}"
        raise Invalid(message, {"username": "not possible"})
    return person


def give(work: Work, incident: Incident, role: Role, username: str = "") -> None:
    """Give a role to a person, who joins; by default take it. Emits RoleGiven.

    Nothing happens where they have it. Raises Denied for one who has neither a role in this
    incident nor incident:major, Invalid for a person who may not work on it.
    """
    queries.active(work, incident)
    before = must_run(work, incident).get(role)
    person = colleague(work, incident, username)
    if before is None or before.person_id != person.id:
        _set(work, incident, role, person)


def _set(work: Work, incident: Incident, role: Role, person: Person) -> None:
    before = queries.holders(work, incident.id).get(role)
    told = before.person.name if before else None
    if before is None:
        work.add(RoleHolder(ticket_id=incident.id, role=role, person_id=person.id, since=work.now))
    else:
        before.person, before.person_id, before.since = person, person.id, work.now
    tickets.touch(work, incident)
    work.emit(
        RoleGiven(
            ticket_id=incident.id,
            role=role,
            person=person.name,
            person_id=person.id,
            taken=person.id == work.actor.id,
            before=told,
        )
    )
    take_in(work, incident, person)


def begin(work: Work, incident: Incident) -> None:
    """Make whoever declares it the commander, unless there is one or the actor is a machine."""
    holders = queries.holders(work, incident.id)
    if work.actor.id is not None and Role.COMMANDER not in holders:
        _set(work, incident, Role.COMMANDER, people.person(work, work.actor.name))


def give_up(work: Work, incident: Incident, role: Role) -> None:
    """Leave a role to nobody. Emits RoleGivenUp.

    Raises NotFound where nobody has it, Denied without incident:major unless it is one's own.
    """
    queries.active(work, incident)
    held = queries.holders(work, incident.id).get(role)
    if held is None:
        raise NotFound(f"nobody has the role {role.value}")
    if held.person_id != work.actor.id:
        work.must(Permission.INCIDENT_MAJOR, incident)
    work.session.delete(held)
    tickets.touch(work, incident)
    work.emit(RoleGivenUp(ticket_id=incident.id, role=role, person=held.person.name))


def join(work: Work, incident: Incident, username: str = "") -> None:
    """Say that a person works on it, by default oneself. Emits ResponderJoined.

    Raises Invalid for a person who may not; Denied for others than oneself without a role in this
    incident or incident:major.
    """
    queries.active(work, incident)
    if username and username != work.actor.name:
        must_run(work, incident)
    take_in(work, incident, colleague(work, incident, username))


def take_in(work: Work, incident: Incident, person: Person, *, paged: bool = False) -> None:
    """Note that a person works on it. Emits ResponderJoined unless they do already."""
    row = queries.responder(work, incident.id, person.id)
    if row is not None and row.left_at is None:
        return
    if row is None:
        work.add(Responder(ticket_id=incident.id, person_id=person.id, joined_at=work.now))
    else:
        row.joined_at, row.left_at = work.now, None
    work.emit(
        ResponderJoined(
            ticket_id=incident.id,
            person=person.name,
            person_id=person.id,
            own=person.id == work.actor.id,
            paged=paged,
        )
    )


def leave(work: Work, incident: Incident, username: str = "") -> None:
    """Say that a person works on it no longer, by default oneself. Emits ResponderLeft.

    Raises NotFound for one who does not, Refused while they have a role; Denied for others than
    oneself without a role in this incident or incident:major.
    """
    queries.active(work, incident)
    if username and username != work.actor.name:
        must_run(work, incident)
    person = people.person(work, username or work.actor.name)
    row = queries.responder(work, incident.id, person.id)
    if row is None or row.left_at is not None:
        raise NotFound(f"{person.name} does not work on {incident.number}")
    for role, held in queries.holders(work, incident.id).items():
        if held.person_id == person.id:
            raise Refused(f"{person.name} has the role {role.value}: somebody else takes it first")
    row.left_at = work.now
    work.emit(
        ResponderLeft(
            ticket_id=incident.id,
            person=person.name,
            person_id=person.id,
            own=person.id == work.actor.id,
        )
    )


def disband(work: Work, incident: Incident) -> None:
    """Take all roles away and let everybody go: there is no major incident any more."""
    for held in queries.holders(work, incident.id).values():
        work.session.delete(held)
    for row in queries.responders(work, incident.id):
        row.left_at = row.left_at or work.now
