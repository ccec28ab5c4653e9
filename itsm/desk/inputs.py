"""What each command that all tickets share takes."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, field_validator

from itsm.desk.models import LinkType, Visibility

Body = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100_000)]
Number = Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True, max_length=24)]


class Command(BaseModel):
    """Base of inputs: what is not asked for is refused.

    Texts have no NUL, which databases do not hold, and plain line ends, where browsers send others.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _plain(cls, value: object) -> object:
        if isinstance(value, str):
            return value.replace("\x00", "").replace("\r\n", "\n")
        return [cls._plain(one) for one in value] if isinstance(value, list) else value


class NewComment(Command):
    """A reply, or a note that the requester never sees."""

    body: Body
    visibility: Visibility = Visibility.PUBLIC


class NewLink(Command):
    """A relation to another ticket."""

    type: LinkType
    target: Number


class NewView(Command):
    """A list to keep under a name: `query` is the address's part behind the question mark."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
    query: Annotated[str, StringConstraints(max_length=2000)]
    shared: bool = False
