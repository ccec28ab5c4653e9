"""The pages by which tables of CIs come in and go out: upload, preview, import, result."""

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from itsm.assets import csv_table, imports
from itsm.assets.filters import Filters
from itsm.assets.forms import wrong
from itsm.assets.models import CiImport
from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid
from itsm.web.door import current_work
from itsm.web.needs import needs

pages = Blueprint("asset-imports", __name__, template_folder="templates", url_prefix="/assets")
SHOWN = 20


@pages.get("/import")
@needs(Permission.CI_IMPORT)
def upload_form() -> ResponseReturnValue:
    """Show where to hand in a table."""
    return _upload_page()


@pages.post("/import")
@needs(Permission.CI_IMPORT)
def upload() -> ResponseReturnValue:
    """Keep the table that was handed in and show what it would do."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return _upload_page({"file": "choose a file"}), 422
    try:
        row = imports.receive(current_work(), file.filename, file.stream.read())
    except Invalid as error:
        return _upload_page(wrong(error)), 422
    return redirect(url_for(".show", import_id=row.id), code=303)


@pages.get("/import/<int:import_id>")
@needs(Permission.CI_IMPORT)
def show(import_id: int) -> ResponseReturnValue:
    """Show what the table would do, or what came of it."""
    return _import_page(imports.get(current_work(), import_id))


@pages.post("/import/<int:import_id>/columns")
@needs(Permission.CI_IMPORT)
def choose(import_id: int) -> ResponseReturnValue:
    """Change what the columns hold, and show the preview again."""
    work = current_work()
    row = imports.get(work, import_id)
    try:
        imports.choose_columns(work, row, request.form.getlist("columns"))
    except Invalid as error:
        return _import_page(row, str(error)), 422
    return redirect(url_for(".show", import_id=import_id), code=303)


@pages.post("/import/<int:import_id>/run")
@needs(Permission.CI_IMPORT)
def run(import_id: int) -> ResponseReturnValue:
    """Import, and show the result."""
    work = current_work()
    imports.run(work, imports.get(work, import_id))
    return redirect(url_for(".show", import_id=import_id), code=303)


@pages.get("/export.csv")
@needs(Permission.CI_READ)
def export() -> ResponseReturnValue:
    """Give the list as it is filtered, as CSV."""
    text = imports.exported(current_work(), Filters.lenient(request.args))
    return _csv(text, "cis.csv")


@pages.get("/import/<int:import_id>/rejected.csv")
@needs(Permission.CI_IMPORT)
def rejected(import_id: int) -> ResponseReturnValue:
    """Give the rows that were left out, as CSV, each with the reason."""
    row = imports.get(current_work(), import_id)
    return _csv(imports.rejected(row), f"rejected-{import_id}.csv")


def _upload_page(errors: dict[str, str] | None = None) -> str:
    return render_template("assets/upload.html", errors=errors or {}, fields=imports.COLUMNS)


def _import_page(row: CiImport, error: str = "") -> str:
    work = current_work()
    table = csv_table.read(row.content)
    steps = [] if row.finished_at else imports.preview(work, row).steps
    return render_template(
        "assets/import.html",
        row=row,
        table=table,
        columns=list(zip(table.heading, imports.columns_of(row), strict=True)),
        fields=[
            *imports.COLUMNS,
            *(f"attributes.{name}" for name in imports.attribute_labels(work)),
        ],
        shown=[*(step for step in steps if step.errors), *(s for s in steps if not s.errors)][
            :SHOWN
        ],
        counts=imports.counts(steps),
        error=error,
    )


def _csv(text: str, name: str) -> Response:
    # The mark tells spreadsheets that it is UTF-8.
    response = current_app.response_class("\ufeff" + text, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
