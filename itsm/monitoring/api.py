"""`/api/v1/alerts`."""

from collections.abc import Sequence
from datetime import datetime

from flask import Response
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, Field

from itsm.kernel.access import Permission
from itsm.monitoring import listing, queries, service, silence
from itsm.monitoring.inputs import Silence
from itsm.monitoring.listing import Filters
from itsm.monitoring.models import Alert, Suppression
from itsm.monitoring.signal import Severity
from itsm.monitoring.states import State
from itsm.web.door import current_work
from itsm.web.needs import needs
from itsm.web.rest import PREFIX, RESPONSES, SECURITY, answer, once

api = APIBlueprint(
    "alerts_api",
    __name__,
    url_prefix=f"{PREFIX}/alerts",
    abp_tags=[Tag(name="Alerts", description="What monitoring systems report")],
    abp_security=SECURITY,
    abp_responses=RESPONSES,
)


class SuppressionOut(BaseModel):
    """What keeps an alert quiet."""

    why: str = Field(description="downtime, silence, maintenance or parent")
    note: str
    by: str
    since: datetime
    until: datetime | None
    until_recovery: bool


class AlertOut(BaseModel):
    """An alert."""

    id: int
    fingerprint: str = Field(description="the same from the first fire to the recovery")
    source_key: str = Field(description="the source's own name for the trouble")
    status: str = Field(description="open, acknowledged, suppressed, resolved or expired")
    flapping: bool = Field(description="its recoveries are not believed until it is steady")
    severity: Severity
    title: str
    body: str
    check: str
    hosts: list[str]
    labels: dict[str, str]
    url: str
    ci: str | None = Field(description="number of the CI")
    ci_note: str = Field(description="why there is no CI")
    source: str = Field(description="name of the integration")
    count: int = Field(description="how often it fired")
    first_seen: datetime
    last_seen: datetime
    changed_at: datetime = Field(description="when status or severity last changed")
    resolved_at: datetime | None
    incident: str | None = Field(description="number of the incident")
    suppressions: list[SuppressionOut] = Field(description="what keeps it quiet now")


class AlertsOut(BaseModel):
    """A page of alerts."""

    items: list[AlertOut]
    next: str | None


class AlertPath(BaseModel):
    """Which alert."""

    alert_id: int = Field(ge=0, lt=2**63)


def as_json(alert: Alert, reasons: Sequence[Suppression]) -> dict[str, object]:
    """Return an alert as JSON."""
    made = {"status", "flapping", "suppressions", "ci", "source", "incident"}
    columns = {name: getattr(alert, name) for name in AlertOut.model_fields if name not in made}
    return AlertOut(
        **columns,
        status=(State.RESOLVED if alert.state is State.CLOSED else alert.state).value,
        flapping=alert.flapping_since is not None,
        ci=alert.ci.number if alert.ci else None,
        source=alert.integration.name,
        incident=alert.incident_number,
        suppressions=[
            SuppressionOut(
                why=one.why,
                note=one.note,
                by=one.by_name,
                since=one.since,
                until=one.until,
                until_recovery=one.until_recovery,
            )
            for one in reasons
        ],
    ).model_dump(mode="json")


@api.get("", summary="List alerts", responses={"200": AlertsOut})
@needs(Permission.ALERT_READ)
def listed(query: Filters) -> Response:
    page = listing.page(current_work(), query)
    reasons = queries.suppressions(current_work(), [alert.id for alert in page.items])
    items = [as_json(alert, reasons.get(alert.id, ())) for alert in page.items]
    return answer({"items": items, "next": page.next})


@api.get("/<int:alert_id>", summary="Show an alert", responses={"200": AlertOut})
@needs(Permission.ALERT_READ)
def show(path: AlertPath) -> Response:
    return _answer(path.alert_id)


@api.post(
    "/<int:alert_id>/acknowledge", summary="Acknowledge an alert", responses={"200": AlertOut}
)
@needs(Permission.ALERT_ACKNOWLEDGE)
@once
def acknowledge(path: AlertPath) -> Response:
    work = current_work()
    alert = queries.alert(work, path.alert_id)
    service.acknowledge(work, alert)
    return _answer(path.alert_id)


@api.post("/<int:alert_id>/silence", summary="Silence an alert", responses={"200": AlertOut})
@needs(Permission.ALERT_ACKNOWLEDGE)
@once
def quiet(path: AlertPath, body: Silence) -> Response:
    """Keep an alert quiet until an end within 30 days; one that is silenced already is renewed."""
    work = current_work()
    queries.alert(work, path.alert_id)
    silence.silence(work, queries.by_ids(work, [path.alert_id]), body)
    return _answer(path.alert_id)


@api.delete("/<int:alert_id>/silence", summary="End a silence", responses={"200": AlertOut})
@needs(Permission.ALERT_ACKNOWLEDGE)
def loud(path: AlertPath) -> Response:
    """End the silence of an alert before its time; nothing if it has none."""
    work = current_work()
    queries.alert(work, path.alert_id)
    silence.unsilence(work, queries.by_ids(work, [path.alert_id]))
    return _answer(path.alert_id)


def _answer(alert_id: int) -> Response:
    work = current_work()
    alert = queries.alert(work, alert_id)
    return answer(as_json(alert, queries.suppressions(work, [alert_id]).get(alert_id, ())))
