"""Verbs on news: tell people, read, choose what one is told, leave a ticket and follow it again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from itsm.desk import queries as desk
from itsm.desk import service as tickets
from itsm.desk.models import Ticket
from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid, Refused
from itsm.kernel.work import Work
from itsm.news import queries
from itsm.news.events import NewsChosen, NewsRead, TicketFollowed, TicketLeft
from itsm.news.models import Channel, News, NewsChoice, NewsDigest, NewsLeft, Topic
from itsm.news.wording import WANTED
from itsm.notify.models import QuietHours
from itsm.notify.quiet import held_until
from itsm.people.models import Person
from itsm.platform import outbox, timers

MAIL, PUSH, TIMER = "news.mail", "news.push", "news.bundle"
# What happens to a ticket within this time comes as one mail.
BUNDLE = timedelta(minutes=2)
HOURS = 24


@dataclass(frozen=True, slots=True)
class Told:
    """What people are told: by which event, who did it, and with which comment."""

    event: str
    by: str = ""
    comment_id: int | None = None


def tell(
    work: Work, ticket_id: int, people: Mapping[int, Topic], who: Sequence[Person], told: Told
) -> None:
    """Tell each of the people by the channels that they want; `who` are their records."""
    ids = [one.id for one in who]
    chosen, hours = queries.choices(work, ids), queries.digests(work, ids)
    browsers, quiet = queries.browsers(work, ids), queries.quiet_hours(work, ids)
    for one in who:
        topic = people[one.id]
        ways = {way for way in Channel if queries.wanted(chosen, one.id, topic, way)}
        if not ways:
            continue
        mailed = Channel.MAIL in ways and bool(one.email)
        piece = work.add(
            News(
                person_id=one.id,
                ticket_id=ticket_id,
                comment_id=told.comment_id,
                topic=topic,
                event=told.event,
                by=told.by,
                at=work.now,
                listed=Channel.APP in ways,
                mail_due=mailed,
            )
        )
        rest = _end_of(quiet.get(one.id), one.zone, work.now)
        if mailed:
            _mail_later(work, one, ticket_id, hours.get(one.id), rest)
        if Channel.PUSH in ways:
            for contact_id in browsers.get(one.id, ()):
                payload: outbox.Payload = {"news_id": piece.id, "contact_id": contact_id}
                outbox.put(work, PUSH, payload, due_at=rest)


def _end_of(quiet: QuietHours | None, zone: str, at: datetime) -> datetime | None:
    return held_until(quiet.starts, quiet.ends, ZoneInfo(zone), at) if quiet else None


def _mail_later(
    work: Work, person: Person, ticket_id: int, hour: int | None, rest: datetime | None
) -> None:
    """Arm the mail of one ticket, or of the day; one that is armed keeps its time."""
    daily = hour is not None
    key = f"{person.id}:daily" if daily else f"{person.id}:{ticket_id}"
    due = timers.due_at(work, TIMER, key)
    if due is None or due <= work.now:
        due = next_hour(work.now, person.zone, hour) if hour is not None else work.now + BUNDLE
        due = max(due, rest) if rest and not daily else due
    # Armed anew even where it is: a clock that fires it at this moment is waited for.
    payload: outbox.Payload = {"person_id": person.id, "ticket_id": None if daily else ticket_id}
    timers.arm(work, TIMER, key, due, payload)


def next_hour(now: datetime, zone: str, hour: int) -> datetime:
    """Return when it is that hour next by the clock of `zone`."""
    local = now.astimezone(ZoneInfo(zone))
    today = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    return (today if today > local else today + timedelta(days=1)).astimezone(now.tzinfo)


def bundle(work: Work, payload: outbox.Payload) -> None:
    """Hand all that waits to be mailed to a person as one mail to the worker. A timer."""
    person_id, ticket_id = int(str(payload["person_id"])), payload["ticket_id"]
    person = work.session.get_one(Person, person_id)
    quiet = queries.quiet_hours(work, [person_id]).get(person_id)
    rest = _end_of(quiet, person.zone, work.now)
    if rest is not None and ticket_id is not None:
        timers.arm(work, TIMER, f"{person_id}:{ticket_id}", rest, payload)
        return
    due = queries.mail_due(work, person_id, int(str(ticket_id)) if ticket_id else None)
    for piece in due:
        piece.mail_due = False
    if due:
        outbox.put(work, MAIL, {"person_id": person_id, "ids": [piece.id for piece in due]})


def read(work: Work, ids: Collection[int] | None = None) -> int:
    """Mark news of the actor's own as read, all where no `ids` are given. Emits NewsRead."""
    work.must(Permission.SELF)
    rows = queries.own(work, None if ids is None else list(ids))
    for row in rows:
        row.read_at = work.now
    if rows:
        work.emit(NewsRead(person_id=_me(work), pieces=len(rows)))
    return len(rows)


