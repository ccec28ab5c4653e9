"""What each command on a ticket takes; forms, API and machines share these."""

from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator, Field, StringConstraints

from itsm.desk.inputs import Command
from itsm.desk.models import Source

MAX_TEXT = 100_000
MAX_TAGS = 20

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
Text = Annotated[str, StringConstraints(max_length=MAX_TEXT)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, max_length=400)]
Key = Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)]
Tag = Annotated[
    str, StringConstraints(strip_whitespace=True, to_lower=True, min_length=1, max_length=40)
]
Level = Annotated[int, Field(ge=1, le=3, description="1 highest … 3 lowest")]


# Of any kind; whether the ticket can be brought there is for its life to say.
StateName = Annotated[str, StringConstraints(strip_whitespace=True, pattern="^[a-z_]{1,32}$")]


def _listed(value: object) -> object:
    """Take "a, b" from a form for ["a", "b"]."""
    if not isinstance(value, str):
        return value
    return [part.strip() for part in value.split(",") if part.strip()]


Tags = Annotated[tuple[Tag, ...], BeforeValidator(_listed), Field(max_length=MAX_TAGS)]
Numbers = Annotated[tuple[Key, ...], BeforeValidator(_listed), Field(max_length=100)]


class OpenTicket(Command):
    """A ticket to open. People, teams, desks and CIs by username, key and number."""

    title: Title
    description: Text = ""
    impact: Level = 3
    urgency: Level = 3
    desk: Key = Field(default="", description="the instance's first desk if left out")
    category: Annotated[str, StringConstraints(max_length=120)] = ""
    tags: Tags = ()
    requester: Key = Field(default="", description="oneself if left out")
    assignee: Key = ""
    team: Key = ""
    cis: Numbers = ()
    parent: Key = ""
    source: Source = Source.API
    confidential: bool = False


class EditTicket(Command):
    """Properties to change; those left out stay. None takes an assignee, team or parent away."""

    title: Title | None = None
    description: Text | None = None
    impact: Level | None = None
    urgency: Level | None = None
    priority: Annotated[int, Field(ge=1, le=4)] | None = Field(
        default=None, description="overrides the matrix until impact or urgency changes"
    )
    category: Annotated[str, StringConstraints(max_length=120)] | None = None
    tags: Tags | None = None
    requester: Key | None = None
    assignee: Key | None = None
    team: Key | None = None
    cis: Numbers | None = None
    parent: Key | None = None
    expected_at: AwareDatetime | None = Field(
        default=None, description="by when it should be done; the requester reads it"
    )


class Transition(Command):
    """A step to another state, with what the step may say."""

    to: StateName
    reason: Reason = Field(default="", description="why it waits, is reopened or ends so")
    resolution: Text = Field(default="", description="what was done, shown to the requester")
    resolution_code: Annotated[str, StringConstraints(max_length=40)] = ""
    awaits_answer: bool = Field(
        default=False,
        description="of one that waits: the requester is reminded as the desk says, and without an "
        "answer it is resolved, or a request cancelled",
    )
