"""Pages of absences: my own, and those of whom one may edit."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from itsm.kernel.access import Permission
from itsm.kernel.errors import Refused
from itsm.kernel.work import Work
from itsm.people import absences, queries
from itsm.people.absences import AbsenceInput
from itsm.people.models import Person
from itsm.web.door import current_work
from itsm.web.errors import field_errors
from itsm.web.needs import needs

pages = Blueprint("absences", __name__, template_folder="templates", url_prefix="/people")


@pages.get("/me/absences")
@needs(Permission.SELF)
def mine() -> ResponseReturnValue:
    """Show when I am away."""
    work = current_work()
    return _page(work, queries.person(work, work.actor.name))


@pages.post("/me/absences")
@needs(Permission.SELF)
def enter_mine() -> ResponseReturnValue:
    """Say that I am away."""
    work = current_work()
    return _enter(work, queries.person(work, work.actor.name))


@pages.post("/me/absences/<int:absence_id>/remove")
@needs(Permission.SELF)
def remove_mine(absence_id: int) -> ResponseReturnValue:
    """Take one of my absences back."""
    work = current_work()
    return _remove(work, queries.person(work, work.actor.name), absence_id)


@pages.get("/<username>/absences")
@needs(Permission.PERSON_EDIT)
def of_person(username: str) -> ResponseReturnValue:
    """Show when somebody is away."""
    work = current_work()
    return _page(work, queries.person(work, username))


@pages.post("/<username>/absences")
@needs(Permission.PERSON_EDIT)
def enter(username: str) -> ResponseReturnValue:
    """Say that somebody is away."""
    work = current_work()
    return _enter(work, queries.person(work, username))


@pages.post("/<username>/absences/<int:absence_id>/remove")
@needs(Permission.PERSON_EDIT)
def remove(username: str, absence_id: int) -> ResponseReturnValue:
    """Take somebody's absence back."""
    work = current_work()
    return _remove(work, queries.person(work, username), absence_id)


def _enter(work: Work, person: Person) -> ResponseReturnValue:
    typed = {name: request.form.get(name, "") for name in AbsenceInput.model_fields}
    try:
        absences.enter(work, person, AbsenceInput.model_validate(typed))
    except ValidationError as error:
        return _page(work, person, _by_field(field_errors(error))), 422
    except Refused as error:
        return _page(work, person, {"": str(error)}), 409
    flash("The absence is entered: schedules skip these days", "success")
    return redirect(_address(work, person), code=303)


def _remove(work: Work, person: Person, absence_id: int) -> ResponseReturnValue:
    absences.remove(work, person, queries.absence(work, person, absence_id))
    return redirect(_address(work, person), code=303)


def _by_field(errors: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong by field; what is wrong with both days stands at the last."""
    return {"last_day" if name == "body" else name: text for name, text in errors.items()}


def _address(work: Work, person: Person) -> str:
    if work.actor.id == person.id:
        return url_for(".mine")
    return url_for(".of_person", username=person.username)


def _page(work: Work, person: Person, errors: dict[str, str] | None = None) -> str:
    own = work.actor.id == person.id
    return render_template(
        "people/absences.html",
        person=person,
        own=own,
        username="me" if own else person.username,
        absences=queries.absences(work, person),
        errors=errors or {},
        typed=request.form,
    )
