"""Uploaded MIBs: what becomes of them, and where their names are seen."""

from collections.abc import Callable
from io import BytesIO

import pytest

from itsm.kernel.access import ANONYMOUS, SYSTEM
from itsm.kernel.errors import Denied, Invalid
from itsm.kernel.work import Work
from itsm.monitoring.snmp import mibs, queries, reading, service, trial
from itsm.monitoring.snmp.events import MibCompiled, MibRemoved, MibUploaded
from itsm.monitoring.snmp.inputs import RuleInput
from itsm.monitoring.snmp.mibs import File
from itsm.monitoring.snmp.models import Mib, MibState
from itsm.platform import intake
from itsm.platform.house import House
from itsm.platform.intake import Message
from itsm.platform.outbox import OutboxRow
from tests.cast import Browser, Cast
from tests.monitoring.snmp.conftest import SWITCH, Send, alerts, new_source
from tests.pure.snmp.datagrams import number, text, v1, v2c
from tests.pure.snmp.modules import OLD, PUMP, PUMP_STATE, PUMP_STOPPED, ROOT

STOPPED = v2c(PUMP_STOPPED, number(f"{PUMP_STATE}.4", 2))


def hand_in(work: Work, *texts: str) -> list[Mib]:
    """Upload modules, and do what the worker would do then."""
    files = [File(f"{place}.my", one.encode()) for place, one in enumerate(texts)]
    kept = mibs.upload(work, files).kept
    compile_all(work)
    return kept


def compile_all(work: Work) -> None:
    while jobs := work.session.query(OutboxRow).filter_by(kind=mibs.COMPILE).all():
        for job in jobs:
            work.session.delete(job)
            assert isinstance(job.payload, dict)
            mib_id = job.payload["mib_id"]
            assert isinstance(mib_id, int)
            mibs.compile_one(work, mib_id)


def test_a_module_waits_for_those_it_imports_and_then_compiles_by_itself(work: Work) -> None:
    [pump] = hand_in(work, PUMP)
    assert (pump.state, pump.missing, pump.count) == (MibState.MISSING, ["PLANT-SMI"], 0)

    [root] = hand_in(work, ROOT)

    assert (root.state, pump.state, pump.missing) == (MibState.READY, MibState.READY, [])
    assert {one.name for one in queries.names_in(work, pump.id)} >= {"pumpState", "pumpStopped"}
    assert [type(event) for event in work.events[-3:]] == [MibUploaded, MibCompiled, MibCompiled]


def test_a_module_handed_in_again_replaces_its_names(work: Work) -> None:
    hand_in(work, OLD)
    [again] = hand_in(work, OLD.replace("oldLeak", "oldDrip"))

    assert [one.name for one in queries.names_in(work, again.id, "old")] == [
        "oldDrip",
        "oldStart",
        "oldPump",
    ]
    assert len(queries.mibs(work)) == 1


def test_what_is_no_mib_is_refused_by_name_and_the_rest_kept(work: Work) -> None:
    files = [File("README", b"read me"), File("image", b"\0\1"), File("old.my", OLD.encode())]
    uploaded = mibs.upload(work, files)

    assert [mib.name for mib in uploaded.kept] == ["OLD-PUMP-MIB"]
    assert uploaded.refused == {
        "README": "no module begins in it: NAME DEFINITIONS ::= BEGIN",
        "image": "it is no text",
    }


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ([], "choose one file or more"),
        ([File("README", b"read me")], "README: no module begins in it"),
        ([File("large", b" " * (2 * 1024 * 1024 + 1))], "large: more than 2 MiB"),
        ([File("x", b"")] * 301, "at most 300 at once"),
        ([File("x", b" " * 1024 * 1024)] * 11, "at most 10 MiB at once"),
    ],
)
def test_an_upload_of_nothing_or_too_much_says_so(work: Work, files: list[File], told: str) -> None:
    with pytest.raises(Invalid) as refused:
        mibs.upload(work, files)

    assert refused.value.fields["files"].startswith(told)


def test_a_module_that_cannot_be_read_is_rejected_with_the_line(work: Work) -> None:
    [broken] = hand_in(work, OLD.replace("END", ""))

    assert broken.state is MibState.REJECTED
    assert broken.notes == ["it ends without END: is the file whole?"]


def test_only_who_may_edit_traps_uploads_and_removes(work: Work) -> None:
    [old] = hand_in(work, OLD)
    work.actor = ANONYMOUS

    with pytest.raises(Denied):
        mibs.upload(work, [File("old.my", OLD.encode())])
    with pytest.raises(Denied):
        mibs.remove(work, old)


def test_names_are_in_alerts_from_the_next_trap_on(work: Work, send: Send) -> None:
    hand_in(work, ROOT, PUMP)
    service.save_rule(
        work,
        RuleInput.model_validate(
            {
                "name": "Pump",
                "oid": "pumpStopped",
                "severity_field": "pumpState",
                "severity_map": "failed = critical",
                "title": "{trap}: pump {pumpState#} {pumpState} ({pumpState=})",
            }
        ),
    )
    send(STOPPED)

    [alert] = alerts(work)
    assert alert.title == "pumpStopped: pump 4 failed (2)"
    assert (alert.severity.value, alert.check) == ("critical", "pumpStopped")
    assert isinstance(alert.labels, dict)
    assert alert.labels["pumpState"] == "failed"


def test_a_rule_by_numbers_outlives_the_upload_of_its_mib(work: Work, send: Send) -> None:
    fields = {"name": "Pump", "oid": PUMP_STOPPED, "conditions": "1 equals 2", "severity": "high"}
    service.save_rule(work, RuleInput.model_validate(fields))
    hand_in(work, ROOT, PUMP)
    send(STOPPED)

    assert len(alerts(work)) == 1


