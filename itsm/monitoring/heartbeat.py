"""Integrations that fall silent: an alert of their own, which their next message ends.

One that promises a message every so many minutes has a timer of its own, which looks at what was
kept when it fires, so that a message costs nothing. The others are looked at every ten minutes:
whether one kept an even pace and has lost it is news, and nobody is woken for that.
"""

from datetime import UTC, datetime, timedelta

from itsm.kernel.work import Work
from itsm.monitoring import pulse, queries, service
from itsm.monitoring.models import Integration
from itsm.monitoring.queries import Admitted
from itsm.monitoring.signal import Action, Severity, Signal
from itsm.monitoring.statements import note_silence
from itsm.platform import timers

TIMER = "monitoring.heartbeat"
LOOK = "monitoring.pulse"
LOOK_EVERY = timedelta(minutes=10)
KEY = queries.HEARTBEAT


def install(work: Work) -> None:
    """Arm the look at all integrations, unless it is armed."""
    if timers.due_at(work, LOOK, "all") is None:
        timers.arm(work, LOOK, "all", work.now + LOOK_EVERY)


def expect(work: Work, integration: Integration) -> None:
    """Begin to wait for the messages that an integration promises, or stop waiting."""
    if integration.enabled and integration.expects_every is not None:
        _arm(work, integration.id, work.now + timedelta(minutes=integration.expects_every))
    else:
        timers.disarm(work, TIMER, str(integration.id))
        if integration.silent_since is not None:
            _end(work, integration)


def due(work: Work, integration_id: int) -> None:
    """Raise the alert if nothing came for too long, else look again when that may be so."""
    integration = queries.integration(work, integration_id)
    if integration.expects_every is None or not integration.enabled:
        return
    allowed = timedelta(minutes=integration.expects_every)
    last = queries.last_heard(work, integration_id)
    if last is not None and work.now - last < allowed:
        _arm(work, integration_id, last + allowed)
    else:
        _begin(work, integration, last or work.now - allowed, Severity.HIGH)


def look(work: Work) -> None:
    """Raise the news of each integration that kept an even pace and has fallen silent."""
    for integration in queries.unwatched(work):
        at = queries.latest_times(work, integration.id)
        if pulse.fell_silent(at, work.now):
            _begin(work, integration, at[-1], Severity.INFO)
    timers.arm(work, LOOK, "all", work.now + LOOK_EVERY)


def heard(work: Work, integration: Admitted) -> None:
    """End the silence of an integration that has sent a message."""
    _end(work, integration)
    if integration.expects_every is not None:
        _arm(work, integration.id, work.now + timedelta(minutes=integration.expects_every))


def _begin(work: Work, integration: Integration, since: datetime, severity: Severity) -> None:
    note_silence(work, integration.id, since)
    since = since.astimezone(UTC)
    _say(
        work,
        integration,
        Action.FIRE,
        title=f"No news from {integration.name} since {since:%d %b %Y %H:%M} UTC",
        severity=severity,
    )


def _end(work: Work, integration: Integration | Admitted) -> None:
    note_silence(work, integration.id, None)
    _say(work, integration, Action.RESOLVE, title="", severity=Severity.INFO)


def _say(
    work: Work, to: Integration | Admitted, action: Action, *, title: str, severity: Severity
) -> None:
    signal = Signal(action=action, source_key=KEY, title=title, severity=severity, check="news")
    service.receive(work, to, [signal])


def _arm(work: Work, integration_id: int, at: datetime) -> None:
    timers.arm(work, TIMER, str(integration_id), at, {"integration_id": integration_id})
