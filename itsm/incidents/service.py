"""The life of an incident: opened, worked on, put off, resolved, closed, reopened.

Its properties are changed in `editing.py`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from itsm.assets import service as ci_links
from itsm.desk import queries as desk
from itsm.desk import service as tickets
from itsm.desk.inputs import NewComment
from itsm.desk.models import Comment, Desk, Kind, Source, Ticket, Visibility
from itsm.desk.quiet import must_end_in_time
from itsm.incidents import properties
from itsm.incidents.events import (
    IncidentAcknowledged,
    IncidentCancelled,
    IncidentClosed,
    IncidentGraver,
    IncidentOpened,
    IncidentPaused,
    IncidentReopened,
    IncidentResolved,
    IncidentResumed,
    IncidentStarted,
)
from itsm.incidents.inputs import OpenIncident, Transition
from itsm.incidents.major import service as majors
from itsm.incidents.major.inputs import Declare
from itsm.incidents.models import Incident
from itsm.incidents.states import LIFE, OPEN, State
from itsm.incidents.urgency import urgency_of
from itsm.kernel.access import ActorKind, Permission
from itsm.kernel.errors import Denied, Invalid, Refused
from itsm.kernel.work import Work
from itsm.platform import timers

PREFIX = "INC"
CLOSE = "incidents.close"
CLOSE_AFTER = timedelta(hours=72)


def open_(work: Work, new: OpenIncident) -> Incident:
    """Open an incident, with the priority that the matrix gives. Emits IncidentOpened.

    Raises Invalid for a desk, person, team, CI or parent that does not exist for the actor;
    Denied without ticket:create on the desk, or for oneself; without ticket:assign for an owner;
    without incident:major for a major one.
    """
    work.must(Permission.TICKET_CREATE)
    where = desk.desk(work, new.desk)
    incident = _draft(work, new, where)
    work.must(Permission.TICKET_CREATE, incident)
    if new.assignee or new.team:
        work.must(Permission.TICKET_ASSIGN, incident)
    if new.parent:
        work.must(Permission.TICKET_LINK, incident)
        incident.parent_id = properties.parent(work, new.parent, incident).id
    incident.priority = desk.priority(work, new.impact, new.urgency)
    incident.number = tickets.next_number(work, where.prefix or PREFIX)
    work.add(incident)
    tickets.index(work, incident)
    work.emit(
        IncidentOpened(
            ticket_id=incident.id,
            number=incident.number,
            title=incident.title,
            priority=incident.priority,
            source=incident.source,
        )
    )
    for ci in properties.cis(work, new.cis):
        ci_links.link(work, incident, ci)
    if new.major:
        majors.declare(work, incident, Declare())
    return incident


def _draft(work: Work, new: OpenIncident, where: Desk) -> Incident:
    requester = properties.requester(work, new.requester)
    assignee = properties.assignee(work, new.assignee) if new.assignee else None
    team = (
        properties.team(work, new.team) if new.team else desk.usual_team(work, where, new.category)
    )
    return Incident(
        kind=Kind.INCIDENT,
        title=new.title,
        description=new.description,
        state=LIFE.start,
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
        touched_by_person=work.actor.kind is ActorKind.PERSON,
        version=1,
    )


def transition(work: Work, incident: Incident, step: Transition) -> None:
    """Bring an incident to the state `step.to`. Raises Refused listing the legal states, Denied."""
    move = LIFE.to(State(incident.state), step.to)
    _STEPS[move.step](work, incident, step)


def _move(work: Work, incident: Incident, step: str, needs: Permission | None = None) -> None:
    move = LIFE.step(State(incident.state), step)
    work.must(needs or move.needs, incident)
    incident.state = move.target
    incident.open = move.target in OPEN
    if move.target is not State.PENDING:
        incident.waits_for = ""
    if step == "acknowledge":
        incident.updated_at = work.now
    else:
        tickets.touch(work, incident)


def start(work: Work, incident: Incident) -> None:
    """Begin work on a new incident. Emits IncidentStarted. Raises Refused, Denied."""
    _move(work, incident, "start")
    work.emit(IncidentStarted(ticket_id=incident.id))


def acknowledge(work: Work, incident: Incident) -> None:
    """Say that one has it: a new one is in progress from then on. Emits IncidentAcknowledged.

    Not an edit, so that monitoring may still resolve it. One that is at work already stays as it
    is; raises Refused for one that is over.
    """
    if State(incident.state) is State.NEW:
        _move(work, incident, "acknowledge")
        work.emit(IncidentAcknowledged(ticket_id=incident.id))
    elif not incident.open:
        raise Refused(f"it is {incident.state} already")


def wait(work: Work, incident: Incident, reason: str) -> None:
    """Put work off until something happens. Emits IncidentPaused. Raises Refused, Denied."""
    _move(work, incident, "wait")
    incident.waits_for = reason
    work.emit(IncidentPaused(ticket_id=incident.id, reason=reason))


def resume(work: Work, incident: Incident) -> None:
    """Go on after waiting. Emits IncidentResumed. Raises Refused, Denied."""
    _move(work, incident, "resume")
    work.emit(IncidentResumed(ticket_id=incident.id))


def resolve(
    work: Work,
    incident: Incident,
    resolution: str,
    *,
    code: str = "",
    silence_until: datetime | None = None,
) -> None:
    """Mark the interruption as over as of `work.now`; it closes by itself 72 h later.

    `resolution` says what fixed it and is shown to the requester; it may be blank, since one who
    resolves from a phone at night writes it later. Alerts that fire are left alone for an hour, or
    with `silence_until` kept quiet until they recover, at the longest until then. Emits
    IncidentResolved. Raises Refused, Denied, Invalid for an end more than 30 days away.
    """
    if silence_until is not None:
        work.must(Permission.ALERT_ACKNOWLEDGE)
        must_end_in_time(silence_until, work.now, "silence_until")
    said = IncidentResolved(
        ticket_id=incident.id,
        by_source=False,
        code=code,
        resolution=resolution.strip(),
        silence_until=silence_until,
    )
    _resolve(work, incident, said)


def resolve_by_source(work: Work, incident: Incident, note: str) -> None:
    """Mark it as over because its source says so. Emits IncidentResolved. Raises Refused."""
    said = IncidentResolved(
        ticket_id=incident.id, by_source=True, code="recovered", resolution=note
    )
    _resolve(work, incident, said)


def resolve_with(work: Work, incident: Incident, master: Incident, *, quiet: bool) -> None:
    """Resolve a duplicate as its master was resolved. Emits IncidentResolved. Raises Refused.

    `quiet` where its requester hears of it by another of theirs.
    """
    said = IncidentResolved(
        ticket_id=incident.id,
        by_source=False,
        code=master.resolution_code,
        resolution=master.resolution,
        quiet=quiet,
    )
    _resolve(work, incident, said)


def _resolve(work: Work, incident: Incident, said: IncidentResolved) -> None:
    _move(work, incident, "resolve")
    incident.resolution = said.resolution
    incident.resolution_code = said.code
    incident.resolved_by_source = said.by_source
    incident.resolved_at = work.now
    if said.resolution:
        tickets.index_more(work, incident, said.resolution)
    timers.arm(work, CLOSE, str(incident.id), work.now + CLOSE_AFTER, {"ticket_id": incident.id})
    work.emit(said)


def _resolve_as_said(work: Work, incident: Incident, step: Transition) -> None:
    until = step.silence_until if step.alerts == "silence" else None
    if step.alerts == "silence" and until is None:
        raise Invalid("say until when its alerts are quiet", {"silence_until": "is needed"})
    resolve(work, incident, step.resolution, code=step.resolution_code, silence_until=until)


def close(work: Work, incident: Incident) -> None:
    """Close a resolved incident for good. Emits IncidentClosed. Raises Refused, Denied."""
    _close(work, incident)


def confirm(work: Work, incident: Incident) -> None:
    """Close a resolved incident because its requester says that it works. Emits IncidentClosed.

    Raises Refused, Denied for anybody but the requester.
    """
    _must_be_requester(work, incident)
    _close(work, incident, Permission.TICKET_REPLY)


def _must_be_requester(work: Work, incident: Incident) -> None:
    if work.actor.id is None or work.actor.id != incident.requester_id:
        raise Denied("only who reported it can say so")


def _close(work: Work, incident: Incident, needs: Permission | None = None) -> None:
    _move(work, incident, "close", needs)
    incident.closed_at = work.now
    timers.disarm(work, CLOSE, str(incident.id))
    work.emit(IncidentClosed(ticket_id=incident.id))


def reopen(work: Work, incident: Incident, reason: str) -> None:
    """Take a resolution back: in progress again, or new where a machine found it broken again.

    Emits IncidentReopened. Raises Refused unless it is resolved, Denied.
    """
    step = "reopen" if work.actor.kind is ActorKind.PERSON else "recur"
    _reopen(work, incident, step, reason)


def still_broken(work: Work, incident: Incident, reason: str) -> None:
    """Take a resolution back because its requester says that it does not work.

    In progress again where somebody owns it, else new, so that its team sees it. Emits
    IncidentReopened. Raises Refused unless it is resolved, Denied for anybody but the requester.
    """
    _must_be_requester(work, incident)
    step = "reopen" if incident.assignee_id else "recur"
    _reopen(work, incident, step, reason, Permission.TICKET_REPLY)


def dispute(work: Work, incident: Incident, reason: str) -> None:
    """Say as its requester that it is still broken; `reason`, if any, is a reply as well.

    Emits IncidentReopened, and TicketCommented. Raises as `still_broken` does.
    """
    still_broken(work, incident, reason)
    if reason:
        tickets.comment(work, incident, NewComment(body=reason))


def answered(work: Work, incident: Incident) -> None:
    """Go on with an incident that waits, because its requester has answered. Emits IncidentResumed.

    Raises Refused unless it waits, Denied for anybody but the requester.
    """
    _must_be_requester(work, incident)
    _move(work, incident, "resume", Permission.TICKET_REPLY)
    work.emit(IncidentResumed(ticket_id=incident.id))


def _reopen(
    work: Work, incident: Incident, step: str, reason: str, needs: Permission | None = None
) -> None:
    _move(work, incident, step, needs)
    incident.resolved_at = None
    incident.resolved_by_source = False
    incident.reopened_count += 1
    timers.disarm(work, CLOSE, str(incident.id))
    work.emit(IncidentReopened(ticket_id=incident.id, reason=reason))


def cancel(work: Work, incident: Incident, reason: str) -> None:
    """End an incident that was none. Emits IncidentCancelled. Raises Refused, Denied."""
    _move(work, incident, "cancel")
    incident.closed_at = work.now
    work.emit(IncidentCancelled(ticket_id=incident.id, reason=reason))


_STEPS: Mapping[str, Callable[[Work, Incident, Transition], None]] = {
    "start": lambda work, incident, _step: start(work, incident),
    "resume": lambda work, incident, _step: resume(work, incident),
    "wait": lambda work, incident, step: wait(work, incident, step.reason),
    "resolve": _resolve_as_said,
    "close": lambda work, incident, _step: close(work, incident),
    "reopen": lambda work, incident, step: reopen(work, incident, step.reason),
    "recur": lambda work, incident, step: reopen(work, incident, step.reason),
    "cancel": lambda work, incident, step: cancel(work, incident, step.reason),
}


def raise_severity(work: Work, incident: Incident, severity: str) -> None:
    """Take in that monitoring holds it for worse: urgency and priority may rise, and never fall.

    One that waits is in progress again. Emits IncidentGraver if its priority rose.
    """
    before = incident.priority
    incident.urgency = min(incident.urgency, urgency_of(severity))
    derived = desk.priority(work, incident.impact, incident.urgency)
    incident.priority = min(before, derived)
    if State(incident.state) is State.PENDING:
        resume(work, incident)
    if incident.priority != before:
        tickets.touch(work, incident)
        work.emit(
            IncidentGraver(
                ticket_id=incident.id, severity=severity, before=before, after=incident.priority
            )
        )


def note(work: Work, ticket: Ticket, body: str) -> Comment:
    """Leave a note for colleagues on any ticket. Emits TicketCommented. Raises Denied."""
    source = Source.MONITORING if work.actor.kind is not ActorKind.PERSON else Source.PORTAL
    new = NewComment(body=body, visibility=Visibility.INTERNAL)
    return tickets.comment(work, ticket, new, source=source)
