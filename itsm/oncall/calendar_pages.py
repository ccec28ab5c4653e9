"""Pages of calendars: my secret addresses, what they hold, and taking shifts in from a file."""

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid, Refused
from itsm.kernel.work import Work
from itsm.oncall import calendar_import, calendars, queries, shift_queries
from itsm.oncall.calendar_file import MOST_BYTES
from itsm.oncall.calendar_import import TakenAs
from itsm.oncall.models import Schedule
from itsm.platform.calendar_file import FRESH_S
from itsm.web.door import current_work, house
from itsm.web.needs import needs, public

pages = Blueprint("calendars", __name__, template_folder="templates", url_prefix="/oncall")


@pages.get("/calendars")
@needs(Permission.ONCALL_READ)
def listed() -> ResponseReturnValue:
    """Show which calendars I have an address for."""
    return _page(current_work())


@pages.post("/calendars")
@needs(Permission.ONCALL_READ)
def renew() -> ResponseReturnValue:
    """Make a new address, and show it this once."""
    work = current_work()
    token = calendars.renew(work, request.form.get("schedule_id", type=int))
    return _page(work, address(token))


@pages.post("/calendars/<int:feed_id>/close")
@needs(Permission.ONCALL_READ)
def close(feed_id: int) -> ResponseReturnValue:
    """Make an address good for nothing."""
    work = current_work()
    calendars.close(work, shift_queries.feed(work, feed_id))
    return redirect(url_for(".listed"), code=303)


@pages.get("/calendar/<token>.ics")
@public("a calendar program cannot log in: the address itself is the secret, and its own")
def feed(token: str) -> ResponseReturnValue:
    """Answer with the calendar at a secret address."""
    response: Response = current_app.response_class(
        calendars.read(current_work(), token), mimetype="text/calendar"
    )
    response.headers["Cache-Control"] = f"private, max-age={FRESH_S}"
    return response


@pages.get("/schedules/<int:schedule_id>/import")
@needs(Permission.ONCALL_EDIT)
def choose(schedule_id: int) -> ResponseReturnValue:
    """Show the form that takes a file."""
    work = current_work()
    return render_template(
        "oncall/import.html", schedule=queries.schedule(work, schedule_id), errors={}
    )


@pages.post("/schedules/<int:schedule_id>/import")
@needs(Permission.ONCALL_EDIT)
def take_in(schedule_id: int) -> ResponseReturnValue:
    """Show what a file says, or take it in."""
    work = current_work()
    schedule = queries.schedule(work, schedule_id)
    try:
        text = _text()
        if request.form.get("do") == "save":
            return _save(work, schedule, text)
        entries = calendar_import.look(work, schedule, text)
    except (Invalid, Refused) as error:
        errors = {"file": str(error)}
        return render_template("oncall/import.html", schedule=schedule, errors=errors), 422
    good = sum(not entry.problem for entry in entries)
    return render_template(
        "oncall/import.html", schedule=schedule, errors={}, entries=entries, text=text, good=good
    )


def address(token: str) -> str:
    """Return the whole address of a calendar."""
    return f"{house().settings.public_url}{url_for('calendars.feed', token=token)}"


def _save(work: Work, schedule: Schedule, text: str) -> ResponseReturnValue:
    chosen = request.form.get("taken_as", "")
    if chosen not in set(TakenAs):
        raise Invalid("say what the shifts become", {"taken_as": "choose one"})
    count = calendar_import.take_in(work, schedule, text, TakenAs(chosen))
    flash(f"{count} shift{'' if count == 1 else 's'} taken in", "success")
    return redirect(url_for("schedules.show", schedule_id=schedule.id), code=303)


def _text() -> str:
    """Return what was sent, as a file or as it was shown before. Raises Invalid for no text."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        text = request.form.get("text", "")
        if not text.strip():
            raise Invalid("choose a file", {"file": "choose a file"})
        return text
    content = sent.stream.read(MOST_BYTES + 1)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = "the file is not in UTF-8"
        raise Invalid(message, {"file": message}) from error


def _page(work: Work, secret: str = "") -> str:
    return render_template(
        "oncall/calendars.html",
        feeds={one.schedule_id: one for one in shift_queries.feeds_of(work, work.actor.id or 0)},
        schedules=queries.schedules(work),
        secret=secret,
        zone=work.actor.zone,
    )
