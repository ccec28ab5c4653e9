"""Between the forms of pages and the inputs of commands."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from pydantic import BaseModel, ValidationError
from werkzeug.datastructures import FileStorage, MultiDict

from itsm.desk import queries as desk
from itsm.desk.files import folder
from itsm.desk.models import Source
from itsm.kernel.access import Permission
from itsm.kernel.clock import wall_time
from itsm.kernel.errors import DomainError, Invalid
from itsm.kernel.work import Work
from itsm.platform.storage import Kept
from itsm.tickets import record
from itsm.tickets.filters import VIEWING, Filters
from itsm.tickets.inputs import EditTicket, Transition
from itsm.tickets.kinds import KindOf
from itsm.tickets.listing import Look
from itsm.tickets.properties import IMPACTS, URGENCIES
from itsm.web.errors import field_errors

MOST_FILES = 20
_OPENING = (
    "title",
    "description",
    "impact",
    "urgency",
    "desk",
    "category",
    "tags",
    "requester",
    "assignee",
    "team",
    "cis",
    "parent",
    "major",
)
_NUMERIC = frozenset({"impact", "urgency"})
_TIMES = frozenset({"expected_at"})
_REMOVABLE = frozenset({"assignee", "team", "requester", "parent", *_TIMES})


def asked(query: MultiDict[str, str]) -> dict[str, str]:
    """Return a list's address by name, with values that come several times parted by commas."""
    return {name: ",".join(values) for name, values in query.lists()}


def only(form: Mapping[str, str], command: type[BaseModel]) -> dict[str, str]:
    """Return the fields of a form that `command` takes."""
    return {name: form[name] for name in command.model_fields if name in form}


def filled(form: Mapping[str, str], command: type[BaseModel]) -> dict[str, str]:
    """Return likewise, without the fields that were left empty."""
    return {name: value for name, value in only(form, command).items() if value}


def step(form: Mapping[str, str], zone: str, command: type[Transition]) -> Transition:
    """Return the step that a form asks for; its times are wall time in `zone`.

    Raises ValidationError, Invalid.
    """
    values: dict[str, object] = {**only(form, command)}
    if "silence_until" not in values:
        return command.model_validate(values)
    typed = str(values.pop("silence_until"))
    until = _instant(typed, zone, "silence_until") if typed else None
    return command.model_validate(values | {"silence_until": until})


def _instant(typed: str, zone: str, field: str) -> datetime:
    """Return the instant of a wall time. Raises Invalid."""
    try:
        return wall_time(typed, zone)
    except (ValueError, OverflowError) as error:
        raise Invalid("say a day and a time", {field: "is not a time"}) from error


def opening(form: Mapping[str, str], kind: KindOf) -> dict[str, object]:
    """Return a form for a new ticket as its input; who writes it for another took a call."""
    taken = kind.opening.model_fields.keys()
    values: dict[str, object] = {
        name: form[name] for name in _OPENING if form.get(name) and name in taken
    }
    for_another = bool(form.get("requester"))
    return values | {"source": Source.PHONE if for_another else Source.PORTAL}


def one_field(
    form: Mapping[str, str], field: str, zone: str
) -> tuple[EditTicket, dict[str, object]]:
    """Return the change of one property, and what the form showed of it before.

    Times are wall time in `zone`. Raises ValidationError, Invalid.
    """
    value: object = _lines(form.get(field, ""))
    if field in _REMOVABLE and not value:
        value = None
    elif field in _TIMES:
        value = _instant(str(value), zone, field)
    change = EditTicket.model_validate({field: value})
    if "seen" not in form or field == "cis":
        return change, {}
    return change, {field: _seen(field, _lines(form["seen"]))}


def _lines(text: str) -> str:
    """Return a text with the line ends that it is kept with; browsers send others."""
    return text.replace("\r\n", "\n")


def _seen(field: str, text: str) -> object:
    if field in _NUMERIC and text.isdigit():
        return int(text)
    if field == "parent":
        return int(text) if text.isdigit() else None
    if field == "tags":
        return [part for part in text.split(",") if part]
    return None if field in _REMOVABLE and not text else text


def keep_files(uploads: Sequence[FileStorage]) -> list[tuple[str, Kept]]:
    """Store what was uploaded, each with its name. Raises Invalid for what is too much."""
    named = [one for one in uploads if one.filename]
    if len(named) > MOST_FILES:
        raise Invalid("too many files at once", {"files": f"at most {MOST_FILES}"})
    return [(one.filename or "", folder().keep(one.stream)) for one in named]


def known_query(query: str) -> dict[str, str]:
    """Return of a list's address what a saved view keeps: filters, sort and look."""
    asked = dict(parse_qsl(query))
    filters = Filters.lenient(asked)
    kept = {name: value for name, value in asked.items() if name in VIEWING and name != "cursor"}
    return (
        filters.asked() | Look.of(kept).asked() | ({"sort": filters.sort} if "sort" in kept else {})
    )


def wrong(error: ValidationError | DomainError, field: str = "") -> dict[str, str]:
    """Return what is wrong by field; what concerns no field stands under `field`."""
    if isinstance(error, ValidationError):
        return field_errors(error)
    if isinstance(error, Invalid) and error.fields:
        return dict.fromkeys(error.fields, str(error))
    return {field: str(error)}


def choices(work: Work) -> dict[str, Any]:
    """Return what the form for a new ticket offers."""
    agent = work.actor.holds(Permission.TICKET_ASSIGN)
    return {
        "agent": agent,
        "desks": [(one.key, one.name) for one in desk.desks(work)],
        "categories": list(dict.fromkeys(one.name for one in desk.categories(work))),
        "teams": record.options(work, "team") if agent else [],
        "people": record.options(work, "assignee") if agent else [],
        "impacts": list(IMPACTS.items()),
        "urgencies": list(URGENCIES.items()),
    }
