"""`/api/v1/cis`."""

from collections.abc import Sequence
from datetime import datetime

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from itsm.assets import listing, properties, queries, service
from itsm.assets.filters import Filters
from itsm.assets.inputs import EditCi, NewCi, NewName, NewRelation, Value
from itsm.assets.models import (
    Ci,
    CiName,
    CiRelation,
    Criticality,
    Environment,
    NameKind,
    RelationType,
)
from itsm.assets.queries import CiBrief, Reached
from itsm.assets.states import State
from itsm.kernel.access import Permission
from itsm.kernel.work import Work
from itsm.web.door import current_work
from itsm.web.needs import needs
from itsm.web.rest import PREFIX, RESPONSES, SECURITY, answer, check_match, nothing, once

api = APIBlueprint(
    "cis_api",
    __name__,
    url_prefix=f"{PREFIX}/cis",
    abp_tags=[Tag(name="CIs", description="Configuration items: what can fail")],
    abp_security=SECURITY,
    abp_responses=RESPONSES,
)
ADDRESSES = frozenset({NameKind.FQDN, NameKind.IP, NameKind.MAC})


class CiPath(BaseModel):
    """A CI's number."""

    number: str


class CiItemPath(CiPath):
    """Something of a CI, by its id."""

    id: int


class CiOut(BaseModel):
    """A configuration item."""

    number: str
    ci_class: str = Field(alias="class")
    name: str
    description: str
    state: State
    criticality: Criticality
    environment: Environment
    owner_team: str | None
    owner: str | None
    used_by: str | None
    site: str | None
    attributes: dict[str, Value]
    aliases: list[str]
    addresses: list[str]
    sources: list[str] = Field(description="where it is known from")
    created_at: datetime
    updated_at: datetime
    version: int


class CisOut(BaseModel):
    """A page of CIs."""

    items: list[CiOut]
    next: str | None


class NameOut(BaseModel):
    """A name that a CI answers to."""

    id: int
    kind: NameKind
    value: str


class RelationOut(BaseModel):
    """The source needs the target."""

    id: int
    type: RelationType
    source: str
    target: str


class BriefOut(BaseModel):
    """A CI on a path."""

    number: str
    name: str
    ci_class: str = Field(alias="class")
    criticality: Criticality


class ReachedOut(BriefOut):
    """A CI that is reached, and the shortest way to it."""

    depth: int
    path: list[BriefOut]


class ImpactOut(BaseModel):
    """What a fault hits, and what the CI needs, up to three levels away."""

    services: list[ReachedOut]
    upstream: list[ReachedOut]
    downstream: list[ReachedOut]


def as_json(ci: Ci, names: Sequence[CiName]) -> dict[str, object]:
    """Return a CI as JSON."""
    return CiOut.model_validate(
        {
            **properties.of(ci),
            "number": ci.number,
            "aliases": [one.value for one in names if one.kind is NameKind.ALIAS],
            "addresses": [one.value for one in names if one.kind in ADDRESSES],
            "sources": properties.sources(ci),
            "created_at": ci.created_at,
            "updated_at": ci.updated_at,
            "version": ci.version,
        }
    ).model_dump(mode="json", by_alias=True)


def relation_json(relation: CiRelation) -> dict[str, object]:
    """Return a relation as JSON."""
    return RelationOut(
        id=relation.id,
        type=relation.type,
        source=relation.source.number,
        target=relation.target.number,
    ).model_dump(mode="json")


def reached_json(reached: Reached) -> dict[str, object]:
    """Return a CI and the way to it as JSON."""
    ci, way = reached.ci, [_brief_json(one) for one in reached.path]
    found = ReachedOut.model_validate({**_brief_json(ci), "depth": ci.depth, "path": way})
    return found.model_dump(mode="json", by_alias=True)


def _brief_json(ci: CiBrief) -> dict[str, object]:
    return {
        "number": ci.number,
        "name": ci.name,
        "class": ci.class_key,
        "criticality": ci.criticality,
    }


@api.get("", responses={200: CisOut})
@needs(Permission.CI_READ)
def index(query: Filters) -> Response:
    """List CIs by name unless `sort` says otherwise."""
    work = current_work()
    page = listing.page(work, query)
    names = queries.names_of_many(work, [ci.id for ci in page.items])
    items = [as_json(ci, names.get(ci.id, ())) for ci in page.items]
    return answer({"items": items, "next": page.next})


