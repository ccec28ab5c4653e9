"""Verbs on escalations: start, advance, acknowledge, finish.

An escalation is a row and one timer. Whoever moves it locks the row first, so of two engines
that come at once the second finds it moved and does nothing.
"""

from datetime import datetime

from itsm.desk.quiet import must_end_in_time
from itsm.kernel.access import ActorKind, Permission
from itsm.kernel.errors import Denied, Refused
from itsm.kernel.work import Work
from itsm.oncall import delivery_queries, escalation, pager, queries, updates
from itsm.oncall.delivery import Purpose
from itsm.oncall.escalation import (
    UNANSWERED,
    LoopEmpty,
    NobodyFound,
    Position,
    RanOut,
    State,
    Told,
)
from itsm.oncall.events import (
    AcknowledgementTimedOut,
    EscalationEnded,
    EscalationExhausted,
    EscalationFoundNobody,
    EscalationHeld,
    EscalationStarted,
    NobodyOnCall,
    PageAcknowledged,
    PagePassedOn,
    ResolutionReported,
)
from itsm.oncall.models import Escalation, Page, PolicyVersion
from itsm.people.models import Person
from itsm.platform import timers
from itsm.platform.faults import kill_point

TIMER = "oncall.advance"
MOST_RESOLUTION = 4000


def start(work: Work, ticket_id: int, policy_id: int, *, asked_by: int | None = None) -> Escalation:
    """Begin paging for a ticket by a policy, at its first step and at once.

    One that is under way stays as it is, and if it was help it is that no more; one that has ended
    begins anew. `asked_by` is who wants it as help beside others. Emits EscalationStarted and
    whatever the first step brings. Raises NotFound for the policy.
    """
    row = queries.escalation_of(work, ticket_id, policy_id)
    if row is not None and row.state is not State.DONE:
        if asked_by is None:
            row.asked_by_id = None
        return row
    position = escalation.start(work.now, after=_position(row) if row else None)
    if row is None:
        row = _new_row(work, ticket_id, policy_id)
    row.asked_by_id = asked_by
    _begin(work, row, position)
    return row


def restart(work: Work, ticket_id: int) -> None:
    """Take acknowledgements back and begin at the first step again: it has become worse.

    Emits EscalationStarted for each escalation of the ticket that is not over.
    """
    for row in queries.running(work, ticket_id):
        begin_anew(work, row)


def begin_anew(work: Work, row: Escalation) -> None:
    """Begin one escalation, whose row is locked, at its first step again.

    Emits EscalationStarted and whatever the first step brings.
    """
    pager.cancel(work, row)
    _begin(work, row, escalation.start(work.now, after=_position(row)))


def advance(work: Work, escalation_id: int) -> None:
    """Take the steps of an escalation that are due at `work.now`; nothing if none is.

    Emits PersonPaged, NobodyOnCall, EscalationFoundNobody, EscalationExhausted and
    AcknowledgementTimedOut as they come.
    """
    row = queries.escalation(work, escalation_id)
    if row is None or row.held_at is not None or row.due_at is None or row.due_at > work.now:
        return
    if row.state is State.ACKNOWLEDGED:
        work.emit(AcknowledgementTimedOut(ticket_id=row.ticket_id, policy=row.policy.name))
    _take_due_steps(work, row)


def give_up_on(work: Work, page: Page) -> None:
    """Go on at once where the person of `page` cannot be reached and nobody else was told.

    Whoever else was paged in the same step has its time, unless they cannot be reached either.
    """
    row = queries.escalation(work, page.escalation_id)
    if row is None or row.held_at is not None or row.state is not State.NOTIFIED:
        return
    is_current = (row.loop, row.step) == (page.loop, page.step)
    if is_current and not delivery_queries.others_told(work, page):
        row.due_at = work.now
        _take_due_steps(work, row)


def pass_on(work: Work, page: Page) -> None:
    """Tell the next step at once, since the person of `page` cannot see to it.

    Passing on again changes nothing. Raises Refused if nobody is being paged any more or for now,
    or nobody comes next. Emits PagePassedOn and whatever the step brings.
    """
    row = queries.escalation(work, page.escalation_id)
    if row is None or row.state not in UNANSWERED:
        raise Refused("nobody else is being told: it was taken, or is over")
    if row.held_at is not None:
        raise Refused("its alerts are kept quiet: nobody is told for now")
    if row.state is not State.NOTIFIED:
        raise Refused("nobody comes after you")
    if (row.loop, row.step) == (page.loop, page.step):
        work.emit(PagePassedOn(ticket_id=row.ticket_id, person=page.person.name))
        row.due_at = work.now
        _take_due_steps(work, row)


