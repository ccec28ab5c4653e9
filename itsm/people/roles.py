"""The built-in roles: which permissions each grants, and how far.

Roles are rows, so an administrator may add others; these are put in by `itsm init`, and missing
grants of built-in roles are added when a new version brings new permissions.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from itsm.kernel.access import Permission as P
from itsm.kernel.access import Reach
from itsm.kernel.work import Work
from itsm.people.models import Role, RoleGrant


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A role that every instance has."""

    name: str
    grants: Mapping[P, Reach]


def _all(*permissions: P) -> dict[P, Reach]:
    return dict.fromkeys(permissions, Reach.ALL)


_REQUESTER = {
    P.SELF: Reach.OWN,
    P.TICKET_CREATE: Reach.OWN,
    P.TICKET_READ: Reach.OWN,
    P.TICKET_REPLY: Reach.OWN,
    P.TICKET_ATTACH: Reach.OWN,
    P.TOKEN_ISSUE: Reach.OWN,
}
_AGENT_ON_DESK = dict.fromkeys(
    (
        P.TICKET_ASSIGN,
        P.TICKET_ATTACH,
        P.TICKET_CREATE,
        P.TICKET_LINK,
        P.TICKET_NOTE,
        P.TICKET_READ,
        P.TICKET_REPLY,
        P.TICKET_TRANSITION,
        P.TICKET_UPDATE,
        P.TICKET_WATCH,
    ),
    Reach.DESK,
)
_LOOK_AROUND = _all(P.CI_READ, P.ONCALL_READ, P.PERSON_READ, P.TEAM_READ)
_ALERTS = _all(P.ALERT_READ, P.ALERT_ACKNOWLEDGE, P.PAGE_READ, P.PAGE_ACKNOWLEDGE)
_CONTACT = {P.CONTACT_EDIT: Reach.OWN}
_AGENT = _REQUESTER | _AGENT_ON_DESK | _LOOK_AROUND | _ALERTS | _CONTACT
_SUPERVISOR = _AGENT | _all(
    P.ONCALL_OVERRIDE, P.ONCALL_EDIT, P.INTEGRATION_READ, P.INTAKE_READ, P.TRAP_READ
)
_ADMIN = _all(
    P.AUDIT_READ,
    P.CI_EDIT,
    P.CI_IMPORT,
    P.CONFIG_EDIT,
    P.CONFIG_READ,
    P.INTAKE_READ,
    P.INTAKE_REPLAY,
    P.INTEGRATION_EDIT,
    P.INTEGRATION_READ,
    P.ONCALL_EDIT,
    P.ONCALL_OVERRIDE,
    P.OUTBOX_READ,
    P.OUTBOX_REPLAY,
    P.PERSON_EDIT,
    P.ROLE_GRANT,
    P.TEAM_EDIT,
    P.TRAP_EDIT,
    P.TRAP_READ,
)

BUILT_IN: Mapping[str, BuiltIn] = {
    "requester": BuiltIn("Requester", _REQUESTER),
    "agent": BuiltIn("Agent", _AGENT),
    "confidential": BuiltIn("Confidential tickets of a desk", {P.TICKET_CONFIDENTIAL: Reach.DESK}),
    "supervisor": BuiltIn("Supervisor", _SUPERVISOR),
    "oncall": BuiltIn("On-call engineer", _AGENT | _all(P.ONCALL_OVERRIDE)),
    "asset-manager": BuiltIn(
        "Asset manager", _REQUESTER | _LOOK_AROUND | _all(P.CI_EDIT, P.CI_IMPORT)
    ),
    "auditor": BuiltIn(
        "Auditor",
        _REQUESTER | _LOOK_AROUND | _all(P.AUDIT_READ, P.ALERT_READ, P.PAGE_READ, P.CONFIG_READ),
    ),
    "admin": BuiltIn("Administrator", _AGENT | _ADMIN),
}


def install(work: Work) -> None:
    """Put in the built-in roles and the grants that they lack; what is there is left as it is."""
    present = {role.key: role for role in work.session.scalars(select(Role))}
    for key, built_in in BUILT_IN.items():
        role = present.get(key) or work.add(Role(key=key, name=built_in.name, built_in=True))
        granted = set(
            work.session.scalars(select(RoleGrant.permission).where(RoleGrant.role_id == role.id))
        )
        work.session.add_all(
            RoleGrant(role_id=role.id, permission=permission, reach=reach)
            for permission, reach in built_in.grants.items()
            if permission not in granted
        )
    work.session.flush()
