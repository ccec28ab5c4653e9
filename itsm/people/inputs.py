"""What may be said of people, one class for each command; shared by form, API and command line."""

from functools import cache
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


@cache
def zones() -> frozenset[str]:
    """Return the names of all IANA time zones."""
    return frozenset(available_timezones())


def _zone(value: str) -> str:
    if value not in zones():
        message = "is not an IANA time zone, such as Europe/Berlin"
        raise ValueError(message)
    return value


Zone = Annotated[str, AfterValidator(_zone)]
Username = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9][\w.@-]*$")]
Email = Annotated[str, Field(max_length=254, pattern=r"^$|^[^@\s]+@[^@\s]+$")]


class NewPerson(BaseModel):
    """A new account."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    username: Username
    name: str = Field(min_length=1, max_length=200)
    email: Email = ""
    phone: str = Field(default="", max_length=40)
    zone: Zone = "UTC"


class Setup(BaseModel):
    """The first administrator, made with the token that was printed at start."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    token: str
    name: str = Field(min_length=1, max_length=200)
    username: Username
    email: Email = ""
    password: str
    zone: Zone = "UTC"
