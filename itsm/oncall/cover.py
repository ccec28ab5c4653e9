"""Verbs on requests: offer time on call to all, ask somebody to cover it, or to swap.

What both sides have agreed on becomes overrides, in the transaction in which it is accepted.
"""

from datetime import UTC, datetime

from itsm.kernel.access import Permission
from itsm.kernel.errors import Denied, Invalid, Refused
from itsm.kernel.work import Work
from itsm.oncall import board, cover_queries, notices, planning, queries, rota
from itsm.oncall.cover_states import COVER_LIFE, CoverKind, CoverState
from itsm.oncall.events import CoverAnswered, CoverAsked
from itsm.oncall.inputs import CoverInput, OverrideInput
from itsm.oncall.models import Schedule
from itsm.oncall.rota import Change, Rota
from itsm.oncall.shift_models import CoverRequest
from itsm.people.models import Person
from itsm.platform import timers
from itsm.platform.outbox import Payload

TIMER = "oncall.cover"


def ask(work: Work, schedule: Schedule, wanted: CoverInput) -> CoverRequest:
    """Ask for cover or a swap of one's own time, or offer it to all; whoever is asked is told.

    Raises Denied, Invalid for somebody who cannot take it, Refused for time that is over, that
    the actor does not have or has asked for already. Emits CoverAsked.
    """
    work.must(Permission.ONCALL_OVERRIDE)
    asker = _person(work)
    if wanted.ends_at <= work.now:
        raise Refused("this time is over already")
    if cover_queries.meets_another(work, schedule.id, wanted.starts_at, wanted.ends_at):
        raise Refused("you have asked for some of this time already: withdraw that first")
    takers = {person.id: person for person in cover_queries.may_cover(work)}
    if wanted.asked_id is not None and (wanted.asked_id not in takers or wanted.asked_id == asker):
        raise Invalid("this person cannot take over time on call", {"asked_id": "choose another"})
    row = CoverRequest(
        schedule_id=schedule.id,
        state=COVER_LIFE.start,
        asker_id=asker,
        created_at=work.now,
        expires_at=_expiry(wanted),
        **wanted.model_dump(),
    )
    _check_held(work, schedule, row)
    work.add(row)
    timers.arm(work, TIMER, str(row.id), row.expires_at, {"request_id": row.id})
    _announce(work, schedule, row, takers)
    return row


def accept(work: Work, request: CoverRequest) -> None:
    """Take over the time that is asked for, and give one's own for it in a swap.

    Raises Denied for who is not asked, Refused for what is answered or over, or where the rota
    has changed meanwhile. Emits CoverAnswered and ScheduleOverridden.
    """
    _step(work, request, "accept")
    taker = _person(work)
    _must_be_asked(work, request)
    if request.expires_at <= work.now:
        raise Refused("this request is over")
    schedule = queries.schedule(work, request.schedule_id)
    _check_held(work, schedule, request)
    _hand_over(work, schedule, request.asker_id, taker, (request.starts_at, request.ends_at))
    if request.return_starts_at and request.return_ends_at:
        returned = (request.return_starts_at, request.return_ends_at)
        _hand_over(work, schedule, taker, request.asker_id, returned)
    _answer(work, request, CoverState.ACCEPTED)
    _tell(work, request, request.asker_id, f"{_name(work)} takes your time on call")


def decline(work: Work, request: CoverRequest) -> None:
    """Say no. Raises Denied for who is not asked, Refused. Emits CoverAnswered."""
    _step(work, request, "decline")
    if work.actor.id != request.asked_id:
        raise Denied("only who is asked can decline")
    _answer(work, request, CoverState.DECLINED)
    _tell(work, request, request.asker_id, f"{_name(work)} cannot take your time on call")


def withdraw(work: Work, request: CoverRequest) -> None:
    """Take one's own request back. Raises Denied for another's, Refused. Emits CoverAnswered."""
    _step(work, request, "withdraw")
    if work.actor.id != request.asker_id:
        raise Denied("only who asked can withdraw it")
    _answer(work, request, CoverState.WITHDRAWN)
    if request.asked_id is not None:
        _tell(work, request, request.asked_id, f"{_name(work)} needs no cover any more")


def expire(work: Work, payload: Payload) -> None:
    """Timer `oncall.cover`: end a request that nobody has answered in time."""
    request = cover_queries.request(work, int(str(payload["request_id"])))
    if request.state is not CoverState.OPEN or request.expires_at > work.now:
        return
    request.state = COVER_LIFE.step(request.state, "expire").target
    _emit(work, request, by="")
    _tell(work, request, request.asker_id, "Nobody has taken your time on call")


def _expiry(wanted: CoverInput) -> datetime:
    if wanted.return_starts_at is not None:
        return min(wanted.starts_at, wanted.return_starts_at)
    return wanted.ends_at


