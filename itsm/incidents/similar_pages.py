"""The card of solved incidents that resemble one, and taking over what solved one of them."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from itsm.desk import service as tickets
from itsm.desk.inputs import NewLink
from itsm.desk.models import LinkType
from itsm.incidents import queries, similar
from itsm.incidents.models import Incident
from itsm.incidents.views import attempt
from itsm.kernel.access import Permission
from itsm.kernel.work import Work
from itsm.web.door import current_work
from itsm.web.needs import needs

pages = Blueprint(
    "similar", __name__, template_folder="templates", url_prefix="/incidents/<number>/similar"
)


@pages.get("")
@needs(Permission.TICKET_NOTE)
def show(number: str) -> str:
    """Show the card, alone where the record fetches it."""
    work = current_work()
    incident = queries.get(work, number)
    work.must(Permission.TICKET_NOTE, incident)
    found = similar.of(work, incident)
    part = "similar" if request.headers.get("HX-Request") else "similar_page"
    return render_template(f"incidents/{part}.html", incident=incident, found=found)


@pages.post("/<other>")
@needs(Permission.TICKET_LINK)
def use(number: str, other: str) -> ResponseReturnValue:
    """Relate it to the one that was solved, and offer that resolution to be changed."""

    def act(work: Work, incident: Incident) -> None:
        tickets.link(work, incident, NewLink(type=LinkType.RELATED_TO, target=other))

    done = attempt(number, act)
    if isinstance(done, tuple):
        return done
    address = url_for("incidents.show", number=number, resolution_of=other, _anchor="resolve")
    return redirect(address, code=303)
