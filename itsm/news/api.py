"""`/api/v1/notifications`."""

from datetime import datetime

from flask import Response
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, ConfigDict, Field

from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid
from itsm.kernel.work import Work
from itsm.news import queries, service
from itsm.news.models import Channel, Topic
from itsm.news.queries import Piece
from itsm.web import rest
from itsm.web.door import current_work
from itsm.web.needs import needs

api = APIBlueprint(
    "news_api",
    __name__,
    url_prefix=f"{rest.PREFIX}/notifications",
    abp_tags=[Tag(name="Notifications", description="What one is told about tickets")],
    abp_security=rest.SECURITY,
    abp_responses=rest.RESPONSES,
)
ALL = {f"{topic.value}:{way.value}": (topic, way) for topic in Topic for way in Channel}


class NewsQuery(rest.ListQuery):
    """Which of one's notifications."""

    unread: bool = False


class NewsOut(BaseModel):
    """One notification."""

    id: int
    topic: Topic
    ticket: str
    title: str
    text: str
    excerpt: str = Field(description="the beginning of the reply or note, or empty")
    at: datetime
    read_at: datetime | None


class ReadNewsIn(BaseModel):
    """Which notifications were read."""

    model_config = ConfigDict(extra="forbid")

    ids: list[int] | None = Field(default=None, max_length=1000, description="all if left out")


class PreferencesIn(BaseModel):
    """What one wants to be told."""

    model_config = ConfigDict(extra="forbid")

    wanted: list[str] = Field(max_length=100, description="such as `reply:mail`")
    digest_hour: int | None = Field(
        default=None, description="all mail as one at this hour, by one's own clock; 0 to 23"
    )


@api.get("", summary="What one was told, newest first", responses={200: NewsOut})
@needs(Permission.SELF)
def listed(query: NewsQuery) -> Response:
    work = current_work()
    found = queries.listed(work, unread=query.unread, cursor=query.cursor, limit=query.limit)
    return rest.answer({"items": [_json(one) for one in found.items], "next": found.next})


@api.post("/read", summary="Mark notifications as read")
@needs(Permission.SELF)
@rest.once
def read(body: ReadNewsIn) -> Response:
    return rest.answer({"read": service.read(current_work(), body.ids)})


@api.get("/preferences", summary="What one is told by which channel")
@needs(Permission.SELF)
def preferences() -> Response:
    return rest.answer(_preferences(current_work()))


@api.put("/preferences", summary="Be told other things, by other channels, or once a day")
@needs(Permission.SELF)
def choose(body: PreferencesIn) -> Response:
    work = current_work()
    if unknown := sorted(set(body.wanted) - ALL.keys()):
        raise Invalid("some of these are not known", {"wanted": ", ".join(unknown)[:200]})
    service.choose(work, {ALL[name] for name in body.wanted}, body.digest_hour)
    return rest.answer(_preferences(work))


def _json(piece: Piece) -> dict[str, object]:
    return NewsOut(
        id=piece.id,
        topic=piece.topic,
        ticket=piece.number,
        title=piece.title,
        text=piece.text,
        excerpt=piece.excerpt,
        at=piece.at,
        read_at=piece.read_at,
    ).model_dump(mode="json")


def _preferences(work: Work) -> dict[str, object]:
    me = work.actor.id or 0
    chosen = queries.choices(work, [me])
    wanted = [name for name, key in ALL.items() if queries.wanted(chosen, me, *key)]
    return {"wanted": wanted, "digest_hour": queries.digests(work, [me]).get(me)}
