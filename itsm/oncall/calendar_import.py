"""Taking shifts in from an .ics file, as overrides or as one temporary schedule."""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid
from itsm.kernel.work import Work
from itsm.oncall import calendar_file, planning, queries, temporaries
from itsm.oncall.calendar_file import Entry, Somebody, Unreadable
from itsm.oncall.inputs import OverrideInput, TemporaryInput
from itsm.oncall.models import Schedule
from itsm.oncall.rota import Change


class TakenAs(StrEnum):
    """What the shifts of a file become."""

    OVERRIDES = "overrides"
    TEMPORARY = "temporary"


def look(work: Work, schedule: Schedule, text: str) -> list[Entry]:
    """Return what each event of a file says, and change nothing. Raises Invalid for no calendar."""
    everybody = [
        Somebody(one.id, one.name, one.username, one.email) for one in queries.active_people(work)
    ]
    try:
        return calendar_file.read(text, ZoneInfo(schedule.zone), everybody, work.now)
    except Unreadable as error:
        raise Invalid(str(error), {"file": str(error)}) from error


def take_in(work: Work, schedule: Schedule, text: str, taken_as: TakenAs) -> int:
    """Take in the events that can be, and return how many; the others are left out.

    As overrides each takes everybody's place for its time. Raises Denied, Invalid where nothing
    can be taken in, Refused where a temporary schedule stands in that time already.
    """
    work.must(Permission.ONCALL_EDIT)
    good = [entry for entry in look(work, schedule, text) if not entry.problem]
    if not good:
        raise Invalid("no event of this file can be taken in", {"file": "nothing to take in"})
    if taken_as is TakenAs.OVERRIDES:
        for entry in good:
            planning.override(work, schedule, _override(entry))
    else:
        temporaries.add(work, schedule, _temporary(good))
    return len(good)


def _override(entry: Entry) -> OverrideInput:
    shift = _shift(entry)
    return OverrideInput.model_validate({"change": Change.REPLACE, "zone": "UTC", **shift})


def _temporary(entries: Sequence[Entry]) -> TemporaryInput:
    shifts = [_shift(entry) for entry in entries]
    return TemporaryInput.model_validate(
        {
            "zone": "UTC",
            "reason": "Calendar",
            "starts": min(str(one["starts"]) for one in shifts),
            "ends": max(str(one["ends"]) for one in shifts),
            "shifts": shifts,
        }
    )


def _shift(entry: Entry) -> dict[str, object]:
    if entry.person is None or entry.start is None or entry.end is None:
        message = "an event with a problem is no shift"
        raise ValueError(message)
    return {
        "person_id": entry.person.id,
        "starts": _in_utc(entry.start),
        "ends": _in_utc(entry.end),
    }


def _in_utc(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat()
