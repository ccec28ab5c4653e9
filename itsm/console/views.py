"""My work, and search."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from itsm.console import finding, work
from itsm.kernel.access import Permission
from itsm.tickets import kinds
from itsm.web.door import current_work
from itsm.web.needs import needs

pages = Blueprint("console", __name__, template_folder="templates")


@pages.get("/")
@needs(Permission.SELF)
def home() -> ResponseReturnValue:
    at_work = current_work().actor.holds(Permission.TICKET_TRANSITION)
    return redirect("/desk" if at_work else "/portal", code=303)


@pages.get("/desk")
@needs(Permission.TICKET_READ)
def my_work() -> str:
    return render_template("console/work.html", piles=work.piles(current_work()))


@pages.get("/search")
@needs(Permission.SELF)
def search() -> ResponseReturnValue:
    asked = request.args.get("q", "")
    place = finding.place_of(current_work(), asked)
    if place is not None:
        return redirect(place, code=303)
    found = finding.find(current_work(), asked)
    return render_template(
        "console/search.html", found=found, search_query=asked, kinds=kinds.every()
    )
