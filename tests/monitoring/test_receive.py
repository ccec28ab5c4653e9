"""What becomes of alerts: opened, counted, raised, resolved, reopened; on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from itsm.kernel.access import ANONYMOUS
from itsm.kernel.errors import Denied, Refused
from itsm.kernel.work import Work
from itsm.monitoring import events, service
from itsm.monitoring.models import Alert, AlertEvent, Change, Integration
from itsm.monitoring.signal import Action, Severity
from itsm.monitoring.states import State
from itsm.monitoring.verdict import Outcome
from tests.clock import NOON
from tests.monitoring.conftest import Say, signal

FIRE, RESOLVE, ACK = Action.FIRE, Action.RESOLVE, Action.ACKNOWLEDGE


def only_alert(work: Work) -> Alert:
    work.session.expire_all()
    return work.session.scalars(select(Alert).where(Alert.count > 0)).one()


def history(work: Work) -> list[Change]:
    return list(work.session.scalars(select(AlertEvent.change).order_by(AlertEvent.id)))


def names(work: Work) -> list[str]:
    return [event.name for event in work.events if isinstance(event, events.AlertsChanged)]


def test_a_fire_opens_an_alert_and_says_so(work: Work, say: Say) -> None:
    result = say(FIRE, minute=-1, hosts=("web1:9100",), labels={"job": "node"}, check="disk")

    alert = only_alert(work)
    assert (result.outcome, result.status, result.alert_id) == ("opened", "open", alert.id)
    assert (alert.title, alert.severity, alert.count) == ("Disk full", Severity.HIGH, 1)
    assert (alert.hosts, alert.labels, alert.check) == (["web1:9100"], {"job": "node"}, "disk")
    assert (alert.first_seen, alert.source_at) == (NOON, NOON - timedelta(minutes=1))
    assert names(work) == ["alert.opened"]


def test_a_repeat_is_counted_and_leaves_no_history(work: Work, say: Say) -> None:
    say(FIRE)
    work.events.clear()

    results = [say(FIRE) for _ in range(3)]

    assert {result.outcome for result in results} == {Outcome.UPDATED}
    assert only_alert(work).count == 4
    assert history(work) == [Change.OPENED]
    assert names(work) == []


def test_a_recovery_resolves_and_another_fire_reopens_the_same_alert(work: Work, say: Say) -> None:
    opened = say(FIRE, minute=0)
    resolved = say(RESOLVE, minute=1)
    reopened = say(FIRE, minute=2)

    assert [result.outcome for result in (opened, resolved, reopened)] == [
        "opened",
        "resolved",
        "reopened",
    ]
    assert opened.alert_id == reopened.alert_id
    assert only_alert(work).resolved_at is None
    assert history(work) == [Change.OPENED, Change.RESOLVED, Change.REOPENED]


def test_a_recovery_before_its_fire_opens_nothing(work: Work, say: Say) -> None:
    early = say(RESOLVE, minute=5)
    late = say(FIRE, minute=4)

    assert (early.outcome, early.alert_id) == ("ignored", None)
    assert (late.outcome, late.status) == ("ignored", "resolved")
    assert work.session.scalar(select(func.count()).where(Alert.count > 0)) == 0


def test_a_newer_fire_opens_despite_an_early_recovery(work: Work, say: Say) -> None:
    say(RESOLVE, minute=5)
    work.now += timedelta(minutes=1)

    assert say(FIRE, minute=6).outcome == "opened"
    assert only_alert(work).first_seen == work.now


def test_an_old_recovery_after_a_new_fire_is_recorded_and_ignored(work: Work, say: Say) -> None:
    say(FIRE, minute=10)

    assert say(RESOLVE, minute=3).outcome == "ignored"
    assert only_alert(work).state is State.OPEN
    assert history(work) == [Change.OPENED, Change.STALE]


def test_resolving_twice_changes_nothing_the_second_time(work: Work, say: Say) -> None:
    say(FIRE, minute=0)
    say(RESOLVE, minute=1)

    assert say(RESOLVE, minute=1).outcome == "ignored"
    assert history(work) == [Change.OPENED, Change.RESOLVED]


def test_a_day_later_the_same_trouble_is_another_alert(work: Work, say: Say) -> None:
    first = say(FIRE)
    say(RESOLVE)
    work.now += timedelta(hours=25)

    second = say(FIRE)

    states = list(work.session.scalars(select(Alert.state).order_by(Alert.id)))
    assert (second.outcome, second.fingerprint) == ("opened", first.fingerprint)
    assert second.alert_id != first.alert_id
    assert states == [State.CLOSED, State.OPEN]


def test_a_rise_takes_the_acknowledgement_away_and_a_fall_does_not(work: Work, say: Say) -> None:
    say(FIRE, severity=Severity.MEDIUM)
    say(ACK)
    work.events.clear()

    assert say(FIRE, severity=Severity.LOW).status == "acknowledged"
    assert say(FIRE, severity=Severity.CRITICAL).status == "open"
    assert names(work) == ["alert.fell", "alert.rose"]
    assert only_alert(work).severity is Severity.CRITICAL


def test_the_source_may_acknowledge_what_is_open_alone(say: Say) -> None:
    assert say(ACK).outcome == "ignored"
    say(FIRE)
    assert say(ACK).outcome == "acknowledged"
    assert say(ACK).outcome == "ignored"


def test_a_severity_that_means_fine_resolves(say: Say) -> None:
    say(FIRE, severity=None, severity_word="warning")

    assert say(FIRE, severity=None, severity_word="OK").outcome == "resolved"


@pytest.mark.parametrize(
    ("word", "severity"),
    [("Schlimm", "critical"), ("ERROR", "high"), ("whatever", "low"), ("", "low")],
)
def test_severity_words_are_mapped_by_the_integration_first(
    work: Work, integration: Integration, say: Say, word: str, severity: str
) -> None:
    integration.severity_map = {"schlimm": "critical"}
    integration.default_severity = Severity.LOW

    say(FIRE, severity=None, severity_word=word)

    assert only_alert(work).severity == severity


def test_a_message_is_answered_in_its_own_order(work: Work, integration: Integration) -> None:
    said = [signal(FIRE, f"k{place}", index=place) for place in (3, 1, 2)]
    mixed = [*said, signal(RESOLVE, "k1", index=9)]

    results = service.receive(work, integration, mixed)

    assert [result.source_key for result in results] == ["k3", "k1", "k2", "k1"]
    assert [result.outcome for result in results] == ["opened", "opened", "opened", "resolved"]


def test_the_same_key_twice_in_one_message_is_one_alert(
    work: Work, integration: Integration
) -> None:
    results = service.receive(work, integration, [signal(FIRE), signal(FIRE), signal(FIRE)])

    assert [result.outcome for result in results] == ["opened", "updated", "updated"]
    assert only_alert(work).count == 3


def test_one_message_has_one_event_for_each_sort_of_change(
    work: Work, integration: Integration
) -> None:
    service.receive(work, integration, [signal(FIRE, f"k{place}") for place in range(150)])

    (opened,) = [event for event in work.events if isinstance(event, events.AlertsOpened)]
    assert len(opened.alert_ids) == 150


def test_without_a_key_every_message_is_a_thing_of_its_own(work: Work, say: Say) -> None:
    first, second = say(FIRE, key=""), say(FIRE, key="")

    assert first.source_key != second.source_key
    assert work.session.scalar(select(func.count(Alert.id))) == 2


def test_two_integrations_never_share_an_alert(work: Work, say: Say) -> None:
    other = Integration(
        kind="generic", name="other", key_hash="0" * 64, rate_per_minute=1, burst=1,
        created_at=NOON, severity_map={},
    )  # fmt: skip
    work.add(other)
    say(FIRE)

    assert service.receive(work, other, [signal(FIRE)])[0].outcome == "opened"


def test_foreign_text_is_made_fit_for_the_database(work: Work, say: Say) -> None:
    said = {"title": "a\0b\ud800c" + "x" * 500, "url": "javascript:alert(1)"}
    say(FIRE, "\ud800" + "k" * 2000, **said)

    alert = only_alert(work)
    assert alert.title.startswith("ab?cxx")
    assert (len(alert.title), len(alert.source_key), alert.url) == (400, 512, "")


def test_a_person_acknowledges_an_open_alert_once(work: Work, say: Say) -> None:
    say(FIRE)
    alert = only_alert(work)

    service.acknowledge(work, alert)

    assert alert.state is State.ACKNOWLEDGED
    with pytest.raises(Refused):
        service.acknowledge(work, alert)


def test_who_may_not_acknowledge_is_denied(work: Work, say: Say) -> None:
    say(FIRE)
    work.actor = ANONYMOUS

    with pytest.raises(Denied):
        service.acknowledge(work, only_alert(work))
