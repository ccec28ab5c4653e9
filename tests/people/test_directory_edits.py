from collections.abc import Callable

import pytest

from itsm.kernel.access import SYSTEM
from itsm.kernel.errors import Denied, Invalid, Refused
from itsm.kernel.work import Work
from itsm.people import directory, directory_edits, queries, service
from itsm.people.directory_events import PersonChanged, PersonDeactivated, RoleRevoked
from itsm.people.directory_inputs import EditPerson, NewColleague, NewMember, NewTeam, SaveSite
from itsm.people.inputs import NewPerson
from itsm.people.models import Person
from itsm.platform.house import House
from tests.cast import Browser, Cast, actor_of

PASSWORD = "correct horse battery"


def person(work: Work, username: str, *roles: str) -> Person:
    service.create(work, NewPerson(username=username, name=username.title()))
    found = directory.person(work, username)
    for role in roles:
        service.grant_role(work, found, role)
    return found


def acting(work: Work, username: str, *roles: str) -> Person:
    """Let somebody with these roles act in the rest of the test."""
    found = person(work, username, *roles)
    work.actor = queries.actor(work, found)
    return found


def test_a_person_gets_their_place(work: Work) -> None:
    person(work, "boss")
    directory_edits.save_site(work, SaveSite(key="berlin", name="Berlin", zone="Europe/Berlin"))
    new = NewColleague(username="eve", name="Eve", site="berlin", manager="boss", vip=True)

    directory_edits.create_person(work, new)

    eve = directory.person(work, "eve")
    assert (eve.site and eve.site.key, eve.manager and eve.manager.name) == ("berlin", "Boss")


def test_a_change_says_what_was_and_what_is(work: Work) -> None:
    eve = person(work, "eve")

    directory_edits.edit_person(work, eve, EditPerson(phone="112", name="Eve"))

    assert work.events[-1] == PersonChanged(
        person_id=eve.id, before={"phone": ""}, after={"phone": "112"}
    )


def test_an_unknown_site_is_refused(work: Work) -> None:
    with pytest.raises(Invalid, match="no site 'moon'"):
        directory_edits.edit_person(work, person(work, "eve"), EditPerson(site="moon"))


def test_switching_an_account_off_is_journaled(work: Work) -> None:
    eve = person(work, "eve")

    directory_edits.deactivate(work, eve)

    assert not eve.active
    assert work.events[-1] == PersonDeactivated(person_id=eve.id)


def test_the_last_administrator_stays(work: Work) -> None:
    root = acting(work, "root", "admin")
    (held,) = directory.roles_of(work, root.id)

    with pytest.raises(Refused, match="last administrator"):
        directory_edits.deactivate(work, root)
    with pytest.raises(Refused, match="last administrator"):
        directory_edits.revoke(work, root, held.id)


def test_one_of_two_administrators_may_go(work: Work) -> None:
    person(work, "other", "admin")
    root = acting(work, "root", "admin")
    (held,) = directory.roles_of(work, root.id)

    directory_edits.revoke(work, root, held.id)

    assert work.events[-1] == RoleRevoked(person_id=root.id, role="admin", desk_id=0)


def test_nobody_grants_more_than_they_may_do(work: Work) -> None:
    eve = person(work, "eve")
    acting(work, "root", "admin")

    directory_edits.grant(work, eve, "agent", desk_id=1)

    with pytest.raises(Denied, match="ticket:confidential"):
        directory_edits.grant(work, eve, "confidential", desk_id=1)


def test_nobody_sets_the_password_of_somebody_who_may_do_more(work: Work) -> None:
    secretary = person(work, "secretary", "confidential")
    acting(work, "root", "admin")

    with pytest.raises(Denied):
        directory_edits.set_password(work, secretary, PASSWORD)


def test_a_member_joins_leads_and_leaves(work: Work) -> None:
    person(work, "eve")
    team = directory_edits.create_team(work, NewTeam(key="web", name="Web"))

    directory_edits.add_member(work, team, NewMember(username="eve"))
    directory_edits.add_member(work, team, NewMember(username="eve", lead=True))
    leads = [one.lead for one in directory.members(work, team.id)]
    directory_edits.remove_member(work, team, "eve")

    assert leads == [True]
    assert directory.members(work, team.id) == []


def test_who_is_switched_off_joins_no_team(work: Work) -> None:
    directory_edits.deactivate(work, person(work, "eve"))
    team = directory_edits.create_team(work, NewTeam(key="web", name="Web"))

    with pytest.raises(Invalid, match="not active"):
        directory_edits.add_member(work, team, NewMember(username="eve"))


def test_two_teams_cannot_share_a_key(work: Work) -> None:
    directory_edits.create_team(work, NewTeam(key="web", name="Web"))

    with pytest.raises(Invalid, match="already"):
        directory_edits.create_team(work, NewTeam(key="web", name="Other"))


def test_an_agent_changes_nobody(house: House, cast: Cast) -> None:
    with house.work(actor_of(house, "alice")) as work:
        bob = directory.person(work, "bob")

        with pytest.raises(Denied):
            directory_edits.edit_person(work, bob, EditPerson(name="Mallory"))
    assert cast.bob == bob.id


@pytest.mark.usefixtures("cast")
def test_who_is_switched_off_is_logged_out_at_once(
    house: House, browser: Callable[..., Browser]
) -> None:
    alice = browser("alice")
    with house.work(SYSTEM) as work:
        directory_edits.deactivate(work, directory.person(work, "alice"))

    assert alice.get("/people/").status_code == 303
