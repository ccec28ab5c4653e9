"""What each command about checklists takes."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from itsm.desk.inputs import Command
from itsm.tasks.inputs import Key, Title

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Days = Annotated[
    Annotated[int, Field(ge=0, le=366)] | None,
    Field(description="due so many days after it was applied; null: at no time"),
]


class Step(Command):
    """One step of a checklist."""

    title: Title
    due_days: Days = None


class SaveChecklist(Command):
    """A checklist to keep. Raises ValueError for a category without a desk."""

    name: Name
    desk: Key = Field(default="", description="a desk's key; empty: for all")
    category: Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)] = ""
    steps: tuple[Step, ...] = Field(min_length=1, max_length=100)

    @model_validator(mode="after")
    def _of_desk(self) -> Self:
        if self.category and not self.desk:
            message = "a category belongs to a desk: choose that as well"
            raise ValueError(message)
        return self


class Apply(Command):
    """Which checklist."""

    checklist: int = Field(ge=1, le=2**63 - 1)
