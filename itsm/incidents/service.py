"""The life of an incident: opened, worked on, put off, resolved, closed, reopened.

Its properties are changed in `editing.py`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from itsm.desk import queries as desk
from itsm.desk import service as tickets
from itsm.desk.inputs import NewComment
from itsm.desk.models import Comment, Kind, Source, Ticket, Visibility
from itsm.desk.quiet import must_end_in_time
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
from itsm.incidents.inputs import IncidentTransition, OpenIncident
from itsm.incidents.major import service as majors
from itsm.incidents.major import standing
from itsm.incidents.major.inputs import Declare
from itsm.incidents.models import Incident
from itsm.incidents.states import LIFE, OPEN, State
from itsm.incidents.urgency import urgency_of
from itsm.kernel.access import ActorKind, Permission
from itsm.kernel.errors import Invalid, Refused
from itsm.kernel.work import Work
from itsm.tickets import moving, opening, waiting
from itsm.tickets.inputs import Transition
from itsm.tickets.kinds import KindOf

PREFIX = "INC"
CLOSE = "incidents.close"


def open_(work: Work, new: OpenIncident) -> Incident:
    """Open an incident, with the priority that the matrix gives. Emits IncidentOpened.

    Raises as `opening.begin` does; Invalid for a CI that there is not; Denied without
    incident:major for a major one.
    """
    incident = opening.begin(work, Incident, new, state=LIFE.start, prefix=PREFIX)
    work.emit(
        IncidentOpened(
            ticket_id=incident.id,
            number=incident.number,
            title=incident.title,
            priority=incident.priority,
            source=incident.source,
        )
    )
    opening.link_cis(work, incident, new)
    if new.major:
        majors.declare(work, incident, Declare())
    return incident


def transition(work: Work, incident: Incident, step: Transition) -> None:
    """Bring an incident to the state `step.to`. Raises Refused listing the legal states, Denied."""
    move = LIFE.to(State(incident.state), step.to)
    full = IncidentTransition.model_validate(step.model_dump(exclude_unset=True))
    _STEPS[move.step](work, incident, full)


def start(work: Work, incident: Incident) -> None:
    """Begin work on a new incident. Emits IncidentStarted. Raises Refused, Denied."""
    moving.move(work, incident, "start")
    work.emit(IncidentStarted(ticket_id=incident.id))


def acknowledge(work: Work, incident: Incident) -> None:
    """Say that one has it: a new one is in progress from then on. Emits IncidentAcknowledged.

    Not an edit, so that monitoring may still resolve it. One that is at work already stays as it
    is; raises Refused for one that is over.
    """
    if State(incident.state) is State.NEW:
        moving.move(work, incident, "acknowledge", touches=False)
        work.emit(IncidentAcknowledged(ticket_id=incident.id))
    elif not incident.open:
        raise Refused(f"it is {incident.state} already")


def wait(work: Work, incident: Incident, reason: str) -> None:
    """Put work off until something happens. Emits IncidentPaused. Raises Refused, Denied."""
    moving.move(work, incident, "wait")
    incident.waits_for = reason
    work.emit(IncidentPaused(ticket_id=incident.id, reason=reason))


def _wait_as_said(work: Work, incident: Incident, step: Transition) -> None:
    wait(work, incident, waiting.ANSWER if step.awaits_answer else step.reason)
    if step.awaits_answer:
        waiting.begin(work, incident)


def give_up(work: Work, incident: Incident, said: str) -> None:
    """Resolve an incident whose requester does not answer. Emits IncidentResolved."""
    resolve(work, incident, said, code="no_answer")


def resume(work: Work, incident: Incident, needs: Permission | None = None) -> None:
    """Go on after waiting. Emits IncidentResumed. Raises Refused, Denied."""
    moving.move(work, incident, "resume", needs)
    work.emit(IncidentResumed(ticket_id=incident.id))


def resolve(
    work: Work,
    incident: Incident,
    resolution: str,
    *,
    code: str = "",
    silence_until: datetime | None = None,
) -> None:
    """Mark the interruption as over as of `work.now`; it closes by itself as its desk says.

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
    moving.move(work, incident, "resolve")
    incident.resolved_by_source = said.by_source
    moving.solved(work, incident, CLOSE, said.resolution, said.code)
    work.emit(said)


