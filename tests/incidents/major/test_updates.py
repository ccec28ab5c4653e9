"""Updates, and how often one is due."""

from collections.abc import Callable

import pytest

from itsm.desk.models import Visibility
from itsm.incidents import queries, service
from itsm.incidents.inputs import OpenIncident
from itsm.incidents.major import queries as majors
from itsm.incidents.major import roles, updates
from itsm.incidents.major import service as life
from itsm.incidents.major.inputs import Declare, NewUpdate
from itsm.incidents.major.states import Role, Status
from itsm.kernel.errors import Denied, Invalid, Refused
from tests.cast import Browser
from tests.clock import SetClock
from tests.incidents.conftest import As
from tests.incidents.major.conftest import Do

PUBLIC, INTERNAL = Visibility.PUBLIC, Visibility.INTERNAL
DUE = "An update is due"


def public(body: str, status: Status | None = None) -> NewUpdate:
    return NewUpdate(body=body, visibility=PUBLIC, status=status)


def internal(body: str) -> NewUpdate:
    return NewUpdate(body=body, visibility=INTERNAL)


def test_a_reminder_names_the_communications_role_else_the_commander(
    do: Do,
    major: str,
    wait: Callable[[float], None],
    timeline: Callable[[str], list[str]],
) -> None:
    assert major
    wait(29)
    assert not [text for text in timeline("alice") if DUE in text]

    wait(1)
    to_the_commander = f"{DUE}: Dana Director has the role commander and is to write it"
    assert timeline("alice")[-1] == to_the_commander

    do("dana", roles.give, Role.COMMUNICATIONS, "bob")
    wait(30)
    assert timeline("alice")[-1] == (
        f"{DUE}: Bob Baker has the role communications and is to write it"
    )
    assert not [text for text in timeline("charlie") if DUE in text]


def test_nobody_is_reminded_for_ever(
    do: Do,
    major: str,
    wait: Callable[[float], None],
    timeline: Callable[[str], list[str]],
) -> None:
    assert major
    do("dana", roles.give_up, Role.COMMANDER)
    for _ in range(6):
        wait(30)

    told = [text for text in timeline("alice") if DUE in text]
    assert told == [f"{DUE}, and nobody has the role to write it"] * 3


@pytest.mark.parametrize("new", [public("We look."), internal("Disk is full.")])
def test_an_update_starts_the_wait_anew(
    do: Do,
    new: NewUpdate,
    major: str,
    wait: Callable[[float], None],
    page: Callable[[str], str],
) -> None:
    assert major
    wait(18)
    assert "due in <b>12 min</b>" in page("alice")

    do("dana", updates.write, new)
    assert "due in <b>30 min</b>" in page("alice")

    wait(29)
    assert DUE not in page("alice")
    wait(6)
    assert DUE in page("alice")
    assert "overdue by 5 min" in page("alice")
    assert "overdue" not in page("charlie")


def test_a_public_update_has_a_status_and_reaches_the_requester(
    do: Do, as_: As, major: str, page: Callable[[str], str]
) -> None:
    do("dana", updates.write, public("A disk filled up.", Status.IDENTIFIED))
    do("dana", updates.write, public("Half is back."))
    do("dana", updates.write, internal("It was the log of pay-db-07"))

    with as_("alice") as work:
        incident = queries.get(work, major)
        assert majors.active(work, incident).status is Status.IDENTIFIED
        assert [one.status for one in majors.updates(work, incident)] == [
            Status.IDENTIFIED,
            Status.IDENTIFIED,
            None,
        ]
    shown = page("charlie")
    assert "A disk filled up." in shown
    assert "update, identified" in shown
    assert "pay-db-07" not in shown
    assert "pay-db-07" in page("alice")


def test_only_those_who_run_it_write_updates(do: Do, major: str) -> None:
    assert major
    for username in ("alice", "charlie"):
        with pytest.raises(Denied):
            do(username, updates.write, public("Let me tell you"))

    do("dana", roles.give, Role.COMMUNICATIONS, "alice")
    do("alice", updates.write, public("Let me tell you"))


def test_an_internal_update_has_no_status(do: Do, major: str) -> None:
    assert major
    with pytest.raises(Invalid) as refusal:
        do("dana", updates.write, NewUpdate(body="x", visibility=INTERNAL, status=Status.RESOLVED))

    assert "status" in refusal.value.fields


def test_resolved_for_employees_ends_the_updates_until_told_otherwise(
    do: Do, as_: As, major: str
) -> None:
    def due() -> bool:
        with as_("alice") as work:
            return majors.active(work, queries.get(work, major)).update_due_at is not None

    do("dana", updates.write, public("All works.", Status.RESOLVED))
    assert not due()

    do("dana", updates.write, public("It fails again.", Status.INVESTIGATING))
    assert due()

    do("dana", service.resolve, "Replaced")
    with pytest.raises(Refused, match="reopen it first"):
        do("dana", updates.write, public("Hm.", Status.MONITORING))
    do("dana", updates.write, public("All works again."))
    assert not due()


def test_nothing_public_is_said_of_a_confidential_incident(as_: As) -> None:
    with as_("dana") as work:
        secret = service.open_(work, OpenIncident(title="Theft", confidential=True))
        life.declare(work, secret, Declare())
        with pytest.raises(Refused, match="confidential"):
            updates.write(work, secret, public("Somebody stole the till"))
        updates.write(work, secret, internal("Somebody stole the till"))


def test_an_update_is_written_on_the_page(
    browser: Callable[..., Browser], major: str, clock: SetClock
) -> None:
    dana, address = browser("dana"), f"/incidents/{major}/major/updates"
    clock.advance(minutes=1)
    told = {"update": "We found it.", "visibility": "public", "status": "identified"}
    noted = {"update": "It is the disk.", "visibility": "internal", "status": "resolved"}

    assert [dana.post(address, form).status_code for form in (told, noted)] == [303, 303]
    shown = dana.get(f"/incidents/{major}").text
    assert "update, identified" in shown
    assert "internal update" in shown
    assert "<b>Identified</b>" in shown

    assert browser("alice").post(address, told).status_code == 403
    empty = dana.post(address, {**told, "update": " ", "status": "monitoring"})
    assert empty.status_code == 422
    changed = {"headline": "Shop is slow", "interval_min": "2"}
    assert dana.post(f"/incidents/{major}/major/change", changed).status_code == 422
    changed["interval_min"] = "60"
    assert dana.post(f"/incidents/{major}/major/change", changed).status_code == 303
    assert "due in <b>1 h</b>" in dana.get(f"/incidents/{major}").text
