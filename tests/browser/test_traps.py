"""Trap intake in a real browser: every page in both themes, its main task by keyboard."""

import pytest
from playwright.sync_api import FilePayload, expect

from itsm.kernel.access import SYSTEM
from itsm.monitoring.signal import Severity
from itsm.monitoring.snmp import mibs, queries, reading, receiving, service
from itsm.monitoring.snmp.gate import Drop, Learned
from itsm.monitoring.snmp.inputs import NewSource, NewUser, RuleInput
from itsm.monitoring.snmp.mibs import File
from itsm.monitoring.snmp.receiving import Tally
from itsm.monitoring.snmp.usm import Level
from itsm.platform import intake
from itsm.platform.house import House
from itsm.platform.intake import Message
from tests.browser.site import Windows, check_accessible, check_fits
from tests.pure.snmp.datagrams import LINK_DOWN, link_down, text, v2c
from tests.pure.snmp.modules import OLD, PUMP, ROOT

UPS = "1.3.6.1.4.1.99999.1"
PATHS = (
    "/monitoring/traps/",
    "/monitoring/traps/kept/2",
    "/monitoring/traps/sources",
    "/monitoring/traps/sources/1",
    "/monitoring/traps/users",
    "/monitoring/traps/users/1",
    "/monitoring/traps/mibs/",
    "/monitoring/traps/mibs/1",
    "/monitoring/traps/mibs/2",
    "/monitoring/traps/rules/",
    "/monitoring/traps/rules/1",
    f"/monitoring/traps/rules/new?oid={UPS}.0.4&intake_id=2",
)


@pytest.fixture
def traps(house: House) -> None:
    """Fill every list: kept traps of three sorts, an engine that waits, a rule, drops."""
    with house.work(SYSTEM) as work:
        source = service.add_source(
            work, NewSource(name="Switches", networks=("10.0.0.0/8",), community="sesame")
        )
        user = service.add_user(work, NewUser(name="mon", source_id=source.id, level=Level.NONE))
        battery = v2c(f"{UPS}.0.4", text(f"{UPS}.2.0", "battery low"))
        broken = v2c(LINK_DOWN, (UPS, b"\x4f\x00"))
        for datagram in (link_down(), battery, broken):
            intake.keep(work, Message(queries.DOOR, "v2c", datagram, "10.0.0.7", source.id))
        service.save_rule(work, RuleInput(name="Fans", oid=f"{UPS}.0.9", severity=Severity.HIGH))
        tally = Tally(accepted=3)
        tally.drop(Drop.WRONG_COMMUNITY, "10.0.0.8", 12)
        tally.learn(Learned(bytes.fromhex("80001f8880e9630000d61ff449"), user.id), "10.0.0.9")
        receiver = receiving.register(work, "core-1 127.0.0.1:16200")
        receiving.write_down(work, receiver.id, tally, {})
        reading.read_waiting(work)
        texts = (ROOT, PUMP.replace("PLANT-SMI;", "PLANT-SMI x FROM LOST-MIB;"))
        files = [File(f"{place}.my", one.encode()) for place, one in enumerate(texts)]
        for mib in mibs.upload(work, files).kept:
            mibs.compile_one(work, mib.id)


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.usefixtures("traps")
def test_every_page_is_accessible_and_fits_a_phone(windows: Windows, theme: str) -> None:
    for path in PATHS:
        page = windows.open(path, "dana", theme=theme, width=390)
        check_accessible(page)
        check_fits(page)


@pytest.mark.browser
@pytest.mark.usefixtures("traps")
def test_a_rule_is_made_and_tried_with_the_keyboard_alone(windows: Windows) -> None:
    page = windows.open("/monitoring/traps/", "dana")
    page.get_by_role("link", name=f"Make rule for {UPS}.0.4").focus()
    page.keyboard.press("Enter")
    title = page.get_by_label("Title")
    title.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("UPS: {1}")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="UPS: battery low")).to_be_visible()
    page.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("link", name=f"Trap {UPS}.0.4")).to_be_visible()


@pytest.mark.browser
def test_devices_are_let_in_with_the_keyboard_alone(windows: Windows) -> None:
    page = windows.open("/monitoring/traps/", "dana")
    page.get_by_role("link", name="Let devices in").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.type("Switches")
    page.get_by_label("Addresses and networks").focus()
    page.keyboard.type("10.20.0.0/16")
    page.get_by_role("button", name="Let them in").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("Switches may send now")).to_be_visible()


@pytest.mark.browser
@pytest.mark.usefixtures("traps")
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_mib_is_uploaded_and_an_engine_approved(windows: Windows, *, scripts: bool) -> None:
    page = windows.open("/monitoring/traps/mibs/", "dana", scripts=scripts)
    mib = FilePayload(name="old.my", mimeType="text/plain", buffer=OLD.encode())
    page.get_by_label("MIB files").set_input_files(mib)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("link", name="OLD-PUMP-MIB")).to_be_visible()

    page.goto("/monitoring/traps/users")
    page.get_by_role("button", name="Approve 80001f8880e9630000d61ff449").click()
    page.get_by_role("link", name="mon").click()
    expect(page.get_by_text("Approved", exact=True)).to_be_visible()
