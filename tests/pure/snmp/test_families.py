"""The rules that come with the product for UPSes and for devices of some vendors."""

import pytest

from itsm.monitoring.signal import Severity
from itsm.monitoring.snmp import ber, builtin, message, names, shipped, wording
from itsm.monitoring.snmp.agent import Agent, Proof
from itsm.monitoring.snmp.rules import RuleBook, Verdict, judge
from itsm.monitoring.snmp.wording import FIELD
from tests.pure.snmp.datagrams import Pair, number, text, v1, v2c

BOOK = RuleBook(builtin.rules())
AGENT = Agent("box-1", Proof.SENDER)
UPS = "1.3.6.1.2.1.33"
CISCO = "1.3.6.1.4.1.9.9.13"
HPE = "1.3.6.1.4.1.232"
DELL = "1.3.6.1.4.1.674.10892.5.3"
NETAPP = "1.3.6.1.4.1.789"


def said(datagram: bytes) -> Verdict:
    found = judge(BOOK, message.decode(datagram), AGENT, sender="10.0.0.7", group="")
    assert found is not None
    return found


def alarm(trap: str, kind: int) -> bytes:
    """Return a trap of the UPS's alarm table; the alarm's kind is an OID."""
    kind_oid: Pair = (f"{UPS}.1.6.2.1.2.1", ber.identifier(f"{UPS}.1.6.3.{kind}"))
    return v2c(trap, number(f"{UPS}.1.6.2.1.1.1", 1), kind_oid)


@pytest.mark.parametrize("family", ["ups", "cisco", "hpe", "dell", "netapp"])
def test_every_family_has_rules_with_fields_and_words_that_are_known(family: str) -> None:
    roots = {"ups": UPS, "cisco": "1.3.6.1.4.1.9", "hpe": HPE, "dell": DELL, "netapp": NETAPP}
    rules = [rule for rule in builtin.rules() if rule.oid.startswith(f"{roots[family]}.")]
    spoken = {name.name for name in names.known().values()} | {"agent", "oid", "trap"}
    assert rules

    for rule in rules:
        texts = (rule.title, rule.key, *rule.clears, f"{{{rule.severity_field}}}")
        fields = {field.rstrip("#=") for one in texts for field in FIELD.findall(one)}
        assert {field for field in fields if not field.isdigit()} <= spoken, rule.name


def test_the_rules_of_a_file_speak_of_its_own_traps_and_words() -> None:
    for rule in builtin.rules():
        words = {
            word.casefold()
            for name in names.known().values()
            if name.name == rule.severity_field
            for word in name.words.values()
        }
        if words:
            assert set(rule.severity_map) <= words, rule.name


@pytest.mark.parametrize(
    ("datagram", "severity", "title"),
    [
        (
            v2c(f"{UPS}.2.1", number(f"{UPS}.1.2.3.0", 12)),
            Severity.HIGH,
            "box-1 runs on battery, 12 minutes remain",
        ),
        (
            v1(f"{UPS}.2", "10.0.0.7", 6, 1, number(f"{UPS}.1.2.3.0", 12)),
            Severity.HIGH,
            "box-1 runs on battery, 12 minutes remain",
        ),
        (alarm(f"{UPS}.2.3", 4), Severity.CRITICAL, "box-1: upsAlarmDepletedBattery"),
        (
            v2c(
                f"{CISCO}.3.0.7",
                text(f"{CISCO}.1.3.1.2.1006", "Inlet"),
                number(f"{CISCO}.1.3.1.6.1006", 3),
            ),
            Severity.HIGH,
            "box-1: temperature of Inlet is critical",
        ),
        (
            v2c(f"{HPE}.0.6050", number(f"{HPE}.6.2.9.3.1.2.0.1", 1)),
            Severity.HIGH,
            "box-1: power supply 1 failed",
        ),
        (
            v2c(
                f"{DELL}.2.2.0.4353",
                text(f"{DELL}.1.2.0", "Virtual disk 0 failed."),
                number(f"{DELL}.1.3.0", 5),
                text(f"{DELL}.1.6.0", "Disk.Virtual.0"),
            ),
            Severity.HIGH,
            "box-1: Virtual disk 0 failed.",
        ),
        (
            v2c(f"{NETAPP}.0.82", text(f"{NETAPP}.1.1.12.0", "vol1 is full")),
            Severity.HIGH,
            "box-1: vol1 is full",
        ),
    ],
)
def test_a_trap_of_a_family_reads_as_people_would_say_it(
    datagram: bytes, severity: Severity, title: str
) -> None:
    found = said(datagram)

    assert (found.severity, found.title) == (severity, title)


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        (v2c(f"{UPS}.2.1"), alarm(f"{UPS}.2.4", 2)),
        (alarm(f"{UPS}.2.3", 16), alarm(f"{UPS}.2.4", 16)),
        (
            v2c(f"{CISCO}.3.0.4", number(f"{CISCO}.1.4.1.3.7", 6)),
            v2c(f"{CISCO}.3.0.8", number(f"{CISCO}.1.4.1.3.7", 1)),
        ),
        (
            v2c(f"{HPE}.0.3046", number(f"{HPE}.3.2.5.1.1.6.0.8", 3)),
            v2c(f"{HPE}.0.3046", number(f"{HPE}.3.2.5.1.1.6.0.8", 2)),
        ),
        (
            v2c(f"{HPE}.0.6049", number(f"{HPE}.6.2.9.3.1.2.0.1", 1)),
            v2c(f"{HPE}.0.6048", number(f"{HPE}.6.2.9.3.1.2.0.1", 1)),
        ),
        (
            v2c(f"{DELL}.2.1.0.2177", number(f"{DELL}.1.3.0", 4), text(f"{DELL}.1.6.0", "PSU.1")),
            v2c(f"{DELL}.2.1.0.2179", number(f"{DELL}.1.3.0", 3), text(f"{DELL}.1.6.0", "PSU.1")),
        ),
        (v2c(f"{NETAPP}.0.22"), v2c(f"{NETAPP}.0.26")),
    ],
)
def test_what_a_family_raises_the_same_family_clears(bad: bytes, good: bytes) -> None:
    raised, over = said(bad), said(good)

    assert raised.severity is not None
    assert over.severity is None
    assert raised.key in over.clears


def test_what_is_shipped_names_no_oid_twice_in_different_words() -> None:
    told: dict[str, set[str]] = {}
    for module in shipped.modules():
        for entry in module.entries:
            told.setdefault(entry.oid, set()).add(entry.name)

    assert {oid: said for oid, said in told.items() if len(said) > 1} == {}


def test_the_bare_number_stands_beside_the_word() -> None:
    trap = message.decode(v2c(f"{UPS}.2.2", number(f"{UPS}.1.7.3.0", 3)))
    known = wording.fields(trap, AGENT, "10.0.0.7", names.SHIPPED)

    assert (known["upsTestResultsSummary"], known["upsTestResultsSummary="]) == ("doneError", "3")
