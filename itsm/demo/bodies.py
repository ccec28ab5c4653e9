"""What each kind of monitoring system of the demo posts about a trouble."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from itsm.kernel.events import Json


class Trouble(BaseModel):
    """One alert from its firing to its recovery, if it has recovered.

    One that flaps is over and fires again so many times, each two minutes after the other.
    """

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
    flaps: int = 0
    steps: list[str] = []


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


def _facts(trouble: Trouble) -> dict[str, Json]:
    return {
        "key": trouble.key,
        "title": trouble.title,
        "message": trouble.text,
        "host": trouble.host,
        "check": trouble.name,
        "severity": trouble.severity,
    }


def _generic(trouble: Trouble, begun: datetime, ended: datetime | None) -> dict[str, Json]:
    return _facts(trouble) | {
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
        "data": _facts(trouble),
    }


def _grafana(trouble: Trouble, begun: datetime, ended: datetime | None) -> dict[str, Json]:
    return _alertmanager(trouble, begun, ended) | {"title": trouble.title, "orgId": 1}


def _zabbix(trouble: Trouble, begun: datetime, ended: datetime | None) -> dict[str, Json]:
    at = ended or begun
    return {
        "event_id": trouble.key,
        "event_value": "0" if ended else "1",
        "event_name": trouble.title,
        "event_severity": trouble.severity,
        "trigger_name": trouble.name,
        "host_name": trouble.host,
        "event_date": f"{at:%Y.%m.%d}",
        "event_time": f"{at:%H:%M:%S}",
        "event_opdata": trouble.text,
    }


BODIES: Mapping[str, Callable[[Trouble, datetime, datetime | None], dict[str, Any]]] = {
    "alertmanager": _alertmanager,
    "pagerduty": _pagerduty,
    "generic": _generic,
    "cloudevents": _cloudevents,
    "grafana": _grafana,
    "zabbix": _zabbix,
}
