"""The properties of an incident: changed one by one, and who owns it."""

from collections.abc import Callable, Mapping

from itsm.assets import queries as assets
from itsm.assets import service as ci_links
from itsm.desk import queries as desk
from itsm.desk import service as tickets
from itsm.desk.models import Visibility
from itsm.incidents import properties
from itsm.incidents.events import IncidentAssigned, IncidentChanged
from itsm.incidents.inputs import EditIncident
from itsm.incidents.models import Incident
from itsm.kernel.access import Permission
from itsm.kernel.errors import Conflict, Invalid, Refused
from itsm.kernel.work import Work
from itsm.people.models import Person, Team


def edit(
    work: Work,
    incident: Incident,
    change: EditIncident,
    *,
    seen: Mapping[str, object] | None = None,
) -> None:
    """Change the properties that `change` sets. Emits IncidentChanged, IncidentAssigned.

    `seen` holds what the caller last saw of a property. Raises Conflict where somebody changed it
    meanwhile; Denied without ticket:update, ticket:assign or ticket:link; Invalid for people,
    teams, CIs and parents that do not exist for the actor.
    """
    asked = change.model_fields_set
    _check_seen(incident, seen or {})
    if asked & {"assignee", "team"}:
        _assign(work, incident, change)
    if asked - {"assignee", "team"}:
        work.must(Permission.TICKET_UPDATE, incident)
    for field in sorted(asked & _SETTERS.keys()):
        before = properties.shown(incident, field)
        _SETTERS[field](work, incident, getattr(change, field))
        _note_change(work, incident, field, before)
    if "cis" in asked:
        _set_cis(work, incident, change)
    if asked & {"impact", "urgency"}:
        _set_priority(work, incident, desk.priority(work, incident.impact, incident.urgency))
    if change.priority is not None:
        _set_priority(work, incident, change.priority)
    if asked & {"title", "description"}:
        talk = desk.bodies(work, incident, Visibility.PUBLIC)
        tickets.index(work, incident, talk=f"{talk}\n{incident.resolution}")


def _check_seen(incident: Incident, seen: Mapping[str, object]) -> None:
    for field, value in seen.items():
        current = properties.shown(incident, field)
        if current != value:
            raise Conflict(
                f"somebody else has set the {field} to {properties.in_words(current)} meanwhile"
            )


def _set_text(field: str) -> Callable[[Work, Incident, object], None]:
    def set_text(work: Work, incident: Incident, value: object) -> None:
        del work
        if value is None:
            raise Invalid(f"the {field} cannot be taken away", {field: "missing"})
        setattr(incident, field, value)

    return set_text


def _set_tags(work: Work, incident: Incident, value: object) -> None:
    del work
    incident.tags = list(value) if isinstance(value, tuple) else []


def _set_requester(work: Work, incident: Incident, value: object) -> None:
    person = properties.person(work, str(value), "requester") if value else None
    incident.requester, incident.requester_id = person, person.id if person else None


def _set_parent(work: Work, incident: Incident, value: object) -> None:
    work.must(Permission.TICKET_LINK, incident)
    incident.parent_id = properties.parent(work, str(value), incident).id if value else None


_SETTERS: Mapping[str, Callable[[Work, Incident, object], None]] = {
    "category": _set_text("category"),
    "description": _set_text("description"),
    "impact": _set_text("impact"),
    "parent": _set_parent,
    "requester": _set_requester,
    "tags": _set_tags,
    "title": _set_text("title"),
    "urgency": _set_text("urgency"),
}


def _note_change(work: Work, incident: Incident, field: str, before: object) -> None:
    after = properties.shown(incident, field)
    if before == after:
        return
    tickets.touch(work, incident)
    told = (None, None) if field == "description" else (before, after)
    work.emit(
        IncidentChanged(
            ticket_id=incident.id,
            field=field,
            before=properties.in_words(told[0]),
            after=properties.in_words(told[1]),
        )
    )


def _set_priority(work: Work, incident: Incident, priority: int) -> None:
    before = incident.priority
    incident.priority = priority
    _note_change(work, incident, "priority", before)


def _set_cis(work: Work, incident: Incident, change: EditIncident) -> None:
    wanted = set(properties.cis(work, change.cis or ()))
    linked = {ci.id for ci in assets.of_tickets(work, [incident.id]).get(incident.id, ())}
    for ci_id in sorted(wanted - linked):
        ci_links.link(work, incident, ci_id)
    for ci_id in sorted(linked - wanted):
        ci_links.unlink(work, incident, ci_id)
    if wanted != linked:
        tickets.touch(work, incident)


def _assign(work: Work, incident: Incident, change: EditIncident) -> None:
    assignee, team = incident.assignee, incident.team
    if "assignee" in change.model_fields_set:
        assignee = properties.assignee(work, change.assignee) if change.assignee else None
    if "team" in change.model_fields_set:
        team = properties.team(work, change.team) if change.team else None
    assign(work, incident, assignee=assignee, team=team)


def assign(work: Work, incident: Incident, *, assignee: Person | None, team: Team | None) -> None:
    """Give an incident to a person, a team, both, or nobody. Emits IncidentAssigned.

    Raises Denied without ticket:assign. Nothing happens where they own it already.
    """
    work.must(Permission.TICKET_ASSIGN, incident)
    before = (incident.assignee_id, incident.team_id)
    incident.assignee, incident.assignee_id = assignee, assignee.id if assignee else None
    incident.team, incident.team_id = team, team.id if team else None
    if before == (incident.assignee_id, incident.team_id):
        return
    tickets.touch(work, incident)
    work.emit(
        IncidentAssigned(
            ticket_id=incident.id,
            taken=assignee is not None and assignee.id == work.actor.id,
            assignee=assignee.name if assignee else None,
            assignee_id=incident.assignee_id,
            team=team.name if team else None,
            team_id=incident.team_id,
        )
    )


def take(work: Work, incident: Incident) -> None:
    """Assign an incident that nobody has to oneself. Emits IncidentAssigned.

    Raises Refused, naming the owner, where somebody else was faster; Denied.
    """
    if incident.assignee and incident.assignee_id != work.actor.id:
        raise Refused(f"{incident.assignee.name} has taken it already")
    assign(work, incident, assignee=properties.oneself(work), team=incident.team)
