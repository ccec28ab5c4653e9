"""The built-in roles: which permissions each grants, and how far.

Roles are rows, so an administrator may add others; these are put in by `itsm init`, and missing
grants of built-in roles are added when a new version brings new permissions.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from itsm.kernel.access import Permission, Reach
from itsm.kernel.work import Work
from itsm.people.models import Role, RoleGrant


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A role that every instance has."""

    name: str
    grants: frozenset[tuple[Permission, Reach]]


def _within(reach: Reach, *permissions: Permission) -> frozenset[tuple[Permission, Reach]]:
    return frozenset((permission, reach) for permission in permissions)


def _all(*permissions: Permission) -> frozenset[tuple[Permission, Reach]]:
    return _within(Reach.ALL, *permissions)


# An agent of one desk is a requester at all others, so these hold beside the wider grants below.
_REQUESTER = _within(
    Reach.OWN,
    Permission.SELF,
    Permission.TICKET_ATTACH,
    Permission.TICKET_CREATE,
    Permission.TICKET_READ,
    Permission.TICKET_REPLY,
    Permission.TOKEN_ISSUE,
)
_AGENT_ON_DESK = _within(
    Reach.DESK,
    Permission.TICKET_ASSIGN,
    Permission.TICKET_ATTACH,
    Permission.TICKET_CREATE,
    Permission.TICKET_LINK,
    Permission.TICKET_NOTE,
    Permission.TICKET_READ,
    Permission.TICKET_REPLY,
    Permission.TICKET_TRANSITION,
    Permission.TICKET_UPDATE,
    Permission.TICKET_WATCH,
)
_LOOK_AROUND = _all(
    Permission.CI_READ, Permission.ONCALL_READ, Permission.PERSON_READ, Permission.TEAM_READ
)
_ALERTS = _all(
    Permission.ALERT_READ,
    Permission.ALERT_ACKNOWLEDGE,
    Permission.PAGE_READ,
    Permission.PAGE_ACKNOWLEDGE,
    Permission.PAGE_SEND,
)
_CONTACT = _within(Reach.OWN, Permission.CONTACT_EDIT)
_AGENT = _REQUESTER | _AGENT_ON_DESK | _LOOK_AROUND | _ALERTS | _CONTACT
_MAJOR = _within(Reach.DESK, Permission.INCIDENT_MAJOR)
_RESULTS = _within(Reach.DESK, Permission.SURVEY_READ)
_SUPERVISOR = (
    _AGENT
    | _MAJOR
    | _RESULTS
    | _all(
        Permission.ONCALL_OVERRIDE,
        Permission.ONCALL_EDIT,
        Permission.INTEGRATION_READ,
        Permission.INTAKE_READ,
        Permission.MAINTENANCE_EDIT,
        Permission.TRAP_READ,
    )
)
_ADMIN = _all(
    Permission.AUDIT_READ,
    Permission.CI_EDIT,
    Permission.CI_IMPORT,
    Permission.CONFIG_EDIT,
    Permission.CONFIG_READ,
    Permission.INTAKE_READ,
    Permission.INTAKE_REPLAY,
    Permission.INTEGRATION_EDIT,
    Permission.INTEGRATION_READ,
    Permission.MAINTENANCE_EDIT,
    Permission.ONCALL_EDIT,
    Permission.ONCALL_OVERRIDE,
    Permission.OUTBOX_READ,
    Permission.OUTBOX_REPLAY,
    Permission.PERSON_EDIT,
    Permission.ROLE_GRANT,
    Permission.TEAM_EDIT,
    Permission.TRAP_EDIT,
    Permission.TRAP_READ,
)

BUILT_IN: Mapping[str, BuiltIn] = {
    "requester": BuiltIn("Requester", _REQUESTER),
    "agent": BuiltIn("Agent", _AGENT),
    "confidential": BuiltIn(
        "Confidential tickets of a desk", _within(Reach.DESK, Permission.TICKET_CONFIDENTIAL)
    ),
    "supervisor": BuiltIn("Supervisor", _SUPERVISOR),
    "oncall": BuiltIn(
        "On-call engineer",
        _AGENT | _MAJOR | _all(Permission.MAINTENANCE_EDIT, Permission.ONCALL_OVERRIDE),
    ),
    "asset-manager": BuiltIn(
        "Asset manager", _REQUESTER | _LOOK_AROUND | _all(Permission.CI_EDIT, Permission.CI_IMPORT)
    ),
    "auditor": BuiltIn(
        "Auditor",
        _REQUESTER
        | _LOOK_AROUND
        | _all(
            Permission.AUDIT_READ,
            Permission.ALERT_READ,
            Permission.PAGE_READ,
            Permission.CONFIG_READ,
        ),
    ),
    "admin": BuiltIn("Administrator", _AGENT | _MAJOR | _RESULTS | _ADMIN),
}


def install(work: Work) -> None:
    """Put in the built-in roles and the grants that they lack; what is there is left as it is."""
    present = {role.key: role for role in work.session.scalars(select(Role))}
    for key, built_in in BUILT_IN.items():
        role = present.get(key) or work.add(Role(key=key, name=built_in.name, built_in=True))
        granted = set(
            work.session.execute(
                select(RoleGrant.permission, RoleGrant.reach).where(RoleGrant.role_id == role.id)
            )
        )
        work.session.add_all(
            RoleGrant(role_id=role.id, permission=permission, reach=reach)
            for permission, reach in built_in.grants
            if (permission, reach) not in granted
        )
    work.session.flush()
