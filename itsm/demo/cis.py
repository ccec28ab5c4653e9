"""The configuration items of the demo, and how they hang together."""

import tomllib
from pathlib import Path
from typing import Any

from itsm.assets import service
from itsm.assets.inputs import NewCi
from itsm.assets.models import Ci, RelationType
from itsm.kernel.work import Work

FILE = Path(__file__).with_name("cis.toml")


def enter(work: Work) -> dict[str, str]:
    """Enter the CIs and their relations; return their numbers by name."""
    rows = [
        _with_group(group, row)
        for group in tomllib.loads(FILE.read_text(encoding="utf-8"))["group"]
        for row in group["cis"]
    ]
    made: dict[str, Ci] = {}
    for row in rows:
        new = {name: value for name, value in row.items() if name != "needs"}
        made[row["name"]] = service.create(work, NewCi.model_validate(new))
    for row in rows:
        for need in row.get("needs", ()):
            type_, _, target = need.partition(" ")
            service.relate_to(work, made[row["name"]], RelationType(type_), made[target])
    return {name: ci.number for name, ci in made.items()}


def _with_group(group: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    """Return the input for one CI: what its group says, over which its own properties go."""
    own = {name: value for name, value in row.items() if name not in {"text", "attributes"}}
    return {
        "class": group["class"],
        "owner_team": group["team"],
        "site": group.get("site", ""),
        "description": row.get("text", ""),
        "attributes": {**group.get("attributes", {}), **row.get("attributes", {})},
        **own,
    }
