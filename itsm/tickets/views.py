"""The pages of tickets, each kind at a place of its own."""

from collections.abc import Callable, Mapping

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from itsm.desk import queries as desk
from itsm.desk import service as tickets
from itsm.desk.files import download
from itsm.desk.inputs import NewLink, NewView
from itsm.desk.models import Ticket
from itsm.kernel.access import Permission
from itsm.kernel.errors import Conflict, Denied, DomainError, Invalid, NotFound, Refused
from itsm.kernel.work import Work
from itsm.people import queries as people
from itsm.tickets import converting, editing, forms, here, kinds, listing, queries, record
from itsm.tickets.bulk import service as bulk
from itsm.tickets.bulk.views import offer_undo
from itsm.tickets.composer import service as composer
from itsm.tickets.composer.inputs import Send
from itsm.tickets.composer.service import Overtaken
from itsm.tickets.filters import Filters
from itsm.tickets.record import Tried
from itsm.web.door import current_work
from itsm.web.needs import needs

pages = Blueprint(
    "tickets",
    __name__,
    template_folder="templates",
)
ANSWERED: Mapping[type[Exception], int] = {Denied: 403, Refused: 409, Conflict: 409, Overtaken: 409}


@pages.get("/")
@needs(Permission.TICKET_READ)
def index() -> str:
    shown = listing.show(current_work(), here.kind(), forms.asked(request.args))
    return render_template(
        "tickets/index.html", shown=shown, columns=listing.COLUMNS, sorts=listing.SORTED
    )


@pages.get("/filter")
@needs(Permission.TICKET_READ)
def narrow() -> str:
    work, asked = current_work(), forms.asked(request.args)
    return render_template(
        "tickets/filter.html",
        filters=Filters.lenient(asked),
        look=listing.Look.of(asked).asked(),
        kind=here.kind(),
        states=[
            (one.value, one.value.replace("_", " ").capitalize()) for one in here.kind().states
        ],
        teams=[(team.key, team.name) for team in desk.teams(work)],
    )


@pages.post("/views")
@needs(Permission.TICKET_READ)
def save_view() -> ResponseReturnValue:
    work = current_work()
    new = NewView.model_validate(forms.only(request.form, NewView))
    view = tickets.save_view(work, here.kind().place, new, forms.known_query(new.query))
    return redirect(f"{url_for('.index')}?{view.query}", code=303)


@pages.post("/views/<int:view_id>/remove")
@needs(Permission.TICKET_READ)
def drop_view(view_id: int) -> ResponseReturnValue:
    work = current_work()
    tickets.drop_view(work, desk.view(work, view_id))
    return redirect(url_for(".index"), code=303)


@pages.get("/new")
@needs(Permission.TICKET_CREATE)
def new() -> str:
    return _new_page(Tried(typed=request.args))


@pages.post("/")
@needs(Permission.TICKET_CREATE)
def create() -> ResponseReturnValue:
    work = current_work()
    try:
        kept = forms.keep_files(request.files.getlist("files"))
        kind = here.kind()
        ticket = kind.open_(work, kind.opening.model_validate(forms.opening(request.form, kind)))
        for name, stored in kept:
            tickets.attach(work, ticket, name, stored)
    except (ValidationError, DomainError) as error:
        return _new_page(Tried(forms.wrong(error), request.form)), 422
    return redirect(url_for(".show", number=ticket.number), code=303)


@pages.get("/<number>")
@needs(Permission.TICKET_READ)
def show(number: str) -> ResponseReturnValue:
    ticket = queries.get(current_work(), number)
    if ticket.kind is not here.kind().kind or ticket.number != desk.plain(number):
        # It has another number since it became one of another kind.
        return redirect(kinds.address(ticket), code=302)
    return _record_page(number)


@pages.post("/<number>/step")
@needs(Permission.TICKET_TRANSITION)
def step(number: str) -> ResponseReturnValue:
    def act(work: Work, ticket: Ticket) -> None:
        kind = kinds.of(ticket)
        kind.transition(work, ticket, forms.step(request.form, work.actor.zone, kind.stepping))

    return attempt(number, act, undo="state")


@pages.post("/<number>/acknowledge")
@needs(Permission.TICKET_TRANSITION)
def acknowledge(number: str) -> ResponseReturnValue:
    return attempt(number, _acknowledge)


@pages.post("/<number>/convert")
@needs(Permission.TICKET_UPDATE)
def convert(number: str) -> ResponseReturnValue:
    def act(work: Work, ticket: Ticket) -> None:
        wanted = request.form.get("to", "")
        known = [one for one in kinds.every() if one.kind.value == wanted]
        if not known:
            raise Invalid("choose what it is to be", {"to": "unknown"})
        converting.convert(work, ticket, known[0])

    return attempt(number, act)


@pages.post("/<number>/take")
@needs(Permission.TICKET_ASSIGN)
def take(number: str) -> ResponseReturnValue:
    return attempt(number, editing.take, undo="owner")


