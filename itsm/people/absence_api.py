"""`/api/v1/people/{username}/absences`."""

from datetime import date

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from itsm.kernel.access import Permission
from itsm.people import absences, queries
from itsm.people.absences import AbsenceInput
from itsm.people.models import Absence
from itsm.web.door import current_work
from itsm.web.needs import needs
from itsm.web.rest import PREFIX, RESPONSES, SECURITY, answer, nothing, once

api = APIBlueprint(
    "absences_api",
    __name__,
    url_prefix=PREFIX,
    abp_tags=[Tag(name="People")],
    abp_security=SECURITY,
    abp_responses=RESPONSES,
)


class OfPerson(BaseModel):
    """A person's username."""

    username: str


class AbsencePath(OfPerson):
    """One of a person's absences."""

    id: int = Field(ge=1, lt=2**63)


class AbsenceOut(BaseModel):
    """Days on which a person is away, the first and the last included."""

    id: int
    first_day: date
    last_day: date


class AbsencesOut(BaseModel):
    """Absences that are not over, the soonest first."""

    items: list[AbsenceOut]
    next: str | None


@api.get("/people/<username>/absences", responses={200: AbsencesOut})
@needs(Permission.PERSON_READ)
def listed(path: OfPerson) -> Response:
    """List when a person is away."""
    work = current_work()
    found = queries.absences(work, queries.person(work, path.username))
    return answer({"items": [absence_json(one) for one in found], "next": None})


@api.post("/people/<username>/absences", responses={201: AbsenceOut})
@needs(Permission.SELF)
@once
def enter(path: OfPerson, body: AbsenceInput) -> Response:
    """Say that one is away, or that somebody whom one may edit is."""
    work = current_work()
    row = absences.enter(work, queries.person(work, path.username), body)
    return answer(absence_json(row), 201)


@api.delete("/people/<username>/absences/<int:id>")
@needs(Permission.SELF)
def remove(path: AbsencePath) -> Response:
    """Take an absence back."""
    work = current_work()
    person = queries.person(work, path.username)
    absences.remove(work, person, queries.absence(work, person, path.id))
    return nothing()


def absence_json(row: Absence) -> dict[str, object]:
    """Return an absence as JSON."""
    out = AbsenceOut(id=row.id, first_day=row.first_day, last_day=row.last_day)
    return out.model_dump(mode="json")
