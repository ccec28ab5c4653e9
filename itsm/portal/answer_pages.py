"""The page behind the link of a mail: does it work? A GET changes nothing."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from itsm.desk.models import Ticket
from itsm.kernel.errors import DomainError
from itsm.portal import answering, wording
from itsm.tickets import queries, requester
from itsm.tickets.inputs import Transition
from itsm.web.door import current_work
from itsm.web.needs import machine

pages = Blueprint("answers", __name__, template_folder="templates", url_prefix="/answer")
SIGNED = "the link of a mail is signed for one person and one solution"


@pages.get("/<token>")
@machine(SIGNED)
def show(token: str) -> str:
    """Show what was done, and ask whether it works."""
    _work, ticket = answering.opened(current_work(), token)
    return render_template("portal/answer.html", ticket=ticket, token=token, said="", errors={})


@pages.post("/<token>")
@machine(SIGNED)
def answer(token: str) -> ResponseReturnValue:
    """Take in the answer of the person whom the mail was sent to."""
    work, shown = answering.opened(current_work(), token)
    ticket = queries.by_id(work, Ticket, shown.id)
    works = request.form.get("answer") == "works"
    try:
        with work.session.begin_nested():
            if works:
                requester.confirm(work, ticket)
            else:
                said = {"to": "in_progress", "reason": request.form.get("reason", "")}
                requester.dispute(work, ticket, Transition.model_validate(said).reason)
    except (ValidationError, DomainError) as error:
        page = render_template(
            "portal/answer.html", ticket=ticket, token=token, said="", errors=wording.wrong(error)
        )
        return page, 422
    said_now = "works" if works else "broken"
    return render_template(
        "portal/answer.html", ticket=ticket, token=token, said=said_now, errors={}
    )
