"""The condition that lists use says the same as the policy says of one ticket."""

from itertools import product

import pytest

from itsm.desk import queries, service
from itsm.desk.models import Desk, Ticket
from itsm.incidents import service as incidents
from itsm.incidents.inputs import OpenIncident
from itsm.kernel.access import Actor, ActorKind, Grant, Permission, Reach, can
from itsm.kernel.work import Work
from itsm.people import queries as people
from tests.cast import Cast

READ, SECRET = Permission.TICKET_READ, Permission.TICKET_CONFIDENTIAL


@pytest.fixture
def tickets(work: Work, cast: Cast) -> list[str]:
    """Tickets of every sort: two desks, confidential or not, owned in each way."""
    del cast
    work.add(Desk(key="hr", name="People", confidential=True))
    owners = [{}, {"requester": "charlie"}, {"assignee": "charlie"}, {"team": "network"}]
    numbers = []
    for desk, secret, owner in product(("it", "hr"), (True, False), owners):
        wanted = {"title": "x", "desk": desk, "confidential": secret, **owner}
        numbers.append(incidents.open_(work, OpenIncident.model_validate(wanted)).number)
    watched = queries.get(work, numbers[0])
    service.watch(work, watched, people.person(work, "charlie"))
    return numbers


def grants(work: Work) -> list[tuple[Grant, ...]]:
    hr = frozenset({queries.desk(work, "hr").id})
    it = frozenset({queries.desk(work, "it").id})
    secret = Grant(SECRET, Reach.DESK, hr)
    return [
        (),
        (Grant(READ, Reach.OWN),),
        (Grant(READ, Reach.TEAM),),
        (Grant(READ, Reach.DESK, it),),
        (Grant(READ, Reach.DESK, it), Grant(READ, Reach.OWN)),
        (Grant(READ, Reach.ALL),),
        (Grant(READ, Reach.ALL), secret),
        (Grant(READ, Reach.DESK, hr), secret),
        (Grant(Permission.TICKET_NOTE, Reach.ALL),),
    ]


def test_lists_hold_exactly_what_the_policy_allows(
    work: Work, cast: Cast, tickets: list[str]
) -> None:
    loaded = [queries.get(work, number) for number in tickets]
    for held, teams in product(grants(work), (frozenset[int](), frozenset({cast.team}))):
        actor = Actor(ActorKind.PERSON, "charlie", cast.charlie, held, teams)
        work.actor = actor

        listed = set(work.session.query(Ticket.number).where(queries.visible_to(work)))

        assert {number for (number,) in listed} == {
            ticket.number for ticket in loaded if can(actor, READ, ticket)
        }, held


def test_nobody_sees_anything(work: Work, tickets: list[str]) -> None:
    del tickets
    work.actor = Actor(ActorKind.ANONYMOUS, "anonymous")

    assert work.session.query(Ticket.number).where(queries.visible_to(work)).all() == []
