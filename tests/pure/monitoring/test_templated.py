"""Bodies that their users write: many spellings, JSON or form, and a mapping over it all."""

import json

import pytest

from itsm.monitoring.body import Json, Message, Unreadable
from itsm.monitoring.mapping import Mapping
from itsm.monitoring.signal import Action, Reading
from itsm.monitoring.templated import Facts, Note, Template, at, choice, read

FORM = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
STATES: dict[str, Action | Note] = {
    "bad": Action.FIRE,
    "good": Action.RESOLVE,
    "test": Note("a test message"),
}


def state(facts: Facts) -> Action | Note:
    return choice(STATES, at(facts, "/state"), "state")


PROBE = Template(
    places=Mapping(
        title=("/title", "/derived/title"),
        host=("/host/name", "/hostname", "/address"),
        check=("/check",),
        status=("/state",),
    ),
    action=state,
    key=lambda _, host, check: f"{host}!{check}" if host else "",
    identity="hostname",
    prefixes=("probe_",),
    derive=lambda facts: {"title": f"{at(facts, '/check')} is {at(facts, '/state')}"},
)


def said(body: Json, mapping: Json = None) -> Reading:
    return read(Message(json.dumps(body).encode()), mapping, PROBE)


@pytest.mark.parametrize(
    "body",
    [
        {"HOSTNAME": "db1", "CHECK": "disk", "STATE": "BAD"},
        {"host_name": "db1", "check": "disk", "state": "bad"},
        {"Host Name": "db1", "Check": "disk", "State": "bad"},
        {"$HOSTNAME$": "db1", "$CHECK$": "disk", "$STATE$": "bad"},
        {"PROBE_HOSTNAME": "db1", "PROBE_CHECK": "disk", "PROBE_STATE": "bad"},
        {"host": {"Name": "db1"}, "{CHECK}": "disk", "state": "bad"},
        [{"hostname": "db1", "check": "disk", "state": "bad"}],
    ],
)
def test_a_name_is_found_however_it_is_spelled(body: Json) -> None:
    (signal,) = said(body).signals

    assert (signal.source_key, signal.hosts, signal.check) == ("db1!disk", ("db1",), "disk")


@pytest.mark.parametrize(
    "unfilled",
    ["$HOSTNAME$", "$host.name$", "$HOSTNAME", "${host}", "{HOST.HOST}", "{$M}", "{{ host }}",
     "%hostname", "*UNKNOWN*", "", "  ", None],
)  # fmt: skip
def test_what_the_source_did_not_fill_in_is_absent(unfilled: Json) -> None:
    (signal,) = said({"hostname": unfilled, "address": "10.0.0.1", "check": unfilled}).signals

    assert (signal.source_key, signal.hosts, signal.check) == ("10.0.0.1!", ("10.0.0.1",), "")


def test_what_is_derived_stands_behind_what_was_sent() -> None:
    body = {"hostname": "db1", "check": "disk", "state": "bad"}

    assert said(body).signals[0].title == "disk is bad"
    assert said(body | {"title": "Full"}).signals[0].title == "Full"


def test_every_name_of_the_host_is_kept_best_first() -> None:
    (signal,) = said({"address": "10.0.0.1", "hostname": "db1", "state": "bad"}).signals

    assert signal.hosts == ("db1", "10.0.0.1")


@pytest.mark.parametrize(
    "raw",
    [
        b"hostname=db1&check=disk%20C:&state=good",
        b"hostname=db1&check=disk+C%3A&state=good",
        b'payload={"hostname": "db1", "check": "disk C:", "state": "good"}',
        b'{"hostname": "db1", "check": "disk C:", "state": "good"}',
    ],
)
def test_a_form_is_read_as_well(raw: bytes) -> None:
    (signal,) = read(Message(raw, FORM), None, PROBE).signals

    assert (signal.action, signal.source_key) == (Action.RESOLVE, "db1!disk C:")


@pytest.mark.parametrize("raw", [b"", b"hostname=a%00b", b"a=1&" * 600, b"payload={broken"])
def test_a_form_that_cannot_be_read_is_refused(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        read(Message(raw, FORM), None, PROBE)


def test_one_bad_member_is_rejected_alone() -> None:
    good = {"hostname": "db1", "state": "bad"}

    reading = said([good, {"state": "bad"}, {"hostname": "db2", "state": "sideways"}, 7, good])

    assert [signal.index for signal in reading.signals] == [0, 4]
    assert [(reject.index, reject.field) for reject in reading.rejects] == [
        (1, "hostname"),
        (2, "state"),
        (3, "[3]"),
    ]


def test_what_asks_for_nothing_becomes_a_note() -> None:
    reading = said({"hostname": "db1", "state": "test"})

    assert (reading.signals, reading.rejects) == ((), ())
    assert reading.notes == ("[0]: a test message",)


def test_an_own_mapping_goes_over_that_of_the_kind() -> None:
    body = {"Machine": "db9", "probe": "smtp", "verdict": "KAPUTT", "hostname": "proxy"}
    mapping = {
        "host": ["/Machine"],
        "check": ["/probe"],
        "status": ["/verdict"],
        "status_words": {"kaputt": "fire", "heil": "resolve"},
    }

    (fire,) = said(body, mapping).signals
    (clear,) = said(body | {"verdict": "heil"}, mapping).signals

    assert (fire.source_key, fire.hosts, fire.action) == ("db9!smtp", ("db9",), Action.FIRE)
    assert (clear.source_key, clear.action) == ("db9!smtp", Action.RESOLVE)


def test_own_words_go_before_those_of_the_kind() -> None:
    (signal,) = said({"hostname": "a", "state": "good"}, {"status_words": {"good": "fire"}}).signals

    assert signal.action is Action.FIRE


def test_an_own_key_is_the_key() -> None:
    (signal,) = said({"hostname": "a", "Serial": 7}, {"key": ["/Serial"]}).signals

    assert signal.source_key == "7"


def test_an_own_mapping_may_point_at_a_list() -> None:
    body = {"data": {"items": [{"hostname": "a"}, {"hostname": "b"}]}}

    reading = said(body, {"members": "/data/items"})

    assert [signal.source_key for signal in reading.signals] == ["a!", "b!"]


@pytest.mark.parametrize("body", [[], {}, "text", 7, {"check": "disk"}])
def test_a_body_that_identifies_nothing_is_not_understood(body: Json) -> None:
    try:
        reading = said(body)
    except Unreadable:
        return
    assert (reading.signals, reading.notes, len(reading.rejects)) == ((), (), 1)