def _resolve_as_said(work: Work, incident: Incident, step: IncidentTransition) -> None:
    until = step.silence_until if step.alerts == "silence" else None
    if step.alerts == "silence" and until is None:
        raise Invalid("say until when its alerts are quiet", {"silence_until": "is needed"})
    resolve(work, incident, step.resolution, code=step.resolution_code, silence_until=until)


def close(work: Work, incident: Incident, needs: Permission | None = None) -> None:
    """Close a resolved incident for good. Emits IncidentClosed. Raises Refused, Denied."""
    moving.move(work, incident, "close", needs)
    moving.closed(work, incident, CLOSE)
    work.emit(IncidentClosed(ticket_id=incident.id))


def reopen(work: Work, incident: Incident, reason: str) -> None:
    """Take a resolution back: in progress again, or new where a machine found it broken again.

    Emits IncidentReopened. Raises Refused unless it is resolved, Denied.
    """
    step = "reopen" if work.actor.kind is ActorKind.PERSON else "recur"
    reopen_by(work, incident, step, reason)


def reopen_by(
    work: Work, incident: Incident, step: str, reason: str, needs: Permission | None = None
) -> None:
    """Take a resolution back by the step `reopen` or `recur`. Emits IncidentReopened."""
    moving.move(work, incident, step, needs)
    incident.resolved_by_source = False
    moving.back(work, incident, CLOSE)
    work.emit(IncidentReopened(ticket_id=incident.id, reason=reason))


def cancel(work: Work, incident: Incident, reason: str) -> None:
    """End an incident that was none. Emits IncidentCancelled. Raises Refused, Denied."""
    moving.move(work, incident, "cancel")
    incident.closed_at = work.now
    work.emit(IncidentCancelled(ticket_id=incident.id, reason=reason))


_STEPS: Mapping[str, Callable[[Work, Incident, IncidentTransition], None]] = {
    "start": lambda work, incident, _step: start(work, incident),
    "resume": lambda work, incident, _step: resume(work, incident),
    "wait": _wait_as_said,
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


def _leave(work: Work, incident: Incident) -> None:
    if majors.was_one(work, incident):
        raise Refused("a major incident stays one: demote it, or link a request to it")
    if incident.source is Source.MONITORING:
        raise Refused("alerts stand behind it: link a request to it instead")


def _settle(work: Work, incident: Incident) -> None:
    moving.settle(work, incident, CLOSE, solved=State(incident.state) is State.RESOLVED)


INCIDENT: Final = KindOf(
    kind=Kind.INCIDENT,
    model=Incident,
    place="incidents",
    noun="incident",
    prefix=PREFIX,
    states=State,
    life=LIFE,
    open=OPEN,
    solved=State.RESOLVED,
    solving="resolve",
    codes=(
        ("fixed", "Fixed"),
        ("workaround", "Worked around"),
        ("vendor", "With the vendor"),
        ("wont_fix", "Will not be changed"),
        ("no_fault", "No fault found"),
        ("duplicate", "Known from another incident"),
        ("recovered", "Recovered by itself"),
        ("no_answer", "The requester did not answer"),
    ),
    asks_title="What is broken?",
    asks_text="What did you see?",
    hints_text="Since when, who is hit, what was tried",
    asks_solution="What fixed it?",
    asks_again="What is still broken?",
    opening=OpenIncident,
    stepping=IncidentTransition,
    open_=open_,
    transition=transition,
    acknowledge=acknowledge,
    cancel=cancel,
    wait=wait,
    give_up=give_up,
    resume=resume,
    close=close,
    reopen=reopen_by,
    settle=_settle,
    kept=("resolved_by_source",),
    beside=standing.of,
    leave=_leave,
)
