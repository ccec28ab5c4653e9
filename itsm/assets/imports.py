"""Tables of CIs: received, shown as what they would do, then done."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, cast

from itsm.assets import csv_table, import_plan, properties, queries, service
from itsm.assets.csv_table import Table
from itsm.assets.events import CisImported
from itsm.assets.filters import Filters
from itsm.assets.import_plan import Action, Plan, Step
from itsm.assets.listing import everything
from itsm.assets.models import Ci, CiImport, RelationType
from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid, NotFound, Refused
from itsm.kernel.events import Json
from itsm.kernel.work import Work
from itsm.platform.csv_table import written

SOURCE = "import"
COLUMNS = ("number", *(name for name in csv_table.FIELDS if name != "number"))


def receive(work: Work, file_name: str, content: bytes) -> CiImport:
    """Keep an uploaded table with its columns guessed; nothing is imported yet.

    Raises Denied without ci:import, Invalid if it is no table within bounds.
    """
    work.must(Permission.CI_IMPORT)
    text = csv_table.decoded(content).replace("\x00", "")
    table = csv_table.read(text)
    return work.add(
        CiImport(
            person_id=work.actor.id,
            file_name=file_name[:200],
            content=text,
            columns=list(guessed(work, table)),
            created_at=work.now,
        )
    )


def guessed(work: Work, table: Table) -> Sequence[str]:
    """Return what each column of the table seems to hold."""
    return csv_table.guess(table.heading, attribute_labels(work))


def attribute_labels(work: Work) -> dict[str, str]:
    """Return the labels of all attributes of all classes by name."""
    return {
        attribute.name: attribute.label
        for attributes in queries.attributes_by_class(work).values()
        for attribute in attributes
    }


def get(work: Work, import_id: int) -> CiImport:
    """Return an import of the actor's own. Raises NotFound."""
    row = work.session.get(CiImport, import_id)
    if row is None or row.person_id != work.actor.id:
        raise NotFound("there is no such import")
    return row


def columns_of(row: CiImport) -> list[str]:
    """Return what each column of a kept table holds, "" for nothing."""
    return cast("list[str]", row.columns)


def choose_columns(work: Work, row: CiImport, columns: Sequence[str]) -> None:
    """Say what each column holds. Raises Denied, Refused once it is done, Invalid."""
    work.must(Permission.CI_IMPORT)
    _must_be_open(row)
    known = {"", *COLUMNS, *(f"attributes.{name}" for name in attribute_labels(work))}
    chosen = [column for column in columns if column]
    if len(columns) != len(columns_of(row)) or not known.issuperset(columns):
        raise Invalid("these are not the columns of this table", {"columns": "unknown"})
    if len(chosen) != len(set(chosen)):
        raise Invalid("two columns cannot hold the same", {"columns": "twice the same"})
    row.columns = list(columns)


def preview(work: Work, row: CiImport) -> Plan:
    """Return what the import would do."""
    return import_plan.plan(work, csv_table.read(row.content), columns_of(row))


def run(work: Work, row: CiImport) -> list[Step]:
    """Do what can be done and return it; rows with errors are left out. Emits CisImported.

    Raises Denied, Refused when it was done before.
    """
    work.must(Permission.CI_IMPORT)
    _must_be_open(row)
    steps = _done(work, preview(work, row))
    found = counts(steps)
    left_out: list[Json] = [_reported(step) for step in steps if step.errors]
    row.report = {**found, "rows": left_out}
    row.finished_at = work.now
    work.emit(
        CisImported(
            import_id=row.id,
            created=found[Action.CREATE],
            updated=found[Action.UPDATE],
            unchanged=found[Action.SAME],
            rejected=found[Action.REJECT],
        )
    )
    return steps


def run_text(work: Work, content: bytes, *, dry_run: bool = False) -> list[Step]:
    """Import a table at once with its columns as guessed, for the command line; or only plan it.

    Raises Denied, Invalid.
    """
    if dry_run:
        work.must(Permission.CI_IMPORT)
        table = csv_table.read(csv_table.decoded(content))
        return import_plan.plan(work, table, guessed(work, table)).steps
    return run(work, receive(work, "command line", content))


def counts(steps: Sequence[Step]) -> dict[str, int]:
    """Return how many rows would be created, updated, unchanged and rejected."""
    found = Counter(step.action for step in steps)
    return {action.value: found[action] for action in Action}


def rejected(row: CiImport) -> str:
    """Return the rows that a finished import left out, as CSV with the reasons."""
    table = csv_table.read(row.content)
    report = cast("dict[str, Any]", row.report or {"rows": []})
    lines = [
        (*table.rows[one["line"] - 2], "; ".join(one["errors"].values())) for one in report["rows"]
    ]
    return written([*table.heading, "error"], lines)


def exported(work: Work, filters: Filters) -> str:
    """Return the CIs of a list as CSV that can be imported again, safe in a spreadsheet."""
    attributes = sorted(attribute_labels(work))
    heading = [name for name in properties.NAMES if name != "attributes"]
    rows = (_row(ci, heading, attributes) for ci in everything(work, filters))
    return written(["number", *heading, *attributes], rows)


def _row(ci: Ci, heading: Sequence[str], attributes: Sequence[str]) -> list[Any]:
    shown, values = properties.of(ci), properties.values(ci)
    return [ci.number, *(shown[name] for name in heading), *(values.get(a) for a in attributes)]


def _must_be_open(row: CiImport) -> None:
    if row.finished_at is not None:
        raise Refused("this table was imported already: upload it again")


def _done(work: Work, plan: Plan) -> list[Step]:
    """Create and change the CIs first, so that relations find those that are new."""
    acting = [step for step in plan.steps if step.action in {Action.CREATE, Action.UPDATE}]
    actions = [(step, _applied(work, step)) for step in acting]
    made = {ci.name.lower(): ci for _, ci in actions}

    def find(text: str) -> Ci | None:
        return made.get(text.lower()) or plan.known.one(text)

    for step, ci in actions:
        for source_id, type_, target_id in import_plan.ties(step, ci, find):
            _relate(work, source_id, type_, target_id)
    return plan.steps


def _applied(work: Work, step: Step) -> Ci:
    if step.new is not None:
        return service.create(work, step.new, source=SOURCE)
    ci = step.ci
    if ci is None or step.edit is None:
        raise NotFound("the row is about no CI")
    service.edit(work, ci, step.edit, source=SOURCE)
    for alias in step.listed("aliases"):
        service.add_alias(work, ci.id, alias)
    for address in step.listed("addresses"):
        service.add_address(work, ci, address)
    return ci


def _relate(work: Work, source_id: int, type_: RelationType, target_id: int) -> None:
    source, target = (queries.by_id(work, one) for one in (source_id, target_id))
    service.relate_to(work, source, type_, target)


def _reported(step: Step) -> dict[str, Json]:
    return {"line": step.line, "name": step.name, "errors": dict(step.errors)}
