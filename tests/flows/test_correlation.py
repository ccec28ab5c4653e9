"""Alerts that belong together: of one CI, behind one that is down, by a rule of the instance."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from itsm.assets.models import Ci
from itsm.incidents import service as incident_verbs
from itsm.incidents.states import State as IncidentState
from itsm.kernel.access import SYSTEM
from itsm.monitoring import service
from itsm.monitoring.correlation import service as rules
from itsm.monitoring.correlation.inputs import RuleInput
from itsm.monitoring.models import Alert, Integration
from itsm.monitoring.signal import Action, Severity, Signal
from itsm.monitoring.states import State
from itsm.platform import runner
from tests.assets.made import ci, runs_on
from tests.flows.conftest import Desk


@pytest.fixture
def cis(desk: Desk) -> dict[str, Ci]:
    """A shop on two machines, which stand on one host, which hangs on a switch."""
    with desk.house.work(SYSTEM) as work:
        made = {name: ci(work, name) for name in ("switch", "host", "web1", "web2", "other")}
        for upper, lower in (("host", "switch"), ("web1", "host"), ("web2", "host")):
            runs_on(work, made[upper], made[lower])
        return made


def fire(desk: Desk, name: str, host: str, severity: Severity = Severity.CRITICAL) -> None:
    desk.say(Action.FIRE, name, hosts=(host,), severity=severity)


def states(desk: Desk) -> dict[str, State]:
    with desk.house.work(SYSTEM, writes=False) as work:
        return {row.title.split()[0]: row.state for row in work.session.query(Alert)}


def behind(desk: Desk) -> dict[str, str]:
    """Return the number of the incident behind each alert, by the alert's name."""
    with desk.house.work(SYSTEM, writes=False) as work:
        rows = work.session.query(Alert.title, Alert.incident_number)
        return {title.split()[0]: number or "" for title, number in rows}


def test_another_trouble_of_the_same_ci_joins_its_incident(desk: Desk, cis: dict[str, Ci]) -> None:
    assert cis
    fire(desk, "disk", "other", Severity.HIGH)
    desk.wait(minutes=9)
    fire(desk, "memory", "other", Severity.HIGH)

    assert len(desk.incidents()) == 1
    assert len(set(behind(desk).values())) == 1
    assert desk.pages() == 2  # one for each step of the wait, none for the second alert


def test_ten_minutes_later_it_is_trouble_of_its_own(desk: Desk, cis: dict[str, Ci]) -> None:
    assert cis
    fire(desk, "disk", "other")
    desk.wait(minutes=11)
    fire(desk, "memory", "other")

    assert len(desk.incidents()) == 2


def test_each_alert_that_joins_gives_the_next_ten_minutes_more(
    desk: Desk, cis: dict[str, Ci]
) -> None:
    assert cis
    for name in ("disk", "memory", "load"):
        fire(desk, name, "other")
        desk.wait(minutes=8)

    assert len(desk.incidents()) == 1


def test_a_graver_one_that_joins_pages_anew(desk: Desk, cis: dict[str, Ci]) -> None:
    assert cis
    fire(desk, "disk", "other", Severity.LOW)
    before = desk.pages()
    desk.as_("alice", incident_verbs.start)
    fire(desk, "memory", "other", Severity.CRITICAL)
    desk.wait(minutes=1)

    assert desk.incident().priority == 2
    assert desk.pages() == before + 1


def test_what_joins_an_incident_that_somebody_has_is_theirs(desk: Desk, cis: dict[str, Ci]) -> None:
    assert cis
    fire(desk, "disk", "other")
    desk.as_("alice", incident_verbs.start)
    fire(desk, "memory", "other")

    assert set(states(desk).values()) == {State.ACKNOWLEDGED}


def test_nothing_joins_an_incident_that_is_resolved(desk: Desk, cis: dict[str, Ci]) -> None:
    assert cis
    fire(desk, "disk", "other")
    desk.as_("alice", incident_verbs.resolve, "Cleaned up")
    fire(desk, "memory", "other")

    assert [one.state for one in desk.incidents()] == [IncidentState.RESOLVED, IncidentState.NEW]


def test_alerts_of_one_ci_at_the_same_moment_open_one_incident(
    desk: Desk, cis: dict[str, Ci]
) -> None:
    assert cis
    with desk.house.work(SYSTEM) as work:
        source = work.session.query(Integration).one()
        for number in range(8):
            signal = Signal(
                action=Action.FIRE,
                source_key=f"k{number}",
                title=f"check{number} fails",
                severity=Severity.HIGH,
                hosts=("other",),
            )
            service.receive(work, source, [signal])
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: runner.drain(desk.house), range(4)))
    desk.clock.advance(minutes=2)
    desk.work()

    assert len(desk.incidents()) == 1