def acknowledge(work: Work, ticket_id: int, *, escalation_id: int | None = None) -> None:
    """Have the actor take a ticket: nobody else is told until the policy's timeout.

    Help that was asked for stays wanted unless it was the actor who was paged for it, or it is
    the escalation named. Withdraws what was still to be sent in the same transaction.
    Acknowledging again changes nothing. Raises Refused if nobody is being paged, Denied. Emits
    PageAcknowledged.
    """
    rows = queries.running(work, ticket_id)
    if not rows:
        raise Refused("nobody is being paged for this ticket")
    if work.actor.id is None or work.actor.kind is not ActorKind.PERSON:
        raise Refused("only a person can take it")
    if not any(queries.was_paged(work, row.id) for row in rows):
        work.must(Permission.PAGE_ACKNOWLEDGE, rows[0].ticket)
    person = work.session.get_one(Person, work.actor.id)
    for row in rows:
        is_theirs = row.id == escalation_id or queries.was_paged(work, row.id)
        if row.asked_by_id is None or is_theirs:
            _acknowledge(work, row, person, person.name)
    kill_point("oncall.acknowledged")


def acknowledge_for(work: Work, ticket_id: int, source: str) -> None:
    """Have paging wait as `acknowledge` does, because `source` says that somebody has taken it.

    Help that was asked for stays wanted.
    """
    for row in queries.owning(work, ticket_id):
        _acknowledge(work, row, None, source)


def hold(work: Work, ticket_id: int) -> None:
    """Have paging for a ticket wait, and withdraw what was still to be sent.

    Emits EscalationHeld for each escalation that waits from now on.
    """
    for row in queries.running(work, ticket_id):
        if row.held_at is None and _tells_somebody(work, row):
            pager.cancel(work, row)
            row.held_at = work.now
            timers.disarm(work, TIMER, str(row.id))
            work.emit(EscalationHeld(ticket_id=row.ticket_id, policy=row.policy.name))


def _tells_somebody(work: Work, row: Escalation) -> bool:
    """Tell whether an escalation has somebody to tell yet: a step to take, or its fallback."""
    return row.due_at is not None or delivery_queries.is_being_sent(work, row.id)


def resume(work: Work, ticket_id: int) -> None:
    """Go on with paging that was held: at the first step, unless somebody has taken it.

    Emits EscalationStarted for each that begins anew, and whatever its first step brings.
    """
    for row in queries.running(work, ticket_id):
        if row.held_at is None:
            continue
        row.held_at = None
        if row.state is State.ACKNOWLEDGED:
            plan = queries.plan(queries.version(work, row.version_id))
            _store(work, row, escalation.acknowledge(_position(row), plan, work.now))
        else:
            _begin(work, row, escalation.start(work.now, after=_position(row)))


def finish(work: Work, ticket_id: int) -> None:
    """End the paging for a ticket, withdraw what was still to be sent, and say so to the paged.

    Emits EscalationEnded for each escalation that was not over.
    """
    by_person = work.actor.kind is ActorKind.PERSON
    said = f"it is over, by {work.actor.full_name}" if by_person else "it is over"
    for row in queries.running(work, ticket_id):
        end(work, row, Purpose.OVER, said)


def end(work: Work, row: Escalation, purpose: Purpose, said: str) -> None:
    """End one escalation, whose row is locked, and tell those who were paged what became of it.

    Emits EscalationEnded.
    """
    pager.cancel(work, row)
    pager.close_links(work, row)
    row.held_at = None
    _store(work, row, escalation.finish(_position(row)))
    updates.tell(work, row, purpose, said)
    work.emit(EscalationEnded(ticket_id=row.ticket_id, policy=row.policy.name))


