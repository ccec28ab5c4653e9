"""Pages of checklists: the library, one of them, and putting one on a ticket."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from itsm.kernel.access import Permission
from itsm.kernel.errors import DomainError, Invalid, Refused
from itsm.tasks import queries as tasks
from itsm.tasks.checklists import queries, service
from itsm.tasks.checklists.inputs import Apply, SaveChecklist
from itsm.tasks.checklists.models import Checklist
from itsm.web.door import current_work
from itsm.web.errors import field_errors
from itsm.web.needs import needs

pages = Blueprint("checklists", __name__, template_folder="../templates")
# Empty rows of a form, for steps that are to come.
SPARE = 5
Row = tuple[str, str]


@pages.get("/checklists/")
@needs(Permission.TICKET_NOTE)
def index() -> ResponseReturnValue:
    """Show all checklists."""
    return render_template("checklists/index.html", checklists=queries.all_(current_work()))


@pages.get("/checklists/new")
@needs(Permission.CONFIG_EDIT)
def new() -> ResponseReturnValue:
    """Ask for the steps of a new one."""
    return _form_page(None, {}, [], {})


@pages.post("/checklists/")
@needs(Permission.CONFIG_EDIT)
def make() -> ResponseReturnValue:
    """Keep a new one."""
    return _save(None)


@pages.get("/checklists/<int:checklist_id>")
@needs(Permission.TICKET_NOTE)
def show(checklist_id: int) -> ResponseReturnValue:
    """Show one, to be changed by those who may."""
    found = queries.checklist(current_work(), checklist_id)
    values = {
        "name": found.name,
        "desk": found.desk.key if found.desk else "",
        "category": found.category,
    }
    rows = [
        (step.title, "" if step.due_days is None else str(step.due_days)) for step in found.steps
    ]
    return _form_page(found, values, rows, {})


@pages.post("/checklists/<int:checklist_id>")
@needs(Permission.CONFIG_EDIT)
def change(checklist_id: int) -> ResponseReturnValue:
    """Change one."""
    return _save(queries.checklist(current_work(), checklist_id))


@pages.post("/checklists/<int:checklist_id>/retire")
@needs(Permission.CONFIG_EDIT)
def retire(checklist_id: int) -> ResponseReturnValue:
    """Offer one no longer, or again."""
    work = current_work()
    active = request.form.get("active") == "true"
    service.offer(work, queries.checklist(work, checklist_id), active=active)
    return redirect(url_for(".index"), code=303)


@pages.post("/desk/tickets/<number>/checklists")
@needs(Permission.TICKET_NOTE)
def apply(number: str) -> ResponseReturnValue:
    """Put the steps of one on a ticket."""
    work = current_work()
    ticket = tasks.ticket_to_change(work, number)
    try:
        wanted = Apply.model_validate({"checklist": request.form.get("checklist", "")})
        with work.session.begin_nested():
            service.apply(work, ticket, queries.checklist(work, wanted.checklist))
    except ValidationError:
        flash("Choose a checklist first", "warning")
    except (Invalid, Refused) as refused:
        flash(str(refused), "warning")
    return redirect(f"/{ticket.kind.value}s/{ticket.number}", code=303)


def _save(checklist: Checklist | None) -> ResponseReturnValue:
    work, form = current_work(), request.form
    rows = list(zip_longest(form.getlist("step"), form.getlist("days"), fillvalue=""))
    steps = [
        {"title": title, "due_days": days.strip() or None} for title, days in rows if title.strip()
    ]
    typed = {name: form.get(name, "") for name in ("name", "desk", "category")}
    try:
        with work.session.begin_nested():
            service.save(work, SaveChecklist.model_validate({**typed, "steps": steps}), checklist)
    except (ValidationError, Invalid) as error:
        return _form_page(checklist, typed, rows, _wrong(error)), 422
    flash("The checklist is saved", "success")
    return redirect(url_for(".index"), code=303)


def _wrong(error: ValidationError | DomainError) -> dict[str, str]:
    """Return what is wrong by field; the rows of the steps have one message in common."""
    if isinstance(error, Invalid):
        return error.fields or {"": str(error)}
    found = field_errors(error) if isinstance(error, ValidationError) else {"": str(error)}
    wrong: dict[str, str] = {}
    for name, text in found.items():
        _, _, of_row = name.partition(".")
        if of_row:
            wrong.setdefault("step", f"Step {int(of_row.split('.')[0]) + 1}: {text}")
        elif name == "steps":
            wrong.setdefault("step", "write down one step at least, and 100 at most")
        else:
            # What is wrong with two fields together stands at the one that may be left out.
            wrong["category" if name == "body" else name] = text
    return wrong


def _form_page(
    checklist: Checklist | None,
    values: Mapping[str, object],
    rows: Sequence[Row],
    errors: Mapping[str, str],
) -> str:
    work = current_work()
    may_edit = work.can(Permission.CONFIG_EDIT)
    return render_template(
        "checklists/form.html",
        checklist=checklist,
        values=values,
        rows=[*(row for row in rows if any(row)), *([("", "")] * SPARE if may_edit else [])],
        errors=errors,
        desks=[(one.key, one.name) for one in queries.desks(work)] if may_edit else [],
        may_edit=may_edit,
    )
