"""What employees are told of major incidents: the status page, and a page for each.

A bulletin holds all that these pages can show, and nothing of a ticket gets into it but its number,
its times and the names of its services. Confidential incidents have none.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, select

from itsm.assets import queries as assets
from itsm.desk import queries as desk
from itsm.desk.models import Comment, Ticket, Visibility
from itsm.incidents.major.models import Affected, Major, Update
from itsm.incidents.major.states import Status
from itsm.kernel.errors import NotFound
from itsm.kernel.work import Work

PURPOSE = "status page"
MOST_PAST = 30

_Found = Row[Major, str, datetime]


@dataclass(frozen=True, slots=True)
class Told:
    """One public update."""

    at: datetime
    status: Status
    body: str


@dataclass(frozen=True, slots=True)
class Bulletin:
    """A major incident as employees know it; `updates` come newest first."""

    number: str
    headline: str
    status: Status
    services: tuple[str, ...]
    since: datetime
    ended: datetime | None
    next_due: datetime | None
    updates: tuple[Told, ...]
    affected: int = 0
    hits_me: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """All that the status page shows: what is disturbed now, and what was, newest first."""

    current: Sequence[Bulletin]
    past: Sequence[Bulletin]


def board(work: Work) -> Board:
    """Return what is disturbed, and the thirty disturbances before that."""
    newest = _public().order_by(Major.ticket_id.desc())
    current = work.session.execute(newest.where(Major.ended_at.is_(None))).all()
    past = work.session.execute(newest.where(Major.ended_at.is_not(None)).limit(MOST_PAST)).all()
    made = _bulletins(work, [*current, *past])
    return Board(made[: len(current)], made[len(current) :])


def one(work: Work, number: str) -> Bulletin:
    """Return what employees know of an incident. Raises NotFound where they know nothing of it."""
    found = work.session.execute(_public().where(Ticket.number == desk.plain(number))).all()
    if not found:
        raise NotFound(f"there is no status page of {number[:24]}")
    return _bulletins(work, found)[0]


def current_id(work: Work, number: str) -> int:
    """Return the ticket's id of a disturbance that is not over. Raises NotFound likewise."""
    found = work.session.execute(
        _public().where(Ticket.number == desk.plain(number), Major.ended_at.is_(None))
    ).one_or_none()
    if found is None:
        raise NotFound(f"there is no status page of {number[:24]}")
    return found[0].ticket_id


def link_token(work: Work, number: str) -> str:
    """Return what the link for those without a login bears; nobody can guess it."""
    return work.vault.sign(number, PURPOSE)


def by_token(work: Work, token: str) -> Bulletin:
    """Return what the bearer of a link may read. Raises NotFound for a link that is not ours."""
    number = work.vault.unsign(token, PURPOSE)
    if number is None:
        raise NotFound("this link is not good")
    return one(work, number)


def _public() -> Select[Major, str, datetime]:
    """Return the query for what all employees may know, whatever tickets they may read."""
    return (
        select(Major, Ticket.number, Ticket.created_at)
        .join(Ticket, Ticket.id == Major.ticket_id)
        .where(Major.active, Ticket.confidential.is_(False))
    )


def _bulletins(work: Work, found: Sequence[_Found]) -> list[Bulletin]:
    ids = [major.ticket_id for major, _, _ in found]
    if not ids:
        return []
    cis = assets.of_tickets(work, ids)
    told, hit_by = _told(work, ids), _affected(work, ids)
    made = []
    for major, number, since in found:
        hit = cis.get(major.ticket_id, ())
        services = tuple(ci.name for ci in hit if ci.is_service)
        made.append(
            Bulletin(
                number=number,
                headline=major.headline or _headline(services),
                status=major.status,
                services=services,
                since=since,
                ended=major.ended_at,
                next_due=major.update_due_at,
                updates=tuple(told.get(major.ticket_id, ())),
                affected=len(hit_by.get(major.ticket_id, ())),
                hits_me=work.actor.id in hit_by.get(major.ticket_id, ()),
            )
        )
    return made


def _headline(services: Sequence[str]) -> str:
    return f"Disruption of {', '.join(services)}" if services else "Disruption of service"


def _affected(work: Work, ticket_ids: Sequence[int]) -> Mapping[int, set[int]]:
    """Return whom each hits by their own word, as people's ids."""
    rows = work.session.execute(
        select(Affected.ticket_id, Affected.person_id).where(Affected.ticket_id.in_(ticket_ids))
    )
    found: dict[int, set[int]] = defaultdict(set)
    for ticket_id, person_id in rows:
        found[ticket_id].add(person_id)
    return found


def _told(work: Work, ticket_ids: Sequence[int]) -> Mapping[int, list[Told]]:
    """Return the public updates of each, newest first; their comments say so too."""
    rows = work.session.execute(
        select(Update.ticket_id, Comment.created_at, Update.status, Comment.body)
        .join(Comment, Comment.id == Update.comment_id)
        .where(
            Update.ticket_id.in_(ticket_ids),
            Update.status.is_not(None),
            Comment.visibility == Visibility.PUBLIC,
        )
        .order_by(Update.comment_id.desc())
    )
    told: dict[int, list[Told]] = defaultdict(list)
    for ticket_id, at, status, body in rows:
        if status is not None:
            told[ticket_id].append(Told(at, status, body))
    return told
