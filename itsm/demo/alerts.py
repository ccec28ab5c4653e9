"""The alerts of the demo: what monitoring systems sent, and what people on call did about it."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from itsm.demo.bodies import BODIES, Trouble
from itsm.demo.integrations import Door
from itsm.demo.past import ORIGIN, Deed, ago
from itsm.demo.stories import Stage, Step, play, steps
from itsm.kernel.access import SYSTEM, Actor
from itsm.kernel.work import Work
from itsm.monitoring import intake, integrations, queries, silence
from itsm.monitoring.inputs import EditIntegration, Silence
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
FLAP_MIN = 2
SNAPSHOT_MIN = 15


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


class Pulse(BaseModel):
    """A system that reports at even hours that all is well, but for one long pause."""

    model_config = ConfigDict(extra="forbid")

    via: str
    name: str
    host: str
    days: float
    every_hours: int
    pause: list[float]


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
    pulse = Pulse.model_validate(told["pulse"])
    yield from _pulse(wires, pulse, now)
    for trouble in storm.troubles():
        yield from _deeds_of(wires, trouble, now)
    yield Deed(ago(now, storm.days, storm.recovers), partial(_storm_after, storm.via, USUAL))


def _pulse(wires: Wires, pulse: Pulse, now: datetime) -> Iterator[Deed]:
    """Yield its messages, and the alarm that it is expected to keep to its hours."""
    begins, ends = pulse.pause
    well = Trouble(
        key=pulse.name, days=0, via=pulse.via, name=pulse.name, host=pulse.host,
        severity="info", title=pulse.name,
    )  # fmt: skip
    hours = int(pulse.days * 24)
    yield Deed(ago(now, pulse.days, -1), partial(_expect, pulse))
    for passed in range(0, hours, pulse.every_hours):
        days = pulse.days - passed / 24
        if not begins > days > ends:
            at = ago(now, days)
            yield Deed(at, partial(_post, wires, well, at, at))


def _expect(pulse: Pulse, house: House) -> None:
    with house.work(SYSTEM, ORIGIN) as work:
        integration = queries.integration_named(work, pulse.via)
        if integration is not None:
            # One may be left out if the next is early.
            every = pulse.every_hours * 2 * 60 - SNAPSHOT_MIN
            integrations.edit(work, integration, EditIntegration(expects_every=every))


def _storm_after(via: str, incidents: int, house: House) -> None:
    with house.work(SYSTEM, ORIGIN) as work:
        integration = queries.integration_named(work, via)
        if integration is not None:
            integrations.edit(work, integration, EditIntegration(storm_after=incidents))


def _deeds_of(wires: Wires, trouble: Trouble, now: datetime) -> Iterator[Deed]:
    for turn in range(trouble.flaps + 1):
        begun = ago(now, trouble.days, turn * FLAP_MIN)
        yield Deed(begun, partial(_post, wires, trouble, begun, None))
        if turn < trouble.flaps:
            ended = ago(now, trouble.days, (turn + 0.5) * FLAP_MIN)
            yield Deed(ended, partial(_post, wires, trouble, begun, ended))
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
        elif step.verb == "silence":
            _silence(work, alert.id, step.text)
        else:
            play(work, wires.stage, alert.incident_number or "", step)


def _silence(work: Work, alert_id: int, text: str) -> None:
    """Silence an alert as in "1440 The vendor comes tomorrow.": minutes, and why."""
    minutes, _, reason = text.partition(" ")
    until = work.now + timedelta(minutes=int(minutes))
    wanted = Silence(until=until, reason=reason, until_recovery=True)
    silence.silence(work, queries.by_ids(work, [alert_id]), wanted)


def _actor(work: Work, stage: Stage, alert: Alert, step: Step) -> Actor:
    if step.who != PAGED:
        return stage.actors[step.who]
    told = pages.pages(work, PageFilter(ticket_id=alert.incident_id))
    return stage.actors[told.items[-1].person.username]
