"""Every verb on alerts: what sources say, what persons do, what follows from incidents.

A message's alerts are handled together. Keys are always locked in their sorted order, so that two
messages about the same alerts wait for each other and never form a deadlock.
"""

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import update

from itsm.kernel.access import Permission
from itsm.kernel.work import Work
from itsm.monitoring import events, queries, severity, statements
from itsm.monitoring.kinds import KINDS
from itsm.monitoring.models import Alert, Change
from itsm.monitoring.signal import Action, Severity, Signal, Source
from itsm.monitoring.states import ACTIVE, LIFE, State
from itsm.monitoring.verdict import Heard, Outcome, Standing, Verdict, judge
from itsm.platform.faults import kill_point

MAX_SOURCE_KEY = 512
_EVENTS: dict[Change, type[events.AlertsChanged]] = {
    Change.OPENED: events.AlertsOpened,
    Change.REOPENED: events.AlertsReopened,
    Change.ROSE: events.AlertsRose,
    Change.FELL: events.AlertsFell,
    Change.RESOLVED: events.AlertsResolved,
    Change.ACKNOWLEDGED: events.AlertsAcknowledged,
    Change.LAPSED: events.AlertsLapsed,
}


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one signal. `alert_id` is None where no alert stands behind its key."""

    index: int
    alert_id: int | None
    fingerprint: str
    source_key: str
    status: State
    outcome: Outcome
    incident: str | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """One signal as this integration understands it."""

    signal: Signal
    place: int
    fingerprint: str
    heard: Heard


@dataclass(slots=True)
class Batch:
    """The message at hand and what it changed, written down together at its end."""

    work: Work
    integration_id: int
    intake_id: int | None
    history: list[dict[str, object]] = field(default_factory=list)
    changed: dict[Change, list[int]] = field(default_factory=lambda: defaultdict(list))

    def note(self, change: Change, track: "Track", note: str = "") -> None:
        """Remember one change for the history and for the events."""
        self.changed[change].append(track.id)
        self.history.append(
            {
                "alert_id": track.id,
                "change": change,
                "state": track.state,
                "severity": track.severity,
                "at": self.work.now,
                "source_at": track.heard_at,
                "intake_id": self.intake_id,
                "actor_name": self.work.actor.name,
                "note": note,
            }
        )

    def settle(self) -> None:
        """Write the history and emit one event for each sort of change."""
        statements.add_history(self.work, self.history)
        for change, ids in self.changed.items():
            event = _EVENTS.get(change)
            if event:
                self.work.emit(
                    event(
                        integration_id=self.integration_id, alert_ids=tuple(ids), at=self.work.now
                    )
                )


@dataclass(slots=True)
class Track:
    """One locked alert row while a message works on it."""

    id: int
    fingerprint: str
    state: State
    severity: Severity
    count: int
    changed_at: datetime
    resolved_at: datetime | None
    source_at: datetime | None
    incident_number: str | None
    heard_at: datetime | None = None
    texts: Signal | None = None
    opened: bool = False


def receive(
    work: Work, integration: Source, signals: Sequence[Signal], *, intake_id: int | None = None
) -> list[Result]:
    """Apply what a source says, in order, and return what became of each signal.

    One alert row for each key that is not closed; repeats raise its count and leave no history.
    Emits at most one event for each sort of change: AlertsOpened, AlertsReopened, AlertsRose,
    AlertsFell, AlertsResolved, AlertsAcknowledged. `intake_id` is the kept message.
    """
    arrivals = [_arrival(work, integration, place, one) for place, one in enumerate(signals)]
    batch = Batch(work, integration.id, intake_id)
    results: dict[int, Result] = {}
    if _only_distinct_fires(arrivals):
        results = _open_or_count(batch, arrivals)
    rest = [arrival for arrival in arrivals if arrival.place not in results]
    if rest:
        results |= _judge_all(batch, rest)
    kill_point("alert-stored")
    batch.settle()
    return [results[place] for place in range(len(arrivals))]


def acknowledge(work: Work, alert: Alert) -> None:
    """Take an alert as a person: it is known and somebody works on it.

    Raises Denied, or Refused unless the alert is open. Emits AlertsAcknowledged.
    """
    work.must(Permission.ALERT_ACKNOWLEDGE)
    LIFE.step(alert.state, "acknowledge")
    _step_all(work, [alert], "acknowledge", Change.ACKNOWLEDGED)


def acknowledge_of(work: Work, ticket_id: int) -> None:
    """Acknowledge the open alerts of an incident that somebody has taken."""
    alerts = queries.of_incident(work, ticket_id, frozenset({State.OPEN}))
    _step_all(work, alerts, "acknowledge", Change.ACKNOWLEDGED)


def lapse(work: Work, alert: Alert) -> None:
    """Open an acknowledged alert again. Raises Refused. Emits AlertsLapsed."""
    _step_all(work, [alert], "lapse", Change.LAPSED)


def lapse_of(work: Work, ticket_id: int) -> None:
    """Open the acknowledged alerts of an incident again: nothing came of it in time."""
    alerts = queries.of_incident(work, ticket_id, frozenset({State.ACKNOWLEDGED}))
    _step_all(work, alerts, "lapse", Change.LAPSED)


def attach(work: Work, alert_ids: Sequence[int], ticket_id: int, number: str) -> None:
    """Note the incident that stands for these alerts; it replaces an earlier one."""
    work.session.execute(
        update(Alert)
        .where(Alert.id.in_(alert_ids))
        .values(incident_id=ticket_id, incident_number=number)
        .execution_options(synchronize_session=False)
    )


def _step_all(work: Work, alerts: Sequence[Alert], step: str, change: Change) -> None:
    batches: dict[int, Batch] = {}
    for alert in alerts:
        alert.state = LIFE.step(alert.state, step).target
        alert.changed_at = work.now
        batch = batches.setdefault(
            alert.integration_id, Batch(work, alert.integration_id, intake_id=None)
        )
        batch.note(change, _track(alert))
    for batch in batches.values():
        batch.settle()


def _track(alert: Alert) -> Track:
    return Track(
        alert.id,
        alert.fingerprint,
        alert.state,
        alert.severity,
        alert.count,
        alert.changed_at,
        alert.resolved_at,
        alert.source_at,
        alert.incident_number,
    )


def _arrival(work: Work, integration: Source, place: int, said: Signal) -> Arrival:
    """Return the signal with its key, and with its severity in the integration's own terms."""
    if not said.source_key:
        # The source gave no key: then each of its messages is a thing of its own.
        said = replace(said, source_key=secrets.token_hex(16))
    level = said.severity or _level(integration, said.severity_word)
    action = said.action
    if level is severity.CLEARED:
        action = Action.RESOLVE if action is Action.FIRE else action
        level = integration.default_severity
    source_at = said.starts_at
    if action is Action.RESOLVE:
        source_at = said.ended_at or (said.starts_at if said.action is Action.FIRE else None)
    fingerprint = fingerprint_of(integration.id, said.source_key)
    return Arrival(said, place, fingerprint, Heard(action, level, source_at, work.now))


