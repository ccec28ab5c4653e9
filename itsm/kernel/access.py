"""Who may do what: permission names, grants with a reach, and the one question `can`.

The rules are those of a deny-by-default policy: a grant allows one permission within a reach;
confidentiality is an extra gate that no reach passes, not even `ALL`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Permission(StrEnum):
    """Every permission there is, as resource:action, in alphabetical order."""

    ALERT_ACKNOWLEDGE = "alert:acknowledge"
    ALERT_READ = "alert:read"
    AUDIT_READ = "audit:read"
    CI_EDIT = "ci:edit"
    CI_IMPORT = "ci:import"
    CI_READ = "ci:read"
    CONFIG_EDIT = "config:edit"
    CONFIG_READ = "config:read"
    CONTACT_EDIT = "contact:edit"
    INCIDENT_MAJOR = "incident:major"
    INTAKE_READ = "intake:read"
    INTAKE_REPLAY = "intake:replay"
    INTEGRATION_EDIT = "integration:edit"
    INTEGRATION_READ = "integration:read"
    MAINTENANCE_EDIT = "maintenance:edit"
    ONCALL_EDIT = "oncall:edit"
    ONCALL_OVERRIDE = "oncall:override"
    ONCALL_READ = "oncall:read"
    OUTBOX_READ = "outbox:read"
    OUTBOX_REPLAY = "outbox:replay"
    PAGE_ACKNOWLEDGE = "page:acknowledge"
    PAGE_READ = "page:read"
    PAGE_SEND = "page:send"
    PERSON_EDIT = "person:edit"
    PERSON_READ = "person:read"
    ROLE_GRANT = "role:grant"
    SELF = "self:use"
    SURVEY_READ = "survey:read"
    TEAM_EDIT = "team:edit"
    TEAM_READ = "team:read"
    TICKET_ASSIGN = "ticket:assign"
    TICKET_ATTACH = "ticket:attach"
    TICKET_CONFIDENTIAL = "ticket:confidential"
    TICKET_CREATE = "ticket:create"
    TICKET_LINK = "ticket:link"
    TICKET_NOTE = "ticket:note"
    TICKET_READ = "ticket:read"
    TICKET_REPLY = "ticket:reply"
    TICKET_TRANSITION = "ticket:transition"
    TICKET_UPDATE = "ticket:update"
    TICKET_WATCH = "ticket:watch"
    TOKEN_ISSUE = "token:issue"  # noqa: S105 - the name of a permission
    TRAP_EDIT = "trap:edit"
    TRAP_READ = "trap:read"


class Reach(StrEnum):
    """How far a grant reaches."""

    OWN = "own"
    TEAM = "team"
    DESK = "desk"
    ALL = "all"


class ActorKind(StrEnum):
    """What sort of principal acts."""

    ANONYMOUS = "anonymous"
    PERSON = "person"
    INTEGRATION = "integration"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Grant:
    """One permission within a reach; `desk_ids` matter for the reach DESK alone."""

    permission: Permission
    reach: Reach
    desk_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, with everything that decides what they may do, read once per Work."""

    kind: ActorKind
    name: str
    id: int | None = None
    grants: tuple[Grant, ...] = ()
    team_ids: frozenset[int] = frozenset()
    zone: str = "UTC"
    full_name: str = ""
    # Of the pages that the actor reads; empty for what their browser asks for.
    language: str = ""
    # Set for a token that was made to read: it changes nothing, whatever its owner may.
    reads_only: bool = False

    def holds(self, permission: Permission) -> bool:
        """Tell whether the actor has the permission with any reach at all."""
        return self.kind is ActorKind.SYSTEM or any(
            grant.permission is permission for grant in self.grants
        )


SYSTEM = Actor(ActorKind.SYSTEM, "system")
ANONYMOUS = Actor(ActorKind.ANONYMOUS, "anonymous")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the policy needs to know of a thing."""

    desk_id: int | None = None
    team_id: int | None = None
    owner_ids: frozenset[int] = frozenset()
    confidential: bool = False


class Guarded(Protocol):
    """A thing whose access depends on its desk, team and owners."""

    def facts(self) -> Facts:
        """Return what the policy needs to know of it."""
        ...


def can(actor: Actor, permission: Permission, thing: Guarded | None = None) -> bool:
    """Tell whether `actor` may do `permission`, to `thing` where one is given."""
    if actor.kind is ActorKind.SYSTEM:
        return True
    grants = [grant for grant in actor.grants if grant.permission is permission]
    if thing is None:
        return bool(grants)
    facts = thing.facts()
    return _passes_gate(actor, facts) and any(_covers(actor, grant, facts) for grant in grants)


def _passes_gate(actor: Actor, facts: Facts) -> bool:
    if not facts.confidential or actor.id in facts.owner_ids:
        return True
    return any(
        grant.permission is Permission.TICKET_CONFIDENTIAL and facts.desk_id in grant.desk_ids
        for grant in actor.grants
    )


def _covers(actor: Actor, grant: Grant, facts: Facts) -> bool:
    match grant.reach:
        case Reach.ALL:
            return True
        case Reach.DESK:
            return facts.desk_id in grant.desk_ids
        case Reach.TEAM:
            return facts.team_id in actor.team_ids
        case Reach.OWN:
            return actor.id is not None and actor.id in facts.owner_ids