def _check_held(work: Work, schedule: Schedule, row: CoverRequest) -> None:
    """Raise Refused unless both have the time that they would give."""
    rules = queries.rota(schedule)
    zone = schedule.zone
    start = max(row.starts_at, work.now)
    if not _has(rules, row.asker_id, start, row.ends_at):
        raise Refused(f"whoever asks is not on call {_times(start, row.ends_at, zone)}")
    if row.return_starts_at is None or row.return_ends_at is None or row.asked_id is None:
        return
    if row.return_starts_at <= work.now or row.starts_at <= work.now:
        raise Refused("shifts that have begun are not swapped: ask for cover")
    if not _has(rules, row.asked_id, row.return_starts_at, row.return_ends_at):
        times = _times(row.return_starts_at, row.return_ends_at, zone)
        raise Refused(f"whoever is asked is not on call {times}")


def _has(rules: Rota, person: int, start: datetime, end: datetime) -> bool:
    return all(person in span.people for span in rota.spans(rules, start, end))


def _hand_over(
    work: Work, schedule: Schedule, giver: int, taker: int, times: tuple[datetime, datetime]
) -> None:
    start, end = max(times[0], work.now), times[1]
    wanted = OverrideInput(
        change=Change.REPLACE,
        starts=start.astimezone(UTC).replace(tzinfo=None),
        ends=end.astimezone(UTC).replace(tzinfo=None),
        zone="UTC",
        person_id=taker,
        replaces_id=giver,
    )
    planning.override(work, schedule, wanted)
    if not _has(queries.rota(schedule), taker, start, end):
        raise Refused("a temporary schedule stands in that time: ask who may edit it")


def _person(work: Work) -> int:
    if work.actor.id is None:
        raise Refused("only a person has time on call")
    return work.actor.id


def _step(work: Work, request: CoverRequest, step: str) -> None:
    work.must(COVER_LIFE.step(request.state, step).needs)


def _must_be_asked(work: Work, request: CoverRequest) -> None:
    if work.actor.id == request.asker_id:
        raise Denied("you cannot take your own time")
    if request.kind is not CoverKind.OFFER and work.actor.id != request.asked_id:
        raise Denied("only who is asked can accept")


def _answer(work: Work, request: CoverRequest, state: CoverState) -> None:
    request.state = state
    if state is not CoverState.WITHDRAWN:
        request.answered_by_id = work.actor.id
    request.answered_at = work.now
    timers.disarm(work, TIMER, str(request.id))
    _emit(work, request, by=work.actor.name)


def _emit(work: Work, request: CoverRequest, *, by: str) -> None:
    work.emit(
        CoverAnswered(
            schedule_id=request.schedule_id,
            request_id=request.id,
            state=request.state.value,
            by=by,
        )
    )


def _announce(work: Work, schedule: Schedule, row: CoverRequest, takers: dict[int, Person]) -> None:
    """Emit CoverAsked, and tell who is asked; an offer is told to the schedule's other people."""
    asked = takers[row.asked_id] if row.asked_id is not None else None
    work.emit(
        CoverAsked(
            schedule_id=schedule.id,
            request_id=row.id,
            kind=row.kind.value,
            asker=work.actor.name,
            asked=asked.username if asked else "",
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            return_starts_at=row.return_starts_at,
            return_ends_at=row.return_ends_at,
        )
    )
    others = [who for who in board.known_people(schedule) if who in takers and who != row.asker_id]
    verb = {"offer": "offers time on call", "cover": "asks you for cover"}
    title = f"{schedule.name}: {_name(work)} {verb.get(row.kind, 'asks you to swap shifts')}"
    words = (title, _in_words(schedule, row))
    told = [row.asked_id] if row.asked_id is not None else others
    notices.tell(work, schedule.id, told, key=f"cover:{row.id}:asked", words=words)


def _tell(work: Work, request: CoverRequest, person_id: int, sentence: str) -> None:
    schedule = queries.schedule(work, request.schedule_id)
    words = (f"{schedule.name}: {sentence}", _in_words(schedule, request))
    key = f"cover:{request.id}:{request.state}"
    notices.tell(work, schedule.id, [person_id], key=key, words=words)


def _in_words(schedule: Schedule, row: CoverRequest) -> str:
    zone = schedule.zone
    lines = [f"Time on call {_times(row.starts_at, row.ends_at, zone)} ({zone})"]
    if row.return_starts_at and row.return_ends_at:
        lines.append(f"In return {_times(row.return_starts_at, row.return_ends_at, zone)}")
    return "\n".join([*lines, row.note] if row.note else lines)


def _times(start: datetime, end: datetime, zone: str) -> str:
    return f"from {board.clock(start, zone)} to {board.clock(end, zone)}"


def _name(work: Work) -> str:
    return work.actor.full_name or work.actor.name
