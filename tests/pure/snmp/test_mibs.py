"""MIB texts into names, whoever wrote them."""

import pytest

from itsm.monitoring.snmp import compiling, hints, smi
from itsm.monitoring.snmp.compiling import Compiled, Exports
from itsm.monitoring.snmp.smi import Kind, Unreadable
from tests.pure.snmp.modules import OLD, PUMP, PUMP_STATE, PUMP_STOPPED, ROOT

HEAD = "A-MIB DEFINITIONS ::= BEGIN\n"


def compiled(text: str, *before: str) -> Compiled:
    others = {}
    for one in before:
        done = compiled(one)
        others[smi.parse(one).name] = Exports({it.name: it.oid for it in done.names}, done.types)
    return compiling.compile_module(smi.parse(smi.split(text)[0][1]), others)


def test_names_words_hints_and_descriptions_come_out_of_a_module() -> None:
    found = {one.name: one for one in compiled(PUMP, ROOT).names}

    assert (found["pumpState"].oid, found["pumpState"].kind) == (PUMP_STATE, Kind.OBJECT)
    assert found["pumpState"].syntax.words == {1: "running", 2: "failed"}
    assert (found["pumpStopped"].oid, found["pumpStopped"].kind) == (PUMP_STOPPED, Kind.TRAP)
    assert found["pumpStopped"].description == "A pump has\nstopped."
    assert found["pumpMIB"].description == "Pumps; \xe9 and ::= in a text."
    assert [found[name].kind for name in ("pumpTable", "pumpEntry")] == [Kind.NODE, Kind.NODE]
    assert found["pumpAddress"].syntax.hint == "1x:"
    assert found["pumpBuilt"].syntax.hint == hints.DATE
    assert found["pumpFlags"].syntax.hint == hints.BITS
    assert found["pumpPressure"].syntax.hint == "d-2"


def test_a_trap_of_the_old_kind_gets_the_oid_that_its_translation_has() -> None:
    found = {one.name: one.oid for one in compiled(OLD).names}

    assert found["oldLeak"] == "1.3.6.1.4.1.99998.0.4"
    assert found["oldStart"] == "1.3.6.1.6.3.1.1.5.1"


def test_what_is_missing_is_named_and_what_we_ship_is_not() -> None:
    assert compiling.missing(smi.parse(smi.split(PUMP)[0][1]), ()) == ["PLANT-SMI"]
    assert compiling.missing(smi.parse(OLD), ()) == []


def test_two_modules_of_one_file_come_apart() -> None:
    assert [name for name, _ in smi.split(ROOT + PUMP)] == ["PLANT-SMI", "PUMP-MIB"]
    assert smi.parse(smi.split(PUMP + ROOT)[1][1]).name == "PLANT-SMI"


def test_what_is_not_understood_is_noted_and_the_rest_is_taken() -> None:
    done = compiled(HEAD + "what is this\nplant OBJECT IDENTIFIER ::= { enterprises 99999 }\nEND")

    assert [one.name for one in done.names] == ["plant"]
    assert done.notes == ["line 2: 'what' is not understood"]


def test_what_hangs_on_nothing_is_noted() -> None:
    done = compiled(HEAD + "a OBJECT IDENTIFIER ::= { nowhere 1 }\nEND")

    assert done.names == []
    assert done.notes == ["hanging on a symbol that is defined nowhere: a"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no module begins in it: NAME DEFINITIONS ::= BEGIN"),
        ("<html></html>", "no module begins in it: NAME DEFINITIONS ::= BEGIN"),
        (HEAD + 'a OBJECT-TYPE DESCRIPTION "', "line 2: a quotation begins and never ends"),
        (HEAD + "a OBJECT IDENTIFIER", "it ends without END: is the file whole?"),
        (HEAD + "{" * 400_000, "more than 400000 words"),
        (HEAD * 101, "more than 100 modules in one file"),
    ],
)
def test_what_is_no_mib_says_so(text: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason.replace("?", r"\?")):
        smi.parse(smi.split(text)[0][1])


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(
            [f"a{n} OBJECT IDENTIFIER ::= {{ a{(n + 1) % 5000} 1 }}" for n in range(5000)],
            id="in a circle",
        ),
        pytest.param(
            [f"a{n} OBJECT IDENTIFIER ::= {{ a{n + 1} 1 }}" for n in range(5000)]
            + ["a5000 OBJECT IDENTIFIER ::= { iso 1 }"],
            id="deeper than an oid",
        ),
        pytest.param(
            [f"T{n} ::= T{(n + 1) % 5000}" for n in range(5000)]
            + ["a OBJECT-TYPE SYNTAX T0 ::= { iso 3 }"],
            id="types in a circle",
        ),
        pytest.param(["a OBJECT IDENTIFIER ::= { iso " + "9" * 500_000 + " }"], id="digits"),
        pytest.param(["a OBJECT-TYPE SYNTAX " + "[" * 100_000 + "]" * 100_000], id="brackets"),
        pytest.param(["a-" * 200_000], id="dashes"),
        pytest.param(["} DEFINITIONS " * 50_000], id="heads without a name"),
    ],
)
@pytest.mark.timeout(60)
def test_a_hostile_text_ends_in_bounded_time_with_short_oids(lines: list[str]) -> None:
    text = HEAD + "\n".join(lines) + "\nEND"
    try:
        names = compiling.compile_module(smi.parse(text), {}).names
    except Unreadable:
        names = []

    assert all(len(one.oid) <= compiling.MAX_OID for one in names)


@pytest.mark.parametrize(
    ("hint", "value", "shown"),
    [
        ("1x:", b"\0\x1b\x21\xab\xcd\xef", "00:1b:21:ab:cd:ef"),
        ("1d.1d.1d.1d", bytes((10, 0, 0, 7)), "10.0.0.7"),
        ("2x:2x:2x:2x:2x:2x:2x:2x", bytes(16), ":".join(["0000"] * 8)),
        ("255a", b"text", None),
        ("0x", b"x" * 99, None),
        ("*1x:", b"x", None),
        ("", b"x", None),
    ],
)
def test_octets_are_shown_by_their_hint(hint: str, value: bytes, shown: str | None) -> None:
    assert hints.octets(hint, value) == shown


@pytest.mark.parametrize(
    ("hint", "value", "shown"),
    [
        ("d-2", 1234, "12.34"),
        ("d-2", -5, "-0.05"),
        ("x", 255, "ff"),
        ("d", 7, "7"),
        ("d-x", 7, "7"),
    ],
)
def test_numbers_are_shown_by_their_hint(hint: str, value: int, shown: str) -> None:
    assert hints.number(hint, value) == shown
