"""`/api/v1/templates`: what a reply can be made of."""

from flask import Response
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, Field

from itsm.desk.models import Visibility
from itsm.kernel.access import Permission
from itsm.tickets import queries as incidents
from itsm.tickets.composer import queries, service
from itsm.tickets.composer.inputs import Changes
from itsm.tickets.composer.models import Scope, Template
from itsm.tickets.composer.placeholders import Filled
from itsm.web.door import current_work
from itsm.web.needs import needs
from itsm.web.rest import PREFIX, RESPONSES, SECURITY, answer

api = APIBlueprint(
    "templates_api",
    __name__,
    url_prefix=f"{PREFIX}/templates",
    abp_tags=[Tag(name="Templates", description="Texts and macros for replies")],
    abp_security=SECURITY,
    abp_responses=RESPONSES,
)


class TemplateOut(BaseModel):
    """A template; with `changes` it is a macro."""

    id: int
    name: str
    scope: Scope
    language: str
    visibility: Visibility
    body: str
    changes: Changes
    used: int
    missing: list[str] = Field(description="placeholders that have no value on the ticket")


class TemplatePath(BaseModel):
    """Which template."""

    template_id: int = Field(ge=1, le=2**63 - 1)


class PreviewIn(BaseModel):
    """For which ticket."""

    ticket: str = Field(max_length=24, description="such as INC-1042")


def template_json(template: Template, filled: Filled | None = None) -> dict[str, object]:
    """Return a template as JSON, with its text for a ticket where that is at hand."""
    return TemplateOut(
        id=template.id,
        name=template.name,
        scope=template.scope,
        language=template.language,
        visibility=template.visibility,
        body=filled.text if filled else template.body,
        changes=Changes.model_validate(template.changes),
        used=template.used,
        missing=list(filled.missing) if filled else [],
    ).model_dump(mode="json")


@api.get("", responses={200: TemplateOut})
@needs(Permission.TICKET_NOTE)
def index() -> Response:
    """List the templates that one may use, the most used first."""
    found = queries.templates(current_work())
    return answer({"items": [template_json(one) for one in found], "next": None})


@api.post("/<int:template_id>/render", responses={200: TemplateOut})
@needs(Permission.TICKET_NOTE)
def render(path: TemplatePath, body: PreviewIn) -> Response:
    """Read a template's text for a ticket; nothing is sent or changed."""
    work = current_work()
    template = queries.template(work, path.template_id)
    ticket = incidents.get(work, body.ticket)
    work.must(Permission.TICKET_NOTE, ticket)
    return answer(template_json(template, service.render(work, template, ticket)))