def _level(integration: Source, word: str) -> Severity | severity.Cleared:
    own = integration.severity_map if isinstance(integration.severity_map, dict) else {}
    words = {str(key): str(value) for key, value in own.items()}
    kind = KINDS.get(integration.kind)
    return severity.level(
        word, words, kind.severities if kind else {}, integration.default_severity
    )


def fingerprint_of(integration_id: int, source_key: str) -> str:
    """Return what stands for a source's key among those of all integrations."""
    # One instance is one tenant; the length keeps "1" + "2x" apart from "12" + "x".
    written = f"{integration_id}:{source_key}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(written).hexdigest()


def _only_distinct_fires(arrivals: Sequence[Arrival]) -> bool:
    keys = {arrival.fingerprint for arrival in arrivals}
    fires = all(arrival.heard.action is Action.FIRE for arrival in arrivals)
    return fires and len(keys) == len(arrivals) > 0


def _open_or_count(batch: Batch, arrivals: Sequence[Arrival]) -> dict[int, Result]:
    """Open what is new and count what merely repeats, with one statement.

    Whatever needs a verdict, such as an alert that is over or another severity, stays locked and is
    left out of the results.
    """
    ordered = sorted(arrivals, key=lambda arrival: arrival.fingerprint)
    rows = [_new_row(batch, arrival) for arrival in ordered]
    written = {row.fingerprint: row for row in statements.open_or_count(batch.work, rows)}
    results = {}
    for arrival in ordered:
        row = written.get(arrival.fingerprint)
        if row is None:
            continue
        opened = row.times == 1
        if opened:
            track = _opened(row.id, arrival, batch.work.now)
            batch.note(Change.OPENED, track)
        outcome = Outcome.OPENED if opened else Outcome.UPDATED
        results[arrival.place] = _result(arrival, row.id, row.state, outcome, row.incident_number)
    return results


