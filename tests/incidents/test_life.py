"""From report to closure."""

from datetime import timedelta

import pytest

from itsm.incidents import queries, service
from itsm.incidents.events import IncidentGraver, IncidentReopened, IncidentResolved
from itsm.incidents.inputs import OpenIncident
from itsm.incidents.models import Incident
from itsm.incidents.states import State
from itsm.kernel.errors import Denied, Refused
from itsm.kernel.work import Work
from itsm.platform import timers
from itsm.tickets.inputs import Transition
from tests.incidents.conftest import As


def test_a_new_incident_gets_the_next_number_and_the_matrix_s_priority(work: Work) -> None:
    first = service.open_(work, OpenIncident(title="One", impact=1, urgency=2))
    second = service.open_(work, OpenIncident(title="Two"))

    assert (first.number, second.number) == ("INC-1001", "INC-1002")
    assert (first.priority, second.priority) == (2, 4)
    assert (first.state, first.open) == (State.NEW, True)


def test_acknowledging_a_new_one_starts_it_without_marking_it_as_edited(
    work: Work, incident: Incident
) -> None:
    incident.touched_by_person = False

    service.acknowledge(work, incident)

    assert (incident.state, incident.touched_by_person) == (State.IN_PROGRESS, False)


def test_acknowledging_one_at_work_changes_nothing(work: Work, incident: Incident) -> None:
    service.wait(work, incident, "spare part")

    service.acknowledge(work, incident)

    assert (incident.state, incident.waits_for) == (State.PENDING, "spare part")


def test_resolving_stamps_the_time_and_arms_the_closing(work: Work, incident: Incident) -> None:
    service.resolve(work, incident, "Put it out", code="fixed")

    assert (incident.state, incident.open, incident.resolved_at) == (
        State.RESOLVED,
        False,
        work.now,
    )
    due = timers.due_at(work, service.CLOSE, str(incident.id))
    assert due == work.now + timedelta(hours=72)
    assert work.events[-1] == IncidentResolved(
        ticket_id=incident.id, by_source=False, code="fixed", resolution="Put it out"
    )


def test_reopening_takes_the_resolution_back(as_: As, number: str) -> None:
    with as_("alice") as work:
        incident = queries.get_to_change(work, number)
        service.resolve(work, incident, "Put it out")

        service.reopen(work, incident, "smoke again")

        assert (incident.state, incident.resolved_at) == (State.IN_PROGRESS, None)
        assert incident.reopened_count == 1
        assert timers.due_at(work, service.CLOSE, str(incident.id)) is None
        assert work.events[-1] == IncidentReopened(ticket_id=incident.id, reason="smoke again")


def test_what_a_machine_reopens_is_new_again(work: Work, incident: Incident) -> None:
    service.resolve_by_source(work, incident, "OK again")
    assert incident.resolved_by_source

    service.reopen(work, incident, "fires again")

    assert (incident.state, incident.open) == (State.NEW, True)


def test_an_illegal_step_names_the_legal_ones(work: Work, incident: Incident) -> None:
    with pytest.raises(Refused) as refused:
        service.transition(work, incident, Transition(to=State.CLOSED))

    assert set(refused.value.legal) == {"in_progress", "pending", "resolved", "cancelled"}


@pytest.mark.parametrize("target", [State.IN_PROGRESS, State.PENDING, State.RESOLVED])
def test_each_state_is_reached_by_its_name(work: Work, incident: Incident, target: State) -> None:
    service.transition(work, incident, Transition(to=target))

    assert incident.state is target


def test_a_requester_does_not_move_an_incident(as_: As, number: str) -> None:
    with as_("charlie") as work, pytest.raises(Denied):
        service.resolve(work, queries.get_to_change(work, number), "done")


def test_a_graver_alert_raises_the_priority(work: Work, incident: Incident) -> None:
    service.raise_severity(work, incident, "critical")

    assert (incident.urgency, incident.priority) == (1, 3)
    assert work.events[-1] == IncidentGraver(
        ticket_id=incident.id, severity="critical", before=4, after=3
    )


def test_a_machine_never_lowers_a_priority(work: Work) -> None:
    incident = service.open_(work, OpenIncident(title="All down", impact=1, urgency=1))

    service.raise_severity(work, incident, "info")

    assert (incident.urgency, incident.priority) == (1, 1)


def test_a_graver_alert_wakes_what_waits(work: Work, incident: Incident) -> None:
    service.wait(work, incident, "vendor")

    service.raise_severity(work, incident, "high")

    assert incident.state == State.IN_PROGRESS
