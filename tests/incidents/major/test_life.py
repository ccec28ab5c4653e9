"""An incident becomes a major one, and may cease to be one."""

from collections.abc import Callable

import pytest

from itsm.incidents import queries, service
from itsm.incidents.inputs import OpenIncident
from itsm.incidents.major import queries as majors
from itsm.incidents.major import roles
from itsm.incidents.major import service as life
from itsm.incidents.major.inputs import ChangeMajor, Declare, Demote
from itsm.incidents.major.states import Role, Status
from itsm.kernel.access import Permission
from itsm.kernel.errors import Denied, NotFound, Refused
from itsm.people.models import TokenScope
from itsm.people.roles import BUILT_IN
from itsm.platform.house import House
from tests.cast import Api, Browser, actor_without
from tests.incidents.conftest import As
from tests.incidents.major.conftest import Do


def test_declaring_raises_the_priority_and_gives_the_command(
    as_: As, major: str, timeline: Callable[[str], list[str]]
) -> None:
    with as_("alice") as work:
        incident = queries.get(work, major)
        held = majors.holders(work, incident.id)

        assert (incident.impact, incident.urgency, incident.priority) == (1, 1, 1)
        assert held[Role.COMMANDER].person.username == "dana"
        assert majors.active(work, incident).status is Status.INVESTIGATING
    assert "Dana Director declared this a major incident" in timeline("charlie")


@pytest.mark.parametrize("username", ["alice", "charlie"])
def test_others_may_not_declare_one(do: Do, number: str, username: str) -> None:
    assert number
    with pytest.raises(Denied, match="incident:major"):
        do(username, life.declare, Declare())


def test_supervisors_and_those_on_call_may_and_agents_may_not() -> None:
    may = {
        key
        for key, role in BUILT_IN.items()
        if Permission.INCIDENT_MAJOR in {permission for permission, _ in role.grants}
    }

    assert may == {"supervisor", "oncall", "admin"}


def test_a_new_incident_is_declared_at_once(as_: As) -> None:
    with as_("dana") as work:
        incident = service.open_(work, OpenIncident(title="Shop is down", major=True))

        assert incident.priority == 1
        assert majors.active(work, incident).interval_min == 30


def test_whoever_may_not_declare_opens_no_major_incident(house: House, as_: As) -> None:
    with as_("alice") as work, pytest.raises(Denied, match="incident:major"):
        service.open_(work, OpenIncident(title="Shop is down", major=True))

    everything_else = actor_without(house, "dana", Permission.INCIDENT_MAJOR)
    with house.work(everything_else) as work, pytest.raises(Denied, match="incident:major"):
        service.open_(work, OpenIncident(title="Shop is down", major=True))


def test_it_is_declared_once_and_while_it_is_open(do: Do, major: str) -> None:
    assert major
    with pytest.raises(Refused, match="already"):
        do("dana", life.declare, Declare())

    do("dana", life.demote, Demote(reason="one shop alone"))
    do("dana", service.resolve, "Restarted")
    with pytest.raises(Refused, match="resolved already"):
        do("dana", life.declare, Declare())


def test_demoting_says_why_and_ends_roles_and_updates(
    as_: As,
    do: Do,
    major: str,
    wait: Callable[[float], None],
    timeline: Callable[[str], list[str]],
) -> None:
    do("dana", life.demote, Demote(reason="one shop alone"))
    wait(40)

    with as_("alice") as work:
        incident = queries.get(work, major)
        with pytest.raises(NotFound, match="no major incident"):
            majors.active(work, incident)
        assert majors.holders(work, incident.id) == {}
        assert incident.priority == 1
    told = timeline("alice")
    assert "Dana Director demoted this from major incident: one shop alone" in told
    assert not [text for text in told if "An update is due" in text]
    assert not [text for text in timeline("charlie") if "one shop alone" in text]


def test_who_runs_it_may_still_not_demote_it(do: Do, major: str) -> None:
    assert major
    do("dana", roles.give, Role.COMMANDER, "alice")

    with pytest.raises(Denied, match="incident:major"):
        do("alice", life.demote, Demote(reason="mine"))


