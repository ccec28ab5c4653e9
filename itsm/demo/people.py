"""The people of the demo, their places, teams, roles and desks."""

import tomllib
from pathlib import Path
from typing import Any

from itsm.desk import queries as desks
from itsm.desk.models import Desk
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


def enter(work: Work) -> None:
    """Enter desks, sites, departments, people and teams; every demo login has its password."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    instance.put(work, instance.DEMO, value=True)
    instance.put(work, instance.NAME, "Northwind Demo")
    work.add(Desk(key="hr", name="Human resources", confidential=True))
    for key, name, zone in told["sites"]:
        edits.save_site(work, SaveSite(key=key, name=name, zone=zone))
    for key, name in told["departments"]:
        edits.save_department(work, SaveDepartment(key=key, name=name))
    for key, name in told["teams"]:
        edits.create_team(work, NewTeam(key=key, name=name, email=f"{key}@{DOMAIN}"))
    zones = {key: zone for key, _, zone in told["sites"]}
    for row in told["people"]:
        _enter_person(work, row, zones)
    for row in told["people"]:
        _place(work, row, vip=row[0] in told["vips"])


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
