"""The pages of a ticket's story: to read and print, and as a table for a spreadsheet."""

from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app, render_template, request

from itsm.desk.story import lines
from itsm.desk.story.lines import Story
from itsm.kernel.access import Permission
from itsm.kernel.errors import NotFound
from itsm.platform import csv_table
from itsm.web.door import current_work
from itsm.web.needs import needs

KINDS = "/<any(incidents, requests, problems, changes):kinds>/<number>"
pages = Blueprint("story", __name__, template_folder="templates")
HEADING = (
    "time (UTC)",
    "local time",
    "zone",
    "who",
    "what",
    "before",
    "after",
    "text",
    "files",
    "visibility",
)


@pages.get(f"{KINDS}/story")
@needs(Permission.TICKET_READ)
def show(kinds: str, number: str) -> str:
    """Show a ticket's story so that it prints well."""
    return render_template(
        "story/story.html",
        story=_story(kinds, number),
        kinds=kinds,
        zone=ZoneInfo(current_work().actor.zone),
    )


@pages.get(f"{KINDS}/story.csv")
@needs(Permission.TICKET_READ)
def as_csv(kinds: str, number: str) -> Response:
    """Answer with a ticket's story as a table."""
    story = _story(kinds, number)
    zone = ZoneInfo(current_work().actor.zone)
    rows = [
        (
            f"{one.at:%Y-%m-%dT%H:%M:%SZ}",
            f"{one.at.astimezone(zone):%Y-%m-%d %H:%M:%S}",
            zone.key,
            one.who,
            one.what,
            one.before,
            one.after,
            one.text,
            "; ".join(one.files),
            "internal" if one.internal else "public",
        )
        for one in story.lines
    ]
    # The mark tells spreadsheets that the text is UTF-8.
    text = "\ufeff" + csv_table.written(HEADING, rows)
    response = current_app.response_class(text, mimetype="text/csv")
    name = f"{story.ticket.number}-story.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _story(kinds: str, number: str) -> Story:
    """Return the story of a ticket of that kind. Raises NotFound."""
    story = lines.of(current_work(), number, notes=request.args.get("notes") == "yes")
    if f"{story.ticket.kind.value}s" != kinds:
        raise NotFound(f"there is no ticket {number[:24]}")
    return story
