import pytest

from itsm.monitoring.signal import Severity
from itsm.monitoring.snmp import builtin, message
from itsm.monitoring.snmp.agent import Agent, Proof, identify
from itsm.monitoring.snmp.rules import Condition, Rule, RuleBook, Test, Verdict, judge
from itsm.monitoring.snmp.trap import Trap
from tests.pure.snmp.datagrams import (
    IF_INDEX,
    LINK_DOWN,
    TRAP_ADDRESS,
    address,
    link_down,
    number,
    text,
    v1,
    v2c,
)

UPS = "1.3.6.1.4.1.99999.1"
SWITCH = Agent("10.0.0.7", Proof.SENDER)


def ups_trap(status: int = 2, note: str | bytes = "battery low") -> Trap:
    return message.decode(v2c(f"{UPS}.0.4", number(f"{UPS}.1.0", status), text(f"{UPS}.2.0", note)))


def verdict(trap: Trap, *rules: Rule, group: str = "") -> Verdict | None:
    return judge(RuleBook(rules), trap, SWITCH, sender="10.0.0.7", group=group)


def builtin_verdict(datagram: bytes) -> Verdict:
    found = verdict(message.decode(datagram), *builtin.rules())
    assert found is not None
    return found


def chosen(trap: Trap, *rules: Rule, group: str = "") -> str | None:
    found = verdict(trap, *rules, group=group)
    return None if found is None else found.rule.name


def test_the_first_exact_rule_wins_over_any_prefix() -> None:
    rules = (
        Rule(name="prefix", oid=UPS, prefix=True),
        Rule(name="first", oid=f"{UPS}.0.4"),
        Rule(name="second", oid=f"{UPS}.0.4"),
    )

    assert chosen(ups_trap(), *rules) == "first"


def test_the_longest_prefix_wins_where_nothing_is_exact() -> None:
    rules = (
        Rule(name="short", oid="1.3.6.1.4.1", prefix=True),
        Rule(name="long", oid=UPS, prefix=True),
        Rule(name="not a prefix", oid="1.3.6.1.4.1.99999.10", prefix=True),
    )

    assert chosen(ups_trap(), *rules) == "long"


def test_a_trap_without_a_rule_meets_none() -> None:
    assert chosen(ups_trap(), *builtin.rules()) is None


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (Condition("1", Test.EQUALS, "2"), True),
        (Condition(f"{UPS}.1.0", Test.EQUALS, "2"), True),
        (Condition("1", Test.DIFFERS, "2"), False),
        (Condition("2", Test.CONTAINS, "LOW"), True),
        (Condition("1", Test.ABOVE, "1"), True),
        (Condition("1", Test.BELOW, "1"), False),
        (Condition("2", Test.ABOVE, "1"), False),
        (Condition("9", Test.ABSENT), True),
        (Condition("9", Test.PRESENT), False),
        (Condition("9", Test.DIFFERS, "2"), False),
    ],
)
def test_a_condition_asks_one_varbind(condition: Condition, *, holds: bool) -> None:
    rule = Rule(name="ups", oid=UPS, prefix=True, conditions=(condition,))

    assert (chosen(ups_trap(), rule) == "ups") is holds


def test_a_rule_of_a_source_group_is_for_that_group_alone() -> None:
    rule = Rule(name="ups", oid=UPS, prefix=True, group="plant")

    assert chosen(ups_trap(), rule, group="plant") == "ups"
    assert chosen(ups_trap(), rule, group="office") is None


def mapped(status: int) -> Verdict:
    rule = Rule(
        name="ups",
        oid=UPS,
        prefix=True,
        key="battery",
        severity=None,
        severity_field="1",
        severity_map={"1": "ok", "2": "critical"},
    )
    found = verdict(ups_trap(status), rule)
    assert found is not None
    return found


def test_a_severity_comes_from_a_varbind_through_the_rules_map() -> None:
    assert mapped(2).severity is Severity.CRITICAL
    assert mapped(7).severity is Severity.MEDIUM


def test_a_word_that_means_well_clears_the_rules_own_key() -> None:
    assert (mapped(1).severity, mapped(1).clears) == (None, ("battery",))


def test_templates_put_in_names_places_and_instances() -> None:
    rule = Rule(
        name="link",
        oid=LINK_DOWN,
        title="{trap} {ifIndex}/{ifOperStatus#} {ifOperStatus} {1} {nothing} at {agent} {{x}}",
        body="first\nsecond",
    )
    found = verdict(message.decode(link_down()), rule)

    assert found is not None
    assert found.title == "linkDown 3/3 down 3 at 10.0.0.7 {}"
    assert found.body == "first\nsecond"


def test_values_from_outside_stay_short_and_on_one_line() -> None:
    rule = Rule(name="ups", oid=UPS, prefix=True, title="{2}{2}")

    long = verdict(ups_trap(note="a" * 5000), rule)
    wild = verdict(ups_trap(note="a\n\tb\x1b[31m"), rule)
    noise = verdict(ups_trap(note=b"\xff\xfe"), rule)

    assert long is not None
    assert len(long.title) == 200
    assert wild is not None
    assert "\n" not in wild.title
    assert "\x1b" not in wild.title
    assert noise is not None
    assert noise.title == "ff feff fe"


def test_without_a_body_the_varbinds_are_listed() -> None:
    found = verdict(message.decode(link_down()), Rule(name="link", oid=LINK_DOWN))

    assert found is not None
    assert found.body.splitlines() == [
        "ifIndex.3 = 3",
        "ifAdminStatus.3 = up",
        "ifOperStatus.3 = down",
    ]


def test_a_link_that_should_be_up_pages_after_a_minute() -> None:
    found = builtin_verdict(link_down(admin=1))

    assert (found.severity, found.key, found.rule.hold_s) == (Severity.HIGH, "link:3", 60)


def test_a_link_that_was_switched_off_is_only_noted() -> None:
    found = builtin_verdict(link_down(admin=2))

    assert (found.severity, found.key, found.rule.hold_s) == (Severity.INFO, "link:3", 0)


def test_a_link_up_clears_the_link_down_of_the_same_index_in_v1_too() -> None:
    found = builtin_verdict(v1("1.3.6.1.4.1.8072", "10.0.0.7", 3, 0, number(f"{IF_INDEX}.3", 3)))

    assert (found.severity, found.clears) == (None, ("link:3",))


def test_the_sender_is_the_agent_unless_it_may_speak_for_others() -> None:
    forwarded = message.decode(v2c(LINK_DOWN, address(TRAP_ADDRESS, "10.9.9.9")))

    assert identify(forwarded, "10.0.0.7", trusted=False).name == "10.0.0.7"
    assert identify(forwarded, "10.0.0.7", trusted=True) == Agent("10.9.9.9", Proof.TRAP_ADDRESS)
    assert identify(forwarded, "10.9.9.9", trusted=False).proof is Proof.TRAP_ADDRESS


@pytest.mark.parametrize("empty", ["0.0.0.0", "127.0.0.1"])  # noqa: S104 - nothing binds to it
def test_an_empty_agent_address_says_nothing(empty: str) -> None:
    trap = message.decode(v1("1.3.6.1.4.1.8072", empty, 0, 0))

    assert identify(trap, "10.0.0.7", trusted=True).name == "10.0.0.7"


def test_the_host_of_an_approved_engine_is_the_strongest_identity() -> None:
    trap = message.decode(link_down())

    found = identify(trap, "10.0.0.7", trusted=True, engine_host="core-sw-1")
    assert found == Agent("core-sw-1", Proof.ENGINE)