def test_one_that_was_demoted_is_declared_anew(as_: As, do: Do, major: str) -> None:
    do("dana", roles.give, Role.COMMANDER, "alice")
    do("dana", life.demote, Demote(reason="one shop alone"))
    do("dana", life.declare, Declare(interval_min=15))

    with as_("alice") as work:
        incident = queries.get(work, major)
        again = majors.active(work, incident)
        assert (again.interval_min, again.headline) == (15, "Checkout fails for many")
        assert majors.holders(work, incident.id)[Role.COMMANDER].person.username == "dana"


def test_an_incident_that_is_over_tells_so_and_one_that_is_reopened_too(
    as_: As, do: Do, major: str
) -> None:
    def stands() -> tuple[Status, bool, bool]:
        with as_("alice") as work:
            one = majors.active(work, queries.get(work, major))
            return one.status, one.ended_at is None, one.update_due_at is None

    do("alice", service.resolve, "Restarted")
    assert stands() == (Status.RESOLVED, False, True)

    do("alice", service.reopen, "fails again")
    assert stands() == (Status.INVESTIGATING, True, False)

    do("alice", service.cancel, "was a drill")
    assert stands() == (Status.RESOLVED, False, True)


def test_those_who_run_it_change_what_is_read_and_how_often(as_: As, do: Do, major: str) -> None:
    with pytest.raises(Denied):
        do("alice", life.change, ChangeMajor(headline="x"))

    do("dana", roles.give, Role.COMMUNICATIONS, "alice")
    do("alice", life.change, ChangeMajor(headline="Payments fail", interval_min=10))

    with as_("alice") as work:
        one = majors.active(work, queries.get(work, major))
        assert (one.headline, one.interval_min) == ("Payments fail", 10)
        assert one.update_due_at is not None
        assert (one.update_due_at - work.now).total_seconds() == 600


def test_lists_mark_it_and_are_narrowed_to_it(
    browser: Callable[..., Browser], api: Callable[[str], Api], as_: As, major: str
) -> None:
    with as_("alice") as work:
        other = service.open_(work, OpenIncident(title="Mouse squeaks")).number
    alice = browser("alice")

    assert ">Major<" in alice.get("/incidents/").text
    for asked, expected in (("yes", {major}), ("no", {other})):
        listed = api("alice").get(f"/api/v1/incidents?major={asked}").json["items"]
        assert {one["number"] for one in listed} == expected
        assert [one["major"] for one in listed] == [asked == "yes"]
        shown = alice.get(f"/incidents/?major={asked}").text
        assert {one for one in (major, other) if f"row-{one}" in shown} == expected
    assert "No major incidents" in alice.get("/incidents/?major=no").text
    assert api("alice").get("/api/v1/incidents?major=perhaps").status_code == 422


def test_it_is_declared_and_demoted_on_its_page(
    browser: Callable[..., Browser], number: str
) -> None:
    dana = browser("dana")
    form = {"headline": "Shop is down", "interval_min": "20"}
    assert "Declare a major incident" in dana.get(f"/incidents/{number}").text

    assert dana.post(f"/incidents/{number}/major", form).status_code == 303
    shown = dana.get(f"/incidents/{number}").text
    assert "major-banner" in shown
    assert "commander Dana Director" in shown

    assert dana.post(f"/incidents/{number}/major/demote", {"why": " "}).status_code == 422
    assert dana.post(f"/incidents/{number}/major/demote", {"why": "a drill"}).status_code == 303
    assert "major-banner" not in dana.get(f"/incidents/{number}").text


def test_it_is_reported_as_one_by_a_form(browser: Callable[..., Browser], as_: As) -> None:
    del as_
    form = {"title": "Shop is down", "impact": "3", "urgency": "3", "major": "true"}

    answer = browser("dana").post("/incidents/", form)

    assert "major-banner" in browser("dana").get(answer.headers["Location"]).text
    assert browser("alice").post("/incidents/", form).status_code == 422


def test_a_token_for_tickets_may_declare(house: House, number: str) -> None:
    caller = Api(house, "dana", TokenScope.TICKETS)

    answer = caller.post(f"/api/v1/incidents/{number}/major", {"headline": "Shop is down"})

    assert (answer.status_code, answer.json["roles"]) == (201, {"commander": "dana"})
