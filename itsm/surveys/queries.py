"""Every SELECT of surveys. Results hold what the actor may read the results of, and no more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import joinedload

from itsm.desk.access import reachable, visible_to
from itsm.desk.models import Desk, Ticket
from itsm.kernel.access import Facts, Permission
from itsm.kernel.errors import Invalid, NotFound
from itsm.kernel.paging import Page, clamp, decode, encode
from itsm.kernel.work import Work
from itsm.people.models import Person, Team
from itsm.surveys.models import Answer, Outcome, Survey, SurveyRule

LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Place:
    """A desk, as far as the question goes whether one may read its results."""

    desk_id: int
    confidential: bool

    def facts(self) -> Facts:
        """Return what the access policy needs to know."""
        return Facts(self.desk_id, confidential=self.confidential)


@dataclass(frozen=True, slots=True)
class Which:
    """Which answers; what is None is not asked for."""

    desk: str | None = None
    team: str | None = None
    month: date | None = None
    rating: int | None = None
    commented: bool = False


def rule(work: Work, desk_id: int) -> SurveyRule | None:
    """Return when a desk asks."""
    return work.session.get(SurveyRule, desk_id)


def desk_of(work: Work, key: str) -> Desk:
    """Return the desk of that key. Raises NotFound."""
    found = work.session.scalar(select(Desk).where(Desk.key == key))
    if found is None:
        raise NotFound(f"there is no desk '{key}'")
    return found


def ticket(work: Work, ticket_id: int) -> Ticket:
    """Return the ticket of an event."""
    return work.session.get_one(Ticket, ticket_id)


def of_ticket(work: Work, ticket_id: int) -> Survey | None:
    """Return the survey about a ticket."""
    query = select(Survey).where(Survey.ticket_id == ticket_id)
    return work.session.scalar(query.options(joinedload(Survey.ticket)))


def by_id(work: Work, survey_id: int) -> Survey | None:
    """Return a survey with its ticket."""
    query = select(Survey).where(Survey.id == min(survey_id, LARGEST))
    return work.session.scalar(query.options(joinedload(Survey.ticket)))


def lives(work: Work, survey: Survey) -> bool:
    """Tell whether a survey can be answered now."""
    return survey.expires_at is not None and work.now < survey.expires_at


def asked_since(work: Work, person_id: int, since: datetime) -> bool:
    """Tell whether a person was asked about any ticket after `since`."""
    query = select(Survey.id).where(Survey.person_id == person_id, Survey.asked_at > since)
    return work.session.scalar(query.limit(1)) is not None


def answer_of(work: Work, key: str) -> Answer | None:
    """Return the answer that was given under a key."""
    return work.session.scalar(select(Answer).where(Answer.key == key))


def named(work: Work, ticket_id: int) -> Answer | None:
    """Return what the requester of a ticket said under their name."""
    query = select(Answer).where(Answer.ticket_id == ticket_id)
    return work.session.scalar(query.options(joinedload(Answer.person)))


def own(work: Work, number: str) -> Survey:
    """Return the survey that the actor is asked in. Raises NotFound."""
    query = (
        select(Survey)
        .join(Ticket, Ticket.id == Survey.ticket_id)
        .where(Ticket.number == number.strip().upper()[:24], visible_to(work))
        .where(Survey.person_id == work.actor.id, Survey.outcome == Outcome.ASKED)
        .options(joinedload(Survey.ticket))
    )
    found = work.session.scalar(query)
    if found is None or not lives(work, found):
        raise NotFound("you are not asked about this ticket")
    return found


def desks(work: Work) -> Sequence[Desk]:
    """Return all desks by name."""
    return work.session.scalars(select(Desk).order_by(Desk.name)).all()


def readable(
    work: Work, table: type[Answer] | type[Survey], all_desks: Sequence[Desk]
) -> ColumnElement[bool]:
    """Return the condition for rows whose results the actor may read."""

    def reached(*, confidential: bool) -> list[int]:
        may = Permission.SURVEY_READ
        return [one.id for one in all_desks if work.can(may, Place(one.id, confidential))]

    tickets = select(Ticket.id).where(visible_to(work), reachable(work, Permission.SURVEY_READ))
    open_ones, secret = reached(confidential=False), reached(confidential=True)
    return and_(
        or_(
            and_(table.confidential.is_(False), table.desk_id.in_(open_ones)),
            and_(table.confidential, table.desk_id.in_(secret)),
        ),
        or_(table.ticket_id.is_(None), table.ticket_id.in_(tickets)),
    )


def narrowed(
    query: Select[*tuple[Any, ...]], table: type[Answer] | type[Survey], which: Which
) -> Select[*tuple[Any, ...]]:
    """Return the query for the desk, team and month that are asked for alone."""
    if which.desk is not None:
        query = query.where(table.desk_id.in_(select(Desk.id).where(Desk.key == which.desk)))
    if which.team is not None:
        query = query.where(
            table.team_id.in_(select(Team.id).where(Team.key == which.team))
            if which.team
            else table.team_id.is_(None)
        )
    if which.month is not None:
        query = query.where(table.month == which.month)
    return query


def answers(
    work: Work, which: Which, *, cursor: str | None = None, limit: int | None = None
) -> Page[Answer]:
    """Return the answers whose results the actor may read, newest first."""
    query: Select[*tuple[Any, ...]] = select(Answer)
    query = query.where(readable(work, Answer, desks(work)))
    query = narrowed(query, Answer, which)
    if which.rating is not None:
        query = query.where(Answer.rating == which.rating)
    if which.commented:
        query = query.where(Answer.comment != "")
    if cursor:
        query = query.where(Answer.id < _id(cursor))
    size = clamp(limit)
    loaded = query.options(
        joinedload(Answer.ticket),
        joinedload(Answer.person),
        joinedload(Answer.desk),
        joinedload(Answer.team),
    )
    rows = work.session.scalars(loaded.order_by(Answer.id.desc()).limit(size + 1)).all()
    more = encode([rows[size - 1].id]) if len(rows) > size else None
    return Page(rows[:size], more)


def _id(cursor: str) -> int:
    (last,) = decode(cursor, 1)
    if not isinstance(last, int) or not 0 <= last <= LARGEST:
        raise Invalid("the cursor is not one of ours", {"cursor": "unreadable"})
    return last


def person(work: Work, person_id: int) -> Person:
    """Return the person who is asked."""
    return work.session.get_one(Person, person_id)
