"""An engine that was approved as a CI is that CI, whatever name or address its traps bear."""

import pytest

from itsm.assets.states import State
from itsm.kernel.work import Work
from itsm.monitoring import hosts
from itsm.monitoring.snmp import queries, reading, service
from itsm.monitoring.snmp.inputs import NewUser
from itsm.monitoring.snmp.models import EngineState, TrapEngine, TrapSource
from itsm.platform import intake
from itsm.platform.intake import Message
from tests.assets.made import ci as made
from tests.monitoring.snmp.conftest import SWITCH, alerts
from tests.pure.snmp.secure import ENGINE, Device


@pytest.fixture
def engine(work: Work, source: TrapSource) -> TrapEngine:
    """The engine that `Device` sends from, approved for the user that it names."""
    new = NewUser.model_validate(
        {
            "name": "mon",
            "source_id": source.id,
            "auth_passphrase": "authpass123",
            "privacy_passphrase": "privpass123",
            "engines": ENGINE.hex(),
        }
    )
    return service.add_user(work, new).engines[0]


def take(work: Work, source: TrapSource) -> None:
    """Have a v3 trap kept and read, and its alerts mapped as the worker does."""
    intake.keep(work, Message(queries.DOOR, "v3", Device().message(), SWITCH, source.id))
    reading.read_waiting(work)
    hosts.map_hosts(work, [alert.id for alert in alerts(work)])
    work.session.flush()


def test_the_ci_of_an_engine_goes_before_whatever_its_name_or_address_leads_to(
    work: Work, source: TrapSource, engine: TrapEngine
) -> None:
    made(work, "by-address", addresses=[SWITCH])
    ci, _ = made(work, "core"), made(work, "core", of="network_device")
    service.decide_engine(work, engine, EngineState.APPROVED, ci=ci)
    work.session.flush()
    take(work, source)

    [alert] = alerts(work)
    assert alert.ci_id == ci.id
    assert alert.source_key == "core:link:"
    assert alert.ci_note == ""


def test_a_host_name_is_enough_where_no_ci_is_named(
    work: Work, source: TrapSource, engine: TrapEngine
) -> None:
    ci = made(work, "core")
    service.decide_engine(work, engine, EngineState.APPROVED, host="core")
    work.session.flush()
    take(work, source)

    assert [alert.ci_id for alert in alerts(work)] == [ci.id]


def test_a_retired_ci_is_nobody(work: Work, source: TrapSource, engine: TrapEngine) -> None:
    ci = made(work, "core")
    service.decide_engine(work, engine, EngineState.APPROVED, ci=ci)
    ci.state = State.RETIRED
    work.session.flush()
    take(work, source)

    [alert] = alerts(work)
    assert (alert.ci_id, alert.source_key) == (None, f"{SWITCH}:link:")


def test_a_refused_engine_is_nobody_any_more(
    work: Work, source: TrapSource, engine: TrapEngine
) -> None:
    service.decide_engine(work, engine, EngineState.REFUSED, host="core")
    work.session.flush()
    take(work, source)

    assert [alert.source_key for alert in alerts(work)] == [f"{SWITCH}:link:"]
