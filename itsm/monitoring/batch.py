"""What one message, or one verb, changes of alerts: gathered, and written down at its end."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from itsm.kernel.events import Json
from itsm.kernel.work import Work
from itsm.monitoring import events, statements
from itsm.monitoring.models import Alert, Change, Why
from itsm.monitoring.signal import Severity, Signal
from itsm.monitoring.states import State

_EVENTS: dict[Change, type[events.AlertsChanged]] = {
    Change.OPENED: events.AlertsOpened,
    Change.REOPENED: events.AlertsReopened,
    Change.ROSE: events.AlertsRose,
    Change.FELL: events.AlertsFell,
    Change.RESOLVED: events.AlertsResolved,
    Change.EXPIRED: events.AlertsExpired,
    Change.ACKNOWLEDGED: events.AlertsAcknowledged,
    Change.LAPSED: events.AlertsLapsed,
    Change.SUPPRESSED: events.AlertsSuppressed,
    Change.RELEASED: events.AlertsReleased,
    Change.FLAPPING: events.AlertsFlapping,
    Change.STEADY: events.AlertsSteady,
}


@dataclass(slots=True)
class Track:
    """One locked alert row while a message works on it."""

    id: int
    fingerprint: str
    state: State
    severity: Severity
    count: int
    changed_at: datetime
    last_seen: datetime
    resolved_at: datetime | None
    source_at: datetime | None
    incident_number: str | None
    flapping_since: datetime | None = None
    calm_since: datetime | None = None
    flips: Json = None
    heard_at: datetime | None = None
    texts: Signal | None = None
    opened: bool = False
    quiet: frozenset[Why] = frozenset()


@dataclass(slots=True)
class Batch:
    """The message at hand and what it changed, written down together at its end."""

    work: Work
    integration_id: int
    intake_id: int | None
    heard_at: datetime
    """When the message came, which for one that is read again is not the present."""
    history: list[dict[str, object]] = field(default_factory=list)
    changed: dict[Change, list[int]] = field(default_factory=lambda: defaultdict(list))
    reasons: dict[Change, str] = field(default_factory=dict)

    def note(self, change: Change, track: Track, note: str = "") -> None:
        """Remember one change for the history and for the events; `note` says why."""
        self.changed[change].append(track.id)
        self.reasons[change] = note
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
                "note": note[:400],
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
                        integration_id=self.integration_id,
                        alert_ids=tuple(ids),
                        at=self.work.now,
                        reason=self.reasons[change],
                    )
                )


def track_of(alert: Alert) -> Track:
    """Return the track of a row that was loaded."""
    return Track(
        alert.id,
        alert.fingerprint,
        alert.state,
        alert.severity,
        alert.count,
        alert.changed_at,
        alert.last_seen,
        alert.resolved_at,
        alert.source_at,
        alert.incident_number,
        alert.flapping_since,
        alert.calm_since,
        alert.flips,
    )
