from dataclasses import dataclass

import pytest

from itsm.kernel.access import (
    ANONYMOUS,
    SYSTEM,
    Actor,
    ActorKind,
    Facts,
    Grant,
    Permission,
    Reach,
    can,
)

READ = Permission.TICKET_READ


@dataclass
class Thing:
    desk: int = 1
    team: int | None = None
    owner: int = 99
    confidential: bool = False

    def facts(self) -> Facts:
        return Facts(self.desk, self.team, frozenset({self.owner}), self.confidential)


def person(*grants: Grant, person_id: int = 7, teams: frozenset[int] = frozenset()) -> Actor:
    return Actor(ActorKind.PERSON, "p", id=person_id, grants=grants, team_ids=teams)


@pytest.mark.parametrize(
    ("grant", "thing", "allowed"),
    [
        (Grant(READ, Reach.OWN), Thing(owner=7), True),
        (Grant(READ, Reach.OWN), Thing(owner=8), False),
        (Grant(READ, Reach.TEAM), Thing(team=3), True),
        (Grant(READ, Reach.TEAM), Thing(team=4), False),
        (Grant(READ, Reach.TEAM), Thing(team=None), False),
        (Grant(READ, Reach.DESK, frozenset({1})), Thing(desk=1), True),
        (Grant(READ, Reach.DESK, frozenset({1})), Thing(desk=2), False),
        (Grant(READ, Reach.ALL), Thing(desk=2), True),
        (Grant(Permission.TICKET_NOTE, Reach.ALL), Thing(), False),
    ],
)
def test_a_grant_allows_its_permission_within_its_reach(
    grant: Grant, thing: Thing, *, allowed: bool
) -> None:
    assert can(person(grant, teams=frozenset({3})), READ, thing) is allowed


def test_not_even_all_passes_confidentiality() -> None:
    everything = Grant(READ, Reach.ALL)
    gate = Grant(Permission.TICKET_CONFIDENTIAL, Reach.DESK, frozenset({1}))
    secret = Thing(confidential=True)

    assert not can(person(everything), READ, secret)
    assert can(person(everything, gate), READ, secret)
    assert can(person(everything), READ, Thing(confidential=True, owner=7))
    assert not can(person(everything, gate), READ, Thing(desk=2, confidential=True))


def test_nobody_may_nothing_and_the_system_may_everything() -> None:
    assert not can(ANONYMOUS, READ)
    assert not can(person(), READ)
    assert can(SYSTEM, READ, Thing(confidential=True))


def test_permissions_stand_in_alphabetical_order() -> None:
    values = [permission.value for permission in Permission]

    assert values == sorted(values)
