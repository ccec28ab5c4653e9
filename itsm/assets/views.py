"""The pages of configuration items."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from itsm.assets import listing, properties, queries, service
from itsm.assets.filters import Filters
from itsm.assets.forms import ATTRIBUTE, first, options, typed, worded, wrong
from itsm.assets.inputs import EditCi, NewCi, NewName, NewRelation
from itsm.assets.models import Ci, CiClass, RelationType
from itsm.assets.sentences import told
from itsm.assets.states import LIFE, State
from itsm.kernel.access import Permission
from itsm.kernel.errors import DomainError, Invalid, NotFound
from itsm.kernel.events import Subject
from itsm.people import directory, history
from itsm.web.door import current_work
from itsm.web.needs import needs

pages = Blueprint("assets", __name__, template_folder="templates", url_prefix="/assets")
SUGGESTED = 200


@pages.get("/")
@needs(Permission.CI_READ)
def index() -> ResponseReturnValue:
    work = current_work()
    filters = Filters.lenient(request.args)
    return render_template(
        "assets/index.html",
        page=listing.page(work, filters),
        filters=filters,
        options=options(work),
    )


@pages.get("/new")
@needs(Permission.CI_EDIT)
def new() -> ResponseReturnValue:
    work = current_work()
    wanted = request.args.get("class", "")
    if not wanted:
        return render_template("assets/classes.html", classes=queries.classes(work))
    return _form_page(queries.ci_class(work, wanted))


@pages.post("/")
@needs(Permission.CI_EDIT)
def create() -> ResponseReturnValue:
    work = current_work()
    ci_class = queries.ci_class(work, request.form.get("class", ""))
    try:
        ci = service.create(work, NewCi.model_validate(typed(request.form)))
    except (ValidationError, Invalid) as error:
        return _form_page(ci_class, errors=wrong(error)), 422
    return redirect(url_for(".show", number=ci.number), code=303)


@pages.get("/<number>")
@needs(Permission.CI_READ)
def show(number: str) -> ResponseReturnValue:
    return _record_page(queries.get(current_work(), number))


@pages.get("/<number>/edit")
@needs(Permission.CI_EDIT)
def edit(number: str) -> ResponseReturnValue:
    ci = queries.get(current_work(), number)
    return _form_page(ci.ci_class, ci)


@pages.post("/<number>")
@needs(Permission.CI_EDIT)
def change(number: str) -> ResponseReturnValue:
    work = current_work()
    ci = queries.get(work, number)
    ci_class = ci.ci_class
    try:
        service.edit(work, ci, EditCi.model_validate(typed(request.form)))
    except (ValidationError, DomainError) as error:
        return _form_page(ci_class, ci, wrong(error)), 422
    return redirect(url_for(".show", number=number), code=303)


@pages.post("/<number>/aliases")
@needs(Permission.CI_EDIT)
def add_alias(number: str) -> ResponseReturnValue:
    work = current_work()
    ci = queries.get(work, number)
    try:
        service.add_alias(work, ci.id, NewName(value=request.form.get("alias", "")).value)
    except (ValidationError, Invalid) as error:
        return _record_page(ci, {"alias": first(error)}), 422
    return redirect(url_for(".show", number=number, _anchor="names"), code=303)


@pages.post("/<number>/addresses")
@needs(Permission.CI_EDIT)
def add_address(number: str) -> ResponseReturnValue:
    work = current_work()
    ci = queries.get(work, number)
    try:
        service.add_address(work, ci, NewName(value=request.form.get("address", "")).value)
    except (ValidationError, Invalid) as error:
        return _record_page(ci, {"address": first(error)}), 422
    return redirect(url_for(".show", number=number, _anchor="names"), code=303)


@pages.post("/<number>/names/<int:name_id>/remove")
@needs(Permission.CI_EDIT)
def remove_name(number: str, name_id: int) -> ResponseReturnValue:
    work = current_work()
    service.remove_name(work, queries.get(work, number), name_id)
    return redirect(url_for(".show", number=number, _anchor="names"), code=303)


@pages.post("/<number>/relations")
@needs(Permission.CI_EDIT)
def relate(number: str) -> ResponseReturnValue:
    work = current_work()
    ci = queries.get(work, number)
    try:
        service.relate(work, ci, NewRelation.model_validate(_relation()))
    except (ValidationError, Invalid, NotFound) as error:
        return _record_page(ci, {"target": first(error)}), 422
    return redirect(url_for(".show", number=number, _anchor="relations"), code=303)


@pages.post("/<number>/relations/<int:relation_id>/remove")
@needs(Permission.CI_EDIT)
def unrelate(number: str, relation_id: int) -> ResponseReturnValue:
    work = current_work()
    service.unrelate(work, queries.get(work, number), relation_id)
    return redirect(url_for(".show", number=number, _anchor="relations"), code=303)


def _record_page(ci: Ci, errors: dict[str, str] | None = None) -> str:
    work = current_work()
    return render_template(
        "assets/record.html",
        ci=ci,
        names=queries.names_of(work, ci.id),
        relations=queries.relations(work, ci),
        upstream=queries.upstream(work, ci.id)[1:],
        downstream=queries.downstream(work, ci.id)[1:],
        attributes=queries.attributes_of(work, ci.ci_class),
        tickets=queries.open_tickets(work, ci.id),
        happened=[(row.at, told(row)) for row in history.about(work, Subject("ci", ci.id))],
        relation_types=worded(RelationType),
        errors=errors or {},
        typed=request.form,
    )


def _form_page(
    ci_class: CiClass, ci: Ci | None = None, errors: dict[str, str] | None = None
) -> str:
    work = current_work()
    return render_template(
        "assets/form.html",
        ci=ci,
        ci_class=ci_class,
        attributes=queries.attributes_of(work, ci_class),
        people=directory.people(work, directory.PeopleFilter(), limit=SUGGESTED).items,
        options={**options(work), **({"states": worded(_reachable(ci.state))} if ci else {})},
        values=request.form or (_values(ci) if ci else {}),
        errors=errors or {},
    )


def _reachable(state: State) -> list[State]:
    return [state, *(move.target for move in LIFE.from_(state))]


def _values(ci: Ci) -> dict[str, object]:
    """Return the present properties under the names of the form's fields."""
    values = properties.of(ci)
    attributes = values.pop("attributes")
    named = attributes.items() if isinstance(attributes, dict) else ()
    return {**values, **{ATTRIBUTE + name: value for name, value in named}}


def _relation() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in NewRelation.model_fields}
