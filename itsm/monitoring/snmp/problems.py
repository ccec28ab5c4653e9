"""What traps say is wrong at each agent, and the signals that follow.

A problem has a row from the trap that raises it to the one that clears it. The row is what a link
that comes and goes within a minute is held back by, and what a restarted device's links are closed
by when nothing is heard of them again.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from itsm.kernel.work import Work
from itsm.monitoring.signal import Action, Severity, Signal
from itsm.monitoring.snmp import queries
from itsm.monitoring.snmp.models import ProblemState, TrapProblem
from itsm.monitoring.snmp.rules import Often, Verdict
from itsm.platform import timers
from itsm.platform.outbox import Payload

STALE_S = 600
"""How long the links of a restarted device may stay unseen before they count as up."""
SETTLE = "snmp.settle"
UNSETTLED = "snmp.unsettled"

Place = tuple[int, str, str]
"""Integration id, agent and key: what names a problem."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One trap that met a rule."""

    intake_id: int
    integration_id: int
    agent: str
    hosts: tuple[str, ...]
    trap: str
    labels: dict[str, str]
    verdict: Verdict
    ci_id: int | None = None

    def place(self, key: str) -> Place:
        """Return the name of a problem of this agent."""
        return self.integration_id, self.agent, key


@dataclass(frozen=True, slots=True)
class Said:
    """A signal, the integration that it is for, and the CI that its sender has proved to be."""

    integration_id: int
    signal: Signal
    ci_id: int | None = None


class Board:
    """The problems that a batch of sightings touches, read once and kept in step."""

    def __init__(self, work: Work, sightings: Sequence[Sighting]) -> None:
        self.work = work
        self.said: list[Said] = []
        places = {place for sighting in sightings for place in _places(sighting)}
        self._rows = {_place(row): row for row in queries.problems(work, places)} if places else {}
        for sighting in sightings:
            self._take(sighting)

    def _take(self, sighting: Sighting) -> None:
        verdict = sighting.verdict
        if verdict.rule.unsettles:
            self._unsettle(sighting)
        if verdict.severity is not None:
            self._raise(sighting, verdict.severity)
        for key in verdict.clears:
            self._clear(sighting, key)

    def _raise(self, sighting: Sighting, severity: Severity) -> None:
        verdict = sighting.verdict
        place = sighting.place(verdict.key)
        row = self._rows.get(place)
        new = row is None
        if row is None:
            row = self._rows[place] = self._new(sighting)
        elif row.state is ProblemState.STALE:
            row.state = ProblemState.OPEN
        row.seen_at = self.work.now
        signal = _signal(sighting, self._often(row, verdict.rule.often) or severity)
        if row.state is ProblemState.HELD:
            if new:
                self._arm(row, signal, verdict.rule.hold_s)
            signal = replace(signal, severity=Severity.INFO)
        self.said.append(Said(sighting.integration_id, signal, sighting.ci_id))

    def _new(self, sighting: Sighting) -> TrapProblem:
        held = sighting.verdict.rule.hold_s > 0
        return self.work.add(
            TrapProblem(
                integration_id=sighting.integration_id,
                agent=sighting.agent,
                key=sighting.verdict.key,
                state=ProblemState.HELD if held else ProblemState.OPEN,
                title=sighting.verdict.title,
                seen_at=self.work.now,
                recent=[],
            )
        )

    def _arm(self, row: TrapProblem, signal: Signal, hold_s: int) -> None:
        """Have the problem's true severity follow, unless it has ended by then."""
        due_at = self.work.now + timedelta(seconds=hold_s)
        payload: Payload = {"problem_id": row.id, "signal": _packed(signal)}
        timers.arm(self.work, SETTLE, str(row.id), due_at, payload)

    def _often(self, row: TrapProblem, often: Often | None) -> Severity | None:
        if often is None:
            return None
        now = self.work.now.timestamp()
        known = row.recent if isinstance(row.recent, list) else []
        stamps = [at for at in known if isinstance(at, float) and now - at < often.seconds]
        stamps = [*stamps, now][-often.times - 1 :]
        row.recent = list(stamps)
        return often.severity if len(stamps) > often.times else None

    def _clear(self, sighting: Sighting, key: str) -> None:
        row = self._rows.pop(sighting.place(key), None)
        if row is None:
            return
        timers.disarm(self.work, SETTLE, str(row.id))
        self.work.session.delete(row)
        # At once, since the same key may be raised again within this batch.
        self.work.session.flush()
        self.said.append(Said(sighting.integration_id, _over(row, sighting.verdict.title)))

    def _unsettle(self, sighting: Sighting) -> None:
        rows = queries.unsettled_by(
            self.work, sighting.integration_id, sighting.agent, sighting.verdict.rule.unsettles
        )
        for row in rows:
            row.state = ProblemState.STALE
        if rows:
            due_at = self.work.now + timedelta(seconds=STALE_S)
            agent: Payload = {
                "integration_id": sighting.integration_id,
                "agent": sighting.agent,
            }
            key = f"{sighting.integration_id}:{_short(sighting.agent)}"
            timers.arm(self.work, UNSETTLED, key, due_at, agent)


def settle(work: Work, payload: Payload) -> list[Said]:
    """Say how bad a problem is that was held back and has not ended since."""
    row = work.session.get(TrapProblem, payload["problem_id"])
    if row is None or row.state is not ProblemState.HELD:
        return []
    row.state = ProblemState.OPEN
    return [Said(row.integration_id, _unpacked(payload["signal"]))]


def close_unseen(work: Work, payload: Payload) -> list[Said]:
    """End the problems of a restarted agent that no trap has spoken of since its restart."""
    integration_id, agent = payload["integration_id"], payload["agent"]
    if not (isinstance(integration_id, int) and isinstance(agent, str)):
        raise TypeError("the timer names no agent")
    rows = queries.stale_problems(work, integration_id, agent)
    for row in rows:
        timers.disarm(work, SETTLE, str(row.id))
        work.session.delete(row)
    return [
        Said(integration_id, _over(row, f"{row.title}: not seen since a restart")) for row in rows
    ]


def _places(sighting: Sighting) -> Iterable[Place]:
    verdict = sighting.verdict
    return map(sighting.place, (verdict.key, *verdict.clears))


def _place(row: TrapProblem) -> Place:
    return row.integration_id, row.agent, row.key


def _signal(sighting: Sighting, severity: Severity) -> Signal:
    verdict = sighting.verdict
    return Signal(
        action=Action.FIRE,
        source_key=f"{sighting.agent}:{verdict.key}",
        title=verdict.title,
        severity=severity,
        body=verdict.body,
        hosts=sighting.hosts,
        check=sighting.trap,
        labels=sighting.labels,
    )


def _over(row: TrapProblem, title: str) -> Signal:
    return Signal(
        action=Action.RESOLVE,
        source_key=f"{row.agent}:{row.key}",
        title=title,
        hosts=(row.agent,),
    )


def _packed(signal: Signal) -> Payload:
    return {
        "source_key": signal.source_key,
        "title": signal.title,
        "severity": signal.severity.value if signal.severity else None,
        "body": signal.body,
        "hosts": list(signal.hosts),
        "check": signal.check,
        "labels": dict(signal.labels),
    }


def _unpacked(packed: object) -> Signal:
    if not isinstance(packed, dict):
        raise TypeError("the timer holds no signal")
    return Signal(
        action=Action.FIRE,
        source_key=packed["source_key"],
        title=packed["title"],
        severity=Severity(packed["severity"]),
        body=packed["body"],
        hosts=tuple(packed["hosts"]),
        check=packed["check"],
        labels=packed["labels"],
    )


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
