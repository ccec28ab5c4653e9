"""Who may send, and what people may say about it."""

from datetime import timedelta

import pytest
from pydantic import ValidationError
from sqlalchemy import text

from itsm.kernel.access import ANONYMOUS
from itsm.kernel.errors import Denied, Invalid
from itsm.kernel.work import Work
from itsm.monitoring.snmp import queries, receiving, service
from itsm.monitoring.snmp.ciphers import Auth, passphrase_key
from itsm.monitoring.snmp.events import TrapSourceAdded, TrapUserEdited
from itsm.monitoring.snmp.gate import Learned
from itsm.monitoring.snmp.inputs import (
    EditedSource,
    EditedUser,
    NewSource,
    NewUser,
    RuleInput,
)
from itsm.monitoring.snmp.models import EngineState, TrapSource
from itsm.monitoring.snmp.receiving import Tally
from itsm.monitoring.snmp.usm import EngineClock
from tests.monitoring.snmp.conftest import new_source

ENGINE = "8000000001020304"


def new_user(source: TrapSource, **more: object) -> NewUser:
    fields: dict[str, object] = {
        "name": "mon",
        "source_id": source.id,
        "auth_passphrase": "authpass123",
        "privacy_passphrase": "privpass123",
        "engines": f"0x{ENGINE}",
    }
    return NewUser.model_validate(fields | more)


def test_a_new_source_is_in_the_receivers_book_and_in_the_journal(work: Work) -> None:
    source = new_source(work, networks="10.1.2.3, 10.9.0.0/16")

    [entry] = receiving.load_book(work).communities[b"secret"]
    assert (entry.id, entry.networks) == (source.id, ("10.1.2.3/32", "10.9.0.0/16"))
    assert isinstance(work.events[-1], TrapSourceAdded)


def test_secrets_are_not_readable_in_the_database(work: Work, source: TrapSource) -> None:
    service.add_user(work, new_user(source))
    key = passphrase_key("authpass123", Auth.SHA256)
    stored = work.session.execute(text("SELECT community FROM trap_source")).scalar_one()
    sealed = work.session.execute(text("SELECT auth_key FROM trap_user")).scalar_one()

    assert b"secret" not in bytes(stored)
    assert key not in bytes(sealed)
    assert receiving.load_book(work).users["mon"].keys.auth_key == key


def test_a_source_that_is_switched_off_is_in_no_book(work: Work, source: TrapSource) -> None:
    service.edit_source(work, source, EditedSource(networks=("10.0.0.0/8",), enabled=False))

    assert not receiving.load_book(work).communities


def test_an_empty_community_leaves_the_one_there_is(work: Work, source: TrapSource) -> None:
    service.edit_source(work, source, EditedSource(networks=("10.0.0.0/8",), enabled=True))

    assert b"secret" in receiving.load_book(work).communities


def test_two_sources_may_not_share_a_name(work: Work, source: TrapSource) -> None:
    again = NewSource(name="Switches", integration_id=source.integration_id, networks=("10.0.0.1",))

    with pytest.raises(Invalid):
        service.add_source(work, again)


def test_only_who_may_edit_traps_lets_devices_in(work: Work, source: TrapSource) -> None:
    work.actor = ANONYMOUS

    with pytest.raises(Denied):
        service.add_user(work, new_user(source))
    with pytest.raises(Denied):
        queries.sources(work)


def test_the_engines_named_for_a_user_are_approved(work: Work, source: TrapSource) -> None:
    user = service.add_user(work, new_user(source))

    assert receiving.load_book(work).engines == {bytes.fromhex(ENGINE): {user.id}}


def test_a_learned_engine_waits_until_it_is_approved(work: Work, source: TrapSource) -> None:
    user = service.add_user(work, new_user(source, engines="", learn=True))
    receiver = receiving.register(work, "here")
    for at in ("10.0.0.6", "10.0.0.7"):
        tally = Tally()
        tally.learn(Learned(bytes.fromhex(ENGINE), user.id), at)
        receiving.write_down(work, receiver.id, tally, {})
        work.session.flush()
        work.now += timedelta(minutes=5)

    [engine] = queries.waiting_engines(work)
    assert (engine.count, engine.address) == (2, "10.0.0.7")
    assert engine.last_seen == engine.created_at + timedelta(minutes=5)
    assert receiving.load_book(work).engines == {}
    service.decide_engine(work, engine, EngineState.APPROVED, host="core-1")
    work.session.flush()
    work.session.expire_all()
    assert receiving.load_book(work).engines == {bytes.fromhex(ENGINE): {user.id}}


