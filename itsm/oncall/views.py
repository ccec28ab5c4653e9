"""Pages of on call: who has duty now, and what became of each page."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from itsm.kernel.access import Permission
from itsm.oncall import board, delivery_queries, outlook, queries, service
from itsm.oncall.queries import STATES_OF, PageFilter
from itsm.web.door import current_work
from itsm.web.needs import needs

pages = Blueprint("oncall", __name__, template_folder="templates", url_prefix="/oncall")
pages.add_app_template_filter(board.hour, "hour")
pages.add_app_template_filter(board.clock, "clock")
pages.add_app_template_filter(board.wall, "wall")
pages.add_app_template_filter(queries.state_of, "page_state")


@pages.get("/")
@needs(Permission.ONCALL_READ)
def now() -> ResponseReturnValue:
    work = current_work()
    duties = board.duties(work)
    people = [person.id for duty in duties for person in (*duty.people, *duty.then)]
    return render_template(
        "oncall/now.html",
        duties=duties,
        reachable=queries.reachable(work, people),
        failing=delivery_queries.failing(work),
        mine=[duty for duty in duties if work.actor.id in {one.id for one in duty.people}],
        recent=queries.pages(work, PageFilter(limit=8)).items,
        zone=work.actor.zone,
    )


@pages.get("/pages")
@needs(Permission.PAGE_READ)
def log() -> ResponseReturnValue:
    work = current_work()
    state = request.args.get("state", "")
    wanted = PageFilter(
        state=state if state in STATES_OF else "",
        person_id=work.actor.id if request.args.get("mine") else None,
        cursor=request.args.get("cursor"),
    )
    found = queries.pages(work, wanted)
    return render_template("oncall/pages.html", found=found, wanted=wanted, states=tuple(STATES_OF))


@pages.get("/pages/<int:page_id>")
@needs(Permission.PAGE_READ)
def show(page_id: int) -> ResponseReturnValue:
    work = current_work()
    page = queries.page(work, page_id)
    return render_template(
        "oncall/page.html",
        page=page,
        tried=outlook.tried(queries.deliveries_of(work, page.escalation_id)),
        coming=outlook.coming_next(work, page.escalation),
        zone=work.actor.zone,
    )


@pages.post("/pages/<int:page_id>/acknowledge")
@needs(Permission.PAGE_ACKNOWLEDGE)
def acknowledge(page_id: int) -> ResponseReturnValue:
    work = current_work()
    page = queries.page(work, page_id)
    service.acknowledge(work, page.escalation.ticket_id, escalation_id=page.escalation_id)
    return redirect(url_for(".show", page_id=page_id), code=303)
