"""What a browser has to load stays small, and comes from us alone."""

import json
import re

from itsm.web.assets import DIST, manifest
from tests.house.sources import ROOT

KB = 1000
APP = ("app.css", "icons.svg", "mark.svg")
PHONE = ("phone.css", "mark.svg")
SOURCES = [*(ROOT / "itsm/web/static").glob("*/*.*"), *ROOT.glob("itsm/*/templates/**/*.html")]
ADDRESS = re.compile(r"https?://(?!www\.w3\.org/)[^\s\"'<)]+")


def weight(*names: str) -> int:
    """Return what the named assets weigh on the wire, in bytes."""
    return sum((DIST / f"{manifest()[name]}.gz").stat().st_size for name in names)


def test_style_fits_its_budget() -> None:
    assert weight("app.css") <= 35 * KB


def test_scripts_of_every_page_fit_their_budget() -> None:
    assert weight(*(name for name in manifest() if name.endswith(".js"))) <= 70 * KB


def test_a_first_page_fits_its_budget() -> None:
    scripts = (name for name in manifest() if name.endswith(".js"))

    assert weight(*APP, *scripts) <= 120 * KB


def test_a_phone_at_night_loads_next_to_nothing() -> None:
    assert weight(*PHONE) <= 10 * KB


def test_nothing_is_loaded_from_another_address() -> None:
    own = [path for path in SOURCES if path.is_file() and path.parent != DIST]
    found = {path.name: ADDRESS.findall(path.read_text()) for path in own}

    assert {name: urls for name, urls in found.items() if urls and name != "gallery.html"} == {}


def test_the_lock_file_pins_by_digest_and_names_no_registry() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    outside = {name: entry for name, entry in packages.items() if name}

    assert [name for name, entry in outside.items() if "integrity" not in entry] == []
    assert [name for name, entry in outside.items() if "resolved" in entry] == []


def test_scripts_import_by_names_that_exist() -> None:
    modules = [DIST / name for name in manifest().values() if name.endswith(".js")]
    wanted = {
        name
        for module in modules
        for name in re.findall(r'(?:from|import)\s*"\./([\w.-]+)"', module.read_text())
    }

    assert wanted - set(manifest().values()) == set()
