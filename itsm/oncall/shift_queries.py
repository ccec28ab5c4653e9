"""Every SELECT about shifts: what is on record, what was told, pages and incidents of a shift."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from itsm.desk.access import visible_to
from itsm.desk.models import Ticket
from itsm.kernel.errors import NotFound
from itsm.kernel.work import Work
from itsm.oncall.models import Escalation, Page, Schedule
from itsm.oncall.shift_models import CalendarFeed, Notice, RecordedShift, ScheduleWatch, ToldGap
from itsm.people.models import Person, TeamMember


@dataclass(frozen=True)
class PagedTicket:
    """A ticket for which a person was paged, and when."""

    person_id: int
    at: datetime
    ticket_id: int
    number: str
    open: bool
    confidential: bool
    # Whether the actor may read it.
    seen: bool
    # None where somebody else took it, or nobody has.
    answered_at: datetime | None


def watches(work: Work) -> dict[int, ScheduleWatch]:
    """Return by schedule from when to when it is on record, locked until this Work ends."""
    rows = work.session.scalars(select(ScheduleWatch).with_for_update())
    return {row.schedule_id: row for row in rows}


def watch(work: Work, schedule_id: int) -> ScheduleWatch | None:
    """Return from when to when a schedule is on record, None if it is not."""
    return work.session.get(ScheduleWatch, schedule_id)


def running(work: Work, schedule_id: int, at: datetime) -> dict[int, RecordedShift]:
    """Return by person the recorded shifts that go on at `at`, up to which it is on record."""
    query = select(RecordedShift).where(
        RecordedShift.schedule_id == schedule_id, RecordedShift.ends_at == at
    )
    return {row.person_id: row for row in work.session.scalars(query)}


def recorded(
    work: Work, schedule_id: int, since: datetime, until: datetime
) -> Sequence[RecordedShift]:
    """Return what is on record of a schedule between two instants, by its beginning."""
    query = select(RecordedShift).where(
        RecordedShift.schedule_id == schedule_id,
        RecordedShift.ends_at > since,
        RecordedShift.starts_at < until,
    )
    return work.session.scalars(query.order_by(RecordedShift.starts_at, RecordedShift.id)).all()


def told_gaps(work: Work, schedule_id: int) -> Sequence[ToldGap]:
    """Return the gaps of which a schedule's owners were told and that are not over."""
    query = select(ToldGap).where(ToldGap.schedule_id == schedule_id, ToldGap.ends_at > work.now)
    return work.session.scalars(query.order_by(ToldGap.starts_at)).all()


def owners(work: Work, schedule: Schedule) -> Sequence[Person]:
    """Return whom a schedule belongs to: its owner, else the members of its team."""
    query = select(Person).where(Person.active).order_by(Person.name)
    if schedule.owner_id is not None:
        query = query.where(Person.id == schedule.owner_id)
    else:
        members = select(TeamMember.person_id).where(TeamMember.team_id == schedule.team_id)
        query = query.where(Person.id.in_(members))
    return work.session.scalars(query).all()


def was_told(work: Work, key: str) -> bool:
    """Tell whether there is a notice of this key."""
    return work.session.scalar(select(Notice.id).where(Notice.key == key)) is not None


def notice(work: Work, notice_id: int) -> Notice | None:
    """Return a notice."""
    return work.session.get(Notice, notice_id)


def notices_of(work: Work, person_id: int, *, limit: int = 20) -> Sequence[Notice]:
    """Return what a person was told, newest first."""
    query = select(Notice).where(Notice.person_id == person_id)
    return work.session.scalars(query.order_by(Notice.id.desc()).limit(limit)).all()


def feeds_of(work: Work, person_id: int) -> Sequence[CalendarFeed]:
    """Return a person's calendars, that of their own shifts first."""
    query = select(CalendarFeed).where(CalendarFeed.person_id == person_id)
    return work.session.scalars(query.order_by(CalendarFeed.schedule_id, CalendarFeed.id)).all()


def feed(work: Work, feed_id: int) -> CalendarFeed:
    """Return one of the actor's calendars. Raises NotFound."""
    found = work.session.get(CalendarFeed, feed_id)
    if found is None or found.person_id != work.actor.id:
        raise NotFound("there is no such calendar")
    return found


def feed_by_token(work: Work, token: str) -> CalendarFeed | None:
    """Return the calendar whose address bears `token`, with its person, who is active."""
    query = (
        select(CalendarFeed)
        .join(CalendarFeed.person)
        .where(CalendarFeed.token_hash == work.vault.digest(token), Person.active)
        .options(contains_eager(CalendarFeed.person))
    )
    return work.session.scalar(query)


def paged(
    work: Work, person_ids: Sequence[int], since: datetime, until: datetime
) -> list[PagedTicket]:
    """Return for what people were paged between two instants, oldest first."""
    mine = Escalation.acknowledged_by_id == Page.person_id
    query = (
        select(Page, Escalation.acknowledged_at, mine, Ticket, visible_to(work))
        .join(Escalation, Escalation.id == Page.escalation_id)
        .join(Ticket, Ticket.id == Escalation.ticket_id)
        .where(Page.person_id.in_(person_ids), Page.created_at >= since, Page.created_at < until)
        .order_by(Page.created_at, Page.id)
    )
    return [
        PagedTicket(
            person_id=page.person_id,
            at=page.created_at,
            ticket_id=ticket.id,
            number=ticket.number,
            open=ticket.open,
            confidential=ticket.confidential,
            seen=bool(seen),
            answered_at=taken if is_mine and taken and taken >= page.created_at else None,
        )
        for page, taken, is_mine, ticket, seen in work.session.execute(query)
    ]
