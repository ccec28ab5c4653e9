"""What tickets are found by: files, resolutions, and who finds what."""

import io

import pytest

from itsm.desk import queries, service
from itsm.desk.inputs import NewComment
from itsm.desk.models import Kind, Visibility
from itsm.incidents import queries as incidents
from itsm.incidents import service as incident_verbs
from itsm.incidents.inputs import OpenIncident
from itsm.platform.house import House
from itsm.platform.runner import drain
from itsm.platform.storage import FILES, Folder
from itsm.tickets import queries as tickets
from itsm.tickets.filters import Filters
from tests.cast import Cast, actor_of


@pytest.fixture
def number(house: House, cast: Cast) -> str:
    """A ticket of Charlie's with a public file, and an internal one beside a note."""
    del cast
    with house.app.app_context(), house.work(actor_of(house, "charlie")) as work:
        number = incident_verbs.open_(work, OpenIncident(title="Printer on fire")).number
        ticket = incidents.get(work, number)
        kept = house_folder(house).keep(io.BytesIO(b"The manual of the heliograph"))
        service.attach(work, ticket, "manual.txt", kept)
    with house.app.app_context(), house.work(actor_of(house, "alice")) as work:
        ticket = incidents.get_to_change(work, number)
        note = NewComment(body="see the file", visibility=Visibility.INTERNAL)
        written = service.comment(work, ticket, note)
        kept = house_folder(house).keep(io.BytesIO(b"Quote of the semaphore vendor"))
        service.attach(work, ticket, "quote.txt", kept, comment=written)
    while drain(house):
        pass
    return number


def house_folder(house: House) -> Folder:
    return Folder(house.settings.home / FILES)


def found_by(house: House, who: str, words: str) -> list[str]:
    with house.work(actor_of(house, who), writes=False) as work:
        return [row.number for row in tickets.page(work, Filters(q=words), Kind.INCIDENT).items]


def test_a_ticket_is_found_by_the_text_and_the_name_of_its_file(house: House, number: str) -> None:
    assert found_by(house, "charlie", "heliograph manual") == [number]
    assert found_by(house, "charlie", "manual.txt") == [number]


def test_a_file_beside_a_note_is_found_by_those_who_read_notes(house: House, number: str) -> None:
    assert found_by(house, "alice", "semaphore") == [number]
    assert found_by(house, "charlie", "semaphore") == []


def test_a_ticket_is_found_by_what_solved_it(house: House, number: str) -> None:
    with house.work(actor_of(house, "alice")) as work:
        incident_verbs.resolve(work, incidents.get_to_change(work, number), "Fuse replaced")

    assert found_by(house, "alice", "fuse") == [number]
    with house.work(actor_of(house, "alice")) as work:
        assert queries.get(work, number).state == "resolved"
