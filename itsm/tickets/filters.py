"""What a list of tickets is narrowed to; the same for page, API, saved view and count."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self
from urllib.parse import urlencode

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from itsm.desk.models import Source
from itsm.kernel.paging import DEFAULT_LIMIT, MAX_LIMIT

OPEN_ONES = "open"
ME = "me"
NOBODY = "none"
NEWEST: Final = "-created_at"
# What a query says of how to look at a list, and not of what is in it.
VIEWING = ("sort", "limit", "cursor", "columns", "density")

Sort = Literal["created_at", "-created_at", "priority", "-priority", "updated_at", "-updated_at"]
Word = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00]*$")
]


def _one_of(*allowed: str) -> AfterValidator:
    def check(value: str) -> str:
        unknown = sorted(set(value.split(",")) - set(allowed)) if value else []
        if unknown:
            message = f"'{unknown[0]}' is none of {', '.join(allowed)}"
            raise ValueError(message)
        return value

    return AfterValidator(check)


# Which states there are depends on the kind that is listed.
States = Annotated[Word, StringConstraints(pattern=r"^([a-z_]{1,32}(,[a-z_]{1,32}){0,19})?$")]
Priorities = Annotated[Word, _one_of("1", "2", "3", "4")]
Sources = Annotated[Word, _one_of(*Source)]
Idle = Annotated[Word, StringConstraints(pattern=r"^([1-9][0-9]{0,3}[hd])?$")]
YesOrNo = Annotated[Word, _one_of("yes", "no")]


class Filters(BaseModel):
    """The filters, the sort and the page of a list, as they stand in an address.

    Several values are parted by commas. `me` and `none` stand for oneself, or one's teams, and
    for nobody.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    state: States = Field(
        default="",
        description="states, or `open` for all that are not over, without duplicates",
    )
    priority: Priorities = Field(default="", description="1 critical … 4 low")
    team: Word = Field(default="", description="team keys, `me` for one's own, `none`")
    assignee: Word = Field(default="", description="username, `me` or `none`")
    requester: Word = Field(default="", description="username or `me`")
    desk: Word = Field(default="", description="desk keys")
    ci: Word = Field(default="", description="number or name of a CI")
    service: Word = Field(default="", description="number or name of a service")
    source: Sources = ""
    major: YesOrNo = Field(default="", description="whether it is a major incident: yes or no")
    vip: YesOrNo = Field(default="", description="whether its requester is one: yes or no")
    idle: Idle = Field(
        default="", description="so long nobody has worked on it: hours or days, such as 4h or 2d"
    )
    category: Word = ""
    parent: Word = Field(default="", description="number of the parent")
    q: Word = Field(default="", description="words to find; the last may be the beginning of one")
    sort: Sort = NEWEST
    limit: int = Field(default=DEFAULT_LIMIT, ge=1, le=MAX_LIMIT)
    cursor: str = Field(default="", description="`next` of the page before")

    @classmethod
    def lenient(cls, query: Mapping[str, str]) -> Self:
        """Return the filters of an address that people may have typed: what is unknown is left out.

        Raises ValidationError for values that are not understood.
        """
        return cls.model_validate({name: query[name] for name in cls.model_fields if name in query})

    def asked(self) -> dict[str, str]:
        """Return what narrows the list, by name."""
        given = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: value for name, value in given.items() if value and name not in VIEWING}

    def address(self, **changes: str) -> str:
        """Return the query string of this list with `changes`; an empty value drops one.

        The page is not kept, since it belongs to the list as it was.
        """
        told = {**self.asked(), "sort": self.sort if self.sort != NEWEST else ""}
        told |= {"limit": str(self.limit) if self.limit != DEFAULT_LIMIT else ""} | changes
        return urlencode({name: value for name, value in told.items() if value})
