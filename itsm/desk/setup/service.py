"""Making and changing desks and their categories."""

from itsm.desk.models import Category, Desk
from itsm.desk.setup import queries
from itsm.desk.setup.events import CategoryRetired, CategorySaved, DeskChanged, DeskMade
from itsm.desk.setup.inputs import EditDesk, NewDesk, SaveCategory
from itsm.kernel.access import Permission
from itsm.kernel.errors import Invalid, NotFound, Refused
from itsm.kernel.events import Json
from itsm.kernel.work import Work
from itsm.people import directory_edits
from itsm.people import queries as people
from itsm.people.models import Person, Team

AGENT = "agent"


def make(work: Work, new: NewDesk) -> Desk:
    """Make a desk with its categories and the people who work at it. Emits DeskMade.

    Raises Denied without config:edit, and where people are named whom the actor may not make
    agents; Invalid for a key or prefix that another desk has, a team or a person that there is not.
    """
    work.must(Permission.CONFIG_EDIT)
    if queries.of_key(work, new.key):
        raise Invalid(f"there is a desk '{new.key}' already", {"key": "there is one already"})
    _check_prefix(work, new.prefix)
    team = _team(work, new.team)
    desk = work.add(
        Desk(
            key=new.key,
            name=new.name,
            prefix=new.prefix,
            confidential=new.confidential,
            internal=new.internal,
            active=True,
            team=team,
            team_id=team.id if team else None,
        )
    )
    work.emit(DeskMade(desk_id=desk.id, key=desk.key))
    for name in dict.fromkeys(new.categories):
        save_category(work, desk, SaveCategory(name=name))
    for username in dict.fromkeys(new.agents):
        directory_edits.grant(work, _person(work, username), AGENT, desk_id=desk.id)
    return desk


def edit(work: Work, desk: Desk, change: EditDesk) -> None:
    """Change a desk; tickets that it has keep their numbers. Emits DeskChanged.

    Raises Denied without config:edit; Invalid for a prefix that another desk has or a team that
    there is not; Refused for the last desk that takes tickets.
    """
    work.must(Permission.CONFIG_EDIT)
    wanted = change.model_dump(exclude_none=True)
    before: dict[str, Json] = {name: _shown(desk, name) for name in wanted}
    if change.active is False and not queries.others_active(work, desk):
        raise Refused("one desk at least must take tickets")
    if change.prefix is not None and change.prefix != desk.prefix:
        _check_prefix(work, change.prefix)
    if change.team is not None:
        team = _team(work, wanted.pop("team"))
        desk.team, desk.team_id = team, team.id if team else None
    for name, value in wanted.items():
        setattr(desk, name, value)
    after = {name: _shown(desk, name) for name in before}
    changed = [name for name in before if before[name] != after[name]]
    if changed:
        work.emit(
            DeskChanged(
                desk_id=desk.id,
                before={name: before[name] for name in changed},
                after={name: after[name] for name in changed},
            )
        )


def _shown(desk: Desk, name: str) -> Json:
    if name == "team":
        return desk.team.key if desk.team else None
    value: Json = getattr(desk, name)
    return value


def save_category(work: Work, desk: Desk, wanted: SaveCategory) -> Category:
    """Offer a category, or change the team of one that is there. Emits CategorySaved.

    Raises Denied without config:edit, Invalid for a team that there is not.
    """
    work.must(Permission.CONFIG_EDIT)
    team = _team(work, wanted.team)
    team_id = team.id if team else None
    found = queries.category(work, desk, wanted.name)
    if found is None:
        found = work.add(Category(desk_id=desk.id, name=wanted.name, team_id=team_id, active=True))
    elif (found.team_id, found.active) == (team_id, True):
        return found
    found.team, found.team_id, found.active = team, team_id, True
    work.emit(CategorySaved(desk_id=desk.id, category=found.name, team=team.key if team else None))
    return found


def retire_category(work: Work, desk: Desk, name: str) -> None:
    """Offer a category no longer; tickets keep it. Emits CategoryRetired.

    Raises Denied without config:edit, NotFound where it is not offered.
    """
    work.must(Permission.CONFIG_EDIT)
    found = queries.category(work, desk, name)
    if found is None or not found.active:
        raise NotFound(f"there is no category {name!r}")
    found.active = False
    work.emit(CategoryRetired(desk_id=desk.id, category=name))


def _check_prefix(work: Work, prefix: str) -> None:
    if not prefix:
        return
    other = queries.with_prefix(work, prefix)
    if other is not None:
        message = f"{prefix}- are the numbers of {other.name}"
        raise Invalid(message, {"prefix": message})


def _team(work: Work, key: str) -> Team | None:
    if not key:
        return None
    try:
        return people.team(work, key)
    except NotFound as error:
        raise Invalid(str(error), {"team": str(error)}) from error


def _person(work: Work, username: str) -> Person:
    try:
        return people.person(work, username)
    except NotFound as error:
        raise Invalid(str(error), {"agents": str(error)}) from error
