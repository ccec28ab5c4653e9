"""What is installed is pinned to the byte, and from where is the installer's business."""

import json

from tests.house.sources import ROOT

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


def test_no_lock_file_names_an_address() -> None:
    assert [lock.name for lock in LOCKS if "://" in lock.read_text()] == []
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()


def test_every_requirement_is_pinned_with_its_hashes() -> None:
    for lock in LOCKS:
        entries = lock.read_text().replace("\\\n", "").splitlines()
        pinned = [entry for entry in entries if not entry.lstrip().startswith("#")]
        assert [e for e in pinned if "==" not in e or "--hash=sha256:" not in e] == []


def test_every_web_package_bears_its_digest() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]

    assert [name for name, entry in packages.items() if name and "integrity" not in entry] == []
