"""What kept traps become."""

from datetime import timedelta

import pytest

from itsm.kernel.work import Work
from itsm.monitoring.signal import Severity
from itsm.monitoring.snmp import queries, reading, service
from itsm.monitoring.snmp.inputs import RuleInput
from itsm.monitoring.snmp.models import TrapSource
from itsm.monitoring.snmp.problems import SETTLE, UNSETTLED
from itsm.monitoring.states import State
from itsm.platform import timers
from itsm.platform.intake import IntakeRow, IntakeState
from itsm.platform.outbox import Payload
from tests.monitoring.snmp.conftest import SWITCH, Send, alerts
from tests.pure.snmp.datagrams import IF_INDEX, link_down, number, text, v2c

COLD_START = "1.3.6.1.6.3.1.1.5.1"
WARM_START = "1.3.6.1.6.3.1.1.5.2"
LINK_UP = "1.3.6.1.6.3.1.1.5.4"
AUTHENTICATION = "1.3.6.1.6.3.1.1.5.5"
UPS = "1.3.6.1.4.1.99999.1"


def link_up(if_index: int = 3) -> bytes:
    return v2c(LINK_UP, number(f"{IF_INDEX}.{if_index}", if_index))


def payload_of(work: Work, kind: str) -> Payload:
    timer = work.session.query(timers.Timer).filter_by(kind=kind).one()
    assert isinstance(timer.payload, dict)
    return timer.payload


def later(work: Work, **delta: float) -> None:
    work.now += timedelta(**delta)


def test_a_link_down_is_shown_at_once_and_grows_bad_after_a_minute(work: Work, send: Send) -> None:
    send(link_down())
    assert [(alert.severity, alert.source_key) for alert in alerts(work)] == [
        (Severity.INFO, f"{SWITCH}:link:3")
    ]

    later(work, seconds=60)
    reading.settle(work, payload_of(work, SETTLE))

    assert [alert.severity for alert in alerts(work)] == [Severity.HIGH]


def test_a_link_that_comes_back_within_the_minute_never_grows_bad(work: Work, send: Send) -> None:
    send(link_down())
    held = payload_of(work, SETTLE)
    send(link_up())

    assert work.session.query(timers.Timer).filter_by(kind=SETTLE).count() == 0
    reading.settle(work, held)
    assert [(alert.state, alert.severity) for alert in alerts(work)] == [
        (State.RESOLVED, Severity.INFO)
    ]


def test_a_link_down_again_within_the_minute_does_not_prolong_it(work: Work, send: Send) -> None:
    send(link_down())
    due = work.session.query(timers.Timer).filter_by(kind=SETTLE).one().due_at
    later(work, seconds=30)
    send(link_down())

    assert work.session.query(timers.Timer).filter_by(kind=SETTLE).one().due_at == due


def test_a_link_up_clears_its_own_link_alone(work: Work, send: Send) -> None:
    send(link_down(3))
    send(link_down(4))
    send(link_up(4))

    assert [alert.state for alert in alerts(work)] == [State.OPEN, State.RESOLVED]


def test_a_link_up_without_a_problem_says_nothing(work: Work, send: Send) -> None:
    send(link_up())

    assert alerts(work) == []


def test_after_a_restart_links_not_seen_down_again_are_closed(work: Work, send: Send) -> None:
    send(link_down(3))
    send(link_down(4))
    send(v2c(COLD_START))
    later(work, minutes=5)
    send(link_down(4))
    later(work, minutes=5)
    reading.close_unseen(work, payload_of(work, UNSETTLED))

    states = {alert.source_key: alert.state for alert in alerts(work)}
    assert states[f"{SWITCH}:link:3"] is State.RESOLVED
    assert states[f"{SWITCH}:link:4"] is State.OPEN


def test_the_fourth_warm_start_within_an_hour_is_more_than_news(work: Work, send: Send) -> None:
    for _ in range(3):
        send(v2c(WARM_START))
        later(work, minutes=10)
    assert [alert.severity for alert in alerts(work)] == [Severity.INFO]

    send(v2c(WARM_START))

    assert [alert.severity for alert in alerts(work)] == [Severity.MEDIUM]


def test_warm_starts_over_more_than_an_hour_stay_news(work: Work, send: Send) -> None:
    for _ in range(4):
        send(v2c(WARM_START))
        later(work, minutes=30)

    assert [alert.severity for alert in alerts(work)] == [Severity.INFO]


def test_authentication_failures_are_counted_on_one_low_alert(work: Work, send: Send) -> None:
    send(v2c(AUTHENTICATION))
    send(v2c(AUTHENTICATION))

    assert [(alert.severity, alert.count) for alert in alerts(work)] == [(Severity.LOW, 2)]


def test_a_trap_without_a_rule_is_counted_by_its_oid_and_opens_nothing(
    work: Work, send: Send
) -> None:
    send(v2c(f"{UPS}.0.4"))
    row_id = send(v2c(f"{UPS}.0.4"))

    assert alerts(work) == []
    unmatched = queries.unmatched(work)
    assert [(one.oid, one.count, one.intake_id) for one in unmatched] == [(f"{UPS}.0.4", 2, row_id)]
    assert work.session.get_one(IntakeRow, row_id).state is IntakeState.IGNORED


def test_what_cannot_be_decoded_stays_with_its_reason(work: Work, send: Send) -> None:
    row_id = send(v2c(f"{UPS}.0.4", (UPS, b"\x4f\x00")))

    row = work.session.get_one(IntakeRow, row_id)
    assert row.state is IntakeState.REJECTED
    assert row.reason == "no SNMP value bears the tag 0x4f"


def test_a_trap_read_again_after_its_rule_was_made_opens_an_alert(work: Work, send: Send) -> None:
    row_id = send(v2c(f"{UPS}.0.4", text(f"{UPS}.2.0", "battery low")))
    service.save_rule(work, ups_rule())
    service.read_again(work, row_id)
    reading.read_waiting(work)

    assert [(alert.title, alert.severity) for alert in alerts(work)] == [
        ("UPS: battery low", Severity.CRITICAL)
    ]


def ups_rule(**more: object) -> RuleInput:
    fields: dict[str, object] = {
        "name": "UPS",
        "oid": UPS,
        "prefix": True,
        "severity": "critical",
        "title": "UPS: {1}",
        "key": "battery",
    }
    return RuleInput.model_validate(fields | more)


@pytest.mark.usefixtures("source")
def test_a_rule_of_our_own_goes_before_a_built_in_one(work: Work, send: Send) -> None:
    service.save_rule(
        work, ups_rule(oid="linkDown", prefix=False, severity="critical", title="Down")
    )
    send(link_down())

    assert [alert.title for alert in alerts(work)] == ["Down"]


def test_a_trap_of_a_source_that_was_switched_off_is_kept_as_rejected(
    work: Work, send: Send, source: TrapSource
) -> None:
    source.enabled = False
    row_id = send(link_down())

    assert work.session.get_one(IntakeRow, row_id).state is IntakeState.REJECTED
    assert alerts(work) == []
