"""The monitoring systems of the demo, and the addresses at which they are let in."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from itsm.kernel.work import Work
from itsm.monitoring import integrations
from itsm.monitoring.correlation import service as rules
from itsm.monitoring.correlation.inputs import RuleInput
from itsm.monitoring.inputs import NewIntegration
from itsm.monitoring.snmp import service as traps
from itsm.monitoring.snmp.inputs import NewSource
from itsm.platform.house import House

FILE = "integrations.json"
INTEGRATIONS = (
    ("alertmanager", "Prometheus Berlin", None),
    ("pagerduty", "Uptime checks", None),
    ("generic", "Backup server", None),
    ("cloudevents", "Network controller", "Network"),
    ("zabbix", "Zabbix Denver", None),
    ("grafana", "Grafana", None),
)
COMMUNITY = "public"
HERE = "127.0.0.1"
RULE = RuleInput(
    name="One incident for each Kubernetes cluster",
    tests=("label.cluster = *-*", "severity != critical"),
    group_by=("label.cluster",),
    window_min=30,
)


@dataclass(frozen=True, slots=True)
class Door:
    """An integration of the demo, its key (the database has a hash alone) and its path."""

    kind: str
    name: str
    key: str
    place: str


def enter(work: Work) -> list[Door]:
    """Let one system of each kind in, and SNMP traps from this machine alone."""
    source = NewSource(name="This machine", networks=(HERE,), community=COMMUNITY)
    traps.add_source(work, source)
    rules.save(work, RULE)
    return [_door(work, kind, name, policy) for kind, name, policy in INTEGRATIONS]


def remember(house: House, doors: Sequence[Door]) -> None:
    """Keep the keys beside the database, readable by their owner, to be told at each start."""
    path = _path(house)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump([(door.kind, door.place) for door in doors], file)


def remembered(house: House) -> list[tuple[str, str]]:
    """Return (kind, address) of the integrations whose keys were kept, none if none were."""
    path = _path(house)
    if not path.is_file():
        return []
    base = house.settings.public_url
    return [(kind, base + place) for kind, place in json.loads(path.read_text(encoding="utf-8"))]


def _door(work: Work, kind: str, name: str, policy: str | None) -> Door:
    new = NewIntegration(kind=kind, name=name, policy=policy)
    integration, key = integrations.add_integration(work, new)
    place = integrations.address("", integration, key)
    told = place if key in place else f"{place}  (routing key {key})"
    return Door(kind, name, key, told)


def _path(house: House) -> Path:
    return house.settings.home / FILE