def test_engines_are_added_to_a_user_later_and_learning_is_turned_off(
    work: Work, source: TrapSource
) -> None:
    user = service.add_user(work, new_user(source, engines="", learn=True))
    receiver = receiving.register(work, "here")
    tally = Tally()
    tally.learn(Learned(bytes.fromhex(ENGINE), user.id), "10.0.0.7")
    receiving.write_down(work, receiver.id, tally, {})
    work.session.flush()
    work.session.expire_all()

    other = "80000000aabbccdd"
    edited = EditedUser.model_validate({"engines": f"{ENGINE}\n0x{other}"})
    service.edit_user(work, queries.user(work, user.id), edited)
    work.session.flush()
    work.session.expire_all()

    book = receiving.load_book(work)
    assert set(book.engines) == {bytes.fromhex(ENGINE), bytes.fromhex(other)}
    assert not book.users["mon"].learn
    event = work.events[-1]
    assert isinstance(event, TrapUserEdited)
    assert event.engine_ids == (ENGINE, other)


def test_a_refused_engine_is_counted_and_not_listed_again(work: Work, source: TrapSource) -> None:
    user = service.add_user(work, new_user(source, engines="", learn=True))
    receiver = receiving.register(work, "here")
    for _ in range(2):
        tally = Tally()
        tally.learn(Learned(bytes.fromhex(ENGINE), user.id), "10.0.0.7")
        receiving.write_down(work, receiver.id, tally, {})
        for engine in queries.waiting_engines(work):
            service.decide_engine(work, engine, EngineState.REFUSED)
        work.session.flush()

    assert queries.waiting_engines(work) == []
    assert [(one.state, one.count) for one in queries.engines_of(work, user.id)] == [
        (EngineState.REFUSED, 2)
    ]


def test_no_more_engines_wait_than_a_person_could_look_at(work: Work, source: TrapSource) -> None:
    user = service.add_user(work, new_user(source, engines="", learn=True))
    receiver = receiving.register(work, "here")
    tally = Tally()
    for number in range(receiving.MOST_WAITING + 5):
        tally.learn(Learned(number.to_bytes(8, "big"), user.id), "10.0.0.7")
    receiving.write_down(work, receiver.id, tally, {})
    work.session.flush()

    count = queries.engine_count(work, user.id, EngineState.WAITING)
    assert count == receiving.MOST_WAITING


def test_the_clock_of_an_engine_outlives_the_receiver(work: Work, source: TrapSource) -> None:
    service.add_user(work, new_user(source))
    clock = EngineClock(3, 4711, work.now.timestamp())
    receiver = receiving.register(work, "here")
    receiving.write_down(work, receiver.id, Tally(), {bytes.fromhex(ENGINE): clock})

    assert receiving.load_clocks(work) == {bytes.fromhex(ENGINE): clock}


def test_a_receiver_keeps_its_engine_and_counts_its_boots(work: Work) -> None:
    first = receiving.register(work, "here")
    second = receiving.register(work, "here")

    assert second.engine_id == first.engine_id
    assert (first.boots, second.boots) == (1, 2)
    assert receiving.register(work, "there").engine_id != first.engine_id


@pytest.mark.parametrize(
    "wrong",
    [
        {"level": "authPriv", "privacy_passphrase": "short"},
        {"level": "authNoPriv", "auth_passphrase": ""},
        {"auth": "MD5"},
        {"privacy": "DES"},
        {"engines": "zz"},
        {"level": "noAuthNoPriv", "learn": True},
    ],
)
def test_a_user_weaker_than_we_allow_is_refused(
    work: Work, source: TrapSource, wrong: dict[str, object]
) -> None:
    del work
    with pytest.raises(ValidationError):
        new_user(source, **wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"oid": "no such name"},
        {"severity": "", "severity_field": ""},
        {"severity_map": "2 = awful", "severity": "", "severity_field": "1"},
        {"conditions": "1 resembles 2"},
        {"raises": False},
    ],
)
def test_a_rule_that_could_not_work_is_refused(wrong: dict[str, object]) -> None:
    good: dict[str, object] = {"name": "x", "oid": "1.3.6", "severity": "high"}
    RuleInput.model_validate(good)

    with pytest.raises(ValidationError):
        RuleInput.model_validate(good | wrong)


def test_a_rule_is_written_a_line_for_each_condition_and_level() -> None:
    rule = RuleInput.model_validate(
        {
            "name": "UPS",
            "oid": ".1.3.6.1.4.1.99999",
            "conditions": "1 above 3\nifOperStatus equals lower layer down\n",
            "severity_field": "1",
            "severity_map": "2 = critical\nOK=ok",
            "clears": "battery\nfan",
        }
    )

    assert [(one.field, one.value) for one in rule.conditions] == [
        ("1", "3"),
        ("ifOperStatus", "lower layer down"),
    ]
    assert rule.severity_map == {"2": "critical", "ok": "ok"}
    assert (rule.oid, rule.clears) == ("1.3.6.1.4.1.99999", ("battery", "fan"))
