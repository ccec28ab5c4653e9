"""`/api/v1/<kind>/{number}/similar`."""

from datetime import datetime

from flask import Response
from pydantic import BaseModel, Field

from itsm.desk.api import TicketPath
from itsm.kernel.access import Permission
from itsm.tickets import queries, similar
from itsm.web.door import current_work
from itsm.web.needs import needs
from itsm.web.rest import answer


class SimilarOut(BaseModel):
    """A solved ticket that resembles another."""

    number: str
    title: str
    resolution: str
    resolution_code: str
    resolved_at: datetime | None
    score: float = Field(description="the higher the more alike")
    words: list[str] = Field(description="what both hold and few others do")
    same_ci: bool


@needs(Permission.TICKET_NOTE)
def alike(path: TicketPath) -> Response:
    """List up to five solved incidents that resemble this one, the most alike first."""
    work = current_work()
    ticket = queries.get(work, path.number)
    work.must(Permission.TICKET_NOTE, ticket)
    found = [
        SimilarOut.model_validate(one, from_attributes=True) for one in similar.of(work, ticket)
    ]
    items = [one.model_dump(mode="json") for one in found]
    return answer({"items": items, "next": None})
