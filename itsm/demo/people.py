"""The people of the demo, their places, teams, roles and desks."""

import tomllib
from pathlib import Path
from typing import Any

from itsm.desk import queries as desks
from itsm.desk.setup import service as setup
from itsm.desk.setup.inputs import NewDesk, SaveCategory
from itsm.desk.setup.presets import PRESETS
from itsm.kernel.access import Actor
from itsm.kernel.work import Work
from itsm.people import directory, queries, service
from itsm.people import directory_edits as edits
from itsm.people.directory_inputs import (
    EditPerson,
    NewColleague,
    NewMember,
    NewTeam,
    SaveDepartment,
    SaveSite,
)
from itsm.platform import instance

FILE = Path(__file__).with_name("people.toml")
DOMAIN = "example.org"
EVERYBODY = "requester"
# The desks beside the first one, as their presets say, each with its team.
TEAMS = {"hr": "hr", "facilities": "workplace"}
# What the first desk is asked for, each with the team that it goes to, if that is always the same.
CATEGORIES = {
    "Access": "service-desk",
    "Applications": "",
    "Development": "",
    "Files": "service-desk",
    "Mail": "",
    "Network": "network",
    "Payments": "",
    "Printing": "service-desk",
    "Security": "",
    "Workplace": "service-desk",
}


def enter(work: Work) -> None:
    """Enter desks, sites, departments, people and teams; every demo login has its password."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    instance.put(work, instance.DEMO, value=True)
    instance.put(work, instance.NAME, "Northwind Demo")
    for key, name, zone in told["sites"]:
        edits.save_site(work, SaveSite(key=key, name=name, zone=zone))
    for key, name in told["departments"]:
        edits.save_department(work, SaveDepartment(key=key, name=name))
    for key, name in told["teams"]:
        edits.create_team(work, NewTeam(key=key, name=name, email=f"{key}@{DOMAIN}"))
    _open_desks(work)
    zones = {key: zone for key, _, zone in told["sites"]}
    for row in told["people"]:
        _enter_person(work, row, zones)
    for row in told["people"]:
        _place(work, row, vip=row[0] in told["vips"])
    _sort_by_categories(work)


def _open_desks(work: Work) -> None:
    """Open the desks of two departments beside the first one, as their presets say."""
    for key, team in TEAMS.items():
        preset = PRESETS[key]
        setup.make(
            work,
            NewDesk(
                key=preset.key,
                name=preset.name,
                prefix=preset.prefix,
                categories=preset.categories,
                confidential=preset.confidential,
                team=team,
            ),
        )


def _sort_by_categories(work: Work) -> None:
    first = desks.desk(work, "it")
    for name, team in CATEGORIES.items():
        setup.save_category(work, first, SaveCategory(name=name, team=team))


def actors(work: Work) -> dict[str, Actor]:
    """Return everybody by username, each as an actor with their rights."""
    names = [row[0] for row in tomllib.loads(FILE.read_text(encoding="utf-8"))["people"]]
    return {name: queries.actor(work, queries.person(work, name)) for name in names}


def _enter_person(work: Work, row: list[Any], zones: dict[str, str]) -> None:
    username, name, department, site, *_ = row
    person = edits.create_person(
        work,
        NewColleague(
            username=username,
            name=name,
            email=f"{username}@{DOMAIN}",
            zone=zones[site],
            department=department,
            site=site,
        ),
    )
    if username in service.DEMO_LOGINS:
        service.set_password(work, person, service.DEMO_PASSWORD)


def _place(work: Work, row: list[Any], *, vip: bool) -> None:
    username, _, _, _, manager, teams, roles = row
    person = directory.person(work, username)
    if manager or vip:
        edits.edit_person(work, person, EditPerson(manager=manager, vip=vip))
    for key in teams:
        member = NewMember(username=username, lead=key.endswith("!"))
        edits.add_member(work, directory.team(work, key.rstrip("!")), member)
    for role in [EVERYBODY, *roles]:
        name, _, desk = role.partition("@")
        service.grant_role(work, person, name, desk_id=desks.desk(work, desk).id if desk else 0)
