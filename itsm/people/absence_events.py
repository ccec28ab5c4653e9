"""What happens to people's absences."""

from dataclasses import dataclass
from typing import ClassVar

from itsm.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceEntered(Event):
    """A person will be away on these days, the first and the last included."""

    name: ClassVar[str] = "person.absence_entered"
    about: ClassVar[str] = "person"

    person_id: int
    first_day: str
    last_day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceRemoved(Event):
    """A person will not be away on these days after all."""

    name: ClassVar[str] = "person.absence_removed"
    about: ClassVar[str] = "person"

    person_id: int
    first_day: str
    last_day: str
