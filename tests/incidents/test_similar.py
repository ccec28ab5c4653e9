"""Solved incidents that resemble one: which, who sees them, and taking over a resolution."""

from itsm.assets import service as assets
from itsm.assets.inputs import NewCi
from itsm.desk.models import Desk
from itsm.incidents import queries, service
from itsm.incidents.inputs import OpenIncident
from itsm.platform.house import House
from itsm.tickets import editing, similar
from itsm.tickets.inputs import EditTicket
from tests.cast import Api, Browser
from tests.incidents.conftest import As

REST = "The tray was bent; put in a new one."
FILLER = [
    "Mail is slow today",
    "Password forgotten",
    "Screen stays black",
    "Door badge broken",
]


def opened(as_: As, title: str, text: str = "") -> str:
    with as_("alice") as work:
        return service.open_(work, OpenIncident(title=title, description=text)).number


def solved(as_: As, title: str, resolution: str, text: str = "") -> str:
    number = opened(as_, title, text)
    with as_("alice") as work:
        service.resolve(work, queries.get_to_change(work, number), resolution)
    return number


def like(as_: As, number: str, who: str = "alice") -> list[str]:
    with as_(who) as work:
        return [one.number for one in similar.of(work, queries.get(work, number))]


def test_one_that_shares_telling_words_is_found_and_says_which(as_: As) -> None:
    for title in FILLER:
        solved(as_, title, "Looked at it")
    before = solved(as_, "Plotter jams on paper tray", REST)
    number = opened(as_, "The plotter in 4.12 jams again")

    with as_("alice") as work:
        (found,) = similar.of(work, queries.get(work, number))
    assert (found.number, found.resolution) == (before, REST)
    assert set(found.words) == {"plotter", "jams"}


def test_words_with_accents_are_shared_like_any_other(as_: As) -> None:
    for title in FILLER:
        solved(as_, title, "Looked at it")
    before = solved(as_, "Türöffner klemmt", REST)

    assert like(as_, opened(as_, "Türöffner wieder kaputt")) == [before]


def test_one_without_a_resolution_teaches_nothing(as_: As) -> None:
    opened(as_, "Plotter jams")
    solved(as_, "Plotter jams", "")
    assert like(as_, opened(as_, "Plotter jams again")) == []


def test_the_same_item_is_found_without_a_word_in_common(house: House, as_: As) -> None:
    for title in FILLER:
        solved(as_, title, "Looked at it")
    with house.work() as work:
        ci = assets.create(
            work, NewCi.model_validate({"name": "plot-01", "class": "printer"})
        ).number
    before, number = opened(as_, "Humming noise"), opened(as_, "Smells odd")
    for one in (before, number):
        with as_("alice") as work:
            editing.edit(work, queries.get_to_change(work, one), EditTicket(cis=(ci,)))
    with as_("alice") as work:
        service.resolve(work, queries.get_to_change(work, before), "Cleaned the fan")

    with as_("alice") as work:
        (found,) = similar.of(work, queries.get(work, number))
    assert (found.number, found.same_ci) == (before, True)


def test_what_one_may_not_read_is_not_among_them(house: House, as_: As) -> None:
    with house.work() as work:
        work.add(Desk(key="hr", name="People", confidential=True))
        hidden = service.open_(work, OpenIncident(title="Plotter heliograph jams", desk="hr"))
        service.resolve(work, hidden, "Confidential cause")
    number = opened(as_, "Plotter heliograph jams")

    assert like(as_, number) == []
    assert Browser(house, "charlie").get(f"/incidents/{number}/similar").status_code in {403, 404}


def test_its_resolution_is_offered_and_the_two_are_related(house: House, as_: As) -> None:
    before = solved(as_, "Plotter jams on paper tray", REST)
    number = opened(as_, "The plotter jams again")
    alice = Browser(house, "alice")
    card = alice.get(f"/incidents/{number}/similar").text
    assert REST in card

    answer = alice.post(f"/incidents/{number}/similar/{before}")
    page = alice.get(answer.location).text
    assert answer.status_code == 303
    assert REST in page.partition('id="resolve"')[2].partition("</dialog>")[0]
    with as_("alice") as work:
        assert queries.get(work, number).state == "new"


def test_the_api_tells_them_too(house: House, as_: As) -> None:
    before = solved(as_, "Plotter jams on paper tray", REST)
    number = opened(as_, "The plotter jams again")
    (item,) = Api(house, "alice").get(f"/api/v1/incidents/{number}/similar").json["items"]

    assert (item["number"], item["resolution"]) == (before, REST)
