"""`/api/v1/status`."""

from datetime import datetime

from flask import Response
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, Field

from itsm.desk.api import TicketPath
from itsm.incidents.major import affected, bulletins
from itsm.incidents.major.states import Status
from itsm.kernel.access import Permission
from itsm.web import rest
from itsm.web.door import current_work
from itsm.web.needs import needs
from itsm.web.rest import answer

api = APIBlueprint(
    "status_api",
    __name__,
    url_prefix=f"{rest.PREFIX}/status",
    abp_tags=[Tag(name="Status", description="What all employees may know of disturbances")],
    abp_security=rest.SECURITY,
    abp_responses=rest.RESPONSES,
)


class ToldOut(BaseModel):
    """A public update."""

    at: datetime
    status: Status
    body: str


class BulletinOut(BaseModel):
    """What all employees may know of a major incident; `updates` come newest first."""

    number: str
    headline: str
    status: Status
    services: list[str]
    since: datetime
    ended: datetime | None
    next_due: datetime | None
    updates: list[ToldOut]
    affected: int = Field(description="how many said that it hits them as well")
    hits_me: bool = Field(description="whether one is among them")


@api.get("", responses={200: BulletinOut})
@needs(Permission.TICKET_READ)
def board() -> Response:
    """List what is disturbed now, then the thirty disturbances before that, newest first."""
    found = bulletins.board(current_work())
    items = [_bulletin_json(one) for one in (*found.current, *found.past)]
    return answer({"items": items, "next": None})


@api.get("/<number>", responses={200: BulletinOut})
@needs(Permission.TICKET_READ)
def bulletin(path: TicketPath) -> Response:
    """Read what all employees may know of one major incident."""
    return answer(_bulletin_json(bulletins.one(current_work(), path.number)))


@api.post("/<number>/affected", responses={200: BulletinOut})
@needs(Permission.SELF)
def count_me(path: TicketPath) -> Response:
    """Say that it hits oneself as well; to say so again changes nothing."""
    work = current_work()
    affected.count_me(work, path.number)
    return answer(_bulletin_json(bulletins.one(work, path.number)))


def _bulletin_json(told: bulletins.Bulletin) -> dict[str, object]:
    return BulletinOut.model_validate(told, from_attributes=True).model_dump(mode="json")
