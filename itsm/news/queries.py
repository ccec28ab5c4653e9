"""Every SELECT of news. What a person may no longer read is no news for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, literal, or_, select

from itsm.desk.access import reachable, visible_to
from itsm.desk.models import Comment, Kind, Ticket, Visibility
from itsm.kernel.access import Permission
from itsm.kernel.paging import Page, clamp, encode
from itsm.kernel.work import Work
from itsm.news import wording
from itsm.news.models import Channel, News, NewsChoice, NewsDigest, NewsLeft, Topic
from itsm.notify.channel import WEB_PUSH
from itsm.notify.models import ContactMethod, QuietHours
from itsm.notify.queries import last_id

MOST = 99
EXCERPT = 280


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of news as its person may read it now; `body` is the comment's, or empty."""

    id: int
    ticket_id: int
    topic: Topic
    event: str
    by: str
    at: datetime
    read_at: datetime | None
    number: str
    title: str
    kind: Kind
    confidential: bool
    body: str | None
    at_work: bool

    @property
    def text(self) -> str:
        """What happened, in one sentence."""
        return wording.said(self.topic, self.event, self.by)

    @property
    def excerpt(self) -> str:
        """The beginning of what was written."""
        body = " ".join((self.body or "").split())
        return body if len(body) <= EXCERPT else f"{body[:EXCERPT]}…"

    @property
    def path(self) -> str:
        """Where the ticket is: with those who work on tickets, or in the portal."""
        place = f"{self.kind.value}s" if self.at_work else "portal/tickets"
        return f"/{place}/{self.number}"


def _readable(work: Work) -> Select[*tuple[Any, ...]]:
    """Return the SELECT of the actor's news: of tickets and comments that they may read now."""
    open_to = or_(Comment.visibility == Visibility.PUBLIC, reachable(work, Permission.TICKET_NOTE))
    return (
        select(
            News.id,
            News.ticket_id,
            News.topic,
            News.event,
            News.by,
            News.at,
            News.read_at,
            Ticket.number,
            Ticket.title,
            Ticket.kind,
            Ticket.confidential,
            Comment.body,
            literal(work.actor.holds(Permission.TICKET_NOTE)),
        )
        .join(Ticket, Ticket.id == News.ticket_id)
        .outerjoin(Comment, and_(Comment.id == News.comment_id, open_to))
        .where(News.person_id == work.actor.id, visible_to(work))
        .where(or_(News.comment_id.is_(None), Comment.id.is_not(None)))
    )


def listed(
    work: Work, *, unread: bool = False, cursor: str | None = None, limit: int | None = None
) -> Page[Piece]:
    """Return the actor's news, newest first."""
    query = _readable(work).where(News.listed)
    if unread:
        query = query.where(News.read_at.is_(None))
    if cursor:
        query = query.where(News.id < last_id(cursor))
    size = clamp(limit)
    rows = work.session.execute(query.order_by(News.id.desc()).limit(size + 1)).all()
    pieces = [Piece(*row) for row in rows]
    more = encode([pieces[size - 1].id]) if len(pieces) > size else None
    return Page(pieces[:size], more)


def unread(work: Work) -> int:
    """Return how many pieces the actor has not read, 99 at the most."""
    found = _readable(work).where(News.listed, News.read_at.is_(None)).limit(MOST).subquery()
    return work.session.scalar(select(func.count()).select_from(found)) or 0


def pieces(work: Work, ids: Sequence[int]) -> Sequence[Piece]:
    """Return those of the actor's news that they may read, oldest first."""
    query = _readable(work).where(News.id.in_(ids)).order_by(News.id)
    return [Piece(*row) for row in work.session.execute(query)]


def own(work: Work, ids: Sequence[int] | None) -> Sequence[News]:
    """Return those of the actor's unread rows that they may read, among `ids` or all of them."""
    readable = select(Ticket.id).where(visible_to(work))
    query = select(News).where(
        News.person_id == work.actor.id, News.read_at.is_(None), News.ticket_id.in_(readable)
    )
    return work.session.scalars(query if ids is None else query.where(News.id.in_(ids))).all()


def mail_due(work: Work, person_id: int, ticket_id: int | None) -> Sequence[News]:
    """Return the news of a person that wait to be mailed, of one ticket or of all."""
    query = select(News).where(News.person_id == person_id, News.mail_due)
    if ticket_id is not None:
        query = query.where(News.ticket_id == ticket_id)
    return work.session.scalars(query.order_by(News.id)).all()


def choices(work: Work, people: Sequence[int]) -> dict[tuple[int, Topic, Channel], bool]:
    """Return what people have chosen against or beside the defaults."""
    rows = work.session.scalars(select(NewsChoice).where(NewsChoice.person_id.in_(people)))
    return {(row.person_id, row.topic, row.channel): row.wanted for row in rows}


def wanted(
    chosen: dict[tuple[int, Topic, Channel], bool], person_id: int, topic: Topic, channel: Channel
) -> bool:
    """Tell whether a person wants a topic by a channel."""
    return chosen.get((person_id, topic, channel), (topic, channel) in wording.WANTED)


def digests(work: Work, people: Sequence[int]) -> dict[int, int]:
    """Return the hour of the digest of those of the people who have one."""
    rows = work.session.scalars(select(NewsDigest).where(NewsDigest.person_id.in_(people)))
    return {row.person_id: row.hour for row in rows}


def who_left(work: Work, ticket_id: int) -> set[int]:
    """Return who wants no news of a ticket."""
    query = select(NewsLeft.person_id).where(NewsLeft.ticket_id == ticket_id)
    return set(work.session.scalars(query))


def left(work: Work, person_id: int, ticket_id: int) -> NewsLeft | None:
    """Return the row that says that a person wants no news of a ticket."""
    return work.session.get(NewsLeft, (person_id, ticket_id))


def has_left(work: Work, ticket_id: int) -> bool:
    """Tell whether the actor wants no news of a ticket."""
    return work.actor.id is not None and left(work, work.actor.id, ticket_id) is not None


def browsers(work: Work, people: Sequence[int]) -> dict[int, list[int]]:
    """Return the contacts by which people are told in their browsers."""
    query = select(ContactMethod.person_id, ContactMethod.id).where(
        ContactMethod.person_id.in_(people),
        ContactMethod.channel == WEB_PUSH,
        ContactMethod.gone_at.is_(None),
    )
    found: dict[int, list[int]] = {}
    for person_id, contact_id in work.session.execute(query):
        found.setdefault(person_id, []).append(contact_id)
    return found


def quiet_hours(work: Work, people: Sequence[int]) -> dict[int, QuietHours]:
    """Return the quiet hours of those of the people who have some."""
    rows = work.session.scalars(select(QuietHours).where(QuietHours.person_id.in_(people)))
    return {row.person_id: row for row in rows}
