from dataclasses import replace

import pytest

from itsm.monitoring.snmp import message, usm
from itsm.monitoring.snmp.gate import (
    Admitted,
    Book,
    Drop,
    Gate,
    Learned,
    Memory,
    Refusal,
    Source,
    User,
)
from itsm.monitoring.snmp.usm import OwnEngine
from tests.pure.snmp.datagrams import LINK_DOWN, inform, link_down, pdu
from tests.pure.snmp.secure import AUTH_KEYS, ENGINE, KEYS, OPEN_KEYS, Device

OWN = OwnEngine(bytes.fromhex("80007ed905aabbccdd"), boots=3, time=500)
SWITCHES = Source(1, 10, ("10.0.0.0/8",), b"secret")
SECURE = Source(2, 10, ("10.0.0.0/8",))
USER = User(5, SECURE, KEYS)
SWITCH = "10.0.0.7"


@pytest.fixture
def gate() -> Gate:
    return gate_for(USER)


def gate_for(user: User, *, approved: bool = True) -> Gate:
    engines = {ENGINE: frozenset({user.id})} if approved else {}
    return Gate(Book({b"secret": (SWITCHES,)}, {"mon": user}, engines), Memory(), OWN)


def refused(decision: Admitted | Refusal) -> Drop:
    assert isinstance(decision, Refusal)
    return decision.reason


def test_a_trap_with_the_right_community_from_the_right_place_is_kept(gate: Gate) -> None:
    decision = gate.admit(link_down(), SWITCH, 0)

    assert isinstance(decision, Admitted)
    assert decision.source is SWITCHES
    assert b"secret" not in decision.datagram


def test_nothing_is_accepted_before_a_source_is_set_up() -> None:
    gate = Gate(Book(), Memory(), OWN)

    assert refused(gate.admit(link_down(), "127.0.0.1", 0)) is Drop.UNKNOWN_SOURCE
    assert refused(gate.admit(Device().message(), "127.0.0.1", 0)) is Drop.UNKNOWN_SOURCE


def test_a_stranger_and_a_wrong_community_are_told_apart(gate: Gate) -> None:
    wrong = link_down().replace(b"secret", b"public")

    assert refused(gate.admit(wrong, SWITCH, 0)) is Drop.WRONG_COMMUNITY
    assert refused(gate.admit(link_down(), "192.0.2.1", 0)) is Drop.UNKNOWN_SOURCE


def test_an_inform_is_answered_with_its_own_request_id(gate: Gate) -> None:
    decision = gate.admit(inform(LINK_DOWN, request_id=99), SWITCH, 0)

    assert isinstance(decision, Admitted)
    assert decision.inform is not None
    assert decision.inform.key == (SWITCH, 99)


def test_an_inform_counts_as_repeated_for_five_minutes_after_it_was_stored() -> None:
    memory = Memory()
    assert not memory.is_stored((SWITCH, 99), 0)

    memory.stored((SWITCH, 99), 0)

    assert memory.is_stored((SWITCH, 99), 300)
    assert not memory.is_stored((SWITCH, 99), 301)


@pytest.mark.parametrize("keys", [KEYS, AUTH_KEYS, OPEN_KEYS], ids=["priv", "auth", "open"])
def test_a_v3_trap_is_kept_and_read_at_every_level(keys: usm.Keys) -> None:
    gate = gate_for(replace(USER, keys=keys))
    decision = gate.admit(Device(keys).message(), SWITCH, 0)

    assert isinstance(decision, Admitted)
    assert usm.trap(usm.parse(decision.datagram), keys).oid == LINK_DOWN


@pytest.mark.parametrize(
    ("device", "reason"),
    [
        (Device(user="eve"), Drop.UNKNOWN_USER),
        (Device(keys=AUTH_KEYS), Drop.BELOW_LEVEL),
        (Device(keys=OPEN_KEYS), Drop.BELOW_LEVEL),
        (Device(keys=replace(KEYS, auth_key=b"wrong")), Drop.WRONG_DIGEST),
        (Device(keys=replace(KEYS, privacy_key=b"wrong")), Drop.UNDECRYPTABLE),
        (Device(engine_id=b"\x80\0\0\0\x09"), Drop.UNKNOWN_ENGINE),
        (Device(body=pdu(LINK_DOWN, tag=0xA0)), Drop.NOT_A_TRAP),
        (Device(engine_id=OWN.engine_id, boots=3, time=500), Drop.NOT_A_TRAP),
        (Device(boots=usm.MAX_BOOTS), Drop.NOT_IN_TIME),
    ],
)
def test_a_v3_trap_that_may_not_pass_is_counted_by_its_reason(
    gate: Gate, device: Device, reason: Drop
) -> None:
    assert refused(gate.admit(device.message(), SWITCH, 0)) is reason


