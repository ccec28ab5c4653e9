"""What may be said of a desk; shared by form and API."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from itsm.desk.inputs import Command

MOST = 200
# The numbers of things that have a series of their own.
TAKEN = frozenset({"INC", "REQ", "PRB", "CHG", "KB", "CI"})


def _parted(value: object) -> object:
    """Take lines of a form for a list; blank ones count for nothing."""
    if not isinstance(value, str):
        return value
    return [line.strip() for line in value.splitlines() if line.strip()]


def _free(value: str) -> str:
    prefix = value.upper()
    if prefix in TAKEN:
        message = f"{prefix}- are the numbers of another kind of record"
        raise ValueError(message)
    return prefix


Key = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        min_length=2,
        max_length=40,
        pattern=r"^[a-z0-9][a-z0-9-]*$",
    ),
]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Prefix = Annotated[
    str,
    StringConstraints(strip_whitespace=True, pattern=r"^([A-Za-z]{2,8})?$"),
    AfterValidator(_free),
]
CategoryName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)
]
Named = Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)]


class NewDesk(Command):
    """A department that is to take tickets, with what it needs on its first day."""

    key: Key
    name: Name
    prefix: Prefix = Field(default="", description="of its numbers; those of its kinds if left out")
    confidential: bool = Field(
        default=False, description="its tickets are read by those alone who take part in them"
    )
    internal: bool = Field(
        default=False, description="nobody but those who work at it is told that it is there"
    )
    team: Named = Field(default="", description="key of the team that new tickets go to")
    categories: Annotated[
        tuple[CategoryName, ...], BeforeValidator(_parted), Field(max_length=MOST)
    ] = ()
    agents: Annotated[
        tuple[Named, ...],
        BeforeValidator(_parted),
        Field(max_length=MOST, description="usernames of those who work at it"),
    ] = ()


class EditDesk(Command):
    """What is to change of a desk; what is left out stays."""

    name: Name | None = None
    prefix: Prefix | None = None
    confidential: bool | None = None
    internal: bool | None = None
    team: Named | None = Field(default=None, description="key of a team; empty for none")
    active: bool | None = Field(default=None, description="whether it takes new tickets")
    close_after_h: Annotated[int, Field(ge=1, le=2160)] | None = Field(
        default=None, description="after so many hours what is solved closes by itself"
    )
    warns: bool | None = Field(
        default=None, description="whether requesters are told a day before it closes"
    )
    remind_after_days: Annotated[int, Field(ge=1, le=60)] | None = Field(
        default=None, description="days between reminders of an answer that is awaited"
    )
    reminders: Annotated[int, Field(ge=0, le=10)] | None = Field(
        default=None, description="how many, before it is given up; 0 for never"
    )


class SaveCategory(Command):
    """A category, new or under a name that exists."""

    name: CategoryName
    team: Named = Field(default="", description="key of the team that its tickets go to")
