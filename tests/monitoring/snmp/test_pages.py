"""The pages of trap intake, as an administrator uses them."""

from collections.abc import Callable

import pytest

from itsm.kernel.access import SYSTEM
from itsm.monitoring.snmp import queries, reading
from itsm.monitoring.snmp.inputs import NewUser
from itsm.monitoring.snmp.models import EngineState, TrapEngine
from itsm.monitoring.snmp.service import add_user
from itsm.monitoring.snmp.usm import Level
from itsm.platform import intake
from itsm.platform.house import House
from itsm.platform.intake import Message
from tests.assets.made import ci as made
from tests.cast import Browser, Cast
from tests.monitoring.snmp.conftest import SWITCH, new_source
from tests.pure.snmp.datagrams import text, v2c

UPS = "1.3.6.1.4.1.99999.1"
RULE = {
    "name": "UPS",
    "oid": UPS,
    "prefix": "1",
    "raises": "1",
    "severity": "critical",
    "title": "UPS: {1}",
    "key": "battery",
    "hold_s": "0",
}


@pytest.fixture
def dana(cast: Cast, browser: Callable[..., Browser]) -> Browser:
    del cast
    return browser("dana")


@pytest.fixture
def trap(house: House) -> int:
    """A kept trap that no rule speaks of."""
    with house.work(SYSTEM) as work:
        source = new_source(work)
        datagram = v2c(f"{UPS}.0.4", text(f"{UPS}.2.0", "<b>battery low</b>"))
        row_id = intake.keep(work, Message(queries.DOOR, "v2c", datagram, SWITCH, source.id))
        reading.read_waiting(work)
    return row_id


def test_before_a_source_is_set_up_the_page_says_that_nothing_is_accepted(dana: Browser) -> None:
    assert "Nothing is accepted yet" in dana.get("/monitoring/traps/").text


def test_a_source_is_let_in_and_its_community_never_shown(house: House, dana: Browser) -> None:
    form = {"name": "Switches", "networks": "10.0.0.0/8", "community": "sesame"}
    assert dana.post("/monitoring/traps/sources", form).status_code == 303

    page = dana.get("/monitoring/traps/sources").text
    assert "10.0.0.0/8" in page
    assert "sesame" not in page
    with house.work(SYSTEM, writes=False) as work:
        [source] = queries.sources(work)
    assert "sesame" not in dana.get(f"/monitoring/traps/sources/{source.id}").text


def test_a_source_with_an_impossible_network_is_told_so_beside_the_field(dana: Browser) -> None:
    answer = dana.post("/monitoring/traps/sources", {"name": "x", "networks": "10.0.0.0/99"})

    assert answer.status_code == 422
    assert "is not an address or a network" in answer.text


def test_a_source_is_changed(house: House, dana: Browser) -> None:
    with house.work(SYSTEM) as work:
        source = new_source(work)
    form = {"networks": "10.5.0.0/16", "group": "plant"}
    assert dana.post(f"/monitoring/traps/sources/{source.id}", form).status_code == 303

    with house.work(SYSTEM, writes=False) as work:
        changed = queries.source(work, source.id)
    assert (changed.networks, changed.group, changed.enabled) == (["10.5.0.0/16"], "plant", False)


def test_a_v3_user_is_let_in_and_out(house: House, dana: Browser) -> None:
    with house.work(SYSTEM) as work:
        source = new_source(work)
    form = {
        "name": "mon",
        "source_id": source.id,
        "level": "authPriv",
        "auth": "SHA-256",
        "auth_passphrase": "authpass123",
        "privacy": "AES",
        "privacy_passphrase": "privpass123",
    }
    assert dana.post("/monitoring/traps/users", form).status_code == 303
    assert "authpass123" not in dana.get("/monitoring/traps/users").text

    with house.work(SYSTEM, writes=False) as work:
        [user] = queries.users(work)
    dana.post(f"/monitoring/traps/users/{user.id}/remove")
    assert "No SNMPv3 users" in dana.get("/monitoring/traps/users").text


@pytest.fixture
def engine(house: House) -> TrapEngine:
    """An engine that waits for approval."""
    with house.work(SYSTEM) as work:
        user = add_user(work, NewUser(name="mon", source_id=new_source(work).id, level=Level.NONE))
        return work.add(
            TrapEngine(
                engine_id="8000000001020304",
                user_id=user.id,
                state=EngineState.WAITING,
                created_at=work.now,
            )
        )


