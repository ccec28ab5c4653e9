from itertools import pairwise

from itsm.assets import queries, service
from itsm.assets.models import Ci
from itsm.kernel.access import Actor, ActorKind, Grant, Permission, Reach
from itsm.kernel.work import Work
from tests.assets.made import ci, runs_on
from tests.cast import Cast


def names(cis: tuple[queries.CiBrief, ...]) -> list[str]:
    return [one.name for one in cis]


def stack(work: Work) -> tuple[Ci, Ci, Ci]:
    """Return a host, the database on it and the service that both carry."""
    host, database = ci(work, "host-1"), ci(work, "orders-db", of="database")
    shop = ci(work, "Shop", of="service")
    runs_on(work, database, host)
    runs_on(work, shop, database)
    return host, database, shop


def test_the_path_leads_from_the_ci_to_the_service_it_carries(work: Work) -> None:
    host, _, _ = stack(work)

    path = queries.service_path(work, host.id)

    assert [(one.name, one.depth) for one in path] == [("host-1", 0), ("orders-db", 1), ("Shop", 2)]


def test_what_leads_to_no_service_is_not_on_the_path(work: Work) -> None:
    host, _, _ = stack(work)
    runs_on(work, ci(work, "cron", of="application"), host)

    assert names(queries.service_path(work, host.id)) == ["host-1", "orders-db", "Shop"]


def test_a_circle_ends(work: Work) -> None:
    host, _, shop = stack(work)
    runs_on(work, host, shop)

    assert names(queries.service_path(work, host.id)) == ["host-1", "orders-db", "Shop"]


def test_three_levels_up_is_far_enough(work: Work) -> None:
    chain = [ci(work, f"c{depth}") for depth in range(5)]
    for lower, upper in pairwise(chain):
        runs_on(work, upper, lower)

    assert [one.ci.name for one in queries.upstream(work, chain[0].id)] == ["c0", "c1", "c2", "c3"]


def test_downstream_is_what_a_ci_needs_with_the_way_to_it(work: Work) -> None:
    host, _, shop = stack(work)

    reached = queries.downstream(work, shop.id)

    assert [names(one.path) for one in reached if one.ci.id == host.id] == [
        ["Shop", "orders-db", "host-1"]
    ]


def test_nothing_is_reached_through_a_retired_ci(work: Work) -> None:
    host, database, _ = stack(work)
    service.retire(work, queries.get(work, database.number))

    assert names(queries.service_path(work, host.id)) == ["host-1"]


def test_a_ci_that_is_not_there_has_no_path(work: Work) -> None:
    assert queries.service_path(work, 4711) == ()


def test_who_sees_only_their_own_cis_sees_no_others_on_the_way(work: Work, cast: Cast) -> None:
    laptop = ci(work, "laptop-1", of="laptop", used_by="charlie")
    runs_on(work, ci(work, "secret service", of="service"), laptop)
    own = (Grant(Permission.CI_READ, Reach.OWN),)
    work.actor = Actor(ActorKind.PERSON, "charlie", id=cast.charlie, grants=own)

    assert [one.ci.name for one in queries.upstream(work, laptop.id)] == ["laptop-1"]
    assert queries.relations(work, laptop) == []