def _judge_all(batch: Batch, arrivals: Sequence[Arrival]) -> dict[int, Result]:
    """Lock every key of the message, judge its signals in order, write the rows back."""
    firsts = {arrival.fingerprint: arrival for arrival in reversed(arrivals)}
    markers = [_marker_row(batch, firsts[key]) for key in sorted(firsts)]
    locked = (Track(*row) for row in statements.lock(batch.work, markers))
    tracks = {track.fingerprint: track for track in locked}
    results = {}
    for arrival in arrivals:
        track = tracks[arrival.fingerprint]
        verdict = judge(_standing(track), arrival.heard)
        _apply(batch, track, arrival, verdict)
        alert_id = track.id if track.count else None
        status = track.state
        results[arrival.place] = _result(
            arrival, alert_id, status, verdict.outcome, track.incident_number
        )
    statements.write_back(batch.work, [_written(batch.work, track) for track in tracks.values()])
    return results


def _apply(batch: Batch, track: Track, arrival: Arrival, verdict: Verdict) -> None:
    now = batch.work.now
    if verdict.anew:
        _begin_anew(batch, track, arrival)
    if verdict.step:
        track.state = LIFE.step(track.state, verdict.step).target
        track.resolved_at = None if track.state in ACTIVE else now
    if verdict.change not in {None, Change.STALE} or not track.count:
        track.changed_at = now
    track.severity = verdict.severity or track.severity
    track.source_at = verdict.source_at
    track.heard_at = arrival.heard.source_at
    track.count += verdict.counts
    track.opened |= verdict.outcome is Outcome.OPENED
    if verdict.severity:
        track.texts = arrival.signal
    if verdict.change:
        batch.note(verdict.change, track)


def _begin_anew(batch: Batch, track: Track, arrival: Arrival) -> None:
    """Make the old alert history, and let the track follow a new row under the same key."""
    track.state = LIFE.step(track.state, "close").target
    batch.note(Change.CLOSED, track)
    statements.close(batch.work, track.id)
    marker = Track(*statements.lock(batch.work, [_marker_row(batch, arrival)])[0])
    track.id, track.state, track.count = marker.id, marker.state, 0
    track.incident_number = None


def _standing(track: Track) -> Standing:
    return Standing(track.state, track.severity, track.count, track.changed_at, track.source_at)


def _opened(alert_id: int, arrival: Arrival, now: datetime) -> Track:
    heard = arrival.heard
    key = arrival.fingerprint
    track = Track(alert_id, key, State.OPEN, heard.severity, 1, now, None, heard.source_at, None)
    track.heard_at = heard.source_at
    return track


def _result(
    arrival: Arrival, alert_id: int | None, status: State, outcome: Outcome, incident: str | None
) -> Result:
    said = arrival.signal
    key = arrival.fingerprint
    return Result(said.index, alert_id, key, said.source_key, status, outcome, incident)


def _new_row(batch: Batch, arrival: Arrival) -> dict[str, object]:
    now = batch.work.now
    return {
        "integration_id": batch.integration_id,
        "fingerprint": arrival.fingerprint,
        "source_key": clean(arrival.signal.source_key, MAX_SOURCE_KEY),
        "state": LIFE.start,
        "severity": arrival.heard.severity,
        **_texts(arrival.signal),
        "count": 1,
        "first_seen": now,
        "last_seen": now,
        "changed_at": now,
        "resolved_at": None,
        "source_at": arrival.heard.source_at,
        "ci_note": "",
    }


def _marker_row(batch: Batch, arrival: Arrival) -> dict[str, object]:
    """Return the row of a key of which nothing fired yet; there it only holds the lock."""
    now = batch.work.now
    over: dict[str, object] = {"state": State.RESOLVED, "count": 0, "resolved_at": now}
    return _new_row(batch, arrival) | over | {"source_at": None}


def _written(work: Work, track: Track) -> dict[str, object]:
    row: dict[str, object] = {
        "alert_id": track.id,
        "state": track.state,
        "severity": track.severity,
        "count": track.count,
        "last_seen": work.now,
        "changed_at": track.changed_at,
        "resolved_at": track.resolved_at,
        "source_at": track.source_at,
    }
    if track.opened:
        row["first_seen"] = work.now
    return row | (_texts(track.texts) if track.texts else {})


def _texts(said: Signal) -> dict[str, object]:
    return {
        "title": clean(said.title, 400) or "Alert without a title",
        "body": clean(said.body, 20_000),
        "check_name": clean(said.check, 255),
        "hosts": [clean(host, 255) for host in _distinct(said.hosts)],
        "labels": {clean(name, 200): clean(text, 500) for name, text in said.labels.items()},
        "url": clean(said.url, 2000) if said.url.startswith(("http://", "https://")) else "",
    }


def clean(text: str, length: int) -> str:
    """Return what a text column can hold of a foreign text: no NUL, no half characters."""
    if "\0" in text or not text.isascii():
        text = text.replace("\0", "").encode("utf-8", "replace").decode()
    return text[:length]


def _distinct(hosts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(host for host in hosts if host))[:8]
