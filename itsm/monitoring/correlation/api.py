"""`/api/v1/correlation-rules`: which alerts share an incident."""

from flask import Response
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, ConfigDict, Field

from itsm.kernel.access import Permission
from itsm.monitoring.correlation import queries, service
from itsm.monitoring.correlation.inputs import RuleInput
from itsm.monitoring.correlation.models import CorrelationRule
from itsm.web.door import current_work
from itsm.web.needs import needs
from itsm.web.rest import PREFIX, RESPONSES, SECURITY, answer, nothing

api = APIBlueprint(
    "correlation_api",
    __name__,
    url_prefix=f"{PREFIX}/correlation-rules",
    abp_tags=[Tag(name="Correlation rules", description="Which alerts share an incident")],
    abp_security=SECURITY,
    abp_responses=RESPONSES,
)


class RulePath(BaseModel):
    """The address of a rule."""

    model_config = ConfigDict(extra="forbid")

    rule_id: int


class RuleOut(BaseModel):
    """A rule: alerts that fit all tests and agree in all fields share an incident."""

    id: int
    name: str
    position: int = Field(description="the lowest is asked first")
    enabled: bool
    tests: list[str] = Field(description="lines such as `label.cluster = prod*`")
    group_by: list[str]
    window_min: int = Field(description="minutes between two alerts of one incident")


class RulesOut(BaseModel):
    """All rules, in the order in which they are asked."""

    items: list[RuleOut]
    next: str | None


def as_json(row: CorrelationRule) -> dict[str, object]:
    """Return a rule as JSON."""
    return RuleOut(
        id=row.id,
        name=row.name,
        position=row.position,
        enabled=row.enabled,
        tests=list(map(str, row.tests if isinstance(row.tests, list) else [])),
        group_by=list(map(str, row.group_by if isinstance(row.group_by, list) else [])),
        window_min=row.window_min,
    ).model_dump(mode="json")


@api.get("", responses={200: RulesOut})
@needs(Permission.INTEGRATION_READ)
def listed() -> Response:
    """List all rules in the order in which they are asked."""
    rows = queries.rules(current_work())
    return answer({"items": [as_json(row) for row in rows], "next": None})


@api.post("", responses={201: RuleOut})
@needs(Permission.INTEGRATION_EDIT)
def create(body: RuleInput) -> Response:
    """Make a rule; it is asked after all others."""
    return answer(as_json(service.save(current_work(), body)), 201)


@api.get("/<int:rule_id>", responses={200: RuleOut})
@needs(Permission.INTEGRATION_READ)
def show(path: RulePath) -> Response:
    """Return one rule."""
    return answer(as_json(queries.rule(current_work(), path.rule_id)))


@api.put("/<int:rule_id>", responses={200: RuleOut})
@needs(Permission.INTEGRATION_EDIT)
def change(path: RulePath, body: RuleInput) -> Response:
    """Change a rule into another."""
    work = current_work()
    return answer(as_json(service.save(work, body, queries.rule(work, path.rule_id))))


@api.delete("/<int:rule_id>")
@needs(Permission.INTEGRATION_EDIT)
def remove(path: RulePath) -> Response:
    """Remove a rule; incidents that it brought together stay."""
    work = current_work()
    service.remove(work, queries.rule(work, path.rule_id))
    return nothing()