def choose(work: Work, wanted: Collection[tuple[Topic, Channel]], digest_hour: int | None) -> None:
    """Have the actor told what they want, and mail once a day at `digest_hour` (0 to 23) if given.

    Emits NewsChosen. Raises Invalid for another hour.
    """
    work.must(Permission.SELF)
    me = _me(work)
    if digest_hour is not None and not 0 <= digest_hour < HOURS:
        raise Invalid("there is no such hour", {"digest_hour": "0 to 23"})
    for topic in Topic:
        for channel in Channel:
            _choose_one(work, (me, topic, channel), wanted=(topic, channel) in wanted)
    kept = work.session.get(NewsDigest, me)
    if digest_hour is None:
        if kept:
            work.session.delete(kept)
    elif kept:
        kept.hour = digest_hour
    else:
        work.add(NewsDigest(person_id=me, hour=digest_hour))
    names = sorted(f"{topic.value}:{channel.value}" for topic, channel in wanted)
    work.emit(NewsChosen(person_id=me, wanted=names, digest_hour=digest_hour))


def _choose_one(work: Work, key: tuple[int, Topic, Channel], *, wanted: bool) -> None:
    kept = work.session.get(NewsChoice, key)
    if kept:
        kept.wanted = wanted
    elif wanted != (key[1:] in WANTED):
        person_id, topic, channel = key
        work.add(NewsChoice(person_id=person_id, topic=topic, channel=channel, wanted=wanted))


def leave(work: Work, ticket: Ticket, person: Person) -> None:
    """Tell a person no more of a ticket; a watcher watches no longer.

    Emits TicketLeft, WatcherRemoved. Raises Denied for somebody else.
    """
    tickets.unwatch(work, ticket, person)
    if queries.left(work, person.id, ticket.id) is None:
        work.add(NewsLeft(person_id=person.id, ticket_id=ticket.id))
        for piece in queries.mail_due(work, person.id, ticket.id):
            piece.mail_due = False
        work.emit(TicketLeft(ticket_id=ticket.id, person=person.name))


def follow(work: Work, ticket: Ticket, person: Person) -> None:
    """Tell the actor, `person`, of a ticket; who has no part in it watches it from now on.

    Emits TicketFollowed, WatcherAdded. Raises Denied.
    """
    if person.id not in {ticket.requester_id, ticket.assignee_id}:
        tickets.watch(work, ticket, person)
    come_back(work, ticket.id)


def come_back(work: Work, ticket_id: int) -> None:
    """Tell the actor of a ticket again that they had left. Emits TicketFollowed if they had."""
    kept = queries.left(work, _me(work), ticket_id)
    if kept is not None:
        work.session.delete(kept)
        name = work.actor.full_name or work.actor.name
        work.emit(TicketFollowed(ticket_id=ticket_id, person=name))


def ticket_of(work: Work, number: str) -> Ticket:
    """Return a ticket that the actor may read. Raises NotFound."""
    return desk.get(work, number)


def _me(work: Work) -> int:
    if work.actor.id is None:
        raise Refused("only a person has news")
    return work.actor.id
