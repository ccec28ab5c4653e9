"""Pages of news: what I am told, by which channel, and the link that ends it for one ticket."""

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from itsm.desk.models import Ticket
from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid, NotFound
from itsm.kernel.work import Work
from itsm.news import queries, service, wording
from itsm.news.jobs import LEAVE
from itsm.news.models import Channel, Topic
from itsm.people import queries as people
from itsm.people.models import Person
from itsm.web.door import current_work
from itsm.web.needs import machine, needs

pages = Blueprint("news", __name__, template_folder="templates", url_prefix="/notifications")
SIGNED = "the link of a mail is signed for one person and one ticket"


@pages.get("")
@needs(Permission.SELF)
def mine() -> ResponseReturnValue:
    """Show what I am told, newest first."""
    work, unread = current_work(), request.args.get("show") == "unread"
    found = queries.listed(work, unread=unread, cursor=request.args.get("cursor"))
    return render_template(
        "news/list.html", found=found, only_unread=unread, waiting=queries.unread(work)
    )


@pages.post("/read")
@needs(Permission.SELF)
def read() -> ResponseReturnValue:
    """Mark one piece as read, or all."""
    piece_id = request.form.get("id", type=int)
    service.read(current_work(), None if piece_id is None else [piece_id])
    return redirect(url_for(".mine", show=request.form.get("show") or None), code=303)


@pages.post("/<int:piece_id>/open")
@needs(Permission.SELF)
def open_(piece_id: int) -> ResponseReturnValue:
    """Mark a piece as read and go to its ticket."""
    work = current_work()
    found = queries.pieces(work, [piece_id])
    if not found:
        raise NotFound("there is no such news")
    service.read(work, [piece_id])
    return redirect(found[0].path, code=303)


@pages.get("/preferences")
@needs(Permission.SELF)
def preferences() -> ResponseReturnValue:
    """Show what I am told by which channel."""
    return _preferences(current_work())


@pages.post("/preferences")
@needs(Permission.SELF)
def choose() -> ResponseReturnValue:
    """Be told other things, by other channels, or once a day."""
    work, form = current_work(), request.form
    wanted = {(topic, way) for topic in Topic for way in Channel if f"{topic}:{way}" in form}
    try:
        service.choose(work, wanted, _hour(form.get("digest_hour", "")))
    except Invalid as error:
        return _preferences(work, error.fields), 422
    flash("From now on you are told as you say here", "success")
    return redirect(url_for(".preferences"), code=303)


@pages.post("/tickets/<number>/follow")
@needs(Permission.TICKET_READ)
def follow(number: str) -> ResponseReturnValue:
    """Be told of a ticket."""
    work = current_work()
    ticket = service.ticket_of(work, number)
    service.follow(work, ticket, people.person(work, work.actor.name))
    return redirect(f"/{ticket.kind.value}s/{ticket.number}", code=303)


@pages.post("/tickets/<number>/leave")
@needs(Permission.TICKET_READ)
def leave(number: str) -> ResponseReturnValue:
    """Be told of a ticket no more."""
    work = current_work()
    service.leave(work, service.ticket_of(work, number), people.person(work, work.actor.name))
    flash(f"You get no more news of {number}", "success")
    return redirect(url_for(".mine"), code=303)


@pages.get("/leave/<link>")
@machine(SIGNED)
def ask_to_leave(link: str) -> ResponseReturnValue:
    """Show what the link of a mail would end; it changes nothing."""
    _work, ticket, _person = _signed(link)
    return render_template("news/leave.html", number=ticket.number, link=link, done=False)


@pages.post("/leave/<link>")
@machine(SIGNED)
def leave_by_link(link: str) -> ResponseReturnValue:
    """End the news of one ticket for the person whom the mail was sent to."""
    work, ticket, person = _signed(link)
    service.leave(work, ticket, person)
    return render_template("news/leave.html", number=ticket.number, link=link, done=True)


def _signed(link: str) -> tuple[Work, Ticket, Person]:
    """Return what a link is good for. Raises NotFound for any other, and once it is no more."""
    work = current_work()
    person_id, _, number = (work.vault.unsign(link, LEAVE) or "").partition(":")
    person = work.session.get(Person, int(person_id)) if person_id.isdigit() else None
    if person is None or not person.active:
        raise NotFound("this link is not good")
    own = replace(work, actor=people.actor(work, person))
    return own, service.ticket_of(own, number), person


def _hour(text: str) -> int | None:
    if not text.strip():
        return None
    if not text.isdecimal():
        raise Invalid("there is no such hour", {"digest_hour": "0 to 23"})
    return int(text)


def _preferences(work: Work, errors: dict[str, str] | None = None) -> str:
    me = work.actor.id or 0
    chosen = queries.choices(work, [me])
    return render_template(
        "news/preferences.html",
        topics=wording.TOPICS,
        ways=wording.CHANNELS,
        wanted={
            (topic, way): queries.wanted(chosen, me, topic, way)
            for topic in Topic
            for way in Channel
        },
        hour=queries.digests(work, [me]).get(me),
        has_browser=bool(queries.browsers(work, [me])),
        zone=work.actor.zone,
        errors=errors or {},
    )