def test_an_unknown_engine_is_approved_with_one_click(
    house: House, dana: Browser, engine: TrapEngine
) -> None:
    assert "8000000001020304" in dana.get("/monitoring/traps/users").text
    dana.post(f"/monitoring/traps/engines/{engine.id}", {"do": "approve", "host": "core-1"})

    with house.work(SYSTEM, writes=False) as work:
        decided = queries.engine(work, engine.id)
    assert (decided.state, decided.host) == (EngineState.APPROVED, "core-1")


def test_an_engine_is_said_to_be_a_ci_and_a_wrong_number_is_told(
    house: House, dana: Browser, engine: TrapEngine
) -> None:
    with house.work(SYSTEM) as work:
        ci = made(work, "core")
    form = {"do": "approve", "ci": "CI-99999"}
    wrong = dana.post(f"/monitoring/traps/engines/{engine.id}", form)
    assert wrong.status_code == 422
    assert "there is no CI CI-99999" in wrong.text

    dana.post(f"/monitoring/traps/engines/{engine.id}", {**form, "ci": ci.number})
    assert ci.number in dana.get(f"/monitoring/traps/users/{engine.user_id}").text
    with house.work(SYSTEM, writes=False) as work:
        assert queries.engine(work, engine.id).ci_id == ci.id


def test_an_engine_is_refused_and_found_again_at_its_user(
    house: House, dana: Browser, engine: TrapEngine
) -> None:
    form = {"do": "refuse", "back": "user"}
    answer = dana.post(f"/monitoring/traps/engines/{engine.id}", form)
    here = f"/monitoring/traps/users/{engine.user_id}"
    assert answer.headers["Location"] == here
    assert "Refused" in dana.get(f"{here}?q=01020304").text
    assert "No engine is listed" in dana.get(f"{here}?q=ffff").text

    assert dana.post(here, {"engines": "not hex"}).status_code == 422
    assert dana.post(here, {"engines": engine.engine_id}).status_code == 303
    with house.work(SYSTEM, writes=False) as work:
        assert queries.engine(work, engine.id).state is EngineState.APPROVED


def test_an_unmatched_trap_offers_a_rule_that_is_tried_and_then_counts(
    dana: Browser, trap: int
) -> None:
    listed = dana.get("/monitoring/traps/").text
    assert f"/monitoring/traps/rules/new?oid={UPS}.0.4&amp;intake_id={trap}" in listed

    tried = dana.post("/monitoring/traps/rules/", {**RULE, "intake_id": trap, "do": "try"}).text
    assert "UPS: &lt;b&gt;battery low&lt;/b&gt;" in tried
    assert "/monitoring/traps/rules/1" not in dana.get("/monitoring/traps/rules/").text

    dana.post("/monitoring/traps/rules/", {**RULE, "do": "save"})
    assert "UPS: &lt;b&gt;battery low" in dana.get(f"/monitoring/traps/kept/{trap}").text


def test_a_rule_is_changed_switched_off_and_removed(house: House, dana: Browser) -> None:
    dana.post("/monitoring/traps/rules/", {**RULE, "conditions": "1 above 3", "do": "save"})
    with house.work(SYSTEM, writes=False) as work:
        [rule] = queries.rules(work)
    here = f"/monitoring/traps/rules/{rule.id}"
    assert "1 above 3" in dana.get(here).text

    dana.post(here, {**RULE, "name": "Plant UPS", "do": "save"})
    dana.post(f"{here}/switch")
    with house.work(SYSTEM, writes=False) as work:
        [rule] = queries.rules(work)
        assert (rule.name, rule.enabled, rule.conditions) == ("Plant UPS", False, [])
        assert not queries.enabled_rules(work)

    dana.post(f"{here}/remove")
    assert dana.get(here).status_code == 404


@pytest.mark.parametrize("oid", ["noSuchName", "no name", "NO-SUCH-MIB::linkDown2"])
def test_a_rule_that_says_nothing_is_refused_with_what_was_typed(dana: Browser, oid: str) -> None:
    wrong = {**RULE, "oid": oid, "title": "Kept as typed", "do": "save"}
    answer = dana.post("/monitoring/traps/rules/", wrong)

    assert answer.status_code == 422
    assert "neither a dotted object identifier nor a name" in answer.text
    assert "Kept as typed" in answer.text


def test_a_kept_trap_is_read_again_at_a_click(house: House, dana: Browser, trap: int) -> None:
    dana.post("/monitoring/traps/rules/", {**RULE, "do": "save"})
    assert dana.post(f"/monitoring/traps/kept/{trap}/read").status_code == 303

    with house.work(SYSTEM, writes=False) as work:
        assert queries.kept_trap(work, trap).state is intake.IntakeState.RECEIVED
