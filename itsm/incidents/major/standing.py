"""A major incident as its record page shows it to those who work on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from itsm.desk import queries as desk
from itsm.incidents.major import queries
from itsm.incidents.major.models import Major, Responder, RoleHolder, Update
from itsm.incidents.major.states import Role, Status
from itsm.incidents.models import Incident
from itsm.kernel.access import Permission
from itsm.kernel.work import Work


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that the page shows of it."""

    major: Major
    holders: Mapping[Role, RoleHolder]
    responders: Sequence[Responder]
    updates: Mapping[int, Update]
    now: datetime
    me: int | None
    runs: bool

    @property
    def overdue(self) -> bool:
        """Whether the next update should have been written."""
        due = self.major.update_due_at
        return due is not None and due < self.now

    @property
    def left_s(self) -> float:
        """In how many seconds the next update is due; negative when it is overdue."""
        due = self.major.update_due_at
        return (due - self.now).total_seconds() if due else 0

    @property
    def i_respond(self) -> bool:
        """Whether the reader works on it."""
        return any(one.person_id == self.me and one.left_at is None for one in self.responders)

    @property
    def statuses(self) -> list[tuple[str, str]]:
        """The statuses as a form offers them."""
        return [(status.value, status.value.capitalize()) for status in Status]

    def is_mine(self, role: Role) -> bool:
        """Tell whether the reader has the role."""
        return role in self.holders and self.holders[role].person_id == self.me


def of(work: Work, incident: Incident) -> Standing | None:
    """Return how a major incident stands, None for any other.

    Those who do not read notes learn its status and its public updates, and not who runs it.
    """
    major = queries.of(work, incident.id)
    if major is None or not major.active:
        return None
    reads = desk.reads_notes(work, incident)
    holders = queries.holders(work, incident.id) if reads else {}
    in_it = any(held.person_id == work.actor.id for held in holders.values())
    return Standing(
        major=major,
        holders=holders,
        responders=queries.responders(work, incident.id) if reads else (),
        updates={one.comment_id: one for one in queries.updates(work, incident)},
        now=work.now,
        me=work.actor.id,
        runs=in_it or work.can(Permission.INCIDENT_MAJOR, incident),
    )
