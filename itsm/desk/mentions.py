"""Mentions: @username and @team in a reply or a note."""

import re
from collections.abc import Sequence

from sqlalchemy import select

from itsm.desk.models import Ticket, Watcher
from itsm.kernel.access import Actor, Facts, Permission, can
from itsm.kernel.errors import Invalid
from itsm.kernel.work import Work
from itsm.people import queries as people
from itsm.people.models import Person, Team, TeamMember

# What stands before an @ in a mail address is no mention.
MENTION = re.compile(r"(?<![\w.@/+-])@([A-Za-z0-9](?:[\w.-]{0,78}\w)?)")
MOST = 50


class _Standing:
    """A ticket as the policy sees it, with who watches it."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def facts(self) -> Facts:
        """Return what the access policy needs to know."""
        return self._facts


def readers(
    work: Work, ticket: Ticket, who: Sequence[Person], permission: Permission
) -> Sequence[Person]:
    """Return those of the people who may read the ticket and have `permission` on it."""
    if not who:
        return []
    watching = select(Watcher.person_id).where(Watcher.ticket_id == ticket.id)
    facts, watchers = ticket.facts(), frozenset(work.session.scalars(watching))
    thing = _Standing(
        Facts(facts.desk_id, facts.team_id, facts.owner_ids | watchers, facts.confidential)
    )
    actors = people.actors(work, who)

    def reads(actor: Actor) -> bool:
        return can(actor, Permission.TICKET_READ, thing) and can(actor, permission, thing)

    return [one for one in who if reads(actors[one.id])]


def mentioned(work: Work, ticket: Ticket, body: str, permission: Permission) -> Sequence[Person]:
    """Return whom a text mentions that may read it.

    Raises Invalid where somebody may not, if the actor may let them watch the ticket; to any other
    actor it is not told who there is.
    """
    names = {name.lower() for name in MENTION.findall(body)} if "@" in body else set()
    if not names or len(names) > MOST or work.actor.id is None:
        return []
    persons, members = _people(work, names), _members(work, names)
    who = {one.id: one for one in (*persons, *members)}
    may = readers(work, ticket, list(who.values())[:MOST], permission)
    shut = [one for one in persons if one not in may]
    if shut and work.can(Permission.TICKET_WATCH, ticket):
        said = ", ".join(f"@{one.username}" for one in shut)
        raise Invalid(f"{said} may not read this", {"body": f"{said} may not read this"})
    return may


def _people(work: Work, names: set[str]) -> Sequence[Person]:
    query = select(Person).where(Person.username.in_(names), Person.active)
    return work.session.scalars(query.order_by(Person.id)).all()


def _members(work: Work, names: set[str]) -> Sequence[Person]:
    query = (
        select(Person)
        .join(TeamMember, TeamMember.person_id == Person.id)
        .join(Team, Team.id == TeamMember.team_id)
        .where(Team.key.in_(names), Person.active)
    )
    return work.session.scalars(query.order_by(Person.id)).all()
