"""What a list of CIs is narrowed to; the same for page and API."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from itsm.assets.models import Criticality, Environment
from itsm.assets.states import State
from itsm.kernel.paging import DEFAULT_LIMIT, MAX_LIMIT

VIEWING = ("sort", "limit", "cursor")
Sort = Literal["name", "-name", "created_at", "-created_at"]
Word = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


class Filters(BaseModel):
    """The filters, the sort and the page of a list, as they stand in an address.

    Without a state it holds what is not retired.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    ci_class: Word = Field(default="", alias="class", description="key of a class")
    criticality: Criticality | Literal[""] = ""
    environment: Environment | Literal[""] = ""
    state: State | Literal[""] = Field(default="", description="by default all but retired ones")
    team: Word = Field(default="", description="key of the owner team")
    site: Word = Field(default="", description="key of a site")
    used_by: Word = Field(default="", description="username")
    name: Word = Field(
        default="", description="a host name, address or alias, as monitoring has it"
    )
    q: Word = Field(default="", description="words to find; the last may be the beginning of one")
    sort: Sort = "name"
    limit: int = Field(default=DEFAULT_LIMIT, ge=1, le=MAX_LIMIT)
    cursor: str = Field(default="", description="`next` of the page before")

    @classmethod
    def lenient(cls, query: Mapping[str, str]) -> Self:
        """Return the filters of an address that people may have typed: what is unknown is left out.

        Raises ValidationError for values that are not understood.
        """
        names = {field.alias or name for name, field in cls.model_fields.items()}
        return cls.model_validate({name: query[name] for name in names if name in query})

    def asked(self) -> dict[str, str]:
        """Return what narrows the list, by name."""
        given = self.model_dump(by_alias=True, mode="json")
        return {name: value for name, value in given.items() if value and name not in VIEWING}

    def address(self, **changes: str) -> str:
        """Return the query string of this list with `changes`; an empty value drops one.

        The page is not kept, since it belongs to the list as it was.
        """
        told = {**self.asked(), "sort": self.sort if self.sort != "name" else "", **changes}
        return urlencode({name: value for name, value in told.items() if value})
