"""The editor says who would be on call while it is filled in, and saves nothing by itself."""

import pytest
from sqlalchemy import func, select

from itsm.oncall import planning, queries
from itsm.oncall.inputs import OverrideInput
from itsm.oncall.models import Schedule
from itsm.oncall.rota import Change
from itsm.people.models import Person
from itsm.platform.house import House
from itsm.platform.journal import JournalRow
from tests.cast import Browser, Cast

FORM: dict[str, object] = {
    "name": "Payments",
    "zone": "Europe/Berlin",
    "layers": "1",
    "layers-0-rhythm": "weekly",
    "layers-0-every": "1",
    "layers-0-first_handoff": "2026-03-02T09:00",
}
OFFICE = {
    "rhythm": "daily",
    "every": "1",
    "first_handoff": "2026-03-01T00:00",
    "hours-days": ["0", "1", "2", "3", "4"],
}


@pytest.fixture
def dana(house: House, cast: Cast) -> Browser:
    """The browser of somebody who may edit."""
    del cast
    return Browser(house, "dana")


def layer(number: int, **fields: object) -> dict[str, object]:
    return {f"layers-{number}-{name.replace('__', '-')}": it for name, it in fields.items()}


def rows(house: House) -> tuple[int, int]:
    """Return how many schedules and journal rows there are."""
    with house.work(writes=False) as work:
        return tuple(
            work.session.scalar(select(func.count()).select_from(table)) or 0
            for table in (Schedule, JournalRow)
        )  # type: ignore[return-value] # two tables, two numbers


def test_a_preview_names_who_would_be_on_call_and_saves_nothing(
    dana: Browser, house: House, cast: Cast
) -> None:
    before = rows(house)
    answer = dana.post("/oncall/schedules/preview", FORM | layer(0, members=[cast.alice, cast.bob]))

    assert answer.status_code == 200
    assert "Somebody is on call at every hour" in answer.text
    assert "Alice Archer" in answer.text
    assert rows(house) == before


def test_a_preview_is_shown_before_there_is_a_name(dana: Browser, cast: Cast) -> None:
    form = FORM | layer(0, members=[cast.alice]) | {"name": ""}

    assert "Alice Archer" in dana.post("/oncall/schedules/preview", form).text


def test_a_preview_names_gaps_before_saving(dana: Browser) -> None:
    page = dana.post("/oncall/schedules/preview", FORM).text

    assert "1 gap in the next 14 days" in page
    assert "Mon 02 Mar 13:00 to Mon 16 Mar 13:00" in page


def test_a_preview_names_overlaps_before_saving(dana: Browser, cast: Cast) -> None:
    first = layer(0, members=[cast.alice], hours__start="08:00", hours__end="17:00", **OFFICE)
    second = layer(1, members=[cast.bob], hours__start="16:00", hours__end="20:00", **OFFICE)
    page = dana.post("/oncall/schedules/preview", {**FORM, "layers": "2", **first, **second}).text

    assert "Layers 1 and 2 both have somebody from Mon 02 Mar 16:00 to Mon 02 Mar 17:00" in page


def test_a_preview_names_a_layer_that_is_never_asked(dana: Browser, cast: Cast) -> None:
    form = FORM | {"layers": "2"} | layer(0, members=[cast.alice])
    form |= layer(1, members=[cast.bob], first_handoff="2026-03-02T09:00", rhythm="daily", every=1)

    assert "Layer 2 is never asked" in dana.post("/oncall/schedules/preview", form).text


def test_a_preview_of_what_cannot_be_says_where(dana: Browser) -> None:
    answer = dana.post("/oncall/schedules/preview", FORM | layer(0, every="0"))

    assert answer.status_code == 200
    assert "Not yet: Layer 1, every" in answer.text


def test_a_preview_of_somebody_who_is_not_there_says_so(dana: Browser) -> None:
    answer = dana.post("/oncall/schedules/preview", FORM | layer(0, members=[999]))

    assert "does not exist, or has left" in answer.text


def test_a_preview_keeps_the_overrides_of_people_who_have_left(
    dana: Browser, house: House, cast: Cast
) -> None:
    with house.work() as work:
        made = planning.always_on_call(work, "Network", [cast.alice], zone="UTC", since=work.now)
        change = OverrideInput(
            change=Change.ADD,
            starts="2026-03-03T10:00",  # type: ignore[arg-type] # read by pydantic
            ends="2026-03-03T12:00",  # type: ignore[arg-type]
            zone="UTC",
            person_id=cast.bob,
        )
        planning.override(work, queries.schedule_since(work, made.id, work.now), change)
        work.session.get_one(Person, cast.bob).active = False
    form = FORM | layer(0, members=[cast.alice]) | {"schedule_id": made.id}

    assert "2 people at once" in dana.post("/oncall/schedules/preview", form).text


def test_who_may_not_edit_gets_no_preview(house: House, cast: Cast) -> None:
    del cast

    assert Browser(house, "alice").post("/oncall/schedules/preview", FORM).status_code == 403


def test_a_layer_is_moved_up_without_losing_what_was_typed(dana: Browser) -> None:
    form = FORM | {"layers": "2", "do": "raise-layer-1"} | layer(1, every="7", rhythm="hourly")
    page = dana.post("/oncall/schedules/new", form).text

    assert page.index('value="7"') < page.index('value="2026-03-02T09:00"')


def test_a_layer_follows_the_sun_by_a_clock_of_its_own(
    dana: Browser, house: House, cast: Cast
) -> None:
    hours = {"hours__start": "08:00", "hours__end": "17:00"}
    tokyo = layer(0, **OFFICE, **hours, members=[cast.alice], zone="Asia/Tokyo")
    place = dana.post("/oncall/schedules/new", {**FORM, **tokyo, "do": "save"}).location
    with house.work(writes=False) as work:
        (made,) = queries.schedules(work)

    assert made.layers[0].zone == "Asia/Tokyo"
    assert "Tue 03 Mar 00:00 to Tue 03 Mar 09:00" in dana.get(place).text


@pytest.mark.parametrize("rhythm", ["hourly", "monthly"])
def test_every_rhythm_can_be_chosen(dana: Browser, cast: Cast, rhythm: str) -> None:
    form = FORM | layer(0, members=[cast.alice, cast.bob], rhythm=rhythm, every=12)
    answer = dana.post("/oncall/schedules/new", {**form, "do": "save"})

    assert answer.status_code == 303


def test_an_owner_is_chosen_and_shown(dana: Browser, cast: Cast) -> None:
    form = FORM | layer(0, members=[cast.alice]) | {"owner_id": cast.bob, "do": "save"}
    page = dana.get(dana.post("/oncall/schedules/new", form).location).text

    assert "Bob Baker" in page