def test_values_are_shown_by_their_hint_and_removed_names_are_gone(work: Work, send: Send) -> None:
    [_, pump] = hand_in(work, ROOT, PUMP)
    entry = PUMP_STATE.rpartition(".")[0]
    built = b"\x07\xea\x03\x05\x08\x1e\x00\x00+\x01\x00"
    row_id = send(
        v2c(
            PUMP_STOPPED,
            text(f"{entry}.3.4", b"\0\x1b\x21\xab\xcd\xef"),
            text(f"{entry}.4.4", built),
            text(f"{entry}.5.4", b"\xa0"),
            number(f"{entry}.6.4", 1234),
        )
    )
    shown = trial.of_row(work, queries.kept_trap(work, row_id))

    assert (shown.name, shown.description) == ("pumpStopped", "A pump has\nstopped.")
    assert [(line.name, line.value) for line in shown.lines] == [
        ("pumpAddress.4", "00:1b:21:ab:cd:ef"),
        ("pumpBuilt.4", "2026-03-05 08:30:00+01:00"),
        ("pumpFlags.4", "hot, wet"),
        ("pumpPressure.4", "12.34"),
    ]
    mibs.remove(work, pump)
    assert isinstance(work.events[-1], MibRemoved)
    assert trial.of_row(work, queries.kept_trap(work, row_id)).name == PUMP_STOPPED


def test_a_v1_trap_finds_its_name_with_and_without_the_zero(work: Work, send: Send) -> None:
    hand_in(work, OLD, ROOT, PUMP.replace("pumpMIB 0 7", "pumpMIB 7"))
    for enterprise, specific, name in (
        ("1.3.6.1.4.1.99998", 4, "oldLeak"),
        ("1.3.6.1.4.1.99999.1", 7, "pumpStopped"),
    ):
        row_id = send(v1(enterprise, SWITCH, 6, specific))
        assert trial.of_row(work, queries.kept_trap(work, row_id)).name == name


def test_a_name_that_two_modules_give_to_different_oids_asks_which(work: Work) -> None:
    other = OLD.replace("OLD-PUMP-MIB", "OTHER-MIB").replace("99998", "99997")
    hand_in(work, OLD, other)
    rule = RuleInput.model_validate({"name": "Leak", "oid": "oldLeak", "severity": "high"})

    with pytest.raises(Invalid) as refused:
        service.save_rule(work, rule)
    assert "OLD-PUMP-MIB::oldLeak or OTHER-MIB::oldLeak" in refused.value.fields["oid"]

    saved = service.save_rule(work, rule.model_copy(update={"oid": "OTHER-MIB::oldLeak"}))
    assert saved.oid == "1.3.6.1.4.1.99997.0.4"


@pytest.fixture
def dana(cast: Cast, browser: Callable[..., Browser]) -> Browser:
    del cast
    return browser("dana")


def put_up(dana: Browser, **files: str) -> int:
    sent = [(BytesIO(one.encode()), f"{name}.my") for name, one in files.items()]
    answer = dana.post("/monitoring/traps/mibs/", {"files": sent})
    return answer.status_code


def test_several_mibs_are_uploaded_at_once_and_what_is_missing_is_named(
    house: House, dana: Browser
) -> None:
    assert put_up(dana, pump=PUMP, old=OLD) == 303
    with house.work(SYSTEM) as work:
        compile_all(work)
        pump = queries.mib_named(work, "PUMP-MIB")
        assert pump is not None

    listed = dana.get("/monitoring/traps/mibs/").text
    assert "OLD-PUMP-MIB" in listed
    assert "PLANT-SMI" in listed
    assert "Upload first:" in dana.get(f"/monitoring/traps/mibs/{pump.id}").text

    put_up(dana, root=ROOT)
    with house.work(SYSTEM) as work:
        compile_all(work)
    assert "pumpStopped" in dana.get(f"/monitoring/traps/mibs/{pump.id}").text
    assert "pumpStopped" not in dana.get(f"/monitoring/traps/mibs/{pump.id}?q=pumpSta").text
    dana.post(f"/monitoring/traps/mibs/{pump.id}/remove")
    assert dana.get(f"/monitoring/traps/mibs/{pump.id}").status_code == 404


def test_a_file_that_is_no_mib_is_told_so_beside_the_field(dana: Browser) -> None:
    answer = dana.post(
        "/monitoring/traps/mibs/", {"files": [(BytesIO(b"<script>"), "<script>.txt")]}
    )

    assert answer.status_code == 422
    assert "&lt;script&gt;.txt: no module begins in it" in answer.text
    assert "<script>.txt" not in answer.text


def test_make_rule_fills_the_form_by_what_the_trap_and_its_mib_say(
    house: House, dana: Browser
) -> None:
    with house.work(SYSTEM) as work:
        source = new_source(work)
        hand_in(work, ROOT, PUMP)
        row_id = intake.keep(work, Message(queries.DOOR, "v2c", STOPPED, SWITCH, source.id))
        reading.read_waiting(work)
    listed = dana.get("/monitoring/traps/").text
    assert "Make rule for pumpStopped" in listed

    form = dana.get(f"/monitoring/traps/rules/new?oid={PUMP_STOPPED}&intake_id={row_id}").text
    assert 'value="Trap pumpStopped"' in form
    assert 'value="{agent}: pumpStopped {pumpState}"' in form
    assert "pumpState equals failed" in form
    assert 'value="{oid}:{pumpState#}"' in form
    assert f"{SWITCH}: pumpStopped failed" in form
