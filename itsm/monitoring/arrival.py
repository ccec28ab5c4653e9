"""From a signal to a row: its key, its level in the integration's terms, its cleaned texts."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace

from itsm.kernel.work import Work
from itsm.monitoring import flapping, severity
from itsm.monitoring.batch import Batch, Track
from itsm.monitoring.kinds import KINDS
from itsm.monitoring.signal import Action, Severity, Signal, Source
from itsm.monitoring.states import LIFE, State
from itsm.monitoring.verdict import Heard

MAX_SOURCE_KEY = 512


@dataclass(frozen=True, slots=True)
class Arrival:
    """One signal as this integration understands it."""

    signal: Signal
    place: int
    fingerprint: str
    heard: Heard


def arrival_of(work: Work, integration: Source, place: int, said: Signal) -> Arrival:
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


def new_row(batch: Batch, arrival: Arrival) -> dict[str, object]:
    """Return the row of an alert that fires for the first time."""
    now = batch.work.now
    return {
        "integration_id": batch.integration_id,
        "fingerprint": arrival.fingerprint,
        "source_key": clean(arrival.signal.source_key, MAX_SOURCE_KEY),
        "state": LIFE.start,
        "severity": arrival.heard.severity,
        **_texts(arrival.signal),
        "count": 1,
        "first_seen": batch.heard_at,
        "last_seen": batch.heard_at,
        "changed_at": now,
        "resolved_at": None,
        "source_at": arrival.heard.source_at,
        "flips": flapping.flips((), now),
        "ci_note": "",
    }


def marker_row(batch: Batch, arrival: Arrival) -> dict[str, object]:
    """Return the row of a key of which nothing fired yet; there it only holds the lock."""
    now = batch.work.now
    over: dict[str, object] = {"state": State.RESOLVED, "count": 0, "resolved_at": now}
    return new_row(batch, arrival) | over | {"source_at": None, "flips": []}


def written(batch: Batch, track: Track) -> dict[str, object]:
    """Return what a message changed of a row."""
    row: dict[str, object] = {
        "alert_id": track.id,
        "state": track.state,
        "severity": track.severity,
        "count": track.count,
        "last_seen": max(track.last_seen, batch.heard_at),
        "changed_at": track.changed_at,
        "resolved_at": track.resolved_at,
        "source_at": track.source_at,
        "flapping_since": track.flapping_since,
        "calm_since": track.calm_since,
        "flips": track.flips,
    }
    if track.opened:
        row["first_seen"] = batch.heard_at
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
