"""Properties are changed one by one, by those who may."""

import pytest

from itsm.incidents import queries, service
from itsm.incidents.inputs import OpenIncident
from itsm.incidents.models import Incident
from itsm.kernel.access import Permission
from itsm.kernel.errors import Conflict, Denied, Invalid, Refused
from itsm.kernel.work import Work
from itsm.platform.house import House
from itsm.tickets import editing
from itsm.tickets.events import TicketAssigned, TicketChanged
from itsm.tickets.inputs import EditTicket
from tests.cast import Cast, actor_without
from tests.incidents.conftest import As


def test_a_change_tells_before_and_after(work: Work, incident: Incident) -> None:
    editing.edit(work, incident, EditTicket(category="Hardware"))

    assert work.events[-1] == TicketChanged(
        ticket_id=incident.id, field="category", before="", after="Hardware"
    )


def test_impact_and_urgency_make_the_priority(work: Work, incident: Incident) -> None:
    editing.edit(work, incident, EditTicket(impact=1, urgency=1))

    assert incident.priority == 1


def test_a_priority_set_by_hand_holds_until_impact_changes(work: Work, incident: Incident) -> None:
    editing.edit(work, incident, EditTicket(priority=2))
    assert (incident.priority, incident.impact) == (2, 3)

    editing.edit(work, incident, EditTicket(impact=2))

    assert incident.priority == 4


def test_two_people_change_different_properties_without_conflict(
    work: Work, incident: Incident
) -> None:
    editing.edit(work, incident, EditTicket(category="A"), seen={"category": ""})
    editing.edit(work, incident, EditTicket(urgency=1), seen={"urgency": 3})

    assert (incident.category, incident.urgency) == ("A", 1)


def test_what_somebody_else_set_is_not_overwritten_unseen(work: Work, incident: Incident) -> None:
    editing.edit(work, incident, EditTicket(category="A"))

    with pytest.raises(Conflict, match="to A meanwhile"):
        editing.edit(work, incident, EditTicket(category="B"), seen={"category": ""})

    assert incident.category == "A"


def test_an_owner_is_given_and_taken_away(work: Work, incident: Incident, cast: Cast) -> None:
    editing.edit(work, incident, EditTicket(assignee="bob", team="network"))
    assert work.events[-1] == TicketAssigned(
        ticket_id=incident.id,
        taken=False,
        assignee="Bob Baker",
        assignee_id=cast.bob,
        team="Network",
        team_id=cast.team,
    )

    editing.edit(work, incident, EditTicket(assignee=None))

    assert (incident.assignee_id, incident.team_id) == (None, cast.team)


def test_the_second_to_take_hears_who_was_first(as_: As, number: str) -> None:
    with as_("alice") as work:
        editing.take(work, queries.get_to_change(work, number))

    with as_("bob") as work, pytest.raises(Refused, match="Alice Archer"):
        editing.take(work, queries.get_to_change(work, number))


def test_a_parent_has_no_parent(work: Work, incident: Incident) -> None:
    child = service.open_(work, OpenIncident(title="Smoke", parent=incident.number))

    for parent in (child.number, incident.number):
        with pytest.raises(Invalid):
            editing.edit(work, incident, EditTicket(parent=parent))


def test_a_title_is_not_taken_away(work: Work, incident: Incident) -> None:
    with pytest.raises(Invalid):
        editing.edit(work, incident, EditTicket(title=None))


def test_a_requester_changes_no_property(as_: As, number: str) -> None:
    for change in (EditTicket(title="x"), EditTicket(assignee="bob"), EditTicket(priority=1)):
        with as_("charlie") as work, pytest.raises(Denied):
            editing.edit(work, queries.get_to_change(work, number), change)


def test_only_a_person_s_change_marks_it_as_touched(work: Work, incident: Incident) -> None:
    del incident
    opened = service.open_(work, OpenIncident(title="Disk full"))
    editing.edit(work, opened, EditTicket(category="Storage"))

    assert not opened.touched_by_person


def test_what_a_person_opens_is_touched_by_them(as_: As, number: str) -> None:
    with as_("alice") as work:
        assert queries.get(work, number).touched_by_person


def test_a_parent_is_set_by_those_alone_who_may_link(
    work: Work, incident: Incident, house: House
) -> None:
    parent = service.open_(work, OpenIncident(title="All printers are on fire"))
    work.actor = actor_without(house, "alice", Permission.TICKET_LINK)

    with pytest.raises(Denied):
        editing.edit(work, incident, EditTicket(parent=parent.number))
