"""The review of a major incident, and the list of what is to be done after all of them."""

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from itsm.desk import queries as desk
from itsm.incidents import queries as incidents
from itsm.incidents.major import actions, queries, review
from itsm.incidents.major.inputs import ChangeAction, EditReview, NewAction
from itsm.incidents.models import Incident
from itsm.kernel.access import Permission
from itsm.kernel.errors import DomainError, NotFound
from itsm.kernel.work import Work
from itsm.tickets.forms import only, wrong
from itsm.tickets.record import Tried
from itsm.tickets.views import ANSWERED
from itsm.web.door import current_work
from itsm.web.needs import needs

pages = Blueprint("reviews", __name__, url_prefix="/incidents")


@pages.get("/actions")
@needs(Permission.TICKET_NOTE)
def all_actions() -> str:
    """List what is still to be done after major incidents, or what was."""
    done, mine = "done" in request.args, "mine" in request.args
    found = queries.all_actions(current_work(), done=done, mine=mine)
    today = current_work().now.date()
    return render_template("major/actions.html", items=found, done=done, mine=mine, today=today)


@pages.get("/<number>/review")
@needs(Permission.TICKET_NOTE)
def show(number: str) -> str:
    """Show the review to be written, with its action items."""
    return _page(_to_read(number))


@pages.post("/<number>/review")
@needs(Permission.TICKET_NOTE)
def draft(number: str) -> ResponseReturnValue:
    """Draft the review from the journal."""
    review.draft(current_work(), _to_change(number))
    return redirect(url_for(".show", number=number), code=303)


@pages.post("/<number>/review/text")
@needs(Permission.TICKET_NOTE)
def edit(number: str) -> ResponseReturnValue:
    """Keep what was written."""
    incident = _to_change(number)
    try:
        wanted = EditReview.model_validate(only(request.form, EditReview))
        review.edit(current_work(), incident, wanted)
    except (ValidationError, DomainError) as error:
        return _refused(incident, error, "body")
    return redirect(url_for(".show", number=number), code=303)


@pages.get("/<number>/review.md")
@needs(Permission.TICKET_NOTE)
def export(number: str) -> Response:
    """Answer with the review and its action items as a Markdown file."""
    work, incident = current_work(), _to_read(number)
    text = review.as_markdown(queries.review(work, incident), queries.actions(work, incident.id))
    answer = current_app.response_class(text, mimetype="text/markdown")
    name = f"{incident.number}-review.md"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@pages.post("/<number>/review/actions")
@needs(Permission.TICKET_NOTE)
def add_action(number: str) -> ResponseReturnValue:
    """Write down something that is to be done."""
    incident = _to_change(number)
    try:
        new = NewAction.model_validate(only(request.form, NewAction))
        actions.add(current_work(), incident, new)
    except (ValidationError, DomainError) as error:
        return _refused(incident, error, "title")
    return redirect(url_for(".show", number=number, _anchor="actions"), code=303)


@pages.post("/<number>/review/actions/<int:action_id>")
@needs(Permission.TICKET_NOTE)
def change_action(number: str, action_id: int) -> ResponseReturnValue:
    """Tick an action item, or open it again."""
    work, incident = current_work(), _to_change(number)
    action = queries.action(work, incident, action_id)
    wanted = ChangeAction.model_validate(only(request.form, ChangeAction))
    actions.change(work, incident, action, wanted)
    if "list" in request.form:
        return redirect(url_for(".all_actions"), code=303)
    return redirect(url_for(".show", number=number, _anchor="actions"), code=303)


def _to_read(number: str) -> Incident:
    return _worked_on(current_work(), incidents.get(current_work(), number))


def _to_change(number: str) -> Incident:
    return _worked_on(current_work(), incidents.get_to_change(current_work(), number))


def _worked_on(work: Work, incident: Incident) -> Incident:
    """Return the incident if it is a major one whose notes the actor may read. Raises NotFound."""
    if not desk.reads_notes(work, incident):
        raise NotFound(f"there is no review of {incident.number}")
    queries.active(work, incident)
    return incident


def _refused(
    incident: Incident, error: ValidationError | DomainError, field: str
) -> ResponseReturnValue:
    tried = Tried(wrong(error, field), request.form)
    return _page(incident, tried), ANSWERED.get(type(error), 422)


def _page(incident: Incident, tried: Tried | None = None) -> str:
    work = current_work()
    found = queries.review(work, incident) if queries.has_review(work, incident.id) else None
    return render_template(
        "major/review.html",
        incident=incident,
        major=queries.active(work, incident),
        review=found,
        actions=queries.actions(work, incident.id),
        tried=tried or Tried(),
        today=work.now.date(),
    )
