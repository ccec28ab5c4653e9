"""What a table of CIs would do, row by row, before anything is done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from pydantic import ValidationError

from itsm.assets import import_lookups, properties
from itsm.assets.attributes import checked
from itsm.assets.csv_table import Table, parts
from itsm.assets.import_lookups import Find, Known
from itsm.assets.inputs import EditCi, NewCi
from itsm.assets.models import Ci, RelationType
from itsm.assets.names import normalise
from itsm.assets.states import LIFE
from itsm.kernel.errors import DomainError, Invalid
from itsm.kernel.events import Json
from itsm.kernel.work import Work

ATTRIBUTE = "attributes."
LISTS = ("aliases", "addresses")
RELATIONS = ("depends_on", "runs_on", "service")
WORDED = ("state", "criticality", "environment")


class Action(StrEnum):
    """What is to be done with a row."""

    CREATE = "create"
    UPDATE = "update"
    SAME = "unchanged"
    REJECT = "rejected"


@dataclass(slots=True)
class Step:
    """One row of the table: what it says, the CI that it is about, and what is wrong with it."""

    line: int
    cells: Mapping[str, str]
    ci: Ci | None = None
    new: NewCi | None = None
    edit: EditCi | None = None
    changes: list[str] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def action(self) -> Action:
        """What is to be done with it."""
        if self.errors:
            return Action.REJECT
        if self.ci is None:
            return Action.CREATE
        return Action.UPDATE if self.changes else Action.SAME

    @property
    def name(self) -> str:
        """The name that the row gives, else that of the CI it is about."""
        return self.cells.get("name", "") or (self.ci.name if self.ci else "")

    def listed(self, column: str) -> list[str]:
        """Return the several values of a cell."""
        return parts(self.cells.get(column, ""))


@dataclass(frozen=True, slots=True)
class Plan:
    """What a table would do: a step for each row, over what is known already."""

    steps: list[Step]
    known: Known


def plan(work: Work, table: Table, columns: Sequence[str]) -> Plan:
    """Return what each row would do. Blank cells leave things as they are.

    A row is about the CI of its number, else about the one of its name, else about a new one.
    """
    steps = [Step(line, _cells(row, columns)) for line, row in enumerate(table.rows, start=2)]
    known = import_lookups.load(work, [step.cells for step in steps])
    seen: set[str] = set()
    for step in steps:
        _find(step, known, seen)
    names = {step.name.lower() for step in steps if not step.errors}
    for step in steps:
        if not step.errors:
            _read(step, known)
            _check_relations(step, known, names)
    return Plan(steps, known)


def _cells(row: Sequence[str], columns: Sequence[str]) -> dict[str, str]:
    pairs = zip(columns, row, strict=False)
    return {column: cell for column, cell in pairs if column and cell}


def _find(step: Step, known: Known, seen: set[str]) -> None:
    number, name = step.cells.get("number", "").upper(), step.cells.get("name", "")
    if not number and not name:
        step.errors["name"] = "there is neither a number nor a name"
        return
    key = number or name.lower()
    if key in seen:
        step.errors["name"] = "an earlier row is about the same CI"
    seen.add(key)
    found = known.by_number.get(number, []) if number else known.by_name.get(name.lower(), [])
    if number and not found:
        step.errors["number"] = f"there is no CI {number}"
    elif len(found) > 1:
        step.errors["name"] = f"{len(found)} CIs have this name: give the number"
    elif found:
        step.ci = found[0]


def _read(step: Step, known: Known) -> None:
    """Turn the cells into the input for the verb, or into errors."""
    try:
        values = _values(step, known)
        if step.ci is None:
            step.new = NewCi.model_validate({"class": "other", **values, **_lists(step)})
            step.changes = ["new"]
            checked(known.attributes[step.new.ci_class], step.new.attributes)
        else:
            step.edit = EditCi.model_validate(values)
            step.changes = _changes(step, step.ci, step.edit, known)
        _check_names(step, known)
    except ValidationError as error:
        for one in error.errors():
            step.errors[".".join(map(str, one["loc"])) or "row"] = str(one["msg"])
    except DomainError as error:
        step.errors |= (error.fields if isinstance(error, Invalid) else {}) or {"row": str(error)}


def _values(step: Step, known: Known) -> dict[str, object]:
    values: dict[str, object] = {}
    attributes: dict[str, str] = {}
    for column, cell in step.cells.items():
        if column.startswith(ATTRIBUTE):
            attributes[column.removeprefix(ATTRIBUTE)] = cell
        elif column in WORDED:
            values[column] = cell.lower().replace(" ", "_")
        elif column in known.keys:
            values[column] = known.key(column, cell)
        elif column in {"name", "description"}:
            values[column] = cell
    return {**values, "attributes": attributes} if attributes else values


def _lists(step: Step) -> dict[str, list[str]]:
    return {column: step.listed(column) for column in LISTS}


def _changes(step: Step, ci: Ci, edit: EditCi, known: Known) -> list[str]:
    """Return the names of what the row would change of its CI."""
    if "state" in edit.model_fields_set and edit.state != ci.state:
        LIFE.to(ci.state, edit.state)
    now = properties.of(ci)
    wanted = edit.model_dump(mode="json", exclude_unset=True, by_alias=True)
    kept = checked(known.attributes[str(wanted.get("class") or now["class"])], edit.attributes)
    wanted["attributes"] = {**properties.values(ci), **kept}
    changed = [name for name, value in wanted.items() if not _same(value, now[name])]
    return (
        changed
        + [column for column in LISTS if _new_names(step, column, known)]
        + [
            column
            for column in RELATIONS
            if step.cells.get(column) and not _related(step, ci, known)
        ]
    )


def _same(wanted: Json, now: Json) -> bool:
    return wanted == now or (wanted == "" and now is None)


def _new_names(step: Step, column: str, known: Known) -> list[str]:
    present = known.names.get(step.ci.id, set()) if step.ci else set()
    return [text for text in step.listed(column) if normalise(text).value not in present]


def _check_names(step: Step, known: Known) -> None:
    for alias in step.listed("aliases"):
        owner = known.alias_owners.get(normalise(alias).value)
        if owner is not None and owner != (step.ci.id if step.ci else None):
            step.errors["aliases"] = f"another CI answers to {alias} already"
    for address in step.listed("addresses"):
        if not import_lookups.is_address(address):
            step.errors["addresses"] = f"{address} is not an address"


def _related(step: Step, ci: Ci, known: Known) -> bool:
    """Tell whether all relations that the row names are there already."""
    return all(tie in known.ties for tie in ties(step, ci, known.one))


def ties(step: Step, ci: Ci, find: Find) -> Iterable[tuple[int, RelationType, int]]:
    """Yield source, type and target of each relation that the row names and that can be found."""
    for column in RELATIONS:
        for text in step.listed(column):
            other = find(text)
            if other is None:
                continue
            if column == "service":
                yield other.id, RelationType.DEPENDS_ON, ci.id
            else:
                yield ci.id, RelationType(column), other.id


def _check_relations(step: Step, known: Known, names: set[str]) -> None:
    for column in RELATIONS:
        for text in step.listed(column):
            if known.one(text) is None and text.lower() not in names:
                step.errors[column] = f"there is no CI {text}"
            elif text.lower() == step.name.lower():
                step.errors[column] = "a CI cannot need itself"
