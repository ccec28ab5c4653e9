"""My tasks: what I and my teams have to do, and the calendar that shows it."""

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from itsm.kernel.access import Permission
from itsm.kernel.work import Work
from itsm.platform.calendar_file import FRESH_S
from itsm.tasks import feed, queries
from itsm.web.door import current_work, house
from itsm.web.needs import needs, public

pages = Blueprint("my_tasks", __name__, template_folder="templates", url_prefix="/tasks")


@pages.get("")
@needs(Permission.TICKET_NOTE)
def mine() -> ResponseReturnValue:
    """Show what is to be done by me and my teams, or what was done."""
    return _page(current_work())


@pages.post("/calendar")
@needs(Permission.TICKET_NOTE)
def renew() -> ResponseReturnValue:
    """Make a new address for a calendar program, and show it this once."""
    work = current_work()
    return _page(work, address(feed.renew(work)))


@pages.post("/calendar/close")
@needs(Permission.TICKET_NOTE)
def close() -> ResponseReturnValue:
    """Make the address good for nothing."""
    feed.close(current_work())
    return redirect(url_for(".mine"), code=303)


@pages.get("/calendar/<token>.ics")
@public("a calendar program cannot log in: the address itself is the secret, and its own")
def calendar(token: str) -> ResponseReturnValue:
    """Answer with the tasks at a secret address."""
    text = feed.read(current_work(), token, house().settings.public_url)
    response: Response = current_app.response_class(text, mimetype="text/calendar")
    response.headers["Cache-Control"] = f"private, max-age={FRESH_S}"
    return response


def address(token: str) -> str:
    """Return the whole address of a calendar."""
    return f"{house().settings.public_url}{url_for('my_tasks.calendar', token=token)}"


def _page(work: Work, secret: str = "") -> str:
    done = request.args.get("show") == "done"
    return render_template(
        "tasks/mine.html",
        found=queries.mine(work, done=done, cursor=request.args.get("cursor")),
        done=done,
        feed=queries.feed(work),
        secret=secret,
        now=work.now,
    )
