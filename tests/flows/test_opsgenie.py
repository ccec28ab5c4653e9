"""What follows from requests to Opsgenie's alert API: pages stop and begin again, notes arrive."""

from typing import Any

from sqlalchemy import select

from itsm.desk.models import Comment, Visibility
from itsm.incidents.states import State
from itsm.kernel.access import SYSTEM
from tests.flows.conftest import Desk


def ask(desk: Desk, path: str = "", **body: Any) -> None:  # noqa: ANN401 - any JSON
    """Send a request about the alert `disk`, and do what follows."""
    answer = desk.house.app.test_client().post(
        f"/v2/alerts{path}",
        json=body,
        query_string={"identifierType": "alias"},
        headers={"Authorization": f"GenieKey {desk.key}"},
    )
    assert answer.status_code == 202, answer.data
    desk.work()


def create(desk: Desk) -> None:
    ask(desk, message="disk full", alias="disk", priority="P1")


def notes(desk: Desk) -> list[tuple[str, Visibility]]:
    with desk.house.work(SYSTEM, writes=False) as work:
        rows = work.session.scalars(select(Comment).order_by(Comment.id))
        return [(comment.body, comment.visibility) for comment in rows]


def test_an_alert_pages_until_it_is_acknowledged(desk: Desk) -> None:
    create(desk)
    ask(desk, "/disk/acknowledge", user="Ann")
    desk.wait(minutes=20)

    assert (desk.incident().state, desk.pages()) == (State.IN_PROGRESS, 1)


def test_an_acknowledgement_that_is_taken_back_pages_again(desk: Desk) -> None:
    create(desk)
    ask(desk, "/disk/acknowledge")
    ask(desk, "/disk/unacknowledge")
    desk.wait(minutes=1)

    assert desk.pages() == 2


def test_to_take_back_what_was_not_acknowledged_changes_nothing(desk: Desk) -> None:
    create(desk)
    ask(desk, "/disk/unacknowledge")

    assert desk.pages() == 1


def test_a_closed_alert_resolves_its_incident_after_the_quiet_time(desk: Desk) -> None:
    create(desk)
    ask(desk, "/disk/close", user="script")
    desk.wait(minutes=6)

    assert desk.incident().state == State.RESOLVED


def test_notes_stand_on_the_incident_for_colleagues(desk: Desk) -> None:
    create(desk)
    ask(desk, "/disk/notes", user="Ann", note="see the wiki")
    ask(desk, "/disk/acknowledge", note="on it")

    assert notes(desk) == [
        ("Prometheus: Ann: see the wiki", Visibility.INTERNAL),
        ("Prometheus: on it", Visibility.INTERNAL),
    ]
