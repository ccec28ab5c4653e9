"""Replies, notes, files, links and watchers."""

import pytest
from sqlalchemy import select

from itsm.desk import queries, service
from itsm.desk.events import TicketCommented, TicketLinked
from itsm.desk.inputs import NewComment, NewLink, NewView
from itsm.desk.models import LinkType, Ticket, Visibility
from itsm.incidents import service as incidents
from itsm.incidents.inputs import OpenIncident
from itsm.kernel.access import SYSTEM
from itsm.kernel.errors import NotFound, Refused
from itsm.kernel.work import Work
from itsm.people import queries as people
from itsm.platform.house import House
from itsm.platform.storage import Kept
from tests.cast import actor_of

NOTE = NewComment(body="blame the toner", visibility=Visibility.INTERNAL)
KEPT = Kept("0" * 64, 3, "text/plain")


def found(work: Work, words: str) -> list[int]:
    return list(work.session.scalars(select(Ticket.id).where(queries.matches(work, words))))


def test_a_comment_is_announced_and_found(work: Work, ticket: Ticket) -> None:
    written = service.comment(work, ticket, NewComment(body="Bring an extinguisher"))

    assert work.events[-1] == TicketCommented(
        ticket_id=ticket.id, comment_id=written.id, visibility=Visibility.PUBLIC
    )
    assert found(work, "extinguish") == [ticket.id]


def test_a_note_is_found_by_those_alone_who_may_read_it(
    house: House, work: Work, ticket: Ticket
) -> None:
    service.comment(work, ticket, NOTE)
    assert found(work, "toner") == [ticket.id]

    work.actor = actor_of(house, "charlie")

    assert found(work, "toner") == []
    assert queries.comments(work, ticket) == []


def test_a_file_of_a_note_is_as_hidden_as_the_note(
    house: House, work: Work, ticket: Ticket
) -> None:
    note = service.comment(work, ticket, NOTE)
    hidden = service.attach(work, ticket, "log.txt", KEPT, comment=note)
    shown = service.attach(work, ticket, "photo.txt", KEPT)

    work.actor = actor_of(house, "charlie")

    assert queries.attachments(work, ticket) == [shown]
    with pytest.raises(NotFound):
        queries.attachment(work, ticket, hidden.id)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\x.pht", "x.pht"),
        ("a\x00b\r\n.txt", "ab.txt"),
        ("gpj.\u202eexe", "gpj.exe"),
        (".htaccess", "htaccess"),
        ("", "file"),
        ("x" * 4000, "x" * 255),
    ],
)
def test_a_file_s_name_is_made_harmless(given: str, kept: str) -> None:
    assert service.clean_name(given) == kept


def test_a_link_is_made_once(work: Work, ticket: Ticket) -> None:
    other = incidents.open_(work, OpenIncident(title="Smoke"))
    link = NewLink(type=LinkType.CAUSED_BY, target=other.number)

    first, again = service.link(work, ticket, link), service.link(work, ticket, link)

    assert first is again
    assert sum(isinstance(event, TicketLinked) for event in work.events) == 1
    assert [one.number for one in queries.related(work, ticket)] == [other.number]


def test_a_ticket_is_not_linked_to_itself(work: Work, ticket: Ticket) -> None:
    with pytest.raises(Refused):
        service.link(work, ticket, NewLink(type=LinkType.RELATED_TO, target=ticket.number))


def test_a_watcher_may_read_until_they_watch_no_longer(
    house: House, work: Work, ticket: Ticket
) -> None:
    dana = people.person(work, "dana")
    ticket.confidential = True
    service.watch(work, ticket, dana)
    work.actor = actor_of(house, "dana")
    assert queries.get(work, ticket.number) is ticket

    service.unwatch(work, ticket, dana)

    with pytest.raises(NotFound):
        queries.get(work, ticket.number)


def test_a_saved_view_belongs_to_its_owner(house: House, work: Work, ticket: Ticket) -> None:
    del ticket
    work.actor = actor_of(house, "alice")
    view = service.save_view(work, "incidents", NewView(name="Mine", query=""), {"state": "open"})
    assert queries.views(work, "incidents") == [view]

    work.actor = actor_of(house, "bob")

    assert queries.views(work, "incidents") == []
    with pytest.raises(NotFound):
        queries.view(work, view.id)


def test_numbers_are_given_once_each(work: Work) -> None:
    given = [service.next_number(work, "HR") for _ in range(3)]

    assert given == ["HR-1001", "HR-1002", "HR-1003"]
    assert work.actor is SYSTEM


def test_a_word_that_many_tickets_hold_finds_them_all(
    work: Work, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.comment(work, ticket, NewComment(body="Bring an extinguisher"))
    other = incidents.open_(work, OpenIncident(title="Extinguisher is empty"))
    monkeypatch.setattr(queries, "FEW", 1)

    assert found(work, "extinguisher") == [ticket.id, other.id]
    assert found(work, "?!") == []