@pages.post("/<number>/fields/<field>")
@needs(Permission.TICKET_READ)
def change(number: str, field: str) -> ResponseReturnValue:
    if field not in record.FIELDS:
        abort(404)

    def act(work: Work, ticket: Ticket) -> None:
        wanted, seen = forms.one_field(request.form, field, work.actor.zone)
        editing.edit(work, ticket, wanted, seen=seen)

    return attempt(number, act, field=field, undo=record.FIELDS[field].lower())


@pages.post("/<number>/comments")
@needs(Permission.TICKET_REPLY)
def comment(number: str) -> ResponseReturnValue:
    def act(work: Work, ticket: Ticket) -> None:
        new = Send.model_validate(forms.filled(request.form, Send))
        kept = forms.keep_files(request.files.getlist("files"))
        written = composer.send(work, ticket, new)
        for name, stored in kept:
            tickets.attach(work, ticket, name, stored, comment=written)

    return attempt(number, act, anchor="composer")


@pages.get("/<number>/files/<int:attachment_id>")
@needs(Permission.TICKET_READ)
def file(number: str, attachment_id: int) -> ResponseReturnValue:
    work = current_work()
    ticket = queries.get(work, number)
    return download(desk.attachment(work, ticket, attachment_id), inline="show" in request.args)


@pages.post("/<number>/links")
@needs(Permission.TICKET_LINK)
def link(number: str) -> ResponseReturnValue:
    def act(work: Work, ticket: Ticket) -> None:
        tickets.link(work, ticket, NewLink.model_validate(forms.only(request.form, NewLink)))

    return attempt(number, act, field="target")


@pages.post("/<number>/links/remove")
@needs(Permission.TICKET_LINK)
def unlink(number: str) -> ResponseReturnValue:
    def act(work: Work, ticket: Ticket) -> None:
        tickets.unlink(work, ticket, NewLink.model_validate(forms.only(request.form, NewLink)))

    return attempt(number, act)


@pages.post("/<number>/watchers")
@needs(Permission.TICKET_READ)
def watch(number: str) -> ResponseReturnValue:
    def act(work: Work, ticket: Ticket) -> None:
        who = request.form.get("username", "").strip() or work.actor.name
        tickets.watch(work, ticket, people.person(work, who))

    return attempt(number, act, field="username")


@pages.post("/<number>/watchers/remove")
@needs(Permission.TICKET_READ)
def unwatch(number: str) -> ResponseReturnValue:
    def act(work: Work, ticket: Ticket) -> None:
        person = people.person(work, request.form.get("username", work.actor.name))
        tickets.unwatch(work, ticket, person)

    return attempt(number, act)


def _acknowledge(work: Work, ticket: Ticket) -> None:
    kinds.of(ticket).acknowledge(work, ticket)


def attempt(
    number: str,
    act: Callable[[Work, Ticket], None],
    *,
    field: str = "",
    anchor: str = "",
    undo: str = "",
) -> ResponseReturnValue:
    """Do something to a ticket; where it is refused, show the page with what was typed.

    `undo` names what it changes where that can be taken back on the next page.
    """
    work = current_work()
    ticket = queries.get_to_change(work, number)
    batch = None
    try:
        with work.session.begin_nested():
            if undo:
                said = f"{ticket.number}: {undo} changed"
                batch = bulk.record(work, ticket, said, lambda: act(work, ticket))
            else:
                act(work, ticket)
    except (ValidationError, DomainError) as error:
        newer = error.newer if isinstance(error, Overtaken) else ()
        tried = Tried(forms.wrong(error, field), request.form, newer)
        return _record_page(number, editing=field, tried=tried), ANSWERED.get(type(error), 422)
    if batch is not None:
        offer_undo(ticket.kind, batch, batch.summary)
    # Asked anew, since it may be another kind's now.
    address = kinds.address(queries.get(work, number))
    return redirect(f"{address}#{anchor}" if anchor else address, code=303)


def _record_page(number: str, *, editing: str = "", tried: Tried | None = None) -> str:
    wanted = editing or request.args.get("edit", "")
    use = request.args.get("use", type=int)
    tried = tried or _resolution_of(request.args.get("resolution_of", ""))
    shown = record.show(current_work(), number, editing=wanted, tried=tried, use=use)
    return render_template("tickets/record.html", shown=shown, **record.words())


def _resolution_of(number: str) -> Tried:
    """Return another ticket's resolution as if it had been typed; nothing where it is unseen."""
    try:
        other = queries.get(current_work(), number) if number else None
    except NotFound:
        other = None
    if other is None:
        return Tried()
    return Tried({}, {"resolution": other.resolution, "resolution_code": other.resolution_code})


def _new_page(tried: Tried) -> str:
    work = current_work()
    return render_template("tickets/new.html", tried=tried, kind=here.kind(), **forms.choices(work))
