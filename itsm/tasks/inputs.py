"""What each command about tasks takes."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from itsm.desk.inputs import Command

# Thirty days.
LONGEST_REMINDER = 43_200
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=10_000)]
Username = Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)]
Key = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)]
Due = Annotated[
    datetime | None, Field(description="without a zone: by the clock of whoever enters it")
]
Remind = Annotated[
    Annotated[int, Field(ge=0, le=LONGEST_REMINDER)] | None,
    Field(description="minutes before it is due; null: no reminder"),
]


class NewTask(Command):
    """Something to be done; without assignee and team it falls to whoever has the ticket."""

    title: Title
    note: Note = ""
    assignee: Username = Field(default="", description="a username; `me` is oneself")
    team: Key = Field(default="", description="a team's key; not beside an assignee")
    due: Due = None
    remind: Remind = None


class EditTask(Command):
    """Changes of a task; what is left out stays."""

    title: Title | None = None
    note: Note | None = None
    assignee: Username | None = None
    team: Key | None = None
    due: Due = None
    remind: Remind = None
    done: bool | None = None
