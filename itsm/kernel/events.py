"""Events: what happened, in the past tense, as frozen facts.

Each event becomes one journal row in the transaction in which it happened, and is the key under
which `itsm/flows/table.py` finds what follows from it.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from enum import Enum
from typing import ClassVar, NamedTuple, TypeAlias

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"


class Subject(NamedTuple):
    """The thing an event is about, such as ("ticket", 7)."""

    kind: str
    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Base of all events.

    A subclass sets `name`, such as "incident.resolved", and `about`, the kind of its subject;
    the subject's id is its field `<about>_id`.
    """

    name: ClassVar[str]
    about: ClassVar[str]

    def subject(self) -> Subject:
        """Return what the event is about."""
        return Subject(self.about, getattr(self, f"{self.about}_id"))

    def data(self) -> dict[str, Json]:
        """Return the event's fields in a form that JSON can hold; instants as RFC 3339."""
        return {field.name: plain(getattr(self, field.name)) for field in fields(self)}


def plain(value: object) -> Json:
    """Return `value` in a form that JSON can hold. Raises TypeError for what has none."""
    match value:
        case None | bool() | int() | float():
            return value
        case Enum():
            return plain(value.value)
        case str():
            return value
        case datetime():
            return value.isoformat()
        case dict():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(item) for item in value]
    message = f"{type(value).__name__} has no JSON form"
    raise TypeError(message)
