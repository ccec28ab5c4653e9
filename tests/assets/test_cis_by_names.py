from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from itsm.assets import queries, service
from itsm.assets.queries import Match
from itsm.kernel.errors import Invalid
from itsm.kernel.work import Work
from itsm.platform.database import db
from tests.assets.made import ci


def found(work: Work, name: str) -> Match:
    return queries.cis_by_names(work, [name])[name]


@pytest.mark.parametrize(
    "name", ["db-01.example.org", "DB-01.example.org:9100", "db-01", "10.0.0.7:9100", "orders db"]
)
def test_a_ci_is_found_by_host_name_short_name_address_and_alias(work: Work, name: str) -> None:
    db_01 = ci(
        work,
        "Orders database",
        aliases=["Orders DB"],
        addresses=["db-01.example.org", "10.0.0.7"],
    )

    assert found(work, name) == Match(db_01.id)


def test_a_ci_is_found_by_its_own_name(work: Work) -> None:
    shop = ci(work, "Web shop", of="service")

    assert found(work, "web  SHOP") == Match(shop.id)


def test_a_full_name_finds_the_ci_that_is_known_by_its_short_one(work: Work) -> None:
    db_01 = ci(work, "db-01")

    assert found(work, "db-01.example.org") == Match(db_01.id)


def test_the_same_short_name_in_another_domain_is_another_machine(work: Work) -> None:
    ci(work, "db-01", addresses=["db-01.berlin.example.org"])

    assert found(work, "db-01.paris.example.org") == Match(None)


def test_two_cis_of_one_short_name_make_no_match(work: Work) -> None:
    ci(work, "a", addresses=["db-01.berlin.example.org"])
    ci(work, "b", addresses=["db-01.paris.example.org"])

    assert found(work, "db-01") == Match(None, ambiguous=True)


def test_an_alias_settles_which_of_two_is_meant(work: Work) -> None:
    berlin = ci(work, "a", addresses=["db-01.berlin.example.org"])
    ci(work, "b", addresses=["db-01.paris.example.org"])

    service.add_alias(work, berlin.id, "db-01")

    assert found(work, "DB-01:9100") == Match(berlin.id)


def test_a_retired_ci_is_no_longer_found(work: Work) -> None:
    old = ci(work, "db-01")
    service.retire(work, queries.get(work, old.number))

    assert found(work, "db-01") == Match(None)


def test_an_unknown_or_blank_name_finds_nothing(work: Work) -> None:
    assert queries.cis_by_names(work, ["nope", " "]) == {"nope": Match(None), " ": Match(None)}


def test_a_hundred_names_cost_one_statement(work: Work) -> None:
    names = [f"host-{number:03}.example.org:9100" for number in range(100)]
    for name in names[:3]:
        ci(work, name)

    with statements() as seen:
        matches = queries.cis_by_names(work, names)

    assert len(seen) == 1
    assert [name for name, match in matches.items() if match.ci_id] == names[:3]


def test_an_alias_belongs_to_one_ci_alone(work: Work) -> None:
    ci(work, "first", aliases=["billing"])
    second = ci(work, "second")

    with pytest.raises(Invalid, match="CI-1001 answers to this alias already"):
        service.add_alias(work, second.id, "Billing")


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "224.0.0.1", "not an address", "db-01"])
def test_what_is_no_address_of_its_own_is_refused(work: Work, address: str) -> None:
    host = ci(work, "db-01")

    with pytest.raises(Invalid):
        service.add_address(work, host, address)


@contextmanager
def statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)
