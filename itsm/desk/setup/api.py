"""Desks in the API: which there are for whom, and setting them up."""

from flask import Response
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, Field

from itsm.desk import queries as tickets
from itsm.desk.models import Category, Desk
from itsm.desk.setup import queries, service
from itsm.desk.setup.inputs import EditDesk, NewDesk, SaveCategory
from itsm.kernel.access import Permission
from itsm.kernel.work import Work
from itsm.web import rest
from itsm.web.door import current_work
from itsm.web.needs import needs

api = APIBlueprint(
    "desks_api",
    __name__,
    url_prefix=f"{rest.PREFIX}/desks",
    abp_tags=[Tag(name="Desks", description="Departments that take tickets")],
    abp_security=rest.SECURITY,
    abp_responses=rest.RESPONSES,
)


class CategoryOut(BaseModel):
    """What a desk is asked for."""

    name: str
    team: str | None = Field(description="key of the team that its tickets go to")


class DeskOut(BaseModel):
    """A department that takes tickets."""

    key: str
    name: str
    prefix: str = Field(description="of its numbers; empty where they are those of each kind")
    confidential: bool
    categories: list[str]


class DeskSetUpOut(BaseModel):
    """A desk as those see it who set it up."""

    key: str
    name: str
    prefix: str
    confidential: bool
    internal: bool
    active: bool
    team: str | None
    close_after_h: int
    warns: bool
    remind_after_days: int
    reminders: int
    categories: list[CategoryOut]


class DeskPath(BaseModel):
    """Which desk."""

    key: str = Field(max_length=40)


class CategoryQuery(BaseModel):
    """Which category."""

    name: str = Field(max_length=120)


@api.get("", summary="The desks that one may open tickets on", responses={200: DeskOut})
@needs(Permission.TICKET_CREATE)
def desks() -> Response:
    work = current_work()
    offered: dict[int, list[str]] = {}
    for one in tickets.categories(work):
        offered.setdefault(one.desk_id, []).append(one.name)
    items = [
        DeskOut(
            key=one.key,
            name=one.name,
            prefix=one.prefix,
            confidential=one.confidential,
            categories=offered.get(one.id, []),
        ).model_dump()
        for one in tickets.desks(work)
    ]
    return rest.answer({"items": items, "next": None})


@api.post("", responses={201: DeskSetUpOut})
@needs(Permission.CONFIG_EDIT)
@rest.once
def make(body: NewDesk) -> Response:
    """Make a desk with its categories and the people who work at it."""
    work = current_work()
    return _answer(work, service.make(work, body), 201)


@api.get("/<key>", responses={200: DeskSetUpOut})
@needs(Permission.CONFIG_READ)
def show(path: DeskPath) -> Response:
    """Read how a desk is set up."""
    work = current_work()
    return _answer(work, queries.get(work, path.key))


@api.patch("/<key>", responses={200: DeskSetUpOut})
@needs(Permission.CONFIG_EDIT)
def change(path: DeskPath, body: EditDesk) -> Response:
    """Change a desk; tickets that it has keep their numbers."""
    work = current_work()
    desk = queries.get(work, path.key)
    service.edit(work, desk, body)
    return _answer(work, desk)


@api.put("/<key>/categories", responses={200: DeskSetUpOut})
@needs(Permission.CONFIG_EDIT)
def save_category(path: DeskPath, body: SaveCategory) -> Response:
    """Offer a category, or change the team of one that is there."""
    work = current_work()
    desk = queries.get(work, path.key)
    service.save_category(work, desk, body)
    return _answer(work, desk)


@api.delete("/<key>/categories")
@needs(Permission.CONFIG_EDIT)
def retire_category(path: DeskPath, query: CategoryQuery) -> Response:
    """Offer a category no longer; tickets keep it."""
    work = current_work()
    service.retire_category(work, queries.get(work, path.key), query.name)
    return rest.nothing()


def _answer(work: Work, desk: Desk, status: int = 200) -> Response:
    shown = DeskSetUpOut(
        key=desk.key,
        name=desk.name,
        prefix=desk.prefix,
        confidential=desk.confidential,
        internal=desk.internal,
        active=desk.active,
        team=desk.team.key if desk.team else None,
        close_after_h=desk.close_after_h,
        warns=desk.warns,
        remind_after_days=desk.remind_after_days,
        reminders=desk.reminders,
        categories=[_category(one) for one in queries.categories(work, desk)],
    )
    return rest.answer(shown.model_dump(), status)


def _category(one: Category) -> CategoryOut:
    return CategoryOut(name=one.name, team=one.team.key if one.team else None)
