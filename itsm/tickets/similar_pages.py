"""The card of solved incidents that resemble one, and taking over what solved one of them."""

from urllib.parse import quote

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from itsm.desk import service as tickets
from itsm.desk.inputs import NewLink
from itsm.desk.models import LinkType, Ticket
from itsm.kernel.access import Permission
from itsm.kernel.work import Work
from itsm.tickets import kinds, queries, similar
from itsm.tickets.views import attempt
from itsm.web.door import current_work
from itsm.web.needs import needs

pages = Blueprint("similar", __name__, template_folder="templates", url_prefix="/<number>/similar")


@pages.get("")
@needs(Permission.TICKET_NOTE)
def show(number: str) -> str:
    """Show the card, alone where the record fetches it."""
    work = current_work()
    ticket = queries.get(work, number)
    work.must(Permission.TICKET_NOTE, ticket)
    found = similar.of(work, ticket)
    part = "similar" if request.headers.get("HX-Request") else "similar_page"
    return render_template(
        f"tickets/{part}.html", ticket=ticket, found=found, kind=kinds.of(ticket)
    )


@pages.post("/<other>")
@needs(Permission.TICKET_LINK)
def use(number: str, other: str) -> ResponseReturnValue:
    """Relate it to the one that was solved, and offer that resolution to be changed."""

    def act(work: Work, ticket: Ticket) -> None:
        tickets.link(work, ticket, NewLink(type=LinkType.RELATED_TO, target=other))

    done = attempt(number, act)
    if isinstance(done, tuple):
        return done
    address = f"{kinds.address(queries.get(current_work(), number))}?resolution_of={quote(other)}"
    return redirect(f"{address}#resolve", code=303)
