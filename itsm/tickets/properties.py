"""The properties of a ticket: what the words of an input mean, and how a value reads."""

from collections.abc import Callable, Mapping, Sequence

from itsm.assets import queries as assets
from itsm.desk import queries as desk
from itsm.desk.models import Ticket
from itsm.kernel.access import ActorKind
from itsm.kernel.errors import Invalid, NotFound
from itsm.kernel.events import Json
from itsm.kernel.work import Work
from itsm.people import queries as people
from itsm.people.models import Person, Team

IMPACTS = {1: "Organisation", 2: "Department", 3: "One person"}
URGENCIES = {1: "Work stopped", 2: "Work hampered", 3: "Can wait"}
PRIORITIES = {1: "Critical", 2: "High", 3: "Medium", 4: "Low"}


def person(work: Work, username: str, field: str) -> Person:
    """Return the active person of that username. Raises Invalid naming `field`."""
    try:
        found = people.person(work, username)
    except NotFound as error:
        raise Invalid(str(error), {field: "unknown"}) from error
    if not found.active:
        raise Invalid(f"{found.name} is no longer here", {field: "not active"})
    return found


def requester(work: Work, username: str) -> Person | None:
    """Return who reports: by default the actor, nobody where that is a machine. Raises Invalid."""
    if not username:
        return None if work.actor.kind is not ActorKind.PERSON else oneself(work)
    return person(work, username, "requester")


def assignee(work: Work, username: str) -> Person:
    """Return the person who is to own it; "me" is oneself. Raises Invalid."""
    return person(work, work.actor.name if username == "me" else username, "assignee")


def oneself(work: Work) -> Person:
    """Return the actor as a person. Raises Invalid for a machine."""
    return person(work, work.actor.name, "assignee")


def team(work: Work, key: str) -> Team:
    """Return the team of that key. Raises Invalid."""
    try:
        return people.team(work, key)
    except NotFound as error:
        raise Invalid(str(error), {"team": "unknown"}) from error


def cis(work: Work, numbers: Sequence[str]) -> list[int]:
    """Return the ids of the CIs of those numbers. Raises Invalid for one that is not visible."""
    try:
        return [assets.get(work, number.upper()).id for number in numbers]
    except NotFound as error:
        raise Invalid(str(error), {"cis": "unknown"}) from error


def parent(work: Work, number: str, child: Ticket) -> Ticket:
    """Return the ticket of that number as a parent of `child`.

    Raises Invalid where it is not visible, is the child itself, or hangs under another.
    """
    try:
        found = desk.get(work, number)
    except NotFound as error:
        raise Invalid(str(error), {"parent": "unknown"}) from error
    if found.id == child.id or found.parent_id is not None:
        raise Invalid("a parent has no parent of its own", {"parent": "not possible"})
    return found


_SHOWN: Mapping[str, Callable[[Ticket], Json]] = {
    "assignee": lambda one: one.assignee.username if one.assignee else None,
    "category": lambda one: one.category,
    "description": lambda one: one.description,
    "expected_at": lambda one: one.expected_at.isoformat() if one.expected_at else None,
    "impact": lambda one: one.impact,
    "parent": lambda one: one.parent_id,
    "priority": lambda one: one.priority,
    "requester": lambda one: one.requester.username if one.requester else None,
    "tags": lambda one: one.tags,
    "team": lambda one: one.team.key if one.team else None,
    "title": lambda one: one.title,
    "urgency": lambda one: one.urgency,
}


def shown(ticket: Ticket, field: str) -> Json:
    """Return a property as inputs and forms say it."""
    return _SHOWN[field](ticket)


def in_words(value: object) -> Json:
    """Return a property's value as the journal keeps it."""
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return value if isinstance(value, str | int) else None
