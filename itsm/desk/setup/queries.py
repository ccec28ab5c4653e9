"""What is read to set up desks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import SQLColumnExpression, func, select
from sqlalchemy.orm import joinedload

from itsm.desk.models import Category, Desk, Ticket
from itsm.kernel.errors import NotFound
from itsm.kernel.work import Work
from itsm.people.models import Person, PersonRole, Role


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A desk in the list: what it is, and how much of what it has."""

    desk: Desk
    categories: int
    agents: int
    open_tickets: int


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody with roles at a desk."""

    person: Person
    roles: list[Role]


def get(work: Work, key: str) -> Desk:
    """Return the desk of that key, also one that takes nothing any more. Raises NotFound."""
    query = select(Desk).where(Desk.key == key).options(joinedload(Desk.team))
    found = work.session.scalar(query)
    if found is None:
        raise NotFound(f"there is no desk '{key}'")
    return found


def of_key(work: Work, key: str) -> Desk | None:
    """Return the desk of that key, None where it is free."""
    return work.session.scalar(select(Desk).where(Desk.key == key))


def with_prefix(work: Work, prefix: str) -> Desk | None:
    """Return the desk whose numbers begin so, None where there is none."""
    return work.session.scalar(select(Desk).where(Desk.prefix == prefix).limit(1))


def others_active(work: Work, desk: Desk) -> bool:
    """Tell whether another desk takes tickets."""
    return bool(
        work.session.scalar(select(Desk.id).where(Desk.active, Desk.id != desk.id).limit(1))
    )


def rows(work: Work) -> Sequence[DeskRow]:
    """Return all desks by name, with counts.

    Counts of open tickets tell how many there are and nothing of any: who sets up a desk may not
    be allowed to read what it is told.
    """
    found = work.session.scalars(select(Desk).order_by(Desk.name).options(joinedload(Desk.team)))
    categories = _counts(work, Category.desk_id, Category.active)
    agents = _counts(work, PersonRole.desk_id, of=PersonRole.person_id)
    tickets = _counts(work, Ticket.desk_id, Ticket.open)
    return [
        DeskRow(one, categories.get(one.id, 0), agents.get(one.id, 0), tickets.get(one.id, 0))
        for one in found
    ]


def _counts(
    work: Work,
    column: SQLColumnExpression[int],
    *conditions: SQLColumnExpression[bool],
    of: SQLColumnExpression[int] | None = None,
) -> Mapping[int, int]:
    counted = func.count() if of is None else func.count(of.distinct())
    query = select(column, counted).where(*conditions).group_by(column)
    return {row[0]: row[1] for row in work.session.execute(query)}


def categories(work: Work, desk: Desk) -> Sequence[Category]:
    """Return the categories that a desk offers, in the order of their names."""
    query = (
        select(Category)
        .where(Category.desk_id == desk.id, Category.active)
        .options(joinedload(Category.team))
        .order_by(Category.name)
    )
    return work.session.scalars(query).all()


def category(work: Work, desk: Desk, name: str) -> Category | None:
    """Return a desk's category of that name, offered or retired."""
    return work.session.scalar(
        select(Category).where(Category.desk_id == desk.id, Category.name == name)
    )


def helpers(work: Work, desk: Desk) -> Sequence[Helper]:
    """Return who holds a role at a desk, by name."""
    query = (
        select(Person, Role)
        .join(PersonRole, PersonRole.person_id == Person.id)
        .join(Role, Role.id == PersonRole.role_id)
        .where(PersonRole.desk_id == desk.id)
        .order_by(Person.name, Role.key)
    )
    found: dict[int, Helper] = {}
    for person, role in work.session.execute(query):
        found.setdefault(person.id, Helper(person, [])).roles.append(role)
    return list(found.values())
