"""The pages of the composer: the library of templates, drafts, presence."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from itsm.desk import queries as desk
from itsm.desk.models import Visibility
from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid
from itsm.tickets import forms, kinds
from itsm.tickets import queries as tickets
from itsm.tickets.composer import queries, service
from itsm.tickets.composer.api import template_json
from itsm.tickets.composer.inputs import Changes, SaveDraft, SaveTemplate
from itsm.tickets.composer.models import Template
from itsm.tickets.composer.placeholders import NAMES
from itsm.web.door import current_work
from itsm.web.needs import needs
from itsm.web.rest import answer, nothing

pages = Blueprint("composer", __name__, template_folder="../templates")
# On the record of a ticket, of whatever kind.
writing = Blueprint("writing", __name__, url_prefix="/<number>")


@pages.get("/templates/")
@needs(Permission.TICKET_NOTE)
def index() -> str:
    work, number = current_work(), request.args.get("for", "")
    return render_template(
        "composer/index.html",
        templates=queries.templates(work),
        teams={team.id: team.name for team in desk.teams(work)},
        record=kinds.address(tickets.get(work, number)) if number else "",
    )


@pages.get("/templates/new")
@needs(Permission.TICKET_NOTE)
def new() -> str:
    return _form_page(None, {}, {})


@pages.post("/templates/")
@needs(Permission.TICKET_NOTE)
def create() -> ResponseReturnValue:
    return _save(None)


@pages.get("/templates/<int:template_id>")
@needs(Permission.TICKET_NOTE)
def show(template_id: int) -> str:
    template = queries.template(current_work(), template_id)
    return _form_page(template, _values(template), {})


@pages.post("/templates/<int:template_id>")
@needs(Permission.TICKET_NOTE)
def change(template_id: int) -> ResponseReturnValue:
    return _save(queries.template(current_work(), template_id))


@pages.post("/templates/<int:template_id>/remove")
@needs(Permission.TICKET_NOTE)
def remove(template_id: int) -> ResponseReturnValue:
    work = current_work()
    service.remove_template(work, queries.template(work, template_id))
    return redirect(url_for(".index"), code=303)


@writing.get("/templates")
@needs(Permission.TICKET_NOTE)
def offered(number: str) -> ResponseReturnValue:
    """List the templates with their text for this ticket, for the picker."""
    work = current_work()
    ticket = tickets.get(work, number)
    work.must(Permission.TICKET_NOTE, ticket)
    items = [
        template_json(one, service.render(work, one, ticket)) for one in queries.templates(work)
    ]
    return answer({"items": items})


@writing.post("/draft")
@needs(Permission.TICKET_REPLY)
def keep_draft(number: str) -> ResponseReturnValue:
    work = current_work()
    new = SaveDraft.model_validate(forms.only(request.form, SaveDraft))
    service.keep_draft(work, tickets.get(work, number), new)
    return nothing()


@writing.post("/draft/discard")
@needs(Permission.TICKET_REPLY)
def discard_draft(number: str) -> ResponseReturnValue:
    work = current_work()
    ticket = tickets.get(work, number)
    for visibility in Visibility:
        service.forget_draft(work, ticket, visibility)
    return redirect(f"{kinds.address(ticket)}#composer", code=303)


@writing.post("/presence")
@needs(Permission.TICKET_NOTE)
def presence(number: str) -> ResponseReturnValue:
    work = current_work()
    ticket = tickets.get(work, number)
    if "leave" in request.form:
        service.leave(work, ticket)
    else:
        service.be_present(work, ticket, replying="replying" in request.form)
    return nothing()


def _save(template: Template | None) -> ResponseReturnValue:
    work, form = current_work(), request.form
    changes = {name: form[name] for name in Changes.model_fields if form.get(name)}
    changes |= {"team": form.get("changes_team", "")}
    typed = {name: form[name] for name in SaveTemplate.model_fields if name in form}
    try:
        wanted = SaveTemplate.model_validate({**typed, "changes": changes})
        service.save_template(work, wanted, template)
    except (ValidationError, Invalid) as error:
        return _form_page(template, form, forms.wrong(error, "body")), 422
    flash("The template is saved", "success")
    return redirect(url_for(".index"), code=303)


def _values(template: Template) -> dict[str, object]:
    changes = Changes.model_validate(template.changes).model_dump(mode="json")
    names = ("name", "language", "body")
    return {
        **changes,
        "tags": ", ".join(changes["tags"]),
        "changes_team": changes["team"],
        **{name: getattr(template, name) for name in names},
        "scope": template.scope.value,
        "visibility": template.visibility.value,
    }


def _form_page(
    template: Template | None, values: Mapping[str, object], errors: Mapping[str, str]
) -> str:
    work = current_work()
    return render_template(
        "composer/form.html",
        template=template,
        values=values,
        errors=errors,
        may_keep=template is None or service.may_keep(work, template),
        teams=desk.teams(work),
        states=list(kinds.states()),
        names=NAMES,
    )