@api.post("", responses={201: CiOut})
@needs(Permission.CI_EDIT)
@once
def create(body: NewCi) -> Response:
    """Enter a CI."""
    work = current_work()
    ci = service.create(work, body, source="api")
    response = _answer(work, ci, 201)
    response.headers["Location"] = f"{PREFIX}/cis/{ci.number}"
    return response


@api.get("/<number>", responses={200: CiOut})
@needs(Permission.CI_READ)
def show(path: CiPath) -> Response:
    """Read a CI; its ETag is good for If-Match."""
    work = current_work()
    return _answer(work, queries.get(work, path.number))


@api.patch("/<number>", responses={200: CiOut})
@needs(Permission.CI_EDIT)
def change(path: CiPath, body: EditCi) -> Response:
    """Change properties; with If-Match only if nobody else has meanwhile."""
    work = current_work()
    ci = queries.get(work, path.number)
    check_match(ci.version)
    service.edit(work, ci, body)
    return _answer(work, ci)


@api.get("/<number>/names", responses={200: NameOut})
@needs(Permission.CI_READ)
def names(path: CiPath) -> Response:
    """List the names and addresses that a CI answers to."""
    work = current_work()
    found = queries.names_of(work, queries.get(work, path.number).id)
    return answer({"items": [_name(one) for one in found], "next": None})


@api.post("/<number>/aliases", responses={201: NameOut})
@needs(Permission.CI_EDIT)
def add_alias(path: CiPath, body: NewName) -> Response:
    """Have a CI answer to one name more."""
    work = current_work()
    ci = queries.get(work, path.number)
    return answer(_name(service.add_alias(work, ci.id, body.value)), 201)


@api.post("/<number>/addresses", responses={201: NameOut})
@needs(Permission.CI_EDIT)
def add_address(path: CiPath, body: NewName) -> Response:
    """Note an IP address, a hardware address or a full host name."""
    work = current_work()
    ci = queries.get(work, path.number)
    return answer(_name(service.add_address(work, ci, body.value)), 201)


@api.delete("/<number>/names/<int:id>")
@needs(Permission.CI_EDIT)
def remove_name(path: CiItemPath) -> Response:
    """Take an alias or an address away."""
    work = current_work()
    service.remove_name(work, queries.get(work, path.number), path.id)
    return nothing()


@api.get("/<number>/relations", responses={200: RelationOut})
@needs(Permission.CI_READ)
def relations(path: CiPath) -> Response:
    """List what a CI needs and what needs it."""
    work = current_work()
    found = queries.relations(work, queries.get(work, path.number))
    return answer({"items": [relation_json(one) for one in found], "next": None})


@api.post("/<number>/relations", responses={201: RelationOut})
@needs(Permission.CI_EDIT)
@once
def relate(path: CiPath, body: NewRelation) -> Response:
    """Record that a CI needs another."""
    work = current_work()
    made = service.relate(work, queries.get(work, path.number), body)
    return answer(relation_json(made), 201)


@api.delete("/<number>/relations/<int:id>")
@needs(Permission.CI_EDIT)
def unrelate(path: CiItemPath) -> Response:
    """Forget a relation."""
    work = current_work()
    service.unrelate(work, queries.get(work, path.number), path.id)
    return nothing()


@api.get("/<number>/impact", responses={200: ImpactOut})
@needs(Permission.CI_READ)
def impact(path: CiPath) -> Response:
    """Read what a fault of a CI hits and what it needs, each with the path to it."""
    work = current_work()
    ci = queries.get(work, path.number)
    up, down = queries.upstream(work, ci.id)[1:], queries.downstream(work, ci.id)[1:]
    return answer(
        {
            "services": [reached_json(one) for one in up if one.ci.is_service],
            "upstream": [reached_json(one) for one in up],
            "downstream": [reached_json(one) for one in down],
        }
    )


def _answer(work: Work, ci: Ci, status: int = 200) -> Response:
    # Reading the names writes what is pending first, so that the version is the new one.
    names = queries.names_of(work, ci.id)
    return answer(as_json(ci, names), status, version=ci.version)


def _name(name: CiName) -> dict[str, object]:
    return NameOut(id=name.id, kind=name.kind, value=name.value).model_dump(mode="json")
