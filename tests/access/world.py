"""A world in which every text is a canary: who sees it is written down here, not computed.

Two desks: IT, and HR whose tickets are confidential. Each ticket's texts hold words of their own,
`PUB…` for what its readers may read and `INT…` for what only its workers may.
"""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from itsm.assets import service as cmdb
from itsm.assets.inputs import NewCi
from itsm.desk import queries as desks
from itsm.desk import service as tickets
from itsm.desk.inputs import NewComment
from itsm.desk.models import Desk, Kind, Ticket, Visibility
from itsm.incidents.major import actions, review, updates
from itsm.incidents.major import service as majors
from itsm.incidents.major.inputs import Declare, NewAction, NewUpdate
from itsm.incidents.major.states import Status
from itsm.incidents.models import Incident
from itsm.kernel.access import SYSTEM
from itsm.kernel.work import Work
from itsm.people import queries, service
from itsm.people.inputs import NewPerson
from itsm.people.models import Person, Team, TeamMember
from itsm.platform.house import House
from itsm.platform.storage import Folder
from itsm.tasks import service as tasks
from itsm.tasks.inputs import NewTask
from itsm.tickets import kinds

# Who there is: user name, and (role, desk) for each role.
PEOPLE: dict[str, list[tuple[str, str]]] = {
    "charlie": [("requester", "")],
    "erin": [("requester", "")],
    "alice": [("agent", "it")],
    "susan": [("supervisor", "it")],
    "otto": [("oncall", "it")],
    "hana": [("agent", "hr"), ("confidential", "hr")],
    "asta": [("asset-manager", "")],
    "aude": [("auditor", "")],
    "dana": [("admin", "it")],
}
IT_STAFF = frozenset({"alice", "susan", "otto", "dana"})


@dataclass(frozen=True)
class Case:
    """One ticket: where it is, whose it is, who may read it and who may work on it."""

    desk: str
    requester: str
    readers: frozenset[str]
    workers: frozenset[str]
    watcher: str = ""
    confidential: bool = False
    kind: Kind = Kind.INCIDENT


CASES: dict[str, Case] = {
    "plain": Case("it", "erin", IT_STAFF | {"erin"}, IT_STAFF),
    "charlies": Case("it", "charlie", IT_STAFF | {"charlie"}, IT_STAFF),
    "watched": Case("it", "erin", IT_STAFF | {"erin", "hana"}, IT_STAFF, watcher="hana"),
    "secret": Case("it", "erin", frozenset({"erin"}), frozenset(), confidential=True),
    "hr": Case("hr", "erin", frozenset({"erin", "hana"}), frozenset({"hana"})),
    "wish": Case("it", "erin", IT_STAFF | {"erin"}, IT_STAFF, kind=Kind.REQUEST),
    "hr-wish": Case(
        "hr", "charlie", frozenset({"charlie", "hana"}), frozenset({"hana"}), kind=Kind.REQUEST
    ),
    "hr-charlie": Case("hr", "charlie", frozenset({"charlie", "hana"}), frozenset({"hana"})),
}


# Two major incidents. All employees may know of the first, though not what its texts say; and
# nothing of the second, which is confidential.
MAJORS = ("plain", "hr")


@dataclass(frozen=True)
class World:
    """What there is: tickets by case, and the ids that addresses need."""

    numbers: dict[str, str]
    files: dict[str, int]
    ci: str


def public(case: str) -> str:
    """Return the word in all that the readers of a ticket may read."""
    return f"PUB{case.replace('-', '')}XQ"


def internal(case: str) -> str:
    """Return the word in all that only the workers of a ticket may read."""
    return f"INT{case.replace('-', '')}XQ"


def make(house: House) -> World:
    """Bring the world about."""
    with house.work(SYSTEM) as work:
        work.add(Desk(key="hr", name="Human resources", confidential=True))
        _people(work)
        ci = cmdb.create(work, NewCi.model_validate({"class": "server", "name": "db-01"}))
        numbers, files = {}, {}
        for key, case in CASES.items():
            ticket = _ticket(work, key, case)
            numbers[key] = ticket.number
            files[key] = _texts(work, key, ticket, house)
            if isinstance(ticket, Incident) and key in MAJORS:
                _declare(work, key, ticket)
        return World(numbers, files, ci.number)


def _people(work: Work) -> None:
    team = work.add(Team(key="network", name="Network"))
    for name, roles in PEOPLE.items():
        person = service.create(work, NewPerson(username=name, name=name.title()))
        for role, desk in roles:
            desk_id = desks.desk(work, desk).id if desk else 0
            service.grant_role(work, person, role, desk_id=desk_id)
    work.add(TeamMember(team_id=team.id, person_id=queries.person(work, "alice").id))


def _ticket(work: Work, key: str, case: Case) -> Ticket:
    kind = kinds.called(case.kind)
    ticket = kind.open_(
        work,
        kind.opening(
            title=f"{public(key)} title",
            description=f"{public(key)} description",
            desk=case.desk,
            requester=case.requester,
            confidential=case.confidential,
            category=f"{public(key)} category",
            tags=(f"{public(key)}tag",),
        ),
    )
    if case.watcher:
        tickets.watch(work, ticket, queries.person(work, case.watcher))
    return ticket


def _texts(work: Work, key: str, ticket: Ticket, house: House) -> int:
    words: dict[Visibility, Callable[[str], str]] = {
        Visibility.PUBLIC: public,
        Visibility.INTERNAL: internal,
    }
    for visibility, word in words.items():
        new = NewComment(body=f"{word(key)} comment", visibility=visibility)
        tickets.comment(work, ticket, new)
    tasks.add(work, ticket, NewTask(title=f"{internal(key)} task"))
    kept = Folder(house.settings.home / "files").keep(BytesIO(f"{public(key)} file".encode()))
    return tickets.attach(work, ticket, f"{public(key)}.txt", kept).id


def _declare(work: Work, key: str, incident: Incident) -> None:
    headline = "" if key == "plain" else public(key)
    majors.declare(work, incident, Declare(headline=headline))
    noted = NewUpdate(body=f"{internal(key)} update", visibility=Visibility.INTERNAL)
    updates.write(work, incident, noted)
    actions.add(work, incident, NewAction(title=f"{internal(key)} action"))
    if key == "plain":
        told = NewUpdate(body="Over", visibility=Visibility.PUBLIC, status=Status.RESOLVED)
        updates.write(work, incident, told)
        review.draft(work, incident)


def person_id(work: Work, name: str) -> int:
    """Return somebody's id."""
    person: Person = queries.person(work, name)
    return person.id
