"""What employees read of major incidents; with a link also those who have no login."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from itsm.desk import queries as desk
from itsm.incidents import queries as incidents
from itsm.incidents.major import bulletins, service
from itsm.kernel.access import Permission
from itsm.kernel.errors import NotFound
from itsm.kernel.work import Work
from itsm.web.door import current_work, house
from itsm.web.needs import needs, public

pages = Blueprint("status_page", __name__, url_prefix="/status")
LINK = "the link's signature stands for one page, while an administrator lets such links be read"


@pages.get("")
@needs(Permission.SELF)
def index() -> str:
    """Show what is disturbed now, and what was."""
    work = current_work()
    shared = service.links_are_shared(work)
    return render_template(
        "major/status.html", board=bulletins.board(work), now=work.now, shared=shared
    )


@pages.post("/links")
@needs(Permission.CONFIG_EDIT)
def links() -> ResponseReturnValue:
    """Let anyone with the link of a page read it, or not."""
    service.share_links(current_work(), on=request.form.get("on") == "yes")
    return redirect(url_for(".index"), code=303)


@pages.get("/<number>")
@needs(Permission.SELF)
def show(number: str) -> str:
    """Show what employees know of one major incident."""
    work = current_work()
    bulletin = bulletins.one(work, number)
    return render_template(
        "major/bulletin.html",
        bulletin=bulletin,
        now=work.now,
        link=_link(work, bulletin.number),
        readable=_may_read(work, bulletin.number),
    )


@pages.get("/shared/<token>")
@public(LINK)
def shared(token: str) -> str:
    """Show the same to anyone who has the link, while such links may be read."""
    work = current_work()
    if not service.links_are_shared(work):
        raise NotFound("this link is not good")
    bulletin = bulletins.by_token(work, token)
    return render_template("major/shared.html", bulletin=bulletin, now=work.now)


def _link(work: Work, number: str) -> str:
    """Return the link for those who have no login, to those who may hand it on."""
    if not work.actor.holds(Permission.TICKET_NOTE) or not service.links_are_shared(work):
        return ""
    path = url_for(".shared", token=bulletins.link_token(work, number))
    return house().settings.public_url + path


def _may_read(work: Work, number: str) -> bool:
    """Tell whether the actor works on the incident behind a page, and is led to it."""
    try:
        return desk.reads_notes(work, incidents.get(work, number))
    except NotFound:
        return False
