"""Every verb on alerts: what sources say, what persons do, what follows from incidents.

A message's alerts are handled together. Keys are always locked in their sorted order, so that two
messages about the same alerts wait for each other and never form a deadlock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update

from itsm.desk.quiet import LONGEST
from itsm.kernel.access import Permission
from itsm.kernel.work import Work
from itsm.monitoring import expiry, flapping, queries, statements, suppression
from itsm.monitoring.arrival import Arrival, arrival_of, marker_row, new_row, written
from itsm.monitoring.batch import Batch, Track, track_of
from itsm.monitoring.models import Alert, Change, Suppression, Why
from itsm.monitoring.signal import Action, Signal, Source
from itsm.monitoring.states import ACTIVE, LIFE, LOUD, OVER, State
from itsm.monitoring.suppression import Reason
from itsm.monitoring.verdict import Outcome, Standing, Verdict, judge, steady
from itsm.platform import timers
from itsm.platform.faults import kill_point

STEADY = "monitoring.steady"
AT_SOURCE = "a downtime at its source"
_FLIPS = {Change.OPENED, Change.REOPENED, Change.RESOLVED}
_BY_DOWNTIME = {Change.SUPPRESSED, Change.RELEASED}


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


def receive(
    work: Work,
    integration: Source,
    signals: Sequence[Signal],
    *,
    intake_id: int | None = None,
    received_at: datetime | None = None,
) -> list[Result]:
    """Apply what a source says, in order, and return what became of each signal.

    One alert row for each key that is not closed; repeats raise its count and leave no history.
    Emits at most one event for each sort of change: AlertsOpened, AlertsReopened, AlertsRose,
    AlertsFell, AlertsResolved, AlertsAcknowledged, AlertsSuppressed, AlertsReleased. `intake_id`
    is the kept message; one that is read again came at `received_at`, and leaves alone what a later
    one has spoken of, unless its source's own times say otherwise.
    """
    arrivals = [arrival_of(work, integration, place, one) for place, one in enumerate(signals)]
    batch = Batch(work, integration.id, intake_id, received_at or work.now)
    results: dict[int, Result] = {}
    if received_at is None and _only_distinct_fires(arrivals):
        results = _open_or_count(batch, arrivals)
    rest = [arrival for arrival in arrivals if arrival.place not in results]
    if rest:
        results |= _judge_all(batch, rest)
    kill_point("alert-stored")
    if integration.stale_after and _FLIPS & batch.changed.keys():
        expiry.watch(work, integration)
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


def suppress(work: Work, alerts: Sequence[Alert], reason: Reason) -> None:
    """Keep alerts quiet: they may go on firing, open no incident and page nobody.

    Those that are over will be quiet when they fire again. `alerts` come locked, as
    `queries.by_ids` gives them. Emits AlertsSuppressed for those that fire.
    """
    suppression.keep(work, [alert.id for alert in alerts], reason)
    told = suppression.told(reason, work.actor)
    loud = [alert for alert in alerts if alert.state in LOUD]
    quiet = [alert for alert in alerts if alert.state is State.SUPPRESSED]
    _step_all(work, loud, "suppress", Change.SUPPRESSED, told)
    _step_all(work, quiet, "", Change.SUPPRESSED, told)


def release(work: Work, alerts: Sequence[Alert], why: Why, key: str = "", note: str = "") -> None:
    """End one reason to keep these locked alerts quiet; another one may go on doing so.

    Emits AlertsReleased for those that nothing keeps quiet any more and that still fire.
    """
    ids = [alert.id for alert in alerts]
    suppression.drop(work, ids, why, key)
    quiet = queries.quiet(work, ids)
    freed = [one for one in alerts if one.state is State.SUPPRESSED and one.id not in quiet]
    _step_all(work, freed, "release", Change.RELEASED, note)


def release_due(work: Work, suppression_id: int) -> None:
    """End a reason whose time has come; nothing if it was ended or renewed before."""
    reason = work.session.get(Suppression, suppression_id)
    if reason is not None and reason.until is not None and reason.until <= work.now:
        alerts = queries.by_ids(work, [reason.alert_id])
        release(work, alerts, reason.why, reason.key, f"the end of: {reason.note}"[:400])


def steady_due(work: Work, alert_id: int) -> None:
    """Believe again what the source says of an alert that has not flapped for a while.

    Emits AlertsResolved if the source's last word was that it is over, else AlertsSteady.
    """
    for alert in queries.by_ids(work, [alert_id]):
        batch = Batch(work, alert.integration_id, None, work.now)
        verdict = steady(_standing(track_of(alert), batch))
        if verdict.change:
            alert.flapping_since = alert.calm_since = None
            alert.flips = []
            _step_all(work, [alert], verdict.step, verdict.change)


def expire_due(work: Work, integration_id: int) -> None:
    """End the alerts of an integration that nothing was heard of for so long that they are over.

    Emits AlertsExpired.
    """
    integration = queries.integration(work, integration_id)
    if integration.stale_after is not None:
        since = work.now - timedelta(minutes=integration.stale_after)
        stale = queries.unheard_of(work, integration.id, since)
        note = f"no news for {integration.stale_after} minutes"
        _step_all(work, stale, "expire", Change.EXPIRED, note)
        expiry.watch_on(work, integration)


def attach(work: Work, alert_ids: Sequence[int], ticket_id: int, number: str) -> None:
    """Note the incident that stands for these alerts; it replaces an earlier one."""
    work.session.execute(
        update(Alert)
        .where(Alert.id.in_(alert_ids))
        .values(incident_id=ticket_id, incident_number=number)
        .execution_options(synchronize_session=False)
    )


def _step_all(
    work: Work, alerts: Sequence[Alert], step: str, change: Change, note: str = ""
) -> None:
    batches: dict[int, Batch] = {}
    for alert in alerts:
        alert.changed_at = work.now
        if step:
            alert.state = LIFE.step(alert.state, step).target
        if alert.state in OVER:
            _end(work, alert)
        batch = batches.setdefault(
            alert.integration_id, Batch(work, alert.integration_id, None, work.now)
        )
        batch.note(change, track_of(alert), note)
    for batch in batches.values():
        batch.settle()


def _end(work: Work, alert: Alert) -> None:
    alert.resolved_at = work.now if alert.state is State.RESOLVED else None
    alert.flapping_since = alert.calm_since = None
    timers.disarm(work, STEADY, str(alert.id))
    suppression.drop_recovered(work, alert.id)


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
    rows = [new_row(batch, arrival) for arrival in ordered]
    found = {row.fingerprint: row for row in statements.open_or_count(batch.work, rows)}
    results = {}
    for arrival in ordered:
        row = found.get(arrival.fingerprint)
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
    markers = [marker_row(batch, firsts[key]) for key in sorted(firsts)]
    locked = (Track(*row) for row in statements.lock(batch.work, markers))
    tracks = {track.fingerprint: track for track in locked}
    _see_what_is_quiet(batch.work, tracks.values())
    results = {}
    for arrival in arrivals:
        track = tracks[arrival.fingerprint]
        verdict = judge(_standing(track, batch), arrival.heard)
        _apply(batch, track, arrival, verdict)
        _keep_or_drop_reasons(batch.work, track, arrival, verdict)
        alert_id = track.id if track.count else None
        status = track.state
        results[arrival.place] = _result(
            arrival, alert_id, status, verdict.outcome, track.incident_number
        )
    statements.write_back(batch.work, [written(batch, track) for track in tracks.values()])
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
    track.opened |= verdict.change is Change.OPENED
    if verdict.severity:
        track.texts = arrival.signal
    _keep_flapping(batch, track, verdict)
    if verdict.change:
        batch.note(verdict.change, track, AT_SOURCE if verdict.change in _BY_DOWNTIME else "")


def _keep_flapping(batch: Batch, track: Track, verdict: Verdict) -> None:
    """Remember when it flips, and whether it flaps; a timer ends that once it is steady."""
    now = batch.work.now
    if verdict.change in _FLIPS:
        track.flips = flapping.flips(flapping.recent(track.flips, now), now)
    if verdict.calm is not None:
        track.calm_since = now if verdict.calm else None
    if verdict.flapping:
        if track.flapping_since is None and verdict.change is not Change.FLAPPING:
            batch.note(Change.FLAPPING, track)
        track.flapping_since = track.flapping_since or now
        due = now + flapping.STEADY_AFTER
        timers.arm(batch.work, STEADY, str(track.id), due, {"alert_id": track.id})
    elif verdict.flapping is False:
        track.flapping_since = track.calm_since = None
        track.flips = []
        timers.disarm(batch.work, STEADY, str(track.id))


def _see_what_is_quiet(work: Work, tracks: Iterable[Track]) -> None:
    """Fill in what keeps each quiet; a loud one has nothing that does."""
    others = [track for track in tracks if track.state not in LOUD]
    quiet = queries.quiet(work, [track.id for track in others]) if others else {}
    for track in others:
        track.quiet = quiet.get(track.id, frozenset())


def _keep_or_drop_reasons(work: Work, track: Track, arrival: Arrival, verdict: Verdict) -> None:
    """Note the beginning or the end of a downtime; a recovery ends what was to last until it."""
    match arrival.heard.action:
        case Action.SUPPRESS:
            # Its end may be lost, and must not hide the alert for ever.
            until = work.now + LONGEST
            suppression.keep(
                work, [track.id], Reason(why=Why.DOWNTIME, note=AT_SOURCE, until=until)
            )
            track.quiet |= {Why.DOWNTIME}
        case Action.RELEASE if Why.DOWNTIME in track.quiet:
            suppression.drop(work, [track.id], Why.DOWNTIME)
            track.quiet -= {Why.DOWNTIME}
        case Action.RESOLVE if track.quiet and verdict.outcome is Outcome.RESOLVED:
            suppression.drop_recovered(work, track.id)
            track.quiet = queries.quiet(work, [track.id]).get(track.id, frozenset())
        case _:
            pass


def _begin_anew(batch: Batch, track: Track, arrival: Arrival) -> None:
    """Make the old alert history, and let the track follow a new row under the same key."""
    track.state = LIFE.step(track.state, "close").target
    batch.note(Change.CLOSED, track)
    statements.close(batch.work, track.id)
    marker = Track(*statements.lock(batch.work, [marker_row(batch, arrival)])[0])
    if track.quiet:
        statements.move_quiet(batch.work, track.id, marker.id)
    track.id, track.state, track.count = marker.id, marker.state, 0
    track.incident_number = None
    track.flips = []


def _standing(track: Track, batch: Batch) -> Standing:
    return Standing(
        track.state,
        track.severity,
        track.count,
        track.changed_at,
        track.source_at,
        quiet=track.quiet,
        flips=len(flapping.recent(track.flips, batch.work.now)),
        flapping=track.flapping_since is not None,
        calm=track.calm_since is not None,
        overtaken=track.last_seen > batch.heard_at,
    )


def _opened(alert_id: int, arrival: Arrival, now: datetime) -> Track:
    heard = arrival.heard
    key = arrival.fingerprint
    source_at = heard.source_at
    track = Track(alert_id, key, State.OPEN, heard.severity, 1, now, now, None, source_at, None)
    track.heard_at = heard.source_at
    return track


def _result(
    arrival: Arrival, alert_id: int | None, status: State, outcome: Outcome, incident: str | None
) -> Result:
    said = arrival.signal
    key = arrival.fingerprint
    return Result(said.index, alert_id, key, said.source_key, status, outcome, incident)
