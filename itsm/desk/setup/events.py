"""What happens to desks and their categories."""

from dataclasses import dataclass
from typing import ClassVar

from itsm.kernel.events import Event, Json


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskMade(Event):
    """A desk was made."""

    name: ClassVar[str] = "desk.made"
    about: ClassVar[str] = "desk"

    desk_id: int
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskChanged(Event):
    """A desk was changed; the changed fields alone."""

    name: ClassVar[str] = "desk.changed"
    about: ClassVar[str] = "desk"

    desk_id: int
    before: dict[str, Json]
    after: dict[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class CategorySaved(Event):
    """A category of a desk was made, or its team or place changed."""

    name: ClassVar[str] = "desk.category_saved"
    about: ClassVar[str] = "desk"

    desk_id: int
    category: str
    team: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRetired(Event):
    """A category is no longer offered; tickets keep it."""

    name: ClassVar[str] = "desk.category_retired"
    about: ClassVar[str] = "desk"

    desk_id: int
    category: str