def test_a_message_above_the_keys_that_we_have_is_refused() -> None:
    gate = gate_for(replace(USER, keys=OPEN_KEYS))

    assert refused(gate.admit(Device().message(), SWITCH, 0)) is Drop.ABOVE_KEYS


def test_the_same_v3_trap_twice_is_a_replay(gate: Gate) -> None:
    datagram = Device().message()
    gate.admit(datagram, SWITCH, 0)

    assert refused(gate.admit(datagram, SWITCH, 1)) is Drop.REPLAY


def test_a_v3_trap_older_than_the_window_is_refused(gate: Gate) -> None:
    gate.admit(Device(time=1000).message(), SWITCH, 0)

    assert isinstance(gate.admit(Device(time=951).message(), SWITCH, 100), Admitted)
    assert refused(gate.admit(Device(time=949).message(), SWITCH, 100)) is Drop.NOT_IN_TIME
    assert (
        refused(gate.admit(Device(boots=0, time=9999).message(), SWITCH, 100)) is Drop.NOT_IN_TIME
    )


def test_a_restarted_receiver_still_knows_the_time_of_an_engine(gate: Gate) -> None:
    gate.admit(Device(boots=2).message(), SWITCH, 0)
    again = Gate(gate.book, Memory(gate.memory.clocks), OWN)

    assert refused(again.admit(Device(boots=1).message(), SWITCH, 9)) is Drop.NOT_IN_TIME


def test_what_a_receiver_saw_before_its_restart_is_a_replay_after_it(gate: Gate) -> None:
    datagram = Device(time=1000).message()
    gate.admit(datagram, SWITCH, 0)
    again = Gate(gate.book, Memory(gate.memory.clocks), OWN)

    assert refused(again.admit(datagram, SWITCH, 2)) is Drop.REPLAY
    assert isinstance(again.admit(Device(time=1002).message(), SWITCH, 2), Admitted)


def test_an_engine_that_is_new_but_proves_its_key_waits_for_approval() -> None:
    gate = gate_for(replace(USER, learn=True), approved=False)
    decision = gate.admit(Device().message(), SWITCH, 0)

    assert decision == Refusal(Drop.UNKNOWN_ENGINE, learned=Learned(ENGINE, USER.id))


def test_an_engine_that_proves_nothing_is_not_even_listed() -> None:
    gate = gate_for(replace(USER, learn=True), approved=False)
    forged = Device(keys=replace(KEYS, auth_key=b"guess")).message()

    assert gate.admit(forged, SWITCH, 0) == Refusal(Drop.WRONG_DIGEST)


def test_an_engine_of_a_user_without_a_key_is_never_listed() -> None:
    gate = gate_for(replace(USER, keys=OPEN_KEYS, learn=True), approved=False)

    assert gate.admit(Device(OPEN_KEYS).message(), SWITCH, 0) == Refusal(Drop.UNKNOWN_ENGINE)


def test_discovery_is_answered_with_our_engine_boots_and_time(gate: Gate) -> None:
    ask = Device(OPEN_KEYS, user="", engine_id=b"", boots=0, time=0, reportable=True)
    decision = gate.admit(ask.message(), SWITCH, 0)

    assert isinstance(decision, Refusal)
    report = usm.parse(decision.reply)
    assert (report.engine_id, report.boots, report.time) == (OWN.engine_id, 3, 500)


def test_an_inform_out_of_our_time_gets_a_signed_report(gate: Gate) -> None:
    late = Device(engine_id=OWN.engine_id, boots=3, time=349, reportable=True)
    decision = gate.admit(late.message(), SWITCH, 0)

    assert isinstance(decision, Refusal)
    assert decision.reason is Drop.NOT_IN_TIME
    assert usm.authentic(usm.parse(decision.reply), KEYS)


def test_a_v3_inform_is_answered_in_kind(gate: Gate) -> None:
    body = pdu(LINK_DOWN, tag=message.INFORM, request_id=99)
    device = Device(engine_id=OWN.engine_id, boots=3, time=500, reportable=True, body=body)
    decision = gate.admit(device.message(), SWITCH, 0)

    assert isinstance(decision, Admitted)
    assert decision.inform is not None
    answer = usm.parse(decision.inform.reply)
    assert usm.authentic(answer, KEYS)
    assert message.request_id(usm.scoped_pdu(answer, KEYS).content) == 99
