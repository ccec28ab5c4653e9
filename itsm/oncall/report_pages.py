"""Pages of how a schedule's time is shared, with the same as CSV."""

from datetime import date

from flask import Blueprint, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid
from itsm.kernel.work import Work
from itsm.oncall import queries, shift_report
from itsm.oncall.shift_report import Report
from itsm.platform import csv_table
from itsm.web.door import current_work
from itsm.web.needs import needs

pages = Blueprint(
    "fairness",
    __name__,
    template_folder="templates",
    url_prefix="/oncall/schedules/<int:schedule_id>",
)


@pages.get("/fairness")
@needs(Permission.PAGE_READ)
def show(schedule_id: int) -> ResponseReturnValue:
    """Show who carried how much between two days."""
    work = current_work()
    errors: dict[str, str] = {}
    try:
        found = _asked(work, schedule_id)
    except Invalid as error:
        errors = error.fields
        found = shift_report.report(work, schedule_id)
    page = render_template(
        "oncall/fairness.html",
        report=found,
        errors=errors,
        values=request.args,
        zone=found.schedule.zone,
        most_s=max((one.total_s for one in found.burdens), default=0),
    )
    return page, 422 if errors else 200


@pages.get("/fairness.csv")
@needs(Permission.PAGE_READ)
def export(schedule_id: int) -> Response:
    """Answer with the same as a table for a spreadsheet."""
    found = _asked(current_work(), schedule_id)
    text = csv_table.written(*shift_report.as_table(found))
    # The mark tells spreadsheets that the text is UTF-8.
    response = current_app.response_class("\ufeff" + text, mimetype="text/csv")
    name = f"on-call-{schedule_id}-{found.first}-{found.last}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _asked(work: Work, schedule_id: int) -> Report:
    queries.schedule(work, schedule_id)
    return shift_report.report(work, schedule_id, _day("first"), _day("last"))


def _day(name: str) -> date | None:
    text = request.args.get(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid(f"{text[:40]} is no day", {name: "is no day"}) from error
