"""What may be said of people, teams, sites and departments; shared by form and API."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from itsm.people.inputs import Email, NewPerson, Zone

Key = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[a-z0-9][a-z0-9-]*$")]
Title = Annotated[str, Field(min_length=1, max_length=200)]
_CONFIG = ConfigDict(extra="forbid", str_strip_whitespace=True)


class NewColleague(NewPerson):
    """A new account with its place in the organisation; department and site by key."""

    department: str = ""
    site: str = ""
    manager: str = Field(default="", description="username")
    vip: bool = False
    tier: str = Field(default="", max_length=40)


class EditPerson(BaseModel):
    """What is to change of a person; what is left out stays."""

    model_config = _CONFIG

    name: Title = ""
    email: Email = ""
    phone: str = Field(default="", max_length=40)
    zone: Zone = "UTC"
    department: str = ""
    site: str = ""
    manager: str = Field(default="", description="username")
    vip: bool = False
    tier: str = Field(default="", max_length=40)
    active: bool = True


class NewTeam(BaseModel):
    """A new team."""

    model_config = _CONFIG

    key: Key
    name: Title
    email: Email = ""


class EditTeam(BaseModel):
    """What is to change of a team; what is left out stays."""

    model_config = _CONFIG

    name: Title = ""
    email: Email = ""


class NewMember(BaseModel):
    """Somebody who joins a team."""

    model_config = _CONFIG

    username: str = Field(max_length=80)
    lead: bool = False


class SaveSite(BaseModel):
    """A site, new or under a key that exists."""

    model_config = _CONFIG

    key: Key
    name: Title
    zone: Zone = "UTC"


class SaveDepartment(BaseModel):
    """A department, new or under a key that exists."""

    model_config = _CONFIG

    key: Key
    name: Title
