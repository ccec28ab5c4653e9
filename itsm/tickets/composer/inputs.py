"""What each command of the composer takes."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from itsm.desk.inputs import Body, Command
from itsm.desk.models import Visibility
from itsm.tickets.composer.models import Scope
from itsm.tickets.composer.placeholders import NAMES, unknown
from itsm.tickets.inputs import Key, Reason, StateName, Tags


class Changes(Command):
    """What a macro does beside its text; what is left out stays."""

    state: StateName | None = None
    reason: Reason = ""
    team: Key = ""
    take: bool = Field(default=False, description="assigns it to who sends")
    tags: Tags = Field(default=(), description="added to those that there are")
    resolution_code: Annotated[str, StringConstraints(max_length=40)] = ""


class SaveTemplate(Command):
    """A template to keep. Raises ValueError for a placeholder that is not on the list."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
    scope: Scope = Scope.OWN
    team: Key = ""
    language: Annotated[str, StringConstraints(strip_whitespace=True, max_length=12)] = ""
    body: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
    visibility: Visibility = Visibility.PUBLIC
    changes: Changes = Changes()

    @model_validator(mode="after")
    def _known(self) -> Self:
        names = unknown(self.body)
        if names:
            message = f"there is no {{{{{names[0]}}}}}: use {', '.join(NAMES)}"
            raise ValueError(message)
        return self


class SaveDraft(Command):
    """What is written so far; nothing at all forgets the draft."""

    body: Annotated[str, StringConstraints(max_length=100_000)] = ""
    visibility: Visibility = Visibility.PUBLIC


class Send(Command):
    """A comment with what its writer knew: the newest public reply that they had seen."""

    body: Body
    visibility: Visibility = Visibility.PUBLIC
    seen: int | None = Field(default=None, ge=0, le=2**63 - 1)
    anyway: bool = False
    template: int | None = Field(default=None, ge=1, le=2**63 - 1)
    macro: bool = False
    wait: bool = Field(default=False, description="a reply: it waits for the requester's answer")
