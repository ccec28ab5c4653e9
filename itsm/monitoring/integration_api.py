"""`/api/v1/integrations`: what is connected, and how it fares."""

from datetime import datetime

from flask import Response
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, Field

from itsm.kernel.access import Permission
from itsm.monitoring import queries
from itsm.monitoring.models import Integration
from itsm.monitoring.queries import Health
from itsm.web.door import current_work
from itsm.web.needs import needs
from itsm.web.rest import PREFIX, RESPONSES, SECURITY, answer

api = APIBlueprint(
    "integrations_api",
    __name__,
    url_prefix=f"{PREFIX}/integrations",
    abp_tags=[Tag(name="Integrations", description="The monitoring systems that are connected")],
    abp_security=SECURITY,
    abp_responses=RESPONSES,
)
NOTHING = Health(None, 0, 0, 0)


class IntegrationOut(BaseModel):
    """A monitoring system, and how it fares."""

    id: int
    kind: str
    name: str
    enabled: bool
    policy: str | None = Field(description="escalation policy; null for the instance's own")
    stale_after: int | None = Field(description="minutes without news that count as recovery")
    storm_after: int | None = Field(description="more incidents in 5 minutes are a storm")
    expects_every: int | None = Field(description="minutes within which it promises a message")
    silent_since: datetime | None = Field(description="its last message, while it is silent")
    last_seen: datetime | None
    messages_last_hour: int = Field(description="1000 stands for as many or more")
    rejected_last_hour: int = Field(description="of these, those that were not wholly understood")
    refused: int = Field(description="messages over its limit, ever; they are kept as rejected")


class IntegrationsOut(BaseModel):
    """All integrations."""

    items: list[IntegrationOut]
    next: str | None


def as_json(one: Integration, health: Health) -> dict[str, object]:
    """Return an integration as JSON."""
    return IntegrationOut(
        id=one.id,
        kind=one.kind,
        name=one.name,
        enabled=one.enabled,
        policy=one.policy.name if one.policy else None,
        stale_after=one.stale_after,
        storm_after=one.storm_after,
        expects_every=one.expects_every,
        silent_since=one.silent_since,
        last_seen=health.last_seen,
        messages_last_hour=health.messages,
        rejected_last_hour=health.rejected,
        refused=health.refused,
    ).model_dump(mode="json")


@api.get("", summary="List integrations", responses={"200": IntegrationsOut})
@needs(Permission.INTEGRATION_READ)
def listed() -> Response:
    """List the monitoring systems by name, with when each was last heard of."""
    work = current_work()
    health = queries.health(work)
    items = [as_json(one, health.get(one.id, NOTHING)) for one in queries.integrations(work)]
    return answer({"items": items, "next": None})
