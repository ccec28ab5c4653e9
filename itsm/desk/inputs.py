"""What each command that all tickets share takes."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from itsm.desk.models import LinkType, Visibility

Body = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100_000)]
Number = Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True, max_length=24)]


class NewComment(BaseModel):
    """A reply, or a note that the requester never sees."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    body: Body
    visibility: Visibility = Visibility.PUBLIC


class NewLink(BaseModel):
    """A relation to another ticket."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: LinkType
    target: Number


class NewView(BaseModel):
    """A list to keep under a name: `query` is the address's part behind the question mark."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
    query: Annotated[str, StringConstraints(max_length=2000)]
    shared: bool = False
