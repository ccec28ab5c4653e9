"""What happens to the directory of people, teams, sites and departments."""

from dataclasses import dataclass
from typing import ClassVar

from itsm.kernel.events import Event, Json


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChanged(Event):
    """Properties of a person were changed; `before` and `after` hold those alone."""

    name: ClassVar[str] = "person.changed"
    about: ClassVar[str] = "person"
    person_id: int
    before: dict[str, Json]
    after: dict[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDeactivated(Event):
    """An account was switched off; its sessions and tokens are good for nothing."""

    name: ClassVar[str] = "person.deactivated"
    about: ClassVar[str] = "person"
    person_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonReactivated(Event):
    """An account was switched on again."""

    name: ClassVar[str] = "person.reactivated"
    about: ClassVar[str] = "person"
    person_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRevoked(Event):
    """A person lost a role, on one desk where `desk_id` is not 0."""

    name: ClassVar[str] = "person.role_revoked"
    about: ClassVar[str] = "person"
    person_id: int
    role: str
    desk_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamCreated(Event):
    """A team was made."""

    name: ClassVar[str] = "team.created"
    about: ClassVar[str] = "team"
    team_id: int
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamChanged(Event):
    """A team got another name or mail address."""

    name: ClassVar[str] = "team.changed"
    about: ClassVar[str] = "team"
    team_id: int
    before: dict[str, Json]
    after: dict[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamMemberAdded(Event):
    """A person joined a team, or became or ceased to be its lead."""

    name: ClassVar[str] = "team.member_added"
    about: ClassVar[str] = "team"
    team_id: int
    person_id: int
    username: str
    lead: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamMemberRemoved(Event):
    """A person left a team."""

    name: ClassVar[str] = "team.member_removed"
    about: ClassVar[str] = "team"
    team_id: int
    person_id: int
    username: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSaved(Event):
    """A site was made or changed."""

    name: ClassVar[str] = "site.saved"
    about: ClassVar[str] = "site"
    site_id: int
    key: str
    title: str
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentSaved(Event):
    """A department was made or changed."""

    name: ClassVar[str] = "department.saved"
    about: ClassVar[str] = "department"
    department_id: int
    key: str
    title: str
