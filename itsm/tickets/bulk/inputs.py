"""What a change of many incidents takes."""

from typing import Annotated, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from itsm.desk.inputs import Command, Number
from itsm.desk.models import Visibility
from itsm.tickets.inputs import MAX_TEXT, Key, Level, Reason, StateName, Tags, Text

MOST = 5000
AT_ONCE = 200
NOBODY = "-"


def _none_if_empty(value: object) -> object:
    return None if value == "" else value


Chosen = Annotated[Level | None, BeforeValidator(_none_if_empty)]
Target = Annotated[StateName | None, BeforeValidator(_none_if_empty)]


class Change(Command):
    """What to change of each incident; what is left out or empty stays as it is."""

    assignee: Key = Field(default="", description="username, `me`, or `-` for nobody")
    team: Key = Field(default="", description="key of a team, or `-` for none")
    impact: Chosen = None
    urgency: Chosen = None
    category: Annotated[str, StringConstraints(max_length=120)] = ""
    add_tags: Tags = ()
    remove_tags: Tags = ()
    to: Target = Field(default=None, description="the state to bring them to")
    reason: Reason = Field(default="", description="why they wait, are reopened or cancelled")
    resolution: Text = ""
    resolution_code: Annotated[str, StringConstraints(max_length=40)] = ""
    body: Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_TEXT)] = Field(
        default="", description="a reply or a note to write on each"
    )
    visibility: Visibility = Visibility.INTERNAL
    duplicate_of: Number = Field(default="", description="the master that they are to wait for")
    merge_into: Number = Field(default="", description="the incident that they go on in")

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if not self.asked():
            message = "choose what to change"
            raise ValueError(message)
        if (self.duplicate_of or self.merge_into) and len(self.asked()) > 1:
            message = "merge or mark duplicates by itself"
            raise ValueError(message)
        return self

    def asked(self) -> set[str]:
        """Return the names of what is to change."""
        said = {"reason", "resolution", "resolution_code", "visibility"}
        return {name for name in type(self).model_fields if getattr(self, name)} - said


Asked = Annotated[tuple[Number, ...], Field(min_length=1, max_length=MOST)]


class BulkChange(Command):
    """A change and the incidents that it is for."""

    numbers: Asked
    change: Change
    dry_run: bool = Field(default=False, description="try it on each and change nothing")
