"""`/api/v1/checklists`, and putting one on a ticket."""

from flask import Response
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, Field

from itsm.desk.api import TicketPath
from itsm.desk.models import Kind
from itsm.kernel.access import Permission
from itsm.tasks import queries as tasks
from itsm.tasks.api import TaskOut, task_json
from itsm.tasks.checklists import queries, service
from itsm.tasks.checklists.inputs import Apply, SaveChecklist
from itsm.tasks.checklists.models import Checklist
from itsm.web.door import current_work
from itsm.web.needs import needs
from itsm.web.rest import PREFIX, RESPONSES, SECURITY, answer, check_match, nothing, once

TAG = Tag(name="Checklists", description="Steps that become tasks of a ticket")
api = APIBlueprint(
    "checklists_api",
    __name__,
    url_prefix=f"{PREFIX}/checklists",
    abp_tags=[TAG],
    abp_security=SECURITY,
    abp_responses=RESPONSES,
)


class StepOut(BaseModel):
    """One step."""

    title: str
    due_days: int | None = Field(description="due so many days after it was applied")


class ChecklistOut(BaseModel):
    """A checklist; one that is not active is no longer offered."""

    id: int
    name: str
    desk: str | None
    category: str
    active: bool
    steps: list[StepOut]


class ChecklistPath(BaseModel):
    """Which checklist."""

    checklist_id: int = Field(ge=1, le=2**63 - 1)


@api.get("", responses={200: ChecklistOut})
@needs(Permission.TICKET_NOTE)
def index() -> Response:
    """List the checklists, those that are offered first."""
    found = queries.all_(current_work())
    return answer({"items": [_json(one) for one in found], "next": None})


@api.post("", responses={201: ChecklistOut})
@needs(Permission.CONFIG_EDIT)
@once
def make(body: SaveChecklist) -> Response:
    """Keep a new checklist."""
    made = service.save(current_work(), body)
    return answer(_json(made), 201, version=made.version)


@api.get("/<int:checklist_id>", responses={200: ChecklistOut})
@needs(Permission.TICKET_NOTE)
def show(path: ChecklistPath) -> Response:
    """Read a checklist."""
    found = queries.checklist(current_work(), path.checklist_id)
    return answer(_json(found), version=found.version)


@api.put("/<int:checklist_id>", responses={200: ChecklistOut})
@needs(Permission.CONFIG_EDIT)
def change(path: ChecklistPath, body: SaveChecklist) -> Response:
    """Change a checklist as a whole; a retired one is offered again."""
    work = current_work()
    found = queries.checklist(work, path.checklist_id)
    check_match(found.version)
    service.save(work, body, found)
    service.offer(work, found, active=True)
    # To read it again writes what is pending, so that the version is the new one.
    found = queries.checklist(work, path.checklist_id)
    return answer(_json(found), version=found.version)


@api.delete("/<int:checklist_id>")
@needs(Permission.CONFIG_EDIT)
def retire(path: ChecklistPath) -> Response:
    """Offer a checklist no longer; tickets keep the tasks that came of it."""
    work = current_work()
    service.offer(work, queries.checklist(work, path.checklist_id), active=False)
    return nothing()


def _json(checklist: Checklist) -> dict[str, object]:
    return ChecklistOut(
        id=checklist.id,
        name=checklist.name,
        desk=checklist.desk.key if checklist.desk else None,
        category=checklist.category,
        active=checklist.active,
        steps=[StepOut(title=one.title, due_days=one.due_days) for one in checklist.steps],
    ).model_dump(mode="json")


def of_kind(kind: Kind) -> APIBlueprint:
    """Return the resource by which a checklist is put on tickets of one kind."""
    resource = APIBlueprint(
        f"{kind.value}_checklists_api",
        __name__,
        url_prefix=f"{PREFIX}/{kind.value}s/<number>/checklists",
        abp_tags=[TAG],
        abp_security=SECURITY,
        abp_responses=RESPONSES,
    )

    @resource.post("", summary="Put the steps of a checklist on it", responses={201: TaskOut})
    @needs(Permission.TICKET_NOTE)
    @once
    def apply(path: TicketPath, body: Apply) -> Response:
        work = current_work()
        ticket = tasks.ticket_to_change(work, path.number, kind)
        made = service.apply(work, ticket, queries.checklist(work, body.checklist))
        return answer({"items": [task_json(one) for one in made], "next": None}, 201)

    return resource


RESOURCES = (api, *(of_kind(kind) for kind in Kind))