@pytest.mark.parametrize("down", ["host", "switch"])
def test_what_depends_on_a_ci_that_is_down_is_kept_quiet(
    desk: Desk, cis: dict[str, Ci], down: str
) -> None:
    assert cis
    fire(desk, "down", down)
    pages = desk.pages()
    for name in ("web1", "web2"):
        fire(desk, name, name)

    assert len(desk.incidents()) == 1
    assert desk.pages() == pages
    assert {states(desk)[name] for name in ("web1", "web2")} == {State.SUPPRESSED}
    timeline = desk.timeline()
    assert "web1 is in trouble on web1 is kept quiet: it depends on this" in timeline


def test_what_is_not_down_keeps_nothing_quiet(desk: Desk, cis: dict[str, Ci]) -> None:
    assert cis
    fire(desk, "down", "switch", Severity.HIGH)
    desk.say(Action.FIRE, "full", hosts=("host",), check="DiskFull")
    fire(desk, "web1", "web1")
    fire(desk, "disk", "other")

    assert len(desk.incidents()) == 4


def test_five_minutes_after_the_parent_what_still_fires_pages(
    desk: Desk, cis: dict[str, Ci]
) -> None:
    assert cis
    fire(desk, "down", "host")
    fire(desk, "web1", "web1")
    fire(desk, "web2", "web2")
    desk.say(Action.RESOLVE, "down", hosts=("host",))
    desk.say(Action.RESOLVE, "web2", hosts=("web2",))
    before = desk.pages()
    desk.clock.advance(minutes=4, seconds=59)
    desk.work()
    assert len(desk.incidents()) == 1

    desk.clock.advance(seconds=1)
    desk.work()
    desk.wait(minutes=1)

    assert behind(desk)["web1"] not in {"", behind(desk)["down"]}
    assert behind(desk)["web2"] == ""
    assert desk.pages() == before + 1


def test_a_parent_that_is_down_again_keeps_them_quiet(desk: Desk, cis: dict[str, Ci]) -> None:
    assert cis
    fire(desk, "down", "host")
    fire(desk, "web1", "web1")
    desk.say(Action.RESOLVE, "down", hosts=("host",))
    desk.clock.advance(minutes=3)
    desk.work()
    fire(desk, "down", "host")
    desk.clock.advance(minutes=10)
    desk.work()

    assert states(desk)["web1"] is State.SUPPRESSED
    assert len(desk.incidents()) == 1


def test_an_incident_that_is_over_stays_so_while_its_parent_is_down(
    desk: Desk, cis: dict[str, Ci]
) -> None:
    assert cis
    fire(desk, "web1", "web1")
    desk.say(Action.RESOLVE, "web1", hosts=("web1",))
    desk.wait(minutes=6)
    fire(desk, "down", "host")
    fire(desk, "web1", "web1")

    first = desk.incidents()[0]
    assert first.state == IncidentState.RESOLVED
    assert states(desk)["web1"] is State.SUPPRESSED


RULE = RuleInput(
    name="Clusters", tests=("label.cluster = *", "label.cluster != "), group_by=("label.cluster",)
)


def add(desk: Desk, rule: RuleInput) -> None:
    with desk.house.work(SYSTEM) as work:
        rules.save(work, rule)


def send(desk: Desk, name: str, cluster: str = "") -> None:
    labels = {"cluster": cluster} if cluster else {}
    desk.say(Action.FIRE, name, labels=labels)


def test_a_rule_puts_together_what_agrees(desk: Desk) -> None:
    add(desk, RULE)
    for name, cluster in (("a", "blue"), ("b", "green"), ("c", "Blue"), ("d", ""), ("e", "")):
        send(desk, name, cluster)

    found = behind(desk)
    assert found["a"] == found["c"]
    assert len(set(found.values())) == 4


def test_a_group_ends_when_nothing_came_for_its_window(desk: Desk) -> None:
    add(desk, RULE)
    send(desk, "a", "blue")
    desk.wait(minutes=9)
    send(desk, "b", "blue")
    desk.wait(minutes=9)
    send(desk, "c", "blue")
    desk.wait(minutes=11)
    send(desk, "d", "blue")
    send(desk, "e", "blue")

    found = behind(desk)
    assert found["a"] == found["b"] == found["c"]
    assert found["d"] == found["e"] != found["a"]


def test_what_belongs_to_a_group_whose_incident_is_over_begins_another(desk: Desk) -> None:
    add(desk, RULE)
    send(desk, "a", "blue")
    desk.as_("alice", incident_verbs.resolve, "Restarted")
    send(desk, "b", "blue")
    send(desk, "c", "blue")

    found = behind(desk)
    assert found["b"] == found["c"] != found["a"]


def test_the_first_rule_that_fits_counts_and_one_that_is_off_does_not(desk: Desk) -> None:
    add(desk, RULE.model_copy(update={"name": "Off", "enabled": False, "group_by": ("source",)}))
    add(desk, RULE)
    add(desk, RULE.model_copy(update={"name": "Later", "group_by": ("source",)}))
    send(desk, "a", "blue")
    send(desk, "b", "green")

    assert len(desk.incidents()) == 2
