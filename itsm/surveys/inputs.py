"""What may be said of surveys; shared by form, API and the link of a mail."""

from typing import Annotated

from pydantic import Field, StringConstraints

from itsm.desk.inputs import Command

Said = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]


class SaveRule(Command):
    """When a desk asks the requesters of its closed tickets."""

    active: bool = Field(description="whether it asks at all")
    percent: int = Field(default=100, ge=1, le=100, description="of the closed tickets")
    rest_days: int = Field(
        default=30, ge=0, le=365, description="so long the same person is not asked again"
    )
    wait_hours: int = Field(default=1, ge=0, le=720, description="so long after the closing")


class GiveAnswer(Command):
    """How we did: 1 is very bad, 5 very good."""

    rating: int = Field(ge=1, le=5)
    comment: Said = ""
    anonymous: bool = Field(
        default=False, description="shown in results alone, with neither name nor ticket"
    )