def report_resolution(
    work: Work, page: Page, resolution: str, silence_until: datetime | None = None
) -> None:
    """Say for the person who was paged what fixed it.

    `resolution` is plain text of 1 to 4000 characters. Raises Refused if it is blank or too long
    or the paging is over already, Denied for one who may not resolve the ticket or quiet its
    alerts, Invalid for alerts to be quiet until too late. Emits ResolutionReported; the reactions
    resolve the ticket.
    """
    if not work.can(Permission.TICKET_TRANSITION, page.escalation.ticket):
        raise Denied("you may not resolve this: hand it to a team, or add a person who may")
    if silence_until is not None:
        if not work.can(Permission.ALERT_ACKNOWLEDGE):
            raise Denied("you may not keep its alerts quiet: say that it is handled at the source")
        must_end_in_time(silence_until, work.now, "silence_until")
    if page.escalation.state is State.DONE:
        raise Refused("this is over already")
    if not 1 <= len(resolution.strip()) <= MOST_RESOLUTION:
        raise Refused("say what fixed it, in at most 4000 characters")
    work.emit(
        ResolutionReported(
            ticket_id=page.escalation.ticket_id,
            page_id=page.id,
            person_id=page.person_id,
            resolution=resolution.strip(),
            silence_until=silence_until,
        )
    )


def _new_row(work: Work, ticket_id: int, policy_id: int) -> Escalation:
    policy, version = queries.policy(work, policy_id)
    row = Escalation(
        ticket_id=ticket_id,
        policy=policy,
        version_id=version.id,
        state=State.ARMED,
        loop=0,
        turn=0,
        step=0,
        found=False,
        due_at=work.now,
        started_at=work.now,
    )
    return work.add(row)


def _begin(work: Work, row: Escalation, position: Position) -> None:
    row.started_at = work.now
    row.held_at = None
    row.acknowledged_by = row.acknowledged_at = None
    _store(work, row, position)
    work.emit(
        EscalationStarted(ticket_id=row.ticket_id, escalation_id=row.id, policy=row.policy.name)
    )
    _take_due_steps(work, row)


def _acknowledge(work: Work, row: Escalation, person: Person | None, name: str) -> None:
    if row.state is State.ACKNOWLEDGED:
        return
    pager.cancel(work, row)
    plan = queries.plan(queries.version(work, row.version_id))
    _store(work, row, escalation.acknowledge(_position(row), plan, work.now))
    row.acknowledged_by, row.acknowledged_at = person, work.now
    updates.tell(work, row, Purpose.ACKNOWLEDGED, f"{name} has taken it")
    work.emit(
        PageAcknowledged(
            ticket_id=row.ticket_id,
            person_id=person.id if person else None,
            person=name,
            until=work.now + plan.ack_timeout,
        )
    )


def _take_due_steps(work: Work, row: Escalation) -> None:
    """Advance until the escalation waits for a later instant or for nothing."""
    while row.due_at is not None and row.due_at <= work.now:
        version = _version(work, row)
        before = _position(row)
        reach = pager.Reach(work, row, version)
        position, happened = escalation.advance(
            before, queries.plan(version), reach.resolve, work.now
        )
        for happening in happened:
            _carry_out(work, reach, happening)
        _store(work, row, position)
        kill_point("oncall.advanced")


def _version(work: Work, row: Escalation) -> PolicyVersion:
    """Return the frozen version of a loop, the policy's present one where a loop begins."""
    if escalation.opens_loop(_position(row)):
        row.acknowledged_by = row.acknowledged_at = None
        version = queries.current_version(work, row.policy_id)
        row.version_id = version.id
        return version
    return queries.version(work, row.version_id)


def _carry_out(
    work: Work, reach: pager.Reach, happening: Told | NobodyFound | LoopEmpty | RanOut
) -> None:
    ticket_id, policy = reach.row.ticket_id, reach.row.policy.name
    match happening:
        case Told(loop, step, people):
            reach.page(loop, step, people)
        case NobodyFound(loop, step):
            work.emit(NobodyOnCall(ticket_id=ticket_id, policy=policy, loop=loop, step=step))
        case LoopEmpty(loop, step):
            reach.page_fallback(loop, step)
            work.emit(EscalationFoundNobody(ticket_id=ticket_id, policy=policy, loop=loop))
        case RanOut(loop, step):
            reach.page_fallback(loop, step)
            work.emit(EscalationExhausted(ticket_id=ticket_id, policy=policy))


def _position(row: Escalation) -> Position:
    return Position(row.state, row.loop, row.turn, row.step, row.due_at, row.found)


def _store(work: Work, row: Escalation, position: Position) -> None:
    row.state, row.due_at = position.state, position.due_at
    row.loop, row.turn, row.step = position.loop, position.turn, position.step
    row.found = position.found
    if position.due_at is None or row.held_at is not None:
        timers.disarm(work, TIMER, str(row.id))
    else:
        timers.arm(work, TIMER, str(row.id), position.due_at, {"escalation_id": row.id})
