"""What each command on a major incident takes."""

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from itsm.desk.inputs import Body, Command
from itsm.desk.models import Visibility
from itsm.incidents.major.models import LEAST_MIN, MOST_MIN
from itsm.incidents.major.states import Role, Status

EVERY_MIN = 30

Headline = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
Interval = Annotated[int, Field(ge=LEAST_MIN, le=MOST_MIN, description="minutes between updates")]
Username = Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)]
ActionTitle = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
# A form sends an empty text for a date that is not set.
Day = Annotated[date | None, BeforeValidator(lambda value: value or None)]


class Declare(Command):
    """How an incident begins as a major one."""

    headline: Headline = Field(default="", description="public: what employees read above all")
    interval_min: Interval = EVERY_MIN


class ChangeMajor(Command):
    """What to change of a major incident; what is left out stays."""

    headline: Headline | None = None
    interval_min: Interval | None = None


class Demote(Command):
    """Why it is a major incident no longer."""

    reason: Reason


class NewUpdate(Command):
    """An update: public with a status, or for colleagues alone."""

    body: Body
    visibility: Visibility
    status: Status | None = Field(
        default=None, description="of a public update alone; as it stood if left out"
    )


class GiveRole(Command):
    """Who is to have a role."""

    role: Role
    username: Username = Field(default="", description="oneself if left out")


class Join(Command):
    """Who joins."""

    username: Username = Field(default="", description="oneself if left out")


class EditReview(Command):
    """The text of a review, and the version that it was written from."""

    body: Annotated[str, StringConstraints(max_length=100_000)]
    version: int = Field(description="as it was read; 409 where somebody has changed it meanwhile")


class NewAction(Command):
    """Something that is to be done."""

    title: ActionTitle
    owner: Username = Field(default="", description="nobody yet if left out")
    due_on: Day = None


class ChangeAction(Command):
    """What to change of an action item; what is left out stays."""

    title: ActionTitle | None = None
    owner: Username | None = Field(default=None, description="empty for nobody")
    due_on: Day = None
    done: bool | None = None
