"""The alerts of the demo: what monitoring systems sent, and what people on call did about it."""

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from itsm.demo.integrations import Door
from itsm.demo.past import ORIGIN, Deed, ago
from itsm.demo.stories import Stage, Step, play, steps
from itsm.kernel.access import SYSTEM, Actor
from itsm.kernel.events import Json
from itsm.kernel.work import Work
from itsm.monitoring import intake, integrations, queries
from itsm.monitoring.inputs import EditIntegration
from itsm.monitoring.intake import Posted
from itsm.monitoring.models import Alert
from itsm.oncall import queries as pages
from itsm.oncall import service as escalations
from itsm.oncall.queries import PageFilter
from itsm.platform.house import House

FILE = Path(__file__).with_name("alerts.toml")
# In a step: whoever was paged first.
PAGED = "?"
# Incidents within 5 minutes after which a storm begins, unless it is said otherwise.
USUAL = 20


class Trouble(BaseModel):
    """One alert from its firing to its recovery, if it has recovered."""

    model_config = ConfigDict(extra="forbid")

    key: str
    days: float
    via: str
    name: str
    host: str
    severity: str
    title: str
    text: str = ""
    recovers: float | None = None
    steps: list[str] = []


class Storm(BaseModel):
    """Hosts that one system calls away within a few minutes, and when they are back."""

    model_config = ConfigDict(extra="forbid")

    days: float
    via: str
    after: int
    name: str
    severity: str
    hosts: list[str]
    recovers: float
    steps: list[str]

    def troubles(self) -> Iterator[Trouble]:
        """Yield an alert for each host, a few seconds after one another; the last has the steps."""
        for place, host in enumerate(self.hosts):
            yield Trouble(
                key=f"storm-{host}",
                days=self.days - place * 5 / 86_400,
                via=self.via,
                name=self.name,
                host=host,
                severity=self.severity,
                title=f"{host} does not answer",
                recovers=self.recovers,
                steps=self.steps if host == self.hosts[-1] else [],
            )


@dataclass(frozen=True, slots=True)
class Wires:
    """The integrations by name, and the id of the alert that each trouble became."""

    stage: Stage
    doors: Mapping[str, Door]
    alerts: dict[str, int] = field(default_factory=dict)


def deeds(stage: Stage, doors: list[Door], now: datetime) -> Iterator[Deed]:
    """Yield what was sent and what was done about it."""
    wires = Wires(stage, {door.name: door for door in doors})
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    for row in told["alert"]:
        yield from _deeds_of(wires, Trouble.model_validate(row), now)
    storm = Storm.model_validate(told["storm"])
    yield Deed(ago(now, storm.days, -1), partial(_storm_after, storm.via, storm.after))
    for trouble in storm.troubles():
        yield from _deeds_of(wires, trouble, now)
    yield Deed(ago(now, storm.days, storm.recovers), partial(_storm_after, storm.via, USUAL))


def _storm_after(via: str, incidents: int, house: House) -> None:
    with house.work(SYSTEM, ORIGIN) as work:
        integration = queries.integration_named(work, via)
        if integration is not None:
            integrations.edit(work, integration, EditIntegration(storm_after=incidents))


def _deeds_of(wires: Wires, trouble: Trouble, now: datetime) -> Iterator[Deed]:
    begun = ago(now, trouble.days)
    yield Deed(begun, partial(_post, wires, trouble, begun, None))
    if trouble.recovers is not None:
        ended = ago(now, trouble.days, trouble.recovers)
        yield Deed(ended, partial(_post, wires, trouble, begun, ended))
    for step in steps(trouble.steps):
        at = ago(now, trouble.days, step.after)
        yield Deed(at, partial(_take_step, wires, trouble, step))


def _post(
    wires: Wires, trouble: Trouble, begun: datetime, ended: datetime | None, house: House
) -> None:
    door = wires.doors[trouble.via]
    body = json.dumps(BODIES[door.kind](trouble, begun, ended)).encode()
    with house.work(SYSTEM, ORIGIN) as work:
        integration = intake.admit(work, door.key, door.kind)
        if integration is None:
            message = f"the integration {door.name} does not know its key"
            raise LookupError(message)
        headers = {"content-type": "application/json"}
        receipt = intake.take(work, integration, Posted(door.kind, body, headers))
        wires.alerts[trouble.key] = receipt.results[0].alert_id or 0


def _take_step(wires: Wires, trouble: Trouble, step: Step, house: House) -> None:
    with house.work(SYSTEM, ORIGIN, writes=False) as work:
        alert = queries.alert(work, wires.alerts[trouble.key])
        actor = _actor(work, wires.stage, alert, step)
    with house.work(actor, ORIGIN) as work:
        if step.verb == "ack":
            escalations.acknowledge(work, alert.incident_id or 0)
        else:
            play(work, wires.stage, alert.incident_number or "", step)


def _actor(work: Work, stage: Stage, alert: Alert, step: Step) -> Actor:
    if step.who != PAGED:
        return stage.actors[step.who]
    told = pages.pages(work, PageFilter(ticket_id=alert.incident_id))
    return stage.actors[told.items[-1].person.username]


def _alertmanager(trouble: Trouble, begun: datetime, ended: datetime | None) -> dict[str, Json]:
    labels: dict[str, Json] = {
        "alertname": trouble.name,
        "instance": trouble.host,
        "severity": trouble.severity,
    }
    alert: dict[str, Json] = {
        "status": "resolved" if ended else "firing",
        "labels": labels,
        "annotations": {"summary": trouble.title, "description": trouble.text},
        "startsAt": begun.isoformat(),
        "endsAt": ended.isoformat() if ended else "0001-01-01T00:00:00Z",
    }
    return {"version": "4", "status": alert["status"], "receiver": "itsm", "alerts": [alert]}


def _pagerduty(trouble: Trouble, begun: datetime, ended: datetime | None) -> dict[str, Json]:
    event: dict[str, Json] = {
        "event_action": "resolve" if ended else "trigger",
        "dedup_key": trouble.key,
    }
    payload: dict[str, Json] = {
        "summary": trouble.title,
        "source": trouble.host,
        "severity": trouble.severity,
        "component": trouble.name,
        "timestamp": begun.isoformat(),
        "custom_details": trouble.text,
    }
    return event if ended else event | {"payload": payload}


def _generic(trouble: Trouble, begun: datetime, ended: datetime | None) -> dict[str, Json]:
    return {
        "key": trouble.key,
        "title": trouble.title,
        "message": trouble.text,
        "host": trouble.host,
        "check": trouble.name,
        "severity": trouble.severity,
        "status": "resolved" if ended else "firing",
        "starts_at": begun.isoformat(),
    }


def _cloudevents(trouble: Trouble, begun: datetime, ended: datetime | None) -> dict[str, Json]:
    at = ended or begun
    return {
        "specversion": "1.0",
        "type": f"org.example.alert.{'resolved' if ended else 'fired'}",
        "source": "/network/controller",
        "id": f"{trouble.key}-{at:%Y%m%d%H%M%S}",
        "subject": trouble.host,
        "time": at.isoformat(),
        "data": {
            "key": trouble.key,
            "title": trouble.title,
            "message": trouble.text,
            "host": trouble.host,
            "check": trouble.name,
            "severity": trouble.severity,
        },
    }


BODIES: Mapping[str, Callable[[Trouble, datetime, datetime | None], dict[str, Any]]] = {
    "alertmanager": _alertmanager,
    "pagerduty": _pagerduty,
    "generic": _generic,
    "cloudevents": _cloudevents,
}
