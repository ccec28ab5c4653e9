"""Setting up desks: what a new one has, whom it is for, and what becomes of its tickets."""

from collections.abc import Callable

import pytest

from itsm.desk import queries as desk
from itsm.desk.setup import queries, service
from itsm.desk.setup.inputs import EditDesk, NewDesk, SaveCategory
from itsm.incidents import service as incidents
from itsm.incidents.inputs import OpenIncident
from itsm.kernel.errors import Invalid, Refused
from itsm.platform.house import House
from tests.cast import Api, Browser, Cast, actor_of

FACILITIES = NewDesk(
    key="facilities",
    name="Facilities",
    prefix="FAC",
    categories=("Repair", "Cleaning"),
    team="network",
    agents=("bob",),
)


@pytest.fixture
def facilities(house: House, cast: Cast) -> str:
    del cast
    with house.work() as work:
        service.make(work, FACILITIES)
    return "facilities"


def opened(house: House, who: str, **fields: str) -> str:
    with house.work(actor_of(house, who)) as work:
        new = OpenIncident.model_validate({"title": "Lift stuck", **fields})
        return incidents.open_(work, new).number


def test_a_new_desk_numbers_its_tickets_itself(house: House, facilities: str) -> None:
    assert opened(house, "charlie", desk=facilities) == "FAC-1001"
    assert opened(house, "charlie") == "INC-1001"
    with house.work() as work:
        service.edit(work, queries.get(work, facilities), EditDesk(prefix="BLD"))
    assert opened(house, "charlie", desk=facilities) == "BLD-1001"


def test_who_works_at_one_desk_reads_its_tickets_and_nobody_elses(
    house: House, facilities: str
) -> None:
    number = opened(house, "charlie", desk=facilities)

    with house.work(actor_of(house, "bob"), writes=False) as work:
        assert desk.get(work, number).title == "Lift stuck"
    with house.work(actor_of(house, "alice"), writes=False) as work:
        assert desk.numbers(work, [1]) == {}


def test_a_ticket_goes_to_the_team_of_its_category_else_of_its_desk(
    house: House, facilities: str
) -> None:
    with house.work() as work:
        it = queries.get(work, "it")
        service.save_category(work, it, SaveCategory(name="Network", team="network"))

    teams = []
    for fields in ({"category": "Network"}, {"category": "Mail"}, {"desk": facilities}):
        number = opened(house, "charlie", **fields)
        with house.work(writes=False) as work:
            team = desk.get(work, number).team
            teams.append(team.key if team else None)
    assert teams == ["network", None, "network"]


def test_a_closed_desk_takes_nothing_new(house: House, facilities: str) -> None:
    with house.work() as work:
        service.edit(work, queries.get(work, facilities), EditDesk(active=False))

    with pytest.raises(Invalid, match="there is no desk"):
        opened(house, "charlie", desk=facilities)
    with house.work() as work, pytest.raises(Refused, match="one desk at least"):
        service.edit(work, queries.get(work, "it"), EditDesk(active=False))


def test_an_internal_desk_is_there_for_its_own_people_alone(
    house: House, facilities: str, api: Callable[[str], Api]
) -> None:
    with house.work() as work:
        service.edit(work, queries.get(work, facilities), EditDesk(internal=True))

    seen = {
        name: [one["key"] for one in api(name).get("/api/v1/desks").json["items"]]
        for name in ("bob", "charlie")
    }
    assert seen == {"bob": ["facilities", "it"], "charlie": ["it"]}
    with pytest.raises(Invalid, match="there is no desk"):
        opened(house, "charlie", desk=facilities)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"key": "facilities"}, "key"),
        ({"prefix": "FAC"}, "prefix"),
        ({"prefix": "INC"}, "prefix"),
        ({"prefix": "F4C"}, "prefix"),
        ({"team": "nobody"}, "team"),
        ({"agents": ["mallory"]}, "agents"),
        ({"categories": [""]}, "categories"),
    ],
)
@pytest.mark.usefixtures("facilities")
def test_what_a_desk_cannot_be_is_said_by_field(
    api: Callable[[str], Api], fields: dict[str, object], wrong: str
) -> None:
    answer = api("dana").post("/api/v1/desks", {"key": "new", "name": "New", **fields})

    assert answer.status_code == 422
    assert any(wrong in one for one in answer.json["errors"])
    assert "new" not in [one["key"] for one in api("dana").get("/api/v1/desks").json["items"]]


def test_an_administrator_opens_and_changes_a_desk_on_its_pages(
    house: House, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    del cast
    dana = browser("dana")
    assert "Payroll" in dana.get("/admin/desks/new?like=hr").text
    form = {
        "key": "hr",
        "name": "Human resources",
        "prefix": "hr",
        "confidential": "true",
        "categories": "Payroll\n\nLeaver\n",
        "agents": "alice\nbob",
    }
    assert dana.post("/admin/desks/", form).status_code == 303
    shown = dana.get("/admin/desks/hr").text
    assert all(word in shown for word in ("Payroll", "Leaver", "Alice Archer", "Bob Baker"))

    dana.post("/admin/desks/hr/categories", {"category": "Pension", "of_team": "network"})
    dana.post("/admin/desks/hr/categories/retire", {"category": "Leaver"})
    wrong = dana.post("/admin/desks/hr", {"name": " ", "prefix": "HR", "team": "", "active": "1"})
    assert wrong.status_code == 422
    with house.work(writes=False) as work:
        found = queries.get(work, "hr")
        offered = [one.name for one in queries.categories(work, found)]
        assert (found.name, found.prefix, found.confidential) == ("Human resources", "HR", True)
    assert offered == ["Payroll", "Pension"]


def test_what_is_done_to_a_desk_is_written_down(house: House, facilities: str) -> None:
    with house.work() as work:
        found = queries.get(work, facilities)
        service.edit(work, found, EditDesk(name="Buildings", team=""))
        service.retire_category(work, found, "Repair")
        said = [(event.name, getattr(event, "after", None)) for event in work.events]

    assert said == [
        ("desk.changed", {"name": "Buildings", "team": None}),
        ("desk.category_retired", None),
    ]
