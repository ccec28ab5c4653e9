"""What may be said of configuration items; one class per command, for form, API and import."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from itsm.assets.models import Criticality, Environment, RelationType
from itsm.assets.states import LIFE, State

Value = str | int | float | bool | None
NameText = Annotated[str, Field(min_length=1, max_length=255)]
_CONFIG = ConfigDict(extra="forbid", str_strip_whitespace=True, populate_by_name=True)


class NewCi(BaseModel):
    """A new CI; people by username, team and site by key."""

    model_config = _CONFIG

    ci_class: str = Field(alias="class", max_length=40)
    name: str = Field(min_length=1, max_length=200)
    description: str = Field(default="", max_length=20_000)
    state: State = LIFE.start
    criticality: Criticality = Criticality.MEDIUM
    environment: Environment = Environment.PRODUCTION
    owner_team: str = ""
    owner: str = ""
    used_by: str = ""
    site: str = ""
    attributes: dict[str, Value] = Field(default_factory=dict)
    aliases: list[NameText] = Field(default_factory=list, max_length=50)
    addresses: list[NameText] = Field(default_factory=list, max_length=50)


class EditCi(BaseModel):
    """What is to change of a CI; what is left out stays. `attributes` are merged by name."""

    model_config = _CONFIG

    ci_class: str = Field(default="", alias="class", max_length=40)
    name: str = Field(default="", min_length=1, max_length=200)
    description: str = Field(default="", max_length=20_000)
    state: State = LIFE.start
    criticality: Criticality = Criticality.MEDIUM
    environment: Environment = Environment.PRODUCTION
    owner_team: str = ""
    owner: str = ""
    used_by: str = ""
    site: str = ""
    attributes: dict[str, Value] = Field(default_factory=dict)


class NewName(BaseModel):
    """A further name or address of a CI."""

    model_config = _CONFIG

    value: NameText


class NewRelation(BaseModel):
    """The CI needs `target`, which is a CI number."""

    model_config = _CONFIG

    type: RelationType
    target: str = Field(max_length=24)
