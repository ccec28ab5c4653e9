"""`/api/v1/incidents/{number}/similar`."""

from datetime import datetime

from flask import Response
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, Field

from itsm.desk.api import TicketPath
from itsm.incidents import queries, similar
from itsm.kernel.access import Permission
from itsm.web.door import current_work
from itsm.web.needs import needs
from itsm.web.rest import PREFIX, RESPONSES, SECURITY, answer

api = APIBlueprint(
    "similar_api",
    __name__,
    url_prefix=f"{PREFIX}/incidents/<number>/similar",
    abp_tags=[Tag(name="Incidents", description="Unplanned interruptions")],
    abp_security=SECURITY,
    abp_responses=RESPONSES,
)


class SimilarOut(BaseModel):
    """A solved incident that resembles another."""

    number: str
    title: str
    resolution: str
    resolution_code: str
    resolved_at: datetime | None
    score: float = Field(description="the higher the more alike")
    words: list[str] = Field(description="what both hold and few others do")
    same_ci: bool


@api.get("", responses={200: SimilarOut})
@needs(Permission.TICKET_NOTE)
def index(path: TicketPath) -> Response:
    """List up to five solved incidents that resemble this one, the most alike first."""
    work = current_work()
    incident = queries.get(work, path.number)
    work.must(Permission.TICKET_NOTE, incident)
    found = [
        SimilarOut.model_validate(one, from_attributes=True) for one in similar.of(work, incident)
    ]
    items = [one.model_dump(mode="json") for one in found]
    return answer({"items": items, "next": None})
