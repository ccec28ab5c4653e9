"""What the clock does for rotas: record who was on call, tell of hand-offs, report gaps."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, update

from itsm.kernel.work import Work
from itsm.oncall import board, notices, queries, rota, shift_queries
from itsm.oncall.events import GapsReported
from itsm.oncall.models import Schedule
from itsm.oncall.rota import Span
from itsm.oncall.shift_models import RecordedShift, ScheduleWatch, ToldGap
from itsm.oncall.shift_queries import PagedTicket
from itsm.platform import timers
from itsm.platform.outbox import Payload

WATCH = "oncall.watch"
GAPS = "oncall.gaps"
WATCH_EVERY = timedelta(minutes=1)
GAPS_EVERY = timedelta(hours=1)
# A clock that stood still for longer tells nobody of hand-offs that are history.
NEWS = timedelta(hours=1)
# Nor does it write down more than this of what it missed.
MEMORY = timedelta(days=31)
MOST_NAMED = 10
OPEN_ENDED = timedelta(days=1)


def watch(work: Work, payload: Payload) -> None:
    """Timer `oncall.watch`: record who was on call since it last fired, and tell of hand-offs."""
    del payload
    record(work)
    timers.arm(work, WATCH, "all", work.now + WATCH_EVERY)


def look_for_gaps(work: Work, payload: Payload) -> None:
    """Timer `oncall.gaps`: tell owners of gaps that they have not been told of."""
    del payload
    for schedule in queries.schedules(work):
        report_gaps(work, schedule)
    timers.arm(work, GAPS, "all", work.now + GAPS_EVERY)


def look_again(work: Work, payload: Payload) -> None:
    """Job `oncall.gaps`: the same for one schedule, payload `schedule_id`, or for all."""
    wanted = payload.get("schedule_id")
    for schedule in queries.schedules(work):
        if wanted is None or schedule.id == int(str(wanted)):
            report_gaps(work, schedule)


def record(work: Work) -> None:
    """Write down who was on call by each schedule up to `work.now`, and tell of hand-offs."""
    known = shift_queries.watches(work)
    oldest = min((one.until for one in known.values()), default=work.now)
    for schedule in queries.schedules_since(work, max(oldest, work.now - MEMORY)):
        mark = known.get(schedule.id)
        if mark is None:
            work.add(ScheduleWatch(schedule_id=schedule.id, since=work.now, until=work.now))
        elif mark.until < work.now:
            _record_on(work, schedule, mark)


def report_gaps(work: Work, schedule: Schedule) -> None:
    """Tell a schedule's owners of gaps in the next 14 days, of each of them once.

    Emits GapsReported for those that are new.
    """
    work.session.execute(
        delete(ToldGap).where(ToldGap.schedule_id == schedule.id, ToldGap.ends_at <= work.now)
    )
    known = shift_queries.told_gaps(work, schedule.id)
    found = board.gaps_ahead(queries.rota(schedule), work.now)
    new = [gap for gap in found if _is_news(work, schedule, known, gap)]
    if not new:
        return
    people = shift_queries.owners(work, schedule)
    told = ", ".join(person.name for person in people)
    _mark_told(work, schedule, told)
    notices.tell(
        work,
        schedule.id,
        [person.id for person in people],
        key=f"gap:{schedule.id}:{work.now:%Y%m%d%H%M%S}",
        words=_gap_words(schedule, new),
    )
    work.emit(
        GapsReported(schedule_id=schedule.id, gaps=len(new), first_at=new[0].start, told=told)
    )


def _is_news(work: Work, schedule: Schedule, known: Sequence[ToldGap], gap: Span) -> bool:
    """Keep a gap among those that were told; tell whether it is new, or longer than it was.

    One that went on beyond the days that are looked at grows longer by itself, which is no news.
    """
    row = next(
        (one for one in known if one.starts_at <= gap.end and gap.start <= one.ends_at), None
    )
    if row is None:
        row = ToldGap(schedule_id=schedule.id, starts_at=gap.start, ends_at=gap.end)
        row.told_at, row.told = work.now, ""
        work.session.add(row)
        return True
    open_ended = row.ends_at >= work.now + board.LOOK_AHEAD - OPEN_ENDED
    longer = gap.start < row.starts_at or (gap.end > row.ends_at and not open_ended)
    row.starts_at, row.ends_at = min(row.starts_at, gap.start), max(row.ends_at, gap.end)
    if longer:
        row.told_at = work.now
    return longer


def _mark_told(work: Work, schedule: Schedule, told: str) -> None:
    work.session.execute(
        update(ToldGap)
        .where(ToldGap.schedule_id == schedule.id, ToldGap.told_at == work.now)
        .values(told=told[:400])
    )


def _gap_words(schedule: Schedule, gaps: Sequence[Span]) -> tuple[str, str]:
    zone = schedule.zone
    times = [f"{board.clock(g.start, zone)} to {board.clock(g.end, zone)}" for g in gaps]
    more = f"\nand {len(times) - MOST_NAMED} more" if len(times) > MOST_NAMED else ""
    body = f"Nobody is on call by {schedule.name} ({zone}):\n" + "\n".join(times[:MOST_NAMED])
    return (
        f"{schedule.name}: nobody is on call from {board.clock(gaps[0].start, zone)}",
        body + more,
    )


def _record_on(work: Work, schedule: Schedule, mark: ScheduleWatch) -> None:
    began = mark.since == mark.until
    running = shift_queries.running(work, schedule.id, mark.until)
    since = max(mark.until, work.now - MEMORY)
    for span in rota.spans(queries.rota(schedule), since, work.now):
        still = {who: row for who, row in running.items() if row.ends_at == span.start}
        if not began and set(still) != set(span.people) and work.now - span.start <= NEWS:
            _tell_hand_over(work, schedule, list(still.values()), span)
        for who in span.people:
            if who in still:
                still[who].ends_at = span.end
            else:
                running[who] = _shift(schedule, who, span)
                work.session.add(running[who])
        began = False
    mark.until = work.now


def _shift(schedule: Schedule, person_id: int, span: Span) -> RecordedShift:
    return RecordedShift(
        schedule_id=schedule.id, person_id=person_id, starts_at=span.start, ends_at=span.end
    )


def _tell_hand_over(
    work: Work, schedule: Schedule, before: Sequence[RecordedShift], after: Span
) -> None:
    """Tell those who leave and those who come, with what the shift that ends has seen."""
    leaving = [row for row in before if row.person_id not in after.people]
    had = {row.person_id for row in before}
    coming = [who for who in after.people if who not in had]
    people = [row.person_id for row in leaving] + coming
    names = {who: one.name for who, one in queries.people(work, people).items()}
    gone = [names[row.person_id] for row in leaving]
    title = _hand_over_title(schedule, gone, [names[who] for who in coming])
    lines = [_summary(work, schedule, row, names[row.person_id]) for row in leaving]
    lines = lines or [f"From {board.clock(after.start, schedule.zone)} ({schedule.zone}) on."]
    key = f"hand-over:{schedule.id}:{after.start:%Y%m%d%H%M%S}"
    notices.tell(work, schedule.id, people, key=key, words=(title, "\n".join(lines)))


def _hand_over_title(schedule: Schedule, leaving: Sequence[str], coming: Sequence[str]) -> str:
    if leaving and coming:
        verb = "hands" if len(leaving) == 1 else "hand"
        return f"{schedule.name}: {' and '.join(leaving)} {verb} over to {' and '.join(coming)}"
    if leaving:
        return f"{schedule.name}: the shift of {' and '.join(leaving)} is over"
    return f"{schedule.name}: {' and '.join(coming)} now on call"


def _summary(work: Work, schedule: Schedule, shift: RecordedShift, name: str) -> str:
    start, end = (board.clock(at, schedule.zone) for at in (shift.starts_at, shift.ends_at))
    pages = shift_queries.paged(work, [shift.person_id], shift.starts_at, shift.ends_at)
    return f"{name}, {start} to {end} ({schedule.zone}): {in_words(pages)}."


def in_words(pages: Sequence[PagedTicket]) -> str:
    """Return how many pages there were and for which tickets; confidential ones go unnamed."""
    if not pages:
        return "no pages"
    tickets = {one.number: one.open for one in pages if not one.confidential}
    named = [f"{number} (open)" if is_open else number for number, is_open in tickets.items()]
    count = f"{len(pages)} page{'' if len(pages) == 1 else 's'}"
    return f"{count}: {', '.join(named)}" if named else count


def install(work: Work) -> None:
    """Arm the timers that keep themselves going, unless they are armed."""
    for kind in (WATCH, GAPS):
        if timers.due_at(work, kind, "all") is None:
            timers.arm(work, kind, "all", work.now)
